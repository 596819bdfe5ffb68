"""This file takes boxes out of pages that nest them deeper than browsers do; the text in them stays where it is.

At nearly every start tag the parser looks through all open elements for a paragraph to close, so boxes in boxes cost
the square of their number.
"""

from __future__ import annotations

import re

from cleaners.native import native

DEEPEST = 512  # open elements of one name; Blink stops at as many of all names
# Elements that nest in themselves. Others end where the next begins, as p, li and a do, and no look goes beyond a table's
# cell. Not ins: by two letters it is an input, and long forms have many.
_NAMES = tuple(
    b"abbr acronym address article aside b bdi bdo big blockquote center cite code del details dfn dialog dir div dl em "
    b"fieldset figcaption figure font footer header hgroup i kbd main mark menu nav ol q s samp search section small span "
    b"strike strong sub summary sup time tt u ul var".split()
)
_NAME_ENDS = rb"(?=[ \t\n\r\f/>])"
_REST_OF_TAG = rb"""
    (?: [ \t\n\r\f/]++
      | [^ \t\n\r\f/>] [^ \t\n\r\f/>=]*+  # the name of an attribute, which may begin with "="
        (?: [ \t\n\r\f]*+ = [ \t\n\r\f]*+ (?: "[^"]*+ (?:"|\Z) | '[^']*+ (?:'|\Z) | [^ \t\n\r\f"'>] [^ \t\n\r\f>]*+ )?+ )?+
    )*+ (?:>|\Z)
"""
_PAIR = re.compile(rb"<(/?+)(?=(..))", re.DOTALL)
_PAIRS = b"".join((name + b">")[:2] for name in _NAMES)
_PIECE = (
    re.compile(  # of markup, as the tokenizer of the HTML standard parts it; what has no end reaches that of the page
        rb"""
      <!-- (?: -?> | .*? (?: --!?> | \Z ) )
    | < (?: [!?] | / (?![a-z]) ) [^>]*+
    | <plaintext %(ends)b .*+
    | < (script|style|textarea|title|xmp|iframe|noembed|noframes) %(ends)b %(rest)b
      .*? (?: (?= </ \1 %(ends)b ) | \Z )
    | < (?P<end>/?) (?P<name> [a-z] [^ \t\n\r\f/>]*+ ) %(rest)b
    """
        % {b"ends": _NAME_ENDS, b"rest": _REST_OF_TAG},
        re.IGNORECASE | re.VERBOSE | re.DOTALL,
    )
)


def shallow(markup: bytes) -> bytes:
    """UTF-8 markup where elements inside DEEPEST others of their name hold nothing: each tag becomes an empty element.

    So lines are parted where they were. Of a run of such tags one is left. Nearly every page comes back as it is.
    """
    if not _nests(markup):
        return markup
    parts, at, last = [], 0, b""
    opened = dict.fromkeys(_NAMES, 0)
    for piece in _PIECE.finditer(markup):
        end, name = piece.group("end", "name")
        name = name and name.lower()
        if name not in opened:
            continue
        before = opened[name]
        opened[name] = max(before - 1, 0) if end else before + 1
        if max(before, opened[name]) <= DEEPEST:
            continue
        between = markup[at : piece.start()]
        parts.append(between)
        at = piece.end()
        tag = end + name
        if tag != last or between.strip():
            parts.append(b"<%b></%b>" % (name, name))
            last = tag
    parts.append(markup[at:])
    return b"".join(parts)


def _nests(markup: bytes) -> bool:
    """Whether a page may be too deep: a quick look that knows tags by two characters, and neither comments nor scripts."""
    if native is None:
        return _plain_nests(markup)
    found: bool = native.nests(markup, _PAIRS, DEEPEST)
    return found


def _plain_nests(markup: bytes) -> bool:
    wanted = {_folded(_PAIRS[at : at + 2]) for at in range(0, len(_PAIRS), 2)}
    opened = [0] * 32 * 32
    numbers: dict[bytes, int] = {}
    for end, pair in _PAIR.findall(markup):
        at = numbers.get(pair, -1)
        if at < 0:
            at = numbers[pair] = _folded(pair)
        opened[at] = max(opened[at] - 1, 0) if end else opened[at] + 1
        if opened[at] > DEEPEST and at in wanted:
            return True
    return False


def _folded(pair: bytes) -> int:
    """Two characters as a number: letters of either case are the same, and so are spaces, digits and most signs."""
    return sum((c & 31 if c & 64 else 0) << shift for c, shift in zip(pair, (5, 0), strict=True))
