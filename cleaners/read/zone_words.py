"""Zones by attributes: what the class, id, role and label of an element say it is."""

from __future__ import annotations

import re

from cleaners.zones import Zone

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
    "figure": Zone.FIGURE, "picture": Zone.FIGURE, "figcaption": Zone.FIGCAPTION | Zone.FIGURE, "nav": Zone.NAV, "aside": Zone.ASIDE,
    "dialog": Zone.DIALOG, "button": Zone.BUTTON, "select": Zone.FORM, "form": Zone.FORM, "label": Zone.FORM, "option": Zone.FORM,
    "textarea": Zone.FORM, "time": Zone.TIME, "table": Zone.TABLE, "ul": Zone.LIST, "ol": Zone.LIST, "dl": Zone.LIST, "menu": Zone.LIST,
    "blockquote": Zone.QUOTE, "q": Zone.QUOTE, "pre": Zone.CODE, "code": Zone.CODE, "kbd": Zone.CODE, "samp": Zone.CODE,
    "article": Zone.ARTICLE, "main": Zone.MAIN, "noscript": Zone.NOSCRIPT, "header": Zone.HEADER, "footer": Zone.FOOTER,
    "address": 0, "object": Zone.EMBED,
}  # fmt: skip

_ROLE_ZONES = {
    "navigation": Zone.NAV, "menubar": Zone.NAV, "menu": Zone.NAV, "contentinfo": Zone.FOOTER, "banner": Zone.HEADER,
    "complementary": Zone.ASIDE, "dialog": Zone.DIALOG, "alertdialog": Zone.DIALOG, "button": Zone.BUTTON, "search": Zone.FORM,
    "form": Zone.FORM, "article": Zone.ARTICLE, "main": Zone.MAIN, "tablist": Zone.NAV, "tooltip": Zone.HIDDEN,
}  # fmt: skip

_PROPERTY_ZONES = {
    "articlebody": Zone.ARTICLE, "author": Zone.BYLINE, "datepublished": Zone.META, "datemodified": Zone.META,
    "caption": Zone.FIGCAPTION, "copyrightholder": Zone.FIGCAPTION, "breadcrumb": Zone.NAV, "keywords": Zone.META,
}  # fmt: skip

# Words that class and id names are made of. They are evidence, never a verdict by themselves: on real pages such
# names touch 12 % of an article's words.
_WORDS_OF_ZONES = {
    Zone.FIGCAPTION: "caption captions figcaption credit credits photocredit imagecaption photographer copyright",
    Zone.FIGURE: "figure photo image picture gallery slideshow lightbox",
    Zone.NAV: "nav navbar navigation menu menus submenu breadcrumb breadcrumbs crumbs pagination pager toc megamenu",
    Zone.FOOTER: "footer colophon sitefooter pagefooter",
    Zone.HEADER: "masthead topbar siteheader pageheader",
    Zone.ASIDE: "sidebar rail rightrail",
    Zone.DIALOG: "modal popup overlay dialog lightbox",
    Zone.CONSENT: "cookie cookies consent gdpr onetrust cmp cookiebanner cookieconsent didomi",
    Zone.COMMENTS: "comments comment commentlist disqus respond kommentare commentaires comentarios reacties",
    Zone.RELATED: "related recommended recommendations recirc readmore morefrom outbrain taboola trending popular "
    "mostread latest teaser teasers upnext recommend",
    Zone.PROMO: "newsletter promo promos promotion subscribe subscription signup advert advertisement ads ad adslot "
    "sponsor sponsored paywall cta donate donation",
    Zone.SHARE: "share sharing social socials sharebar addthis sharedaddy follow",
    Zone.BYLINE: "byline author authors autor auteur writer contributor",
    Zone.BODY: "content body bodytext articlebody article entry story post text richtext prose rte markdown",
    Zone.META: "date dateline timestamp published meta tags tag taglist category categories kicker eyebrow readtime",
}
ZONE_OF_WORD: dict[str, int] = {}
for _zone, _words in _WORDS_OF_ZONES.items():
    for _word in _words.split():
        ZONE_OF_WORD[_word] = ZONE_OF_WORD.get(_word, 0) | _zone
MARK = "copydeskselected"  # as a class: what a selector matched
ZONE_OF_WORD[MARK] = Zone.SELECTED
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
            zone |= Zone.BYLINE if low == "author" else Zone.META if low == "tag" else 0
        elif name == "aria-label":
            zone |= Zone.CONSENT if "cookie" in low or "consent" in low else Zone.NAV if "breadcrumb" in low else 0
        elif name == "aria-hidden":
            zone |= Zone.HIDDEN if low == "true" else 0
        elif name == "aria-modal":
            zone |= Zone.DIALOG if low == "true" else 0
        elif name == "hidden":
            zone |= Zone.HIDDEN if low != "until-found" else 0
        elif _NO_DISPLAY.search(low):
            zone |= Zone.HIDDEN
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
