"""Hints of a picture credit or a caption that the characters of a line give, looked for before any rule is tried."""

from __future__ import annotations

import re

from cleaners._speedups import speedups
from cleaners.text.credit_grammar import (
    LABEL_CHARS,
    LABEL_REACH,
    LONGEST,
    LONGEST_CREDIT,
    OPENERS,
    TAIL_REACH,
    Grammar,
)
from cleaners.text.credits import parts_at_bracket
from cleaners.text.fold import fold

# The hints of one line, added up: its opening comes again, or near its end stands a sign that credits are set with, a
# colon, a colon behind a letter glued to the word before, or a mark that is found in many other lines too.
TWICE, MARK, COLON, GLUED, FAINT = 1, 2, 4, 8, 16
MIN_HALF = 20  # characters; shorter doubles are refrains and names, from here on none stood in real news
LABELS = 2  # colons behind which a label may end
COUNTER = re.compile(r"^[\[(]?\d{1,3} ?/ ?\d{1,3}[\])]?\s+")  # "3/12 " before a caption in a gallery
_MARKS = "=：©ⓒ＝"
_FAINT = "/|"
_COUNTED = "[(0123456789"  # a counter begins with one, as in "(1/12) "
_JOINERS = "\u200b\u00ad\ufeff"  # show nothing, and part a word from a label glued to it
_GLUED = re.compile(f"(?:[^\\W_A-Z]|[{_JOINERS}])(?:[A-Z]|[^\\W\\x00-\\x7f])")  # whatever the labels are
CLOSES, MARKS, BARS, OPENS, JOINS = 1, 2, 4, 8, 16  # what a character is, for the C parts


def _classes() -> bytes:
    """For each character, up to the last that means something here, the sum of what it is, of the bits above."""
    table = bytearray(ord(max(*OPENERS, *_MARKS, *_FAINT, *_COUNTED, *_JOINERS)) + 1)
    for bit, characters in (
        (CLOSES, OPENERS), (MARKS, _MARKS), (BARS, _FAINT), (OPENS, _COUNTED), (JOINS, _JOINERS),
    ):  # fmt: skip
        for character in characters:
            table[ord(character)] |= bit
    return bytes(table)


_CLASSES = _classes()
_LIMITS = (LONGEST, LONGEST_CREDIT, MIN_HALF, LABEL_CHARS, LABEL_REACH, LABELS)


def hints_of(lines: list[str]) -> bytes:
    """For each line the sum of its hints: TWICE, MARK, COLON, GLUED, FAINT."""
    if speedups is None:
        return bytes(map(_py_hints, lines))
    found: bytes = speedups.credit_hints(lines, _CLASSES, _LIMITS)
    return found


def _py_hints(text: str) -> int:
    if not 0 < len(text) <= LONGEST:
        return 0
    tail = text[-LONGEST_CREDIT:]
    hints = MARK if any(map(tail.count, _MARKS)) else 0
    hints |= COLON if ":" in tail else 0
    hints |= FAINT if tail[-1] in OPENERS or tail[-2:-1] in OPENERS or any(map(tail.count, _FAINT)) else 0
    hints |= GLUED if follows_glued(text) else 0
    if len(text) < 2 * MIN_HALF:
        return hints
    starts = (at for at in label_ends(text) if text.find(text[at : at + MIN_HALF], at + MIN_HALF) > 0)
    return hints | (TWICE if text[0] in _COUNTED or any(True for _ in starts) else 0)


def label_ends(text: str) -> list[int]:
    """The line's start and the places behind its first colons, where a label may end."""
    counter = COUNTER.match(text) if text[0] in _COUNTED else None
    starts = [counter.end() if counter else 0]
    at = text.find(":", 0, LABEL_CHARS)
    while at >= 0 and len(starts) <= LABELS:
        starts.append(at + 1 + (text[at + 1 : at + 2] == " "))
        at = text.find(":", at + 1, LABEL_CHARS)
    return starts


def follows_glued(text: str, glued: re.Pattern[str] = _GLUED) -> bool:
    """True when a colon near the line's end follows a letter that a label may begin with, glued to the word before."""
    at = len(text)
    floor = max(0, at - LONGEST_CREDIT)
    while (at := text.rfind(":", floor, at)) >= 0:
        if glued.search(text, max(0, at - LABEL_REACH - 1), at):
            return True
    return False


def may_close(text: str, grammar: Grammar, *, glued: bool) -> bool:
    """Whether a line may close with a credit though no label and no agency was found in it as a word of its own.

    It is asked for lines with a colon, a slash or a bar near the end or a closing bracket, is far quicker than the grammar,
    and nearly all these lines end here. It looks for what a search for words misses: labels glued to a word, those that
    lead a slash, credits in brackets without a label, and what a tail may hide. `glued` is what `follows_glued` says.
    Where it says False, `split_credit` finds nothing.
    """
    if text[-1].isspace() or (text[-1] in " .)" and text[-2:-1] in " .)"):
        return True
    end = text[-TAIL_REACH:]
    if end.lower().endswith(grammar.tails) or end.endswith(grammar.behind):
        return True
    if not end.isascii() and end.casefold().rstrip(" .)").endswith(grammar.unspaced):
        return True
    tail = text[-LONGEST_CREDIT:]
    if "/" in tail and any(map(tail.count, grammar.led_by)):
        return True
    if (text[-1] in OPENERS or text[-2:-1] in OPENERS) and _may_close_in_brackets(text, grammar):
        return True
    return glued and follows_glued(text, grammar.glued)


def _may_close_in_brackets(text: str, grammar: Grammar) -> bool:
    parts = parts_at_bracket(text)
    if parts is None:
        return False
    inside = parts[1]
    folded = fold(inside)
    return (
        folded in grammar.notes
        or folded.endswith(grammar.taken_by_bracketed)
        or inside.startswith(grammar.picture_desks)
        or grammar.by.match(inside) is not None
    )
