"""This file reads zones from the attributes of an element: what its class, id, role and label say it is."""

from __future__ import annotations

import re

from cleaners import page as z

READ = ("class", "id", "role", "itemprop", "rel", "aria-label", "aria-hidden", "hidden", "style", "aria-modal")
# Words without one of which, in ASCII of either case, an attribute says nothing; values differ from page to page.
TELLING = {
    "rel": ("author", "tag"), "aria-label": ("cookie", "consent", "breadcrumb"), "aria-hidden": ("true",),
    "style": ("none", "hidden"), "aria-modal": ("true",),
}  # fmt: skip
_ATTRIBUTES = re.compile(rf'(?:^|\s)({"|".join(READ)})="([^"]*)"')
_NAME = re.compile(r" [^\s=]+=")
_NO_DISPLAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

TAG_ZONES = {
    "figure": z.FIGURE, "picture": z.FIGURE, "figcaption": z.FIGCAPTION | z.FIGURE, "nav": z.NAV, "aside": z.ASIDE,
    "dialog": z.DIALOG, "button": z.BUTTON, "select": z.FORM, "form": z.FORM, "label": z.FORM, "option": z.FORM,
    "textarea": z.FORM, "time": z.TIME, "table": z.TABLE, "ul": z.LIST, "ol": z.LIST, "dl": z.LIST, "menu": z.LIST,
    "blockquote": z.QUOTE, "q": z.QUOTE, "pre": z.CODE, "code": z.CODE, "kbd": z.CODE, "samp": z.CODE,
    "article": z.ARTICLE, "main": z.MAIN, "noscript": z.NOSCRIPT, "header": z.HEADER, "footer": z.FOOTER,
    "address": 0, "object": z.EMBED,
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
ZONE_OF_WORD: dict[str, int] = {}
for _zone, _words in _WORDS_OF_ZONES.items():
    for _word in _words.split():
        ZONE_OF_WORD[_word] = ZONE_OF_WORD.get(_word, 0) | _zone
MARK = "winnowselected"  # as a class: what a selector matched
ZONE_OF_WORD[MARK] = z.SELECTED
_NAME_WORD = re.compile(r"[a-z]+")

# What was read before, because sites repeat their names on page after page; bounded, because any page can invent more.
_READ_AFTER = {f" {name}=": name for name in READ}
_UNREAD: set[str] = set()
_ZONES_OF_NAMES: dict[str, int] = {}
_MOST_NAMES = 50_000
_LONGEST_NAME = 100  # characters


def read_attributes(parts: list[str]) -> tuple[int, str]:
    """Zones of a tag's attributes, and its class and id as lower-case tokens.

    `parts` are the attributes as the parser serialises them, split at their double quotes: each name with the space
    before and the = behind it, then its value, and at the end what is behind the last value.
    """
    zone, tokens = 0, []
    for name, value in _pairs(parts):
        low = value.lower()
        if name == "class" or name == "id":
            for word in low.split():
                found = _ZONES_OF_NAMES.get(word)
                zone |= _name_zones(word) if found is None else found
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
    return zone, " ".join(tokens)


def _pairs(parts: list[str]) -> list[tuple[str, str]]:
    """Name and value of the attributes that say something."""
    pairs = []
    for i in range(1, len(parts), 2):
        before, value = parts[i - 1], parts[i]
        name = _READ_AFTER.get(before)
        if name is not None:
            pairs.append((name, value))
        elif value.endswith("=") or not (before in _UNREAD or _is_unread(before)):
            return _ATTRIBUTES.findall('"'.join(parts))  # not as the parser writes it
    return pairs


def _is_unread(before: str) -> bool:
    """True for the name of an attribute that says nothing, as it stands before the value."""
    unread = _NAME.fullmatch(before) is not None
    if unread and len(before) <= _LONGEST_NAME:
        if len(_UNREAD) >= _MOST_NAMES:
            _UNREAD.clear()
        _UNREAD.add(before)
    return unread


def _name_zones(word: str) -> int:
    """Zones that a word of a class or id value names; camelCase is not split, because lower-casing came first."""
    zone = 0
    for part in _NAME_WORD.findall(word):
        zone |= ZONE_OF_WORD.get(part, 0)
    if len(_ZONES_OF_NAMES) >= _MOST_NAMES:
        _ZONES_OF_NAMES.clear()
    if len(word) <= _LONGEST_NAME:
        _ZONES_OF_NAMES[word] = zone
    return zone
