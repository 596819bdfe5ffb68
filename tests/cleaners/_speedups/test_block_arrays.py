"""The fields and groups of blocks that C reads are those of the Python twins, for any blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import WORDS, built
from cleaners._speedups import speedups
from cleaners.judge import block_arrays
from cleaners.page import Block

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

PLACES = np.zeros(2, np.intp)


@built
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**40), st.sampled_from(WORDS), st.booleans()), min_size=1), st.data())
def test_any_blocks_have_the_same_fields(drawn: list[tuple[int, str, bool]], asked: st.DataObject) -> None:
    blocks = tuple([Block(i, text, "", zone=zone, after_break=after) for i, (zone, text, after) in enumerate(drawn)])
    whole = asked.draw(st.lists(st.sampled_from(["index", "zone", "after_break"]), min_size=1))
    places = tuple(Block._fields.index(name) for name in whole)
    assert block_arrays.field_arrays(blocks, *whole).tolist() == block_arrays._py_field_arrays(blocks, places).tolist()
    names = [*whole, *asked.draw(st.lists(st.sampled_from(["text", "folded"])))]
    places = tuple(Block._fields.index(name) for name in names)
    assert (
        block_arrays.group_numbers(blocks, *names).tolist() == block_arrays._py_group_numbers(blocks, places).tolist()
    )


@built
@pytest.mark.parametrize(
    ("function", "given", "trouble"),
    [
        ("field_arrays", (((0, 1), (2,)), (1,), np.zeros((1, 2), np.intp)), ValueError),
        ("field_arrays", (((0,), 1), (0,), np.zeros((1, 2), np.intp)), ValueError),
        ("field_arrays", (((0,), (1,)), (0,), np.zeros((2, 2), np.intp)), ValueError),
        ("field_arrays", (((0,), (1,)), (-1,), np.zeros((1, 2), np.intp)), ValueError),
        ("field_arrays", (((0,), ("1",)), (0,), np.zeros((1, 2), np.intp)), TypeError),
        ("field_arrays", (((0,), (2**64,)), (0,), np.zeros((1, 2), np.intp)), OverflowError),
        ("group_numbers", (((0,), (1,)), (0,), PLACES[:1]), ValueError),
        ("group_numbers", (((0,), (1,)), (1,), PLACES), ValueError),
        ("group_numbers", (((0,), ([],)), (0,), PLACES), TypeError),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(function: str, given: tuple[Any, ...], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        getattr(speedups, function)(*given)
