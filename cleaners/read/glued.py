"""Parts what an extractor glued to a sentence without a break: "… Read more" at its end, an appeal before it."""

from __future__ import annotations

import re
from functools import cache

from cleaners.rules.phrases import settings_of
from cleaners.text.fold import fold

MIN_CHARACTERS = 60  # of a line with a sentence and something glued to it
_AROUND = " .…»›→>[](){}|:"  # what may stand around "Read more"
_MARKS = " …[(|»›→>."
LONGEST_END = 40  # characters of such a link
_LAST = 2  # of its letters; the shortest has as many
_BEFORE = re.compile(r"(.{10,160}?[.!?])(?=[A-ZÀ-ÞĀ-ŽΑ-ΩА-ЯЁІЇЄ][^.A-Z])")
_ENDS = '.!?…。।！？؟۔"”»)'


def unglued(line: str) -> tuple[str, ...]:
    """The line, of MIN_CHARACTERS or more, or its parts where it holds a sentence and furniture: nothing is lost, and most lines are one part."""
    starts, begun, ends, last = _known()
    if line[:3].casefold() in begun and line[:200].casefold().startswith(starts):
        found = _BEFORE.match(line)
        if found and not fold(line[found.end() :]).startswith(starts):
            return line[: found.end()], *unglued(line[found.end() :])
    tail = line[-LONGEST_END:].rstrip(_AROUND)
    if tail[-_LAST:].casefold()[-_LAST:] not in last:  # nearly every line ends here
        return (line,)
    tail = tail.casefold()
    return _without_link(line, ends, tail) if tail.endswith(ends) else (line,)


def _without_link(line: str, ends: tuple[str, ...], tail: str) -> tuple[str, ...]:
    """The sentence, and the link behind it, if something parts them: a full stop, an ellipsis, a bracket."""
    size = max(len(end) for end in ends if tail.endswith(end))
    head = line.rstrip(_AROUND)[:-size]
    bare = head.rstrip(_MARKS)
    mark = head[len(bare) :].strip()
    if not bare or not (bare[-1] in _ENDS or mark):
        return (line,)
    cut = len(bare)
    if bare[-1] not in _ENDS and mark.startswith((".", "…")):
        cut += len(head[cut:]) - len(head[cut:].lstrip(" .…"))
    return line[:cut].rstrip(), line[cut:]


@cache
def _known() -> tuple[tuple[str, ...], frozenset[str], tuple[str, ...], frozenset[str]]:
    """What such an appeal begins with, the first three letters of each; what such links say, the last two of each."""
    words = settings_of("tails")
    starts, ends = tuple(words["glued_starts"]), tuple(words["glued_ends"])
    return starts, frozenset(start[:3] for start in starts), ends, frozenset(end[-_LAST:] for end in ends)
