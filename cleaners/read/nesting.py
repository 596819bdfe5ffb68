"""Rewrites markup that makes the HTML parser quadratic; no text moves.

At nearly every start tag the parser looks through all open elements for a paragraph to close, so boxes are nested no
deeper than browsers do. At every attribute it looks through those the tag has already, so a tag keeps the first ones.
At every name that no standard knows it looks through many of those it met before, so a page keeps the first of these.
Bold and other formatting elements that were never closed are opened again in every block, so where both are many none may
stand in itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cleaners._speedups import speedups

DEEPEST = 512  # open elements of one name; Blink stops at as many of all names
MOST_ATTRIBUTES = 256  # of a tag; the most of 1,497 real pages was far below a hundred
MOST_NAMES = 2_048  # of attributes, and of elements of no standard; real pages have some hundred at most
MOST_AGAIN = 2_000_000  # formatting elements that are opened again; each takes some 100 bytes
_FORMATTING = tuple(b"b big code em font i s small strike strong tt u".split())
# Elements that nest in themselves. Of those that no standard names all count as one.
_NAMES = tuple(
    b"abbr acronym address article aside audio bdi bdo blockquote canvas center cite data del details dfn dialog dir div "
    b"dl fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup ins kbd label legend listing main map mark menu "
    b"meter nav noscript ol output picture pre progress q ruby samp search section slot span sub summary sup time ul var "
    b"video".split()
)
# Elements that end where the next begins, hold nothing, or hold what no reader sees; a look ends at a table's cell.
_FLAT = frozenset(
    b"a applet area base basefont bgsound body br button caption col colgroup datalist dd dt embed form frame frameset "
    b"head hr html iframe image img input keygen li link marquee math menuitem meta nobr noembed noframes object optgroup "
    b"option p param plaintext rb rp rt rtc script select source style svg table tbody td template textarea tfoot th thead "
    b"title tr track wbr xmp "
    b"circle clippath defs desc ellipse g image line lineargradient mask path pattern polygon polyline radialgradient rect "
    b"stop symbol text tspan use".split()  # of pictures, where "/>" ends an element
)
_NAME_ENDS = rb"(?=[ \t\n\r\f/>])"
_CALLED = rb"[^ \t\n\r\f/>] [^ \t\n\r\f/>=]*+"  # the name of an attribute, which may begin with "="
_QUOTED = rb"""(?: "[^"]*+ (?:"|\Z) | '[^']*+ (?:'|\Z) )"""
_BARE = rb"""[^ \t\n\r\f"'>] [^ \t\n\r\f>]*+"""
_SIGN = rb"[ \t\n\r\f]*+ = [ \t\n\r\f]*+"
_ATTRIBUTE = rb"%b (?: %b (?: %b | %b )?+ )?+" % (_CALLED, _SIGN, _QUOTED, _BARE)
_REST_OF_TAG = rb"(?: [ \t\n\r\f/]++ | %b )*+ (?:>|\Z)" % _ATTRIBUTE
_TAG = re.compile(
    rb"< (?P<end>/?+) (?P<name> [a-z] [^ \t\n\r\f/>]*+ ) (?P<rest> %b )" % _REST_OF_TAG, re.IGNORECASE | re.VERBOSE
)
_NEXT = re.compile(rb"[ \t\n\r\f/]*+ (?=(%b)) %b" % (_CALLED, _ATTRIBUTE), re.VERBOSE)
_LOOK = re.compile(  # what the quick look sees of a page: where comments begin, and tags
    rb"<!-- | < (?P<end>/?+) (?=(?P<start> [a-z]..)) (?P<name>[^ \t\n\r\f/>]*+)",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_LOOK_NEXT = re.compile(  # of an attribute, where its bare value begins
    rb"[ \t\n\r\f/]*+ (?P<called>%b) (?: %b (?: %b | (?P<bare> (?=[^>]) ) )?+ )?+" % (_CALLED, _SIGN, _QUOTED),
    re.VERBOSE,
)
_LOOK_BARE = re.compile(rb"[^ \t\n\r\f>]*+")
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

    So lines are parted where they were. Of a run of such tags one is left, of a tag's attributes MOST_ATTRIBUTES, of
    attributes and elements of no standard those with the first MOST_NAMES names; other such elements all get one name.
    Nearly every page comes back as it is.
    """
    if not _costly(markup):
        return markup
    limits = dict.fromkeys((*_NAMES, *_FORMATTING, b""), DEEPEST)
    lower, again = _lower(markup, limits)
    return lower if again <= MOST_AGAIN else _lower(markup, limits | dict.fromkeys(_FORMATTING, 1))[0]


def _lower(markup: bytes, limits: Mapping[bytes, int]) -> tuple[bytes, int]:
    """The markup with elements nested no deeper than these limits, and how often formatting elements might be opened again in it."""
    parts, at, last = [], 0, b""
    opened = dict.fromkeys(limits, 0)
    met: set[bytes] = set()
    formatting = again = 0
    for piece in PIECE.finditer(markup):
        end, name = piece.group("end", "name")
        name = name and name.lower()
        counted = name if name in opened else b"" if name and name not in _FLAT else None
        if counted == b"" and not _is_met(name, met):
            name = b"x-" if b"-" in name else b"x"
        if counted is not None:
            before = opened[counted]
            after = max(before - 1, 0) if end else before + 1
            opened[counted] = after
            if max(before, after) > limits[counted]:
                between = markup[at : piece.start()]
                parts.append(between)
                at = piece.end()
                tag = end + name
                if tag != last or between.strip():
                    parts.append(b"<%b></%b>" % (name, name))
                    last = tag
                continue
            if counted in _FORMATTING:
                formatting += after - before
        again += formatting
        is_bare = name and piece.end() - piece.end("name") == 1 and name == piece["name"].lower()
        if not is_bare and (changed := _lighter(piece, name, met)):
            parts += (markup[at : piece.start()], changed[0])
            at = changed[1]
    parts.append(markup[at:])
    return b"".join(parts), again


def _is_met(name: bytes, met: set[bytes]) -> bool:
    """Whether a name is one of the first MOST_NAMES of a page."""
    if name in met:
        return True
    if len(met) < MOST_NAMES:
        met.add(name)
        return True
    return False


def _lighter(piece: re.Match[bytes], name: bytes | None, met: set[bytes]) -> tuple[bytes, int] | None:
    """The tag under this name, with those of its attributes that may stay, and where it ended; None if it is that already.

    A tag that hides what follows it from the parser has no name here, and keeps its own.
    """
    tag = _TAG.match(piece.string, piece.start())
    if tag is None:
        return None
    attributes = list(_NEXT.finditer(tag["rest"]))
    kept = [] if tag["end"] else [x for x in attributes[:MOST_ATTRIBUTES] if _is_met(x[1].lower(), met)]
    called = tag["name"] if name is None or name == tag["name"].lower() else name
    if called == tag["name"] and len(kept) == len(attributes):
        return None
    close = b"/>" if tag["rest"][attributes[-1].end() if attributes else 0 :].endswith(b"/>") else b">"
    return b"".join((b"<", tag["end"], called, *(x[0] for x in kept), close)), tag.end()


def _slot_table() -> bytes:
    """The slot of the counter that a tag belongs to, by its first three characters as a number: 0 for none."""
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
# Where a box and a flat element begin alike, the box is counted; formatting elements come last.
_NAMES_OF_SLOTS = (_FLAT, (), *((name,) for name in (*_NAMES, *_FORMATTING)))
_FIRST_FORMATTING = len(_NAMES_OF_SLOTS) - len(_FORMATTING)
_SLOTS = _slot_table()


def _costly(markup: bytes) -> bool:
    """Whether a page may cost too much: a quick look that knows tags by their start."""
    if speedups is None:
        return _py_costly(markup)
    found: bool = speedups.costly(markup, _SLOTS, DEEPEST, MOST_ATTRIBUTES, MOST_NAMES, _FIRST_FORMATTING, MOST_AGAIN)
    return found


def _py_costly(markup: bytes) -> bool:
    opened = [0] * len(_NAMES_OF_SLOTS)
    at = 0
    ends = dict(_ENDS)
    names = _Names()
    formatting = again = 0
    while tag := _LOOK.search(markup, at):
        at = tag.end()
        end, start, name = tag.group("end", "start", "name")
        if start is not None:
            slot = _SLOTS[_folded(start[0]) << 10 | _folded(start[1]) << 5 | _folded(start[2])]
            if not slot and b"-" in name:
                slot = _OTHERS
            if slot:
                change = -(opened[slot] > 0) if end else 1
                opened[slot] += change
                formatting += change if slot >= _FIRST_FORMATTING else 0
                if opened[slot] > DEEPEST:
                    return True
            again += formatting
            if again > MOST_AGAIN:
                return True
            if names.are_too_many(markup, at, name if slot == _OTHERS else None):
                return True
        unseen = tag[0].lower()
        if unseen in ends:
            ended = ends[unseen].search(markup, at)
            if ended is None:
                del ends[unseen]  # nor is there one behind the next
            else:
                at = ended.end()
    return False


class _Names:
    """The names of attributes, and of elements of no standard, that a quick look met on a page."""

    def __init__(self) -> None:
        self.met: set[bytes] = set()
        self.bare = range(0)  # a value without quotes, which looks at other tags in it need not read again

    def are_too_many(self, markup: bytes, at: int, name: bytes | None) -> bool:
        """Whether the page has too many names, or the tag whose name ends here too many attributes."""
        if name is not None:
            self.met.add(name)
        count = 0
        while attribute := _LOOK_NEXT.match(markup, at):
            count += 1
            if count > MOST_ATTRIBUTES:
                return True
            self.met.add(attribute["called"])
            at = attribute.end()
            if attribute["bare"] is not None:
                if at not in self.bare:
                    found = _LOOK_BARE.match(markup, at)
                    self.bare = range(at, found.end() if found else at)
                at = self.bare.stop
        return len(self.met) > MOST_NAMES
