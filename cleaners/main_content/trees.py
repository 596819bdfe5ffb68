"""This file evaluates boosted trees on a table with whole-array steps, in fixed point, so every machine agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_POINT = 1 << 20  # leaf values are kept as whole numbers of 2⁻²⁰: sums do not depend on their order

ROWS_AT_ONCE = 4_096  # each takes some 4 KB on the way


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

    def probability(self, table: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """For each row the probability, 0 to 1, that it is main content."""
        if len(table) > ROWS_AT_ONCE:
            parts = [table[at : at + ROWS_AT_ONCE] for at in range(0, len(table), ROWS_AT_ONCE)]
            return np.concatenate([self.probability(part) for part in parts])
        flat = np.ascontiguousarray(table).ravel()
        row = (np.arange(len(table), dtype=np.intp) * table.shape[1])[:, None]
        node = np.broadcast_to(self.roots, (len(table), len(self.roots)))
        for _ in range(self.depth):
            goes_left = flat.take(row + self.feature.take(node)) <= self.threshold.take(node)
            node = self.children.take(2 * node + goes_left)
        raw = self.value.take(node).sum(axis=1) / _POINT
        probability: npt.NDArray[np.float32] = (1.0 / (1.0 + np.exp(-raw))).astype(np.float32)
        return probability

    def as_record(self) -> dict[str, Any]:
        """Plain lists for a JSON file."""
        return {
            "names": list(self.names), "depth": self.depth, "roots": self.roots.tolist(),
            "feature": self.feature.tolist(), "threshold": [float(f"{x:.9g}") for x in self.threshold],
            "children": self.children.tolist(), "value": self.value.tolist(),
        }  # fmt: skip

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Trees:
        """The ensemble that `as_record` wrote."""
        return cls(
            tuple(record["names"]), np.array(record["feature"], np.intp), np.array(record["threshold"], np.float32),
            np.array(record["children"], np.intp), np.array(record["value"], np.int64),
            np.array(record["roots"], np.intp), int(record["depth"]),
        )  # fmt: skip


def flatten(dumped: Mapping[str, Any], names: Sequence[str]) -> Trees:
    """The ensemble of LightGBM's `dump_model()` (binary objective, no missing values, no categories)."""
    feature: list[int] = []
    threshold: list[np.float32] = []
    children: list[int] = []
    value: list[int] = []
    deepest = 0

    def add(node: Mapping[str, Any], level: int) -> int:
        nonlocal deepest
        deepest = max(deepest, level)
        at = len(feature)
        feature.append(0)
        threshold.append(np.float32(0))
        children.extend((at, at))
        value.append(0)
        if "leaf_value" in node:
            value[at] = round(node["leaf_value"] * _POINT)
            return at
        feature[at] = node["split_feature"]
        threshold[at] = _not_above(node["threshold"])
        children[2 * at + 1] = add(node["left_child"], level + 1)
        children[2 * at] = add(node["right_child"], level + 1)
        return at

    roots = [add(tree["tree_structure"], 0) for tree in dumped["tree_info"]]
    return Trees(
        tuple(names), np.array(feature, np.intp), np.array(threshold, np.float32), np.array(children, np.intp),
        np.array(value, np.int64), np.array(roots, np.intp), deepest,
    )  # fmt: skip


def _not_above(threshold: float) -> np.float32:
    """The largest 32-bit number not above a 64-bit threshold, so that `x <= threshold` keeps its meaning."""
    near = np.float32(threshold)
    return near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf))
