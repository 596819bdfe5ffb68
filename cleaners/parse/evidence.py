"""This file reads zones from the attributes of an element: what its class, id, role and label say it is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cleaners import page as z

_ATTRIBUTES = re.compile(
    r'(?:^|\s)(class|id|role|itemprop|rel|aria-label|aria-hidden|hidden|style|aria-modal)="([^"]*)"'
)
_NO_DISPLAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

TAG_ZONES = {
    "figure": z.FIGURE, "picture": z.FIGURE, "figcaption": z.FIGCAPTION | z.FIGURE, "nav": z.NAV, "aside": z.ASIDE,
    "dialog": z.DIALOG, "button": z.BUTTON, "select": z.FORM, "form": z.FORM, "label": z.FORM, "option": z.FORM,
    "textarea": z.FORM, "time": z.TIME, "table": z.TABLE, "ul": z.LIST, "ol": z.LIST, "dl": z.LIST, "menu": z.LIST,
    "blockquote": z.QUOTE, "q": z.QUOTE, "pre": z.CODE, "code": z.CODE, "kbd": z.CODE, "samp": z.CODE,
    "article": z.ARTICLE, "main": z.MAIN, "noscript": z.NOSCRIPT, "header": z.HEADER, "footer": z.FOOTER,
    "address": 0,
}  # fmt: skip

_ROLE_ZONES = {
    "navigation": z.NAV, "menubar": z.NAV, "menu": z.NAV, "contentinfo": z.FOOTER, "banner": z.HEADER,
    "complementary": z.ASIDE, "dialog": z.DIALOG, "alertdialog": z.DIALOG, "button": z.BUTTON, "search": z.FORM,
    "form": z.FORM, "article": z.ARTICLE, "main": z.MAIN, "tablist": z.NAV, "tooltip": z.HIDDEN,
}  # fmt: skip

_PROPERTY_ZONES = {
    "articlebody": z.ARTICLE, "author": z.BYLINE, "datepublished": z.META, "datemodified": z.META,
    "caption": z.FIGCAPTION, "copyrightholder": z.FIGCAPTION, "breadcrumb": z.NAV, "keywords": z.META,
}  # fmt: skip

# Words that class and id names are made of. They are evidence, never a verdict by themselves: on real pages such
# names touch 12 % of an article's words.
_WORDS_OF_ZONES = {
    z.FIGCAPTION: "caption captions figcaption credit credits photocredit imagecaption photographer copyright",
    z.FIGURE: "figure photo image picture gallery slideshow lightbox",
    z.NAV: "nav navbar navigation menu menus submenu breadcrumb breadcrumbs crumbs pagination pager toc megamenu",
    z.FOOTER: "footer colophon sitefooter pagefooter",
    z.HEADER: "masthead topbar siteheader pageheader",
    z.ASIDE: "sidebar rail rightrail",
    z.DIALOG: "modal popup overlay dialog lightbox",
    z.CONSENT: "cookie cookies consent gdpr onetrust cmp cookiebanner cookieconsent didomi",
    z.COMMENTS: "comments comment commentlist disqus respond kommentare commentaires comentarios reacties",
    z.RELATED: "related recommended recommendations recirc readmore morefrom outbrain taboola trending popular "
    "mostread latest teaser teasers upnext recommend",
    z.PROMO: "newsletter promo promos promotion subscribe subscription signup advert advertisement ads ad adslot "
    "sponsor sponsored paywall cta donate donation",
    z.SHARE: "share sharing social socials sharebar addthis sharedaddy follow",
    z.BYLINE: "byline author authors autor auteur writer contributor",
    z.BODY: "content body bodytext articlebody article entry story post text richtext prose rte markdown",
    z.META: "date dateline timestamp published meta tags tag taglist category categories kicker eyebrow readtime",
}
_ZONE_OF_WORD: dict[str, int] = {}
for _zone, _words in _WORDS_OF_ZONES.items():
    for _word in _words.split():
        _ZONE_OF_WORD[_word] = _ZONE_OF_WORD.get(_word, 0) | _zone
_NAME_WORD = re.compile(r"[a-z]+")


class Named(NamedTuple):
    """What an element's attributes say: its zones and its class and id as lower-case tokens."""

    zone: int
    tokens: str


_NOTHING = Named(0, "")


@lru_cache(maxsize=65_536)
def read_attributes(attributes: str) -> Named:
    """Zones and tokens of an attribute string as the parser serialises it (values in double quotes)."""
    found = _ATTRIBUTES.findall(attributes)
    if not found:
        return _NOTHING
    zone, tokens = 0, []
    for name, value in found:
        low = value.lower()
        if name in ("class", "id"):
            zone |= _name_zones(low)
            tokens.append(low)
        elif name == "role":
            zone |= _ROLE_ZONES.get(low.strip(), 0)
        elif name == "itemprop":
            zone |= _PROPERTY_ZONES.get(low.strip(), 0)
        elif name == "rel":
            zone |= z.BYLINE if low == "author" else z.META if low == "tag" else 0
        elif name == "aria-label":
            zone |= z.CONSENT if "cookie" in low or "consent" in low else z.NAV if "breadcrumb" in low else 0
        elif name == "aria-hidden":
            zone |= z.HIDDEN if low == "true" else 0
        elif name == "aria-modal":
            zone |= z.DIALOG if low == "true" else 0
        elif name == "hidden":
            zone |= z.HIDDEN if low != "until-found" else 0
        elif _NO_DISPLAY.search(low):
            zone |= z.HIDDEN
    return Named(zone, " ".join(tokens))


@lru_cache(maxsize=65_536)
def _name_zones(value: str) -> int:
    """Zones that a class or id value names; camelCase is not split, because lower-casing came first."""
    zone = 0
    for word in _NAME_WORD.findall(value):
        zone |= _ZONE_OF_WORD.get(word, 0)
    return zone
