"""The zones of a page that a block can stand in, as bits, because a block stands in several at once.

An IntEnum and no IntFlag: a page asks for zones some ten thousand times, and the operators of a flag are written in
Python, twenty times as slow as those of an int.
"""

from __future__ import annotations

from enum import IntEnum


class Zone(IntEnum):
    """Where on a page a block stands. `Block.zone` is the sum of these numbers."""

    FIGURE = 1 << 0  # <figure>, <picture>, or a class that says photo
    FIGCAPTION = 1 << 1  # <figcaption>, or a class that says caption or credit
    NAV = 1 << 2  # <nav>, role=navigation, menu, breadcrumb
    FOOTER = 1 << 3  # the page's footer, not an article's
    HEADER = 1 << 4  # the page's header, not an article's
    ASIDE = 1 << 5  # <aside>, role=complementary
    DIALOG = 1 << 6  # <dialog>, role=dialog
    CONSENT = 1 << 7  # a container whose class, id or label names cookies or consent
    BUTTON = 1 << 8  # <button>, role=button
    FORM = 1 << 9  # inside <form>, or a label or option
    TIME = 1 << 10  # <time>
    HIDDEN = 1 << 11  # hidden, aria-hidden=true or display:none; some sites hide the article until a script runs
    TABLE = 1 << 12
    LIST = 1 << 13
    QUOTE = 1 << 14
    CODE = 1 << 15
    ARTICLE = 1 << 16  # <article>, role=article, itemprop=articleBody
    MAIN = 1 << 17  # <main>, role=main
    NOSCRIPT = 1 << 18
    COMMENTS = 1 << 19  # a container whose class or id names reader comments
    RELATED = 1 << 20  # a container whose class or id names related or recommended stories
    PROMO = 1 << 21  # a container whose class or id names a newsletter, promotion or advert
    SHARE = 1 << 22  # a container whose class or id names share buttons
    BYLINE = 1 << 23  # a container whose class, rel or itemprop names the author
    META = 1 << 24  # a container whose class or itemprop names dates, tags or categories
    BODY = 1 << 25  # a container whose class or id names the article's text: content, body, entry, story
    SELECTED = 1 << 26  # what a selector of the site's own rules matches; on no page that is cleaned
    EMBED = 1 << 27  # <object>: the fallback of one, the text of a drawing, a frame's own document

    CHROME = NAV | FOOTER | DIALOG | BUTTON | FORM  # several of them at once
