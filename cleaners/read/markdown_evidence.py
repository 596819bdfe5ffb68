"""Tells Markdown from plain text by its marks: several different ones, because a plain text may hold any one of them."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

_READ = 30_000  # characters looked at
# No Markdown is without one of these. The single character is looked for first: that costs a tenth of the rest.
_HINTS = (
    ("[", ("](", "]: ")), ("#", ("# ",)), ("*", ("**",)), ("`", ("```",)), ("~", ("~~~",)), ("=", ("\n===",)),
    ("|", ("|--", "| -", "|:-")), ("-", ("\n---",)),
)  # fmt: skip

_LINK = re.compile(
    r"(?<!!)\[[^\[\]\n]{1,200}\]\((?:https?:|/|\.{0,2}/|#|mailto:|<|[\w.-]+/)[^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?: [\"'(][^\n]{0,200})?\)"
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\((?:https?:|/|data:|<|\.{0,2}/|[\w.-]+[./])[^()\n]*\)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\[\]\n]{1,80}\]: +<?(?:https?:|/|\.{1,2}/|mailto:|#)\S*", re.M)
_RULED_TABLE = re.compile(
    r"^[^\n]*\|[^\n]*\n *\|? *:?-{3,}:? *(?:\| *:?-{3,}:? *)+\|? *$|^\|(?: *:?-+:? *\|)+ *$", re.M
)
_FENCED = re.compile(r"^ {0,3}(```+|~~~+)[\w+#.-]* *\n(?:[^\n]*\n){1,400}? {0,3}\1 *$", re.M)
# A heading stands apart, says something in letters and is no comment of a script, which is followed by a command.
_HEADING = re.compile(r"(?:^|(?<=\n\n))#(?! +\d) +(?=[^\n]{0,20}[^\W\d_]{2})[^\n]{2,300}(?=\n[ \t]*(?:\n|$)|$)")
_SUBHEAD = re.compile(r"(?:^|(?<=\n\n))#{2,6} +(?=[^\n]{0,20}[^\W\d_]{2})[^\n]{2,300}(?=\n[ \t]*(?:\n|$)|$)")
_TIGHT_HEADING = re.compile(r"^#{2,6} +(?=[^\n]{0,20}[^\W\d_]{2})[^\n]{2,300}$", re.M)
_BOLD = re.compile(r"(?<![*\w])\*\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*])\*\*(?![*\w])")
_UNDERLINED = re.compile(r"(?:^|\n\n)[^\n]{3,200}\n(?:={3,}|-{3,})[ \t]*(?=\n[ \t]*\n)")
_ESCAPED = re.compile(r"(?<!\\)\\[_*#.>`-](?!\w{3})")
_ITALIC = re.compile(
    r"(?<![*\w])\*(?=[^\s*])[^*\n]{2,200}(?<=[^\s*])\*(?![*\w])|(?<![_\w])_(?=[^\s_])[^_\n]{2,200}(?<=[^\s_])_(?![_\w])"
)
_QUOTED = re.compile(r"(?:^|\n\n) {0,3}> ?[^\s>]")
_BULLETS = re.compile(r"^ {0,3}([*+-])[ \t]+\S[^\n]*\n(?:\n)? {0,3}\1[ \t]+\S", re.M)
_NUMBERED = re.compile(r"^ {0,3}1[.)] +\S[^\n]*\n(?:\n)? {0,3}2[.)] +\S", re.M)
_CODE = re.compile(r"(?<!`)`[^`\n]{1,120}`(?!`)")


class _Mark(NamedTuple):
    """One sort of mark: what it looks like, the characters without which it is not there, what it counts for."""

    pattern: re.Pattern[str]
    hints: tuple[str, ...]
    first: int
    again: int


# What only Markdown looks like, what it often does, and what any text may.
_SURE = (
    _Mark(_LINK, ("](",), 4, 1),
    _Mark(_IMAGE, ("](",), 5, 0),
    _Mark(_REFERENCE, ("]: ",), 4, 1),
    _Mark(_RULED_TABLE, ("--",), 5, 0),
    _Mark(_FENCED, ("```", "~~~"), 5, 0),
    _Mark(_HEADING, ("# ",), 4, 1),
    _Mark(_SUBHEAD, ("## ",), 5, 0),
)
_OTHERS = (
    _Mark(_TIGHT_HEADING, ("## ",), 2, 2),
    _Mark(_BOLD, ("**",), 2, 3),
    _Mark(_UNDERLINED, ("\n---", "\n==="), 2, 2),
    _Mark(_ESCAPED, ("\\",), 2, 0),
    _Mark(_ITALIC, ("*", "_"), 1, 0),
    _Mark(_QUOTED, ("> ",), 1, 0),
    _Mark(_BULLETS, ("- ", "* ", "+ "), 1, 0),
    _Mark(_NUMBERED, ("1. ", "1) "), 1, 0),
    _Mark(_CODE, ("`",), 1, 0),
)
_ENOUGH = 5


def is_markdown(text: str) -> bool:
    """True when the beginning of a text holds marks of Markdown of several sorts, or one that nothing else has again."""
    start = text[:_READ]
    if not any(sign in start and any(hint in start for hint in hints) for sign, hints in _HINTS):
        return False
    start = start.replace("\r\n", "\n").lstrip()
    if _HEADING.match(start) or _SUBHEAD.match(start):
        return True  # it begins with a headline that is marked as one
    weight = 0
    for marks in (_SURE, _OTHERS):
        for mark in marks:
            weight += _weight(mark, start)
        if weight >= _ENOUGH:
            return True
    return False


def _weight(mark: _Mark, text: str) -> int:
    if not any(hint in text for hint in mark.hints):
        return 0
    found = sum(1 for _ in islice(mark.pattern.finditer(text), 2))
    return (mark.first if found else 0) + (mark.again if found > 1 else 0)
