"""This file describes the elements that a line stands in: how much prose they hold, and which of them is the article."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners.page import Page

Column = npt.NDArray[np.floating[Any]]
Places = npt.NDArray[np.intp]

_MOST = 0.5  # of the prose of an element: a child that holds so much of it leads on to the article
_ANY_WORD = 0.01  # prose a word of any kind is worth, so that pages without prose have a trunk too
_LEVELS = (1, 2, 3, 4, 6)  # how many elements up from its own a line is described
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
    up: Column
    off: Column


def containers(page: Page, columns: dict[str, Column]) -> None:
    """Add to the columns of a page what its elements say; needs "words", "prose", "link_share" and "dropped_by_rule".

    The trunk follows the child that holds most of the prose, as long as it holds half: a page's template puts the
    article on it and all else on branches. The `read` columns are the paragraph scores that Readability (Arc90, 2009)
    adds up for parents and grandparents.
    """
    n, parents = len(page.blocks), np.array(page.parents, np.intp)
    element = np.array([block.element for block in page.blocks], np.intp)
    words = columns["words"].astype(np.float64)
    prose = words * columns["prose"]
    spans = _spans(page.parents, element.tolist(), n)
    sums = {
        name: _inside(spans, values)
        for name, values in (
            ("words", words), ("prose", prose), ("links", words * columns["link_share"]),
            ("open", 1.0 - columns["dropped_by_rule"]),
        )
    }  # fmt: skip
    trunk = _trunk(page.parents, sums["prose"] + _ANY_WORD * sums["words"])
    here = np.arange(n)
    first, after = int(spans.first[trunk.core]), int(spans.after[trunk.core])
    columns["core_up"], columns["core_off"] = trunk.up[element], trunk.off[element]
    columns["core_in"] = (trunk.up[element] <= 0).astype(np.float32)
    columns["core_before"] = np.clip(first - here, -1, _FAR).astype(np.float32)
    columns["core_after"] = np.clip(here - after + 1, -1, _FAR).astype(np.float32)
    columns["core_place"] = ((here - first) / max(after - first, 1)).astype(np.float32)
    columns["core_share"] = np.full(n, sums["prose"][trunk.core] / max(sums["prose"][0], 1.0), np.float32)
    _describe("branch", trunk.branch[element], spans, sums, columns)
    around, level = element, 0
    for wanted in _LEVELS:
        while level < wanted:
            around, level = parents[around], level + 1
        _describe(f"up{wanted}", around, spans, sums, columns)
    _readability(parents, element, prose, spans, columns)


def _spans(parents: tuple[int, ...], elements: list[int], n: int) -> _Spans:
    """Elements are numbered in page order, so the blocks inside one follow each other."""
    first, last = [n] * len(parents), [-1] * len(parents)
    for place, element in enumerate(elements):
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


def _inside(spans: _Spans, values: Column) -> Column:
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    return sums[spans.after] - sums[spans.first]


def _trunk(parents: tuple[int, ...], weight: Column) -> _Trunk:
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
    up = (len(way) - 1 - np.array(level)).astype(np.float32)
    return _Trunk(core, np.array(branch, np.intp), up, np.array(off, np.float32))


def _describe(name: str, element: Places, spans: _Spans, sums: dict[str, Column], columns: dict[str, Column]) -> None:
    lines = (spans.after - spans.first)[element].astype(np.float64)
    words, prose = sums["words"][element], sums["prose"][element]
    some_words = np.maximum(words, 1.0)
    for what, values in (
        ("words", np.minimum(words, _MOST_WORDS)), ("lines", np.minimum(lines, _MOST_LINES)),
        ("links", sums["links"][element] / some_words), ("prose", prose / some_words),
        ("share", prose / max(sums["prose"][0], 1.0)), ("open", sums["open"][element] / np.maximum(lines, 1.0)),
    ):  # fmt: skip
        columns[f"{name}_{what}"] = values.astype(np.float32)


def _readability(parents: Places, element: Places, prose: Column, spans: _Spans, columns: dict[str, Column]) -> None:
    own = np.bincount(element, prose, len(parents))
    score = own.copy()
    np.add.at(score, parents[1:], own[1:])
    np.add.at(score, parents[parents[1:]], _NEAR * own[1:])
    best, highest = int(score.argmax()), max(float(score.max()), 1.0)
    here = np.arange(len(element))
    columns["read_own"] = (score[element] / highest).astype(np.float32)
    columns["read_up"] = (score[parents[element]] / highest).astype(np.float32)
    columns["read_in"] = ((here >= spans.first[best]) & (here < spans.after[best])).astype(np.float32)
