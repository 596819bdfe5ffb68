"""What one tag of serialised HTML says by itself: what it does to the line around it, its zones, its class and id."""

from __future__ import annotations

import re

from cleaners.read.visible import FORMULA
from cleaners.read.zone_words import TAG_ZONES, read_attributes
from cleaners.zones import Zone

# lexbor's serialisation is regular: attributes in double quotes, "<" in text escaped. What is not (the content of
# <xmp>, quotes in names) is read by this pattern, tag and attributes of one start or end tag.
_TAG = re.compile(r'<!?(/?)([a-zA-Z][^\s/>]*)((?:\s+[^\s/>][^\s/>=]*="[^"]*")*)\s*>')
_STRAY_QUOTE = ' "=""'  # href="…"" in the source: an attribute whose name is a quote, on one page in twenty
_NAME = re.compile(r'[a-zA-Z][^\s/>"]*')
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr output q rb rp rt rtc ruby s "
    "samp slot small span strike strong sub sup td th time tt u var wbr".split()
).union(FORMULA)
OWN_ROOM = ~(Zone.HEADER | Zone.FOOTER | Zone.CONSENT)  # an article's own header is no page chrome
OWN_ROOM_TAGS = ("article", "main")
PAGE_TAGS = ("html", "body")  # "has-navigation", hidden until scripts run: said of all lines, it parts none

# What a tag does to the line being gathered.
END_BLOCK, END_FLOW, END_LINK = -3, -2, -1  # it closes an element: one of its own lines, one inside a line, a link
BLOCK, FLOW, SEAM, LINK, CELL = 0, 1, 2, 3, 4  # it opens one; next to a seam two words may stand without a space
VOID, RULE, BREAK, IMAGE = 5, 6, 7, 8  # it has no content
_KINDS = (
    dict.fromkeys(_INLINE, FLOW)
    | dict.fromkeys("span strong b em small time".split(), SEAM)
    | dict.fromkeys("area base col embed input link meta param source track wbr".split(), VOID)
    | dict.fromkeys(
        "article aside body div dl dt dd figcaption figure footer form h1 h2 h3 h4 h5 h6 header li main nav ol "
        "option p section table tbody tr ul".split(),
        BLOCK,
    )
    | {"a": LINK, "td": CELL, "th": CELL, "hr": RULE, "br": BREAK, "img": IMAGE}
)

Mark = tuple[int, str, int, str]  # what one tag says by itself: one of the above, its name, zones, class and id
_NO_MARK: Mark = (VOID, "", 0, "")
MARKS: dict[str, Mark] = {}  # by the characters between < and >; sites repeat them on page after page
SHORT_MARKS: dict[str, Mark] = {}  # the same, without the attributes that say nothing
_MOST_MARKS = 20_000
LONGEST_MARK = 400  # characters
_FEW_PARTS = 3  # of a tag split at its quotes: with more than one attribute, or an address, it is seldom met again


def read_tag(markup: str, opened: int, closed: int) -> tuple[Mark, str, int]:
    """What the tag that begins at `opened` says, its attributes, and where it ends; -1 when no tag begins there.

    `closed` is where the next ">" stands, which nearly always is the end.
    """
    if "a" <= markup[opened + 1 : opened + 2] <= "z" and closed < len(markup):
        head = markup[opened + 1 : closed]
        parts = head.split('"')
        first = parts[0]
        space = first.find(" ")
        tag = first[:space] if space >= 0 else first
        # every quote is in the attributes, and closed
        regular = len(parts) & 1 and _STRAY_QUOTE not in head if space >= 0 else len(parts) == 1
        if regular and (tag in _KINDS or _NAME.fullmatch(tag)):
            parts[0] = first[len(tag) :]
            mark = _start(tag, parts)
            if len(parts) <= _FEW_PARTS and mark[0] <= SEAM and closed - opened <= LONGEST_MARK:
                _keep(head, mark)
            return mark, head, closed
    found = _TAG.match(markup, opened)
    if found is None:
        return _NO_MARK, "", -1
    tag, end = found[2], found.end() - 1
    if not found[1]:
        attributes = found[3].replace(_STRAY_QUOTE, "")
        return _start(tag, attributes.split('"')), attributes, end
    mark = (END_LINK if tag == "a" else END_FLOW if tag in _INLINE or "-" in tag else END_BLOCK, tag, 0, "")
    if end == closed and closed - opened <= LONGEST_MARK:
        _keep(markup[opened + 1 : closed], mark)
    return mark, "", end


def _start(tag: str, parts: list[str]) -> Mark:
    """What a start tag says; `parts` are its attributes, split at the quotes."""
    # Browsers show custom elements, which have a hyphen, inside the line.
    kind = _KINDS.get(tag, FLOW if "-" in tag else BLOCK)
    if kind >= VOID:
        return kind, tag, 0, ""
    zone, tokens = read_attributes(parts) if len(parts) > 1 else (0, "")
    zone |= TAG_ZONES.get(tag, 0)
    if tag in OWN_ROOM_TAGS:
        zone &= OWN_ROOM
    elif tag in PAGE_TAGS:
        zone = 0
    return kind, tag, zone, tokens


def read_short(head: str) -> Mark:
    """What a regular start tag says; of its attributes `head` has only those that say something."""
    tag = head[: head.find(" ")] if " " in head else head
    parts = head.split('"')
    parts[0] = parts[0][len(tag) :]
    mark = _start(tag, parts)
    if len(SHORT_MARKS) >= _MOST_MARKS:
        SHORT_MARKS.clear()
    SHORT_MARKS[head] = mark
    return mark


def _keep(head: str, mark: Mark) -> None:
    if len(MARKS) >= _MOST_MARKS:
        MARKS.clear()
    MARKS[head] = mark
