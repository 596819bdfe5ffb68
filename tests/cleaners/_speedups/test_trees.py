"""The sums of trees in C are those of the Python twin, for any trees and tables; what are no trees is refused."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import built
from cleaners.judge.trees import Trees, flatten

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

shapes = st.recursive(st.none(), lambda below: st.tuples(below, below), max_leaves=40)


def ensemble(shapes: list[Any], seed: int, columns: int = 5) -> Trees:
    """Trees of these shapes with random conditions and leaves."""
    chance = random.Random(seed)

    def node(shape: Any) -> dict[str, Any]:
        if shape is None:
            return {"leaf_value": chance.uniform(-1, 1), "leaf_count": 1}
        low, high = shape
        condition = {"split_feature": chance.randrange(columns), "threshold": chance.choice([-1.0, 0.0, 0.5, 1.0])}
        return condition | {"left_child": node(low), "right_child": node(high)}

    return flatten({"tree_info": [{"tree_structure": node(shape)} for shape in shapes]}, [*map(str, range(columns))])


@built
@settings(max_examples=200, deadline=None)
@given(st.lists(shapes, min_size=1, max_size=6), st.integers(0, 2**32), st.integers(0, 200))
def test_any_trees_give_the_same_sums(shapes: list[Any], seed: int, rows: int) -> None:
    trees = ensemble(shapes, seed)
    chance = np.random.default_rng(seed)
    table = chance.choice(np.array([-1, 0, 0.25, 0.5, 1, 2, np.nan, np.inf, -np.inf], np.float32), (rows, 5))
    asked = np.flatnonzero(chance.random(rows) < 0.7)
    for laid_out in (
        table,
        np.asfortranarray(table),
        table[::-1, ::-1][::-1, ::-1],
        np.repeat(table, 2, axis=1)[:, ::2],
    ):
        assert trees._sums(laid_out, asked).tolist() == trees._py_sums(table[asked]).tolist()


@built
@pytest.mark.parametrize(
    ("part", "at", "value"),
    [
        ("children", 0, 99),
        ("children", 1, -1),
        ("children", 2, 0),
        ("feature", 0, -1),
        ("roots", 0, 3),
        ("depth", 0, 0),
    ],
)
def test_damaged_trees_are_refused(part: str, at: int, value: int) -> None:
    trees = ensemble([(None, None)], 1)
    record = trees.as_record()
    if part == "depth":
        record["depth"] = value
    else:
        record[part][at] = value
    with pytest.raises(ValueError, match="no trees"):
        Trees.from_record(record)._sums(np.zeros((2, 5), np.float32), np.arange(2))


@built
@pytest.mark.parametrize(
    ("table", "rows", "trouble"),
    [
        (np.zeros((2, 1), np.float32), np.arange(2), ValueError),
        (np.zeros((2, 5), np.float32), np.array([0, 2]), ValueError),
        (np.zeros((2, 5), np.float32), np.array([-1]), ValueError),
        (np.zeros((2, 5), np.float32), np.zeros(2, np.int32), TypeError),
        (np.zeros((2, 5), np.float32)[0], np.arange(2), TypeError),
    ],
)
def test_a_table_without_the_columns_or_rows_is_refused(table: Any, rows: Any, trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        ensemble([((None, None), None)] * 40, 1)._sums(table, rows)
