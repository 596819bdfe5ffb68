"""Weights of element names and wordings, as evidence for or against main content, learned over many sites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups
from cleaners.judge.block_arrays import field_arrays
from cleaners.judge.feature_table import FeatureTable
from cleaners.judge.words import BEGIN, NEXT, Words, wordings
from cleaners.page import Page

LEAST_SITES = 5  # a name or wording of fewer is theirs alone
LEAST_WEIGHT = 0.15  # log odds; less says nothing
STRENGTH = 3.0  # sites' worth of the common share, by which rare ones are drawn towards it
FIRST, LAST = 12, 6  # words of a line that are read: how it begins and ends
_LOWEST = 3  # of the weights of a line's wordings that are added up
_FIRST_BITS = 12  # of a wording's number: some ten of the shipped lexicon's share them
_POINT = 100  # weights are kept as whole numbers of 1/100
_MOST_REMEMBERED = 50_000  # elements; a page adds a few hundred
_LONGEST_REMEMBERED = 400  # characters
_LEAST_LETTERS = 2  # of a name
_NAME = re.compile(rf"[a-z]{{{_LEAST_LETTERS},}}")


_Weight = tuple[float, float, float | None]  # of an element's names: least (0 at most), most (0 at least), mean


@dataclass(frozen=True)
class Lexicon:
    """The weight of each class or id name and of each wording, in log odds: above zero where main content is.

    Wordings (one or two words) are kept as 32-bit numbers, sorted, so no text of the pages is in it.
    """

    names: dict[str, float]
    wordings: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]  # of the wordings
    weighed: dict[str, _Weight] = field(default_factory=dict, repr=False)  # of an element: a site repeats its names

    @cached_property
    def places(self) -> npt.NDArray[np.intp]:
        """Where the wordings begin whose numbers share their first bits, for quick search."""
        return np.searchsorted(
            self.wordings, np.arange((1 << _FIRST_BITS) + 1, dtype=np.uint64) << np.uint64(32 - _FIRST_BITS)
        )

    @cached_property
    def sieve(self) -> bytes:
        """A bit for each hash of a name that has a weight, by which the C parts skip most of a page's names; empty without them."""
        return speedups.sieve(self.names) if speedups is not None else b""

    def as_record(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return {
            "names": {name: round(weight * _POINT) for name, weight in sorted(self.names.items())},
            "wordings": self.wordings.tolist(),
            "weights": [round(weight * _POINT) for weight in self.weights.tolist()],
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Lexicon:
        """The lexicon that `as_record` wrote."""
        names: Mapping[str, int] = record["names"]
        weights = (np.array([*names.values()], np.float64) / _POINT).astype(np.float32)
        return cls(
            dict(zip(names, weights.tolist(), strict=True)),
            np.array(record["wordings"], np.uint32), (np.array(record["weights"]) / _POINT).astype(np.float32),
        )  # fmt: skip


NOTHING = Lexicon({}, np.zeros(0, np.uint32), np.zeros(0, np.float32))


@lru_cache(maxsize=65_536)
def names_of(element: str) -> frozenset[str]:
    """The words in the tag, class and id of an element, and each class and id whole, with a dot before it."""
    return frozenset(_NAME.findall(element)) | {f".{name}" for name in element.split()[1:]}


def lexical(page: Page, words: Words, lexicon: Lexicon, columns: FeatureTable) -> None:
    """Add to the table of a page the weights of its elements' names and of its lines' wordings."""
    _add_names(page, lexicon, columns)
    _add_wordings(words, lexicon, columns)


def _add_names(page: Page, lexicon: Lexicon, columns: FeatureTable) -> None:
    """Least and most of the weights from the page down, the mean of the nearest element with any, and their sum."""
    columns.add(
        ["names_least", "names_most", "names_near", "names_sum"],
        _weigh_names(page, lexicon),
    )


def _weigh_names(page: Page, lexicon: Lexicon) -> npt.NDArray[np.float64]:
    if speedups is None:
        return _py_weigh_names(page, lexicon)
    rows = np.empty((4, len(page.blocks)))
    elements = field_arrays(page.blocks, "element")[0]
    speedups.weigh_names(page.names, page.parents, elements, lexicon.names, lexicon.sieve, rows)
    return rows


def _py_weigh_names(page: Page, lexicon: Lexicon) -> npt.NDArray[np.float64]:
    names, parents = page.names, page.parents
    told: dict[int, tuple[float, float, float, float]] = {0: (0.0, 0.0, 0.0, 0.0)}
    known = lexicon.weighed
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    elements = [block.element for block in page.blocks]
    for element in elements:
        way = []
        while element not in told:
            way.append(element)
            element = parents[element]
        least, most, near, total = told[element]
        for inner in reversed(way):
            name = names[inner]
            found = known.get(name)
            if found is None:
                found = _weigh(name, lexicon)
                if len(name) <= _LONGEST_REMEMBERED:
                    known[name] = found
            low, high, mean = found
            least, most = low if low < least else least, high if high > most else most
            near, total = near if mean is None else mean, total + low + high
            told[inner] = least, most, near, total
    return np.array([told[element] for element in elements]).T


def _weigh(element: str, lexicon: Lexicon) -> _Weight:
    known = lexicon.names
    weights = [known[word] for name in element.split() for word in (*_NAME.findall(name), f".{name}") if word in known]
    if not weights:
        return 0.0, 0.0, None
    return min(0.0, *weights), max(0.0, *weights), sum(weights) / len(weights)


def _add_wordings(words: Words, lexicon: Lexicon, columns: FeatureTable) -> None:
    """Mean, least and most of the weights of each line's wordings, and the sum of its lowest three."""
    columns.add(
        ["wordings_mean", "wordings_least", "wordings_most", "wordings_lowest_three"],
        _weigh_wordings(words, lexicon),
    )


def _weigh_wordings(words: Words, lexicon: Lexicon) -> npt.NDArray[np.float64]:
    if speedups is None:
        return _py_weigh_wordings(words, lexicon)
    rows = np.empty((4, len(words.begins) - 1))
    speedups.weigh_wordings(
        words.number,
        words.begins,
        FIRST,
        LAST,
        int(NEXT),
        int(BEGIN),
        lexicon.places,
        lexicon.wordings,
        lexicon.weights,
        rows,
    )
    return rows


def _py_weigh_wordings(words: Words, lexicon: Lexicon) -> npt.NDArray[np.float64]:
    n = len(words.begins) - 1
    line, number = wordings(words, FIRST, LAST)
    place = np.minimum(np.searchsorted(lexicon.wordings, number), max(len(lexicon.wordings) - 1, 0))
    known = lexicon.wordings[place] == number if len(lexicon.wordings) else np.zeros(len(number), np.bool_)
    line, weight = line[known], lexicon.weights[place[known]] if known.any() else np.zeros(0, np.float32)
    order = np.lexsort((weight, line))
    line, weight = line[order], weight[order]
    begins = np.searchsorted(line, np.arange(n + 1))
    counts = np.diff(begins)
    some = counts > 0
    low, high = begins[:-1][some], begins[1:][some] - 1
    rank = np.arange(len(line)) - begins[line]
    rows = np.zeros((4, n))
    rows[:, some] = (
        np.bincount(line, weight, n)[some] / counts[some], weight[low], weight[high],
        np.bincount(line, weight * (rank < _LOWEST), n)[some],
    )  # fmt: skip
    return rows


class Seen(NamedTuple):
    """What a lexicon learns from one page: its site, and by name and wording the share of it that was main content."""

    site: str
    names: Mapping[str, float]
    wordings: npt.NDArray[np.uint32]
    shares: npt.NDArray[np.float64]  # of the wordings


def look(site: str, page: Page, words: Words, wanted: Sequence[bool]) -> Seen:
    """The shares of main content under the names and wordings of a page whose main content is known.

    Under a name a line counts by the root of its words; a wording counts once a line.
    """
    names: dict[str, list[float]] = {}
    around: list[frozenset[str]] = [frozenset()]
    for element, parent in zip(page.names[1:], page.parents[1:], strict=True):
        around.append(around[parent] | names_of(element))
    for block, good in zip(page.blocks, wanted, strict=True):
        weight = block.words**0.5
        for name in around[block.element]:
            seen = names.setdefault(name, [0.0, 0.0])
            seen[0] += weight * good
            seen[1] += weight
    line, number = wordings(words, FIRST, LAST)
    once = np.unique(line.astype(np.uint64) << np.uint64(32) | number)
    keys, place = np.unique(once & np.uint64(0xFFFFFFFF), return_inverse=True)
    mine = np.bincount(place, np.array(wanted, np.float64)[(once >> np.uint64(32)).astype(np.intp)], len(keys))
    shares = mine / np.maximum(np.bincount(place, minlength=len(keys)), 1)
    return Seen(
        site, {name: good / every for name, (good, every) in names.items() if every}, keys.astype(np.uint32), shares
    )


def learn(pages: Iterable[Seen]) -> Lexicon:
    """The lexicon of these pages; each site has one vote on a name or wording, the mean of its pages."""
    by_site: dict[str, list[Seen]] = {}
    for seen in pages:
        by_site.setdefault(seen.site, []).append(seen)
    sites = [by_site[site] for site in sorted(by_site)]
    numbers: dict[str, int] = {}
    names = [
        (
            np.array([numbers.setdefault(name, len(numbers)) for name in seen.names], np.uint32),
            list(seen.names.values()),
        )
        for site in sites
        for seen in site
    ]
    owners = [place for place, site in enumerate(sites) for _ in site]
    known, weights = _weights(owners, [keys for keys, _ in names], [np.array(shares) for _, shares in names])
    spelled = list(numbers)
    return Lexicon(
        {spelled[key]: weight for key, weight in zip(known.tolist(), weights.tolist(), strict=True)},
        *_weights(
            owners, [seen.wordings for site in sites for seen in site], [seen.shares for site in sites for seen in site]
        ),
    )


def _weights(
    owners: Sequence[int], keys: Sequence[npt.NDArray[np.uint32]], shares: Sequence[npt.NDArray[np.float64]]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float32]]:
    """The keys that enough sites know and that say something, sorted, and their weights; `owners` are sites by page."""
    if not owners:
        return NOTHING.wordings, NOTHING.weights
    pages = np.repeat(np.array(owners, np.uint64), [len(each) for each in keys])
    pairs, place = np.unique(pages | np.concatenate(keys).astype(np.uint64) << np.uint64(32), return_inverse=True)
    votes = np.bincount(place, np.concatenate(shares)) / np.bincount(place)
    known, place = np.unique(pairs >> np.uint64(32), return_inverse=True)
    sites, total = np.bincount(place), np.bincount(place, votes)
    common = float(votes.mean()) if len(votes) else 0.0
    if not 0 < common < 1:
        return NOTHING.wordings, NOTHING.weights
    share = (total + STRENGTH * common) / (sites + STRENGTH)
    weight = np.log(share / (1 - share)) - log(common / (1 - common))
    chosen = (sites >= LEAST_SITES) & (np.abs(weight) >= LEAST_WEIGHT)
    return known[chosen].astype(np.uint32), (np.round(weight[chosen] * _POINT) / _POINT).astype(np.float32)
