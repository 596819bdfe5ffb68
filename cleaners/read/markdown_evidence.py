"""Tells Markdown from plain text by its marks: several different ones, because a plain text may hold any one of them."""

from __future__ import annotations

import re

_READ = 60_000  # characters looked at
# No Markdown is without one of these; looking for them costs next to nothing.
_HINTS = ("](", "# ", "**", "```", "\n===", "\n---", "|--", "| -", "|:-", "]: ", "~~~")

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
_HEADING = re.compile(
    r"(?:^|(?<=\n\n))(?:#(?! +\d)|#{2,6}) +(?=[^\n]{0,20}[^\W\d_]{2})[^\n]{2,300}(?=\n[ \t]*(?:\n|$)|$)"
)
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

# What only Markdown looks like, what it often does, and what any text may.
_SURE = (_LINK, _IMAGE, _REFERENCE, _RULED_TABLE, _FENCED, _HEADING)
_LIKELY = (_TIGHT_HEADING, _BOLD, _UNDERLINED, _ESCAPED)
_POSSIBLE = (_ITALIC, _QUOTED, _BULLETS, _NUMBERED, _CODE)
_SURE_COUNTS, _LIKELY_COUNTS, _POSSIBLE_COUNTS = 4, 2, 1
_ENOUGH = 5
_OFTEN = 3  # of one sort of mark that only Markdown has; so many need no other


def is_markdown(text: str) -> bool:
    """True when the beginning of a text holds marks of Markdown of several sorts, or one that nothing else has again."""
    start = text[:_READ]
    if not any(hint in start for hint in _HINTS):
        return False
    start = start.replace("\r\n", "\n").lstrip()
    weight = 0
    for pattern in _SURE:
        found = _count(pattern, start)
        if found >= _OFTEN:
            return True
        weight += _SURE_COUNTS * (found > 0) + (found > 1)
    if _HEADING.match(start):
        return True  # it begins with a headline that is marked as one
    for pattern in _LIKELY:
        found = _count(pattern, start)
        weight += _LIKELY_COUNTS * min(found, 2)
    for pattern in _POSSIBLE:
        weight += _POSSIBLE_COUNTS * (pattern.search(start) is not None)
    return weight >= _ENOUGH


def _count(pattern: re.Pattern[str], text: str) -> int:
    """How often a mark stands in the text, up to _OFTEN."""
    count = 0
    for count, _ in enumerate(pattern.finditer(text), start=1):
        if count == _OFTEN:
            break
    return count
