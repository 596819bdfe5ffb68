"""Features of the elements that a line stands in: how much prose they hold, and which of them is the article."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups
from cleaners.judge.block_arrays import field_arrays
from cleaners.judge.feature_table import FeatureTable, Floats
from cleaners.page import Page

Sums = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_WORDS, _PROSE = 0, 1  # rows of the sums over an element: words, prose, links, lines that no rule dropped
_MOST = 0.5  # of the prose of an element: a child that holds so much of it leads on to the article
_ANY_WORD = 0.01  # prose a word of any kind is worth, so that pages without prose have a trunk too
_LEVELS = (1, 2, 3, 4, 6)  # how many elements up from its own a line is described
_DESCRIBED = [
    f"{name}_{what}"
    for name in ("branch", *(f"up{level}" for level in _LEVELS))
    for what in ("words", "lines", "links", "prose", "share", "open")
]
_OF_CORE = ["core_up", "core_off", "core_in", "core_before", "core_after", "core_place", "core_share"]
_TOLD = [*_OF_CORE, *_DESCRIBED, "read_own", "read_up", "read_in"]
_READ = ("words", "prose", "link_share", "dropped_by_rule")
_NEAR = 0.5  # what the prose of a grandchild counts for; that of a child counts whole
_MOST_WORDS, _MOST_LINES, _FAR = 5_000.0, 300.0, 40.0  # beyond these a number says only "many" or "far"


class _Spans(NamedTuple):
    """For each element the first block inside it and the one after the last; an empty element has equal ones."""

    first: Places
    after: Places


class _Trunk(NamedTuple):
    """The way from the page down to the element that holds the article, and where each element leaves it.

    `core` is the last element of the way. For each element, `branch` is the outermost one around it that is not on
    the way (itself for one that is), `up` how many steps above the core the branch leaves it, `off` how deep inside
    the branch the element lies.
    """

    core: int
    branch: Places
    up: Places
    off: Places


def containers(page: Page, columns: FeatureTable) -> None:
    """Add the features of its elements to the table of a page; needs "words", "prose", "link_share", "dropped_by_rule".

    The trunk follows the child that holds most of the prose, as long as it holds half: a page's template puts the
    article on it and all else on branches. The `read` columns are the paragraph scores that Readability (Arc90, 2009)
    adds up for parents and grandparents.
    """
    element, values = field_arrays(page.blocks, "element")[0], columns.rows(_READ)
    rows = columns.room(_TOLD)
    if speedups is None:
        _py_containers(page.parents, element, values, rows)
    else:
        bounds = (_MOST, _ANY_WORD, _NEAR, _MOST_WORDS, _MOST_LINES, _FAR)
        speedups.containers(page.parents, element, values, _LEVELS, bounds, rows)


def _py_containers(around: tuple[int, ...], element: Places, values: Floats, rows: Floats) -> None:
    n, parents = len(element), np.fromiter(around, np.intp, len(around))
    words, prose, links, dropped = values.astype(np.float64)
    prose = words * prose
    spans = _spans(around, element)
    sums = _inside(spans, np.array([words, prose, words * links, 1 - dropped]))
    trunk = _trunk(around, sums[_PROSE] + _ANY_WORD * sums[_WORDS])
    here = np.arange(n)
    first, after = int(spans.first[trunk.core]), int(spans.after[trunk.core])
    up = trunk.up[element]
    of_core, described, read = np.split(rows, np.cumsum((len(_OF_CORE), len(_DESCRIBED))))
    for row, told in zip(
        of_core,
        (
            up, trunk.off[element], up <= 0, np.clip(first - here, -1, _FAR), np.clip(here - after + 1, -1, _FAR),
            (here - first) / max(after - first, 1), np.full(n, sums[_PROSE, trunk.core] / max(sums[_PROSE, 0], 1.0)),
        ), strict=True,
    ):  # fmt: skip
        row[:] = told
    outwards = [element]
    for _ in range(max(_LEVELS)):
        outwards.append(parents[outwards[-1]])
    _describe(np.array([trunk.branch[element], *(outwards[level] for level in _LEVELS)]), spans, sums, described)
    _readability(parents, element, prose, spans, read)


def _spans(parents: tuple[int, ...], elements: Places) -> _Spans:
    """Elements are numbered in page order, so the blocks inside one follow each other."""
    n = len(elements)
    first, last = [n] * len(parents), [-1] * len(parents)
    for place, element in enumerate(elements.tolist()):
        if first[element] == n:
            first[element] = place
        last[element] = place
    for element in range(len(parents) - 1, 0, -1):
        parent = parents[element]
        if first[element] < first[parent]:
            first[parent] = first[element]
        if last[element] > last[parent]:
            last[parent] = last[element]
    after = np.array(last, np.intp) + 1
    return _Spans(np.minimum(np.array(first, np.intp), after), after)


def _inside(spans: _Spans, values: Sums) -> Sums:
    """The sum of each row of values over the blocks inside each element."""
    sums = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    inside: Sums = sums[:, spans.after] - sums[:, spans.first]
    return inside


def _trunk(parents: tuple[int, ...], weight: Sums) -> _Trunk:
    weights = weight.tolist()
    heaviest, most = [0] * len(parents), [-1.0] * len(parents)
    for element in range(1, len(parents)):
        parent = parents[element]
        if weights[element] > most[parent]:
            heaviest[parent], most[parent] = element, weights[element]
    core, way = 0, [0]
    while most[core] > 0 and most[core] >= _MOST * weights[core]:
        core = heaviest[core]
        way.append(core)
    level, branch, off = [0] * len(parents), list(range(len(parents))), [0] * len(parents)
    on_way = [False] * len(parents)
    for place, element in enumerate(way):
        level[element], on_way[element] = place, True
    for element in range(1, len(parents)):
        if on_way[element]:
            continue
        parent = parents[element]
        level[element], off[element] = level[parent], off[parent] + 1
        if not on_way[parent]:
            branch[element] = branch[parent]
    return _Trunk(core, np.array(branch, np.intp), len(way) - 1 - np.array(level, np.intp), np.array(off, np.intp))


def _describe(elements: Places, spans: _Spans, sums: Sums, rows: Floats) -> None:
    """The features of what an element holds, for each of some elements around a line."""
    lines = spans.after - spans.first
    words, prose, links, undecided = sums
    some_words = np.maximum(words, 1.0)
    told = np.array([
        np.minimum(words, _MOST_WORDS), np.minimum(lines, _MOST_LINES), links / some_words, prose / some_words,
        prose / max(prose[0], 1.0), undecided / np.maximum(lines, 1),
    ])  # fmt: skip
    rows.reshape(len(elements), len(told), -1)[:] = told.take(elements, axis=1).swapaxes(0, 1)


def _readability(parents: Places, element: Places, prose: Sums, spans: _Spans, rows: Floats) -> None:
    own = np.bincount(element, prose, len(parents))
    inner, around = own[1:], parents[1:]
    score = own + np.bincount(around, inner, len(own)) + _NEAR * np.bincount(parents[around], inner, len(own))
    best, highest = int(score.argmax()), max(float(score.max()), 1.0)
    here = np.arange(len(element))
    rows[0] = score[element] / highest
    rows[1] = score[parents[element]] / highest
    rows[2] = (here >= spans.first[best]) & (here < spans.after[best])
