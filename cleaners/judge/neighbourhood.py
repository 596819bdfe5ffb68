"""Features of where a line stands and of the lines around it: its place on the page, its siblings, its neighbours."""

from __future__ import annotations

from functools import cache

import numpy as np

from cleaners._speedups import speedups
from cleaners.judge.block_arrays import group_numbers, places_of
from cleaners.judge.feature_table import FeatureTable, Floats
from cleaners.page import Block

FAR = 40.0  # blocks; beyond this a distance says only "far"
_MOST_LINES, _MOST_WORDS = 200.0, 2_000.0  # above and below a line, or of its siblings; more say no more
_OF_SIBLINGS = ("words", "prose", "link_share", "stop_share")
_GROUPS = {"parent": ("parent",), "path": ("path", "tokens"), "bare_path": ("path",)}
_GROUP_FIELDS = tuple(places_of(*names) for names in _GROUPS.values())
_OF_GROUPS = [f"{group}_{what}" for group in _GROUPS for what in (*_OF_SIBLINGS, "lines", "share")]
_PLACES = [
    "from_top", "from_end", "line_place", "word_place", "prose_place", "prose_words_before", "prose_words_after",
    "since_prose", "until_prose",
]  # fmt: skip
_AROUND = (1, 2, 3)
_WINDOWS = (2, 5, 12)


def place_on_page(blocks: tuple[Block, ...], columns: FeatureTable) -> None:
    """Where on the page a line stands, by lines and by words, and how far the running prose is."""
    words, prose, rows = columns["words"], columns["prose"], columns.room(_PLACES)
    if speedups is None:
        _py_places(words, prose, rows)
    else:
        speedups.places(words, prose, _MOST_LINES, _MOST_WORDS, FAR, rows)
    same = group_numbers(blocks, "folded")
    columns["repeats"] = np.minimum(np.bincount(same)[same], 10)


def _py_places(words: Floats, prose: Floats, rows: Floats) -> None:
    n = len(words)
    from_top, from_end, line_place, word_place, prose_place, words_before, words_after, since, until = rows
    index = np.arange(n, dtype=np.float32)
    before = np.cumsum(words) - words
    total = max(float(words.sum()), 1.0)
    from_top[:], from_end[:] = np.minimum(index, _MOST_LINES), np.minimum(n - 1 - index, _MOST_LINES)
    line_place[:], word_place[:] = index / max(n - 1, 1), before / total
    is_prose = prose > 0
    prose_words = is_prose * words
    prose_before = np.cumsum(prose_words) - prose_words
    prose_total = max(float(prose_words.sum()), 1.0)
    prose_place[:] = prose_before / prose_total
    words_before[:] = np.minimum(prose_before, _MOST_WORDS)
    words_after[:] = np.minimum(prose_total - prose_before - prose_words, _MOST_WORDS)
    since[0] = until[-1] = np.inf
    since[1:] = index[1:] - np.maximum.accumulate(np.where(is_prose, index, -np.inf))[:-1]
    until[:-1] = np.minimum.accumulate(np.where(is_prose, index, np.inf)[::-1])[::-1][1:] - index[:-1]
    np.minimum(since, FAR, out=since)
    np.minimum(until, FAR, out=until)


def siblings(blocks: tuple[Block, ...], columns: FeatureTable) -> None:
    """What the line's siblings look like: those with one parent, and those on the same tag path or class anywhere."""
    values = np.concatenate((columns.rows(_OF_SIBLINGS), [columns["prose"] * columns["words"]]))
    rows = columns.room(_OF_GROUPS)
    if speedups is None:
        _py_siblings(blocks, values, rows)
    else:
        speedups.siblings(blocks, _GROUP_FIELDS, values, _MOST_LINES, rows)


def _py_siblings(blocks: tuple[Block, ...], values: Floats, rows: Floats) -> None:
    group = np.array([group_numbers(blocks, *names) for names in _GROUPS.values()])
    group += len(blocks) * np.arange(len(_GROUPS))[:, None]  # no group has more numbers than there are blocks
    numbers = group.size
    size = np.maximum(np.bincount(group.ravel(), minlength=numbers), 1)
    values = values.astype(np.float64)
    place = group[:, None] + numbers * np.arange(len(values))[:, None]
    sums = np.bincount(place.ravel(), np.broadcast_to(values, place.shape).ravel(), numbers * len(values)).reshape(
        len(values), -1
    )
    share = sums[-1] / max(float(values[-1].sum()), 1.0)
    told = np.array([*(sums[:-1] / size), np.minimum(size, _MOST_LINES), share])
    rows.reshape(len(_GROUPS), len(told), -1)[:] = told.take(group, axis=1).swapaxes(0, 1)


def neighbours(names: tuple[str, ...], columns: FeatureTable) -> None:
    """The same evidence of the lines around, and its mean over windows of them."""
    values, rows = columns.rows(names), columns.room(_neighbour_names(names))
    if speedups is None:
        _py_neighbours(values, rows)
    else:
        speedups.neighbours(values, _AROUND, _WINDOWS, rows)


def _py_neighbours(values: Floats, rows: Floats) -> None:
    many, n = values.shape
    for step in _AROUND:
        some = min(step, n)
        before, after, rows = rows[:many], rows[many : 2 * many], rows[2 * many :]
        before[:, :some], before[:, some:] = -1, values[:, : n - some]
        after[:, : n - some], after[:, n - some :] = values[:, some:], -1
    widest = max(_WINDOWS)
    # Of the lines above each; before and behind the page, of none and of all.
    sums = np.zeros((many, widest + 1 + n + widest))
    np.cumsum(values, axis=1, dtype=np.float64, out=sums[:, widest + 1 : widest + 1 + n])
    sums[:, widest + 1 + n :] = sums[:, widest + n, None]
    index = np.arange(n)
    for width in _WINDOWS:
        inside = sums[:, widest + width + 1 :][:, :n] - sums[:, widest - width :][:, :n]
        rows[:many] = inside / (np.minimum(index + width + 1, n) - np.maximum(index - width, 0))
        rows = rows[many:]


@cache
def _neighbour_names(names: tuple[str, ...]) -> list[str]:
    signs = [f"{sign}{step}" for step in _AROUND for sign in "-+"] + [f"~{width}" for width in _WINDOWS]
    return [f"{name}{sign}" for sign in signs for name in names]
