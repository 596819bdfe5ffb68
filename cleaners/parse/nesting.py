"""This file takes out of a page what costs the parser the square of its number; the text in it stays where it is.

At nearly every start tag the parser looks through all open elements for a paragraph to close, so boxes are nested no
deeper than browsers do. At every attribute it looks through those the tag has already, so a tag keeps the first ones.
"""

from __future__ import annotations

import re

from cleaners.native import native

DEEPEST = 512  # open elements of one name; Blink stops at as many of all names
MOST_ATTRIBUTES = 256  # of a tag; the most of 1,497 real pages was far below a hundred
# Elements that nest in themselves. Of those that no standard names all count as one.
_NAMES = tuple(
    b"abbr acronym address article aside b bdi bdo big blockquote center cite code del details dfn dialog dir div dl em "
    b"fieldset figcaption figure font footer header hgroup i ins kbd main mark menu nav ol q s samp search section small "
    b"span strike strong sub summary sup time tt u ul var".split()
)
# Elements that end where the next begins, hold nothing, or hold what no reader sees; a look ends at a table's cell.
_FLAT = frozenset(
    b"a applet area audio base basefont bgsound body br button canvas caption col colgroup data datalist dd dt embed "
    b"form frame frameset h1 h2 h3 h4 h5 h6 head hr html iframe image img input keygen label legend li link map marquee "
    b"math menuitem meta meter nobr noembed noframes noscript object optgroup option output p param picture plaintext "
    b"pre progress rb rp rt rtc ruby script select slot source style svg table tbody td template textarea tfoot th thead "
    b"title tr track video wbr xmp "
    b"circle clippath defs desc ellipse g image line lineargradient mask path pattern polygon polyline radialgradient rect "
    b"stop symbol text tspan use".split()  # of pictures, where "/>" ends an element
)
_NAME_ENDS = rb"(?=[ \t\n\r\f/>])"
_ATTRIBUTE = rb"""
    [^ \t\n\r\f/>] [^ \t\n\r\f/>=]*+  # its name, which may begin with "="
    (?: [ \t\n\r\f]*+ = [ \t\n\r\f]*+ (?: "[^"]*+ (?:"|\Z) | '[^']*+ (?:'|\Z) | [^ \t\n\r\f"'>] [^ \t\n\r\f>]*+ )?+ )?+
"""
_REST_OF_TAG = rb"(?: [ \t\n\r\f/]++ | %b )*+ (?:>|\Z)" % _ATTRIBUTE


def _tag_with(count: int) -> re.Pattern[bytes]:
    """A start tag up to the end of this attribute."""
    attributes = rb"(?: [ \t\n\r\f/]*+ %b ){%d}" % (_ATTRIBUTE, count)
    return re.compile(rb"<[a-z] [^ \t\n\r\f/>]*+ " + attributes, re.IGNORECASE | re.VERBOSE)


def _look_for(crowd: int) -> re.Pattern[bytes]:
    """What the quick look sees of a page: where comments begin, and tags, whether they have this many attributes."""
    return re.compile(
        rb"<!-- | (?=(?P<crowd> %b )?+) < (?P<end>/?+) (?=(?P<start> [a-z]..)) (?P<name>[^ \t\n\r\f/>]*+)"
        % _tag_with(crowd).pattern,
        re.IGNORECASE | re.VERBOSE | re.DOTALL,
    )


_LOOK, _KEPT = _look_for(MOST_ATTRIBUTES + 1), _tag_with(MOST_ATTRIBUTES)
_ENDS = {  # of what no reader sees, by its name
    b"<!--": re.compile(rb"-->"),
    b"<script": re.compile(rb"(?=</script)", re.IGNORECASE),
    b"<style": re.compile(rb"(?=</style)", re.IGNORECASE),
}
START = re.compile(rb"<[a-z] [^ \t\n\r\f/>]*+ " + _REST_OF_TAG, re.IGNORECASE | re.VERBOSE)
PIECE = (
    re.compile(  # of markup, as the tokenizer of the HTML standard parts it; what has no end reaches that of the page
        rb"""
      <!-- (?: -?> | .*? (?: --!?> | \Z ) )
    | < (?: [!?] | / (?![a-z]) ) [^>]*+
    | <plaintext %(ends)b .*+
    | < (?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes) %(ends)b %(rest)b
      .*? (?: (?= </ (?P=raw) %(ends)b ) | \Z )
    | < (?P<end>/?) (?P<name> [a-z] [^ \t\n\r\f/>]*+ ) %(rest)b
    """
        % {b"ends": _NAME_ENDS, b"rest": _REST_OF_TAG},
        re.IGNORECASE | re.VERBOSE | re.DOTALL,
    )
)


def shallow(markup: bytes) -> bytes:
    """UTF-8 markup where elements inside DEEPEST others of their name hold nothing: each tag becomes an empty element.

    So lines are parted where they were. Of a run of such tags one is left, and of a tag's attributes MOST_ATTRIBUTES.
    Nearly every page comes back as it is.
    """
    if not _costly(markup):
        return markup
    parts, at, last = [], 0, b""
    opened = dict.fromkeys((*_NAMES, b""), 0)
    for piece in PIECE.finditer(markup):
        end, name = piece.group("end", "name")
        name = name and name.lower()
        counted = name if name in opened else b"" if name and name not in _FLAT else None
        if counted is not None:
            before = opened[counted]
            opened[counted] = max(before - 1, 0) if end else before + 1
            if max(before, opened[counted]) > DEEPEST:
                between = markup[at : piece.start()]
                parts.append(between)
                at = piece.end()
                tag = end + name
                if tag != last or between.strip():
                    parts.append(b"<%b></%b>" % (name, name))
                    last = tag
                continue
        if piece.end() - piece.start() > 2 * MOST_ATTRIBUTES and (kept := _KEPT.match(piece[0])):
            whole = START.match(piece[0]) or kept
            parts += (markup[at : piece.start()], kept[0], b"/>" if whole[0].endswith(b"/>") else b">")
            at = piece.start() + whole.end()
    parts.append(markup[at:])
    return b"".join(parts)


def _looked_at() -> bytes:
    """Which counter a tag belongs to, by its first three characters as a number: 0 for none."""
    slots = bytearray([_OTHERS]) * 32**3
    for slot, names in enumerate(_NAMES_OF_SLOTS):
        for name in names:
            start = (name + b">")[:3]  # of a short name, what follows it is nothing to go by
            rest = 32 ** (3 - len(start))
            at = sum(_folded(c) << shift for c, shift in zip(start, (10, 5, 0), strict=False))
            slots[at : at + rest] = bytes([slot]) * rest
    return bytes(slots)


def _folded(c: int) -> int:
    """A character as a number: letters of either case are the same, and so are spaces, digits and most signs."""
    return c & 31 if c & 64 else 0


_OTHERS = 1
_NAMES_OF_SLOTS = (_FLAT, (), *((name,) for name in _NAMES))  # a box that begins as a flat element does is looked at
_SLOTS = _looked_at()


def _costly(markup: bytes) -> bool:
    """Whether a page may cost too much: a quick look that knows tags by their start."""
    if native is None:
        return _plain_costly(markup)
    found: bool = native.costly(markup, _SLOTS, DEEPEST, MOST_ATTRIBUTES)
    return found


def _plain_costly(markup: bytes) -> bool:
    opened = [0] * len(_NAMES_OF_SLOTS)
    at = 0
    ends = dict(_ENDS)
    while tag := _LOOK.search(markup, at):
        at = tag.end()
        end, start, name = tag.group("end", "start", "name")
        if start is not None:
            slot = _SLOTS[_folded(start[0]) << 10 | _folded(start[1]) << 5 | _folded(start[2])]
            if not slot and b"-" in name:
                slot = _OTHERS
            if slot:
                opened[slot] = max(opened[slot] - 1, 0) if end else opened[slot] + 1
                if opened[slot] > DEEPEST:
                    return True
            if tag["crowd"]:
                return True
        unseen = tag[0].lower()
        if unseen in ends:
            ended = ends[unseen].search(markup, at)
            if ended is None:
                del ends[unseen]  # nor is there one behind the next
            else:
                at = ended.end()
    return False
