"""The zones of a page that a block can stand in, as bits, because a block stands in several at once.

Plain numbers in a class, and no IntFlag or IntEnum: a page asks for zones some fifteen hundred times, and on Python 3.11
a look at an enum's member takes three times as long as one at a class's number (58 to 20 ns; 2 % of a page).
"""

from __future__ import annotations

from typing import Final


class Zone:
    """Where on a page a block stands. `Block.zone` is the sum of these numbers."""

    FIGURE: Final = 1 << 0  # <figure>, <picture>, or a class that says photo
    FIGCAPTION: Final = 1 << 1  # <figcaption>, or a class that says caption or credit
    NAV: Final = 1 << 2  # <nav>, role=navigation, menu, breadcrumb
    FOOTER: Final = 1 << 3  # the page's footer, not an article's
    HEADER: Final = 1 << 4  # the page's header, not an article's
    ASIDE: Final = 1 << 5  # <aside>, role=complementary
    DIALOG: Final = 1 << 6  # <dialog>, role=dialog
    CONSENT: Final = 1 << 7  # a container whose class, id or label names cookies or consent
    BUTTON: Final = 1 << 8  # <button>, role=button
    FORM: Final = 1 << 9  # inside <form>, or a label or option
    TIME: Final = 1 << 10  # <time>
    HIDDEN: Final = 1 << 11  # hidden, aria-hidden=true or display:none; some sites hide the article until a script runs
    TABLE: Final = 1 << 12
    LIST: Final = 1 << 13
    QUOTE: Final = 1 << 14
    CODE: Final = 1 << 15
    ARTICLE: Final = 1 << 16  # <article>, role=article, itemprop=articleBody
    MAIN: Final = 1 << 17  # <main>, role=main
    NOSCRIPT: Final = 1 << 18
    COMMENTS: Final = 1 << 19  # a container whose class or id names reader comments
    RELATED: Final = 1 << 20  # a container whose class or id names related or recommended stories
    PROMO: Final = 1 << 21  # a container whose class or id names a newsletter, promotion or advert
    SHARE: Final = 1 << 22  # a container whose class or id names share buttons
    BYLINE: Final = 1 << 23  # a container whose class, rel or itemprop names the author
    META: Final = 1 << 24  # a container whose class or itemprop names dates, tags or categories
    BODY: Final = 1 << 25  # a container whose class or id names the article's text: content, body, entry, story
    SELECTED: Final = 1 << 26  # what a selector of the site's own rules matches; on no page that is cleaned
    EMBED: Final = 1 << 27  # <object>: the fallback of one, the text of a drawing, a frame's own document

    CHROME: Final = NAV | FOOTER | DIALOG | BUTTON | FORM  # several of them at once
