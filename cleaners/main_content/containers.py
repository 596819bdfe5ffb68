"""This file describes the elements that a line stands in: how much prose they hold, and which of them is the article."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners.main_content.columns import Columns
from cleaners.main_content.fields import fields
from cleaners.native import native
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


def containers(page: Page, columns: Columns) -> None:
    """Add to the columns of a page what its elements say; needs "words", "prose", "link_share" and "dropped_by_rule".

    The trunk follows the child that holds most of the prose, as long as it holds half: a page's template puts the
    article on it and all else on branches. The `read` columns are the paragraph scores that Readability (Arc90, 2009)
    adds up for parents and grandparents.
    """
    n, parents = len(page.blocks), np.fromiter(page.parents, np.intp, len(page.parents))
    element = fields(page.blocks, "element")[0]
    words = columns["words"].astype(np.float64)
    prose = words * columns["prose"]
    spans = _spans(page.parents, element)
    sums = _inside(spans, np.array([words, prose, words * columns["link_share"], 1 - columns["dropped_by_rule"]]))
    trunk = _trunk(page.parents, sums[_PROSE] + _ANY_WORD * sums[_WORDS])
    here = np.arange(n)
    first, after = int(spans.first[trunk.core]), int(spans.after[trunk.core])
    up = trunk.up[element]
    columns.add(
        ["core_up", "core_off", "core_in", "core_before", "core_after", "core_place", "core_share"],
        [
            up, trunk.off[element], up <= 0, np.clip(first - here, -1, _FAR), np.clip(here - after + 1, -1, _FAR),
            (here - first) / max(after - first, 1), np.full(n, sums[_PROSE, trunk.core] / max(sums[_PROSE, 0], 1.0)),
        ],
    )  # fmt: skip
    around = [element]
    for _ in range(max(_LEVELS)):
        around.append(parents[around[-1]])
    _describe(np.array([trunk.branch[element], *(around[level] for level in _LEVELS)]), spans, sums, columns)
    _readability(parents, element, prose, spans, columns)


def _spans(parents: tuple[int, ...], elements: Places) -> _Spans:
    """Elements are numbered in page order, so the blocks inside one follow each other."""
    if native is None:
        return _plain_spans(parents, elements)
    spans = _Spans(np.empty(len(parents), np.intp), np.empty(len(parents), np.intp))
    native.spans(parents, elements, *spans)
    return spans


def _plain_spans(parents: tuple[int, ...], elements: Places) -> _Spans:
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
    if native is None:
        return _plain_trunk(parents, weight)
    branch, level, off = np.empty((3, len(parents)), np.intp)
    core = native.trunk(parents, weight, _MOST, branch, level, off)
    return _Trunk(core, branch, level[core] - level, off)


def _plain_trunk(parents: tuple[int, ...], weight: Sums) -> _Trunk:
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


def _describe(elements: Places, spans: _Spans, sums: Sums, columns: Columns) -> None:
    """What stands in an element, for each of some elements of a line."""
    lines = spans.after - spans.first
    words, prose, links, undecided = sums
    some_words = np.maximum(words, 1.0)
    told = np.array([
        np.minimum(words, _MOST_WORDS), np.minimum(lines, _MOST_LINES), links / some_words, prose / some_words,
        prose / max(prose[0], 1.0), undecided / np.maximum(lines, 1),
    ])  # fmt: skip
    columns.room(_DESCRIBED).reshape(len(elements), len(told), -1)[:] = told.take(elements, axis=1).swapaxes(0, 1)


def _readability(parents: Places, element: Places, prose: Sums, spans: _Spans, columns: Columns) -> None:
    own = np.bincount(element, prose, len(parents))
    inner, around = own[1:], parents[1:]
    score = own + np.bincount(around, inner, len(own)) + _NEAR * np.bincount(parents[around], inner, len(own))
    best, highest = int(score.argmax()), max(float(score.max()), 1.0)
    here = np.arange(len(element))
    columns["read_own"] = score[element] / highest
    columns["read_up"] = score[parents[element]] / highest
    columns["read_in"] = (here >= spans.first[best]) & (here < spans.after[best])
