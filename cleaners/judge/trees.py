"""Evaluates boosted trees on a feature table with whole-array steps, in fixed point, so that every machine agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups
from cleaners.errors import NoCover

_POINT = 1 << 20  # leaf values are kept as whole numbers of 2⁻²⁰: sums do not depend on their order

ROWS_AT_ONCE = 4_096  # each takes some 4 KB on the way
ROWS_EXPLAINED_AT_ONCE = 16  # each takes some 130 KB in each of a few arrays on the way


class Paths(NamedTuple):
    """Every leaf with what is asked on the way to it, once for each feature: low < its value <= high.

    All but `value` are leaves × conditions; `share` of the training rows that came to such a condition fulfil it.
    Shorter ways are filled up with a condition that all rows fulfil.
    """

    feature: npt.NDArray[np.intp]
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    share: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trees:
    """A boosted ensemble as flat arrays; a leaf points at itself, so all rows take the same number of steps."""

    names: tuple[str, ...]
    feature: npt.NDArray[np.intp]
    threshold: npt.NDArray[np.float32]
    children: npt.NDArray[np.intp]  # of node n: 2n is where a higher value goes, 2n + 1 where one up to the threshold
    value: npt.NDArray[np.int64]
    roots: npt.NDArray[np.intp]
    depth: int
    cover: npt.NDArray[np.int64] | None = None  # of a leaf: how many training rows ended there; only to explain

    def probability(
        self, table: npt.NDArray[np.float32], rows: npt.NDArray[np.intp] | None = None
    ) -> npt.NDArray[np.float32]:
        """For each row of the table, or each of these, the probability, 0 to 1, that it is main content."""
        raw = self._sums(table, np.arange(len(table)) if rows is None else rows) / _POINT
        probability: npt.NDArray[np.float32] = (1.0 / (1.0 + np.exp(-raw))).astype(np.float32)
        return probability

    def _sums(self, table: npt.NDArray[np.float32], rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
        """For each of these rows the sum of its leaves, in fixed point; in C, where that was built."""
        if speedups and self._forest and table.dtype == np.float32:
            sums = np.empty(len(rows), np.int64)
            speedups.sums(self._forest, table, rows, sums)
            return sums
        starts = range(0, max(len(rows), 1), ROWS_AT_ONCE)
        return np.concatenate([self._py_sums(table[rows[start : start + ROWS_AT_ONCE]]) for start in starts])

    def _py_sums(self, table: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        flat = table.ravel()
        row = (np.arange(len(table), dtype=np.intp) * table.shape[1])[:, None]
        node = np.broadcast_to(self.roots, (len(table), len(self.roots)))
        for _ in range(self.depth):
            goes_left = flat.take(row + self.feature.take(node)) <= self.threshold.take(node)
            node = self.children.take(2 * node + goes_left)
        sums: npt.NDArray[np.int64] = self.value.take(node).sum(axis=1)
        return sums

    @cached_property
    def _forest(self) -> Any:
        """The trees as the C parts keep them, None where these are missing or the trees too large.

        Raises ValueError when the arrays are no trees.
        """
        return speedups and speedups.forest(
            self.feature, self.threshold, self.children, self.value, self.roots, self.depth
        )

    def contributions(self, table: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float64], float]:
        """For each row what every column adds to its score, and the score that all rows start from; both in log-odds.

        The base and a row's contributions sum to the score whose logistic is its `probability`. They are Shapley
        values, exactly those of TreeSHAP (Lundberg et al. 2018, "Consistent individualized feature attribution for
        tree ensembles"): unlike the change of the expected value from split to split (Saabas 2014), they do not
        favour what a tree happens to ask last. A leaf is a product over the features on its way, so the mean over all
        orders of features is the integral of a polynomial, and Gauss's rule with half as many points as its degree
        gives that to the last digit. Raises NoCover.
        """
        paths = self._paths()
        points, weights = np.polynomial.legendre.leggauss((self.depth + 1) // 2 or 1)
        added = np.zeros(table.shape, np.float64)
        for start in range(0, len(table), ROWS_EXPLAINED_AT_ONCE):
            part = slice(start, start + ROWS_EXPLAINED_AT_ONCE)
            asked = table[part].take(paths.feature, axis=1)
            gain = ((paths.low < asked) & (asked <= paths.high)) - paths.share
            mean = np.zeros_like(gain)
            for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
                known = paths.share + gain * point  # of each condition when it is known to this share of all orders
                mean += weight * known.prod(axis=2, keepdims=True) / known
            by_leaf = gain * mean * paths.value[:, None]
            for row, leaves in zip(added[part], by_leaf, strict=True):
                row += np.bincount(paths.feature.ravel(), leaves.ravel(), table.shape[1])
        return added, float((paths.share.prod(axis=1) * paths.value).sum())

    def _paths(self) -> Paths:
        """The ways to all leaves of all trees."""
        if self.cover is None:
            raise NoCover("the model was written without what explains it; train it again (docs/training.md)")
        cover = self.cover.astype(np.float64)
        for node in reversed(range(len(cover))):  # a node stands before its children
            right, left = self.children[2 * node : 2 * node + 2]
            if left != node:
                cover[node] = cover[left] + cover[right]
        everything = (-np.inf, np.inf, 1.0)
        ways: list[dict[int, tuple[float, float, float]]] = []
        leaves: list[int] = []

        def follow(node: int, way: dict[int, tuple[float, float, float]]) -> None:
            right, left = self.children[2 * node : 2 * node + 2]
            if left == node:
                ways.append(way)
                leaves.append(node)
                return
            feature, threshold = int(self.feature[node]), float(self.threshold[node])
            low, high, share = way.get(feature, everything)
            follow(left, way | {feature: (low, min(high, threshold), share * cover[left] / cover[node])})
            follow(right, way | {feature: (max(low, threshold), high, share * cover[right] / cover[node])})

        for root in self.roots:
            follow(int(root), {})
        longest = max(map(len, ways))
        filled = [[*way.items(), *[(0, everything)] * (longest - len(way))] for way in ways]
        feature = np.array([[name for name, _ in way] for way in filled], np.intp).reshape(len(ways), longest)
        bounds = np.array([[asked for _, asked in way] for way in filled], np.float64).reshape(len(ways), longest, 3)
        low, high = bounds[:, :, 0].astype(np.float32), bounds[:, :, 1].astype(np.float32)
        return Paths(feature, low, high, bounds[:, :, 2], self.value[leaves] / _POINT)

    def as_record(self) -> dict[str, Any]:
        """Plain lists for a JSON file."""
        record = {
            "names": list(self.names), "depth": self.depth, "roots": self.roots.tolist(),
            "feature": self.feature.tolist(), "threshold": [float(f"{x:.9g}") for x in self.threshold],
            "children": self.children.tolist(), "value": self.value.tolist(),
        }  # fmt: skip
        return record if self.cover is None else record | {"cover": self.cover.tolist()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Trees:
        """The ensemble that `as_record` wrote."""
        return cls(
            tuple(record["names"]), np.array(record["feature"], np.intp), np.array(record["threshold"], np.float32),
            np.array(record["children"], np.intp), np.array(record["value"], np.int64),
            np.array(record["roots"], np.intp), int(record["depth"]),
            np.array(record["cover"], np.int64) if "cover" in record else None,
        )  # fmt: skip


def flatten(dumped: Mapping[str, Any], names: Sequence[str]) -> Trees:
    """The ensemble of LightGBM's `dump_model()` (binary objective, no missing values, no categories)."""
    feature: list[int] = []
    threshold: list[np.float32] = []
    children: list[int] = []
    value: list[int] = []
    cover: list[int] = []
    deepest = 0

    def add(node: Mapping[str, Any], level: int) -> int:
        nonlocal deepest
        deepest = max(deepest, level)
        at = len(feature)
        feature.append(0)
        threshold.append(np.float32(0))
        children.extend((at, at))
        value.append(0)
        cover.append(0)
        if "leaf_value" in node:
            value[at] = round(node["leaf_value"] * _POINT)
            cover[at] = node.get("leaf_count", 1)  # only a tree of a single leaf has none
            return at
        feature[at] = node["split_feature"]
        threshold[at] = _not_above(node["threshold"])
        children[2 * at + 1] = add(node["left_child"], level + 1)
        children[2 * at] = add(node["right_child"], level + 1)
        return at

    roots = [add(tree["tree_structure"], 0) for tree in dumped["tree_info"]]
    return Trees(
        tuple(names), np.array(feature, np.intp), np.array(threshold, np.float32), np.array(children, np.intp),
        np.array(value, np.int64), np.array(roots, np.intp), deepest, np.array(cover, np.int64),
    )  # fmt: skip


def averaged(ensembles: Sequence[Trees]) -> Trees:
    """One ensemble whose score is the mean of those of several, which ask about the same columns."""
    first = np.cumsum([0, *(len(trees.feature) for trees in ensembles)])[:-1]  # node of each in the whole
    shifted = list(zip(ensembles, first, strict=True))
    covers = [trees.cover for trees in ensembles if trees.cover is not None]
    return Trees(
        ensembles[0].names, np.concatenate([trees.feature for trees in ensembles]),
        np.concatenate([trees.threshold for trees in ensembles]),
        np.concatenate([trees.children + start for trees, start in shifted]),
        np.concatenate([np.round(trees.value / len(ensembles)).astype(np.int64) for trees in ensembles]),
        np.concatenate([trees.roots + start for trees, start in shifted]), max(trees.depth for trees in ensembles),
        np.concatenate(covers) if len(covers) == len(ensembles) else None,
    )  # fmt: skip


def _not_above(threshold: float) -> np.float32:
    """The largest 32-bit number not above a 64-bit threshold, so that `x <= threshold` keeps its meaning."""
    near = np.float32(threshold)
    return near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf))
