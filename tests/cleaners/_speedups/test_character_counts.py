"""The counts of characters in C are those of the Python twin, for any lines and every character."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import WORDS, built
from cleaners._speedups import speedups
from cleaners.judge import character_counts
from cleaners.judge.character_counts import count_characters

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

lines = st.lists(
    st.one_of(st.text(max_size=12), st.lists(st.sampled_from(WORDS), max_size=12).map("".join)), max_size=12
)
lines = lines.map(lambda lines: [line.replace("\n", " ") for line in lines])
shown = lines.map(lambda lines: [line or "." for line in (*lines, "x")])


@built
@settings(max_examples=500, deadline=None)
@given(shown)
def test_any_lines_have_the_same_characters(lines: list[str]) -> None:
    fast, plain = count_characters(lines), character_counts._py_count_characters(lines)
    assert fast.counts.tolist() == plain.counts.tolist() and fast.ends.tolist() == plain.ends.tolist()


@built
@pytest.mark.parametrize(
    "lines",
    [
        [".", ".", "..", "a.", ".)", "?", "...", ".)))))))"], ["", "x", "", "", "y."], ["x"], ["!. " * 100_000, "é. \U0001f600"],
        [chr(code) for code in range(sys.maxunicode + 1) if code != 10 and (code < 0x3100 or not code % 97)],
    ],
    ids=["stops", "empty", "one", "long", "characters"],
)  # fmt: skip
def test_odd_lines_have_the_same_characters(lines: list[str]) -> None:
    fast, plain = count_characters(lines), character_counts._py_count_characters(lines)
    some = [place for place, line in enumerate(lines) if line]
    assert fast.counts.tolist() == plain.counts.tolist()
    assert fast.ends[:3].tolist() == plain.ends[:3].tolist()
    assert fast.ends[3, some].tolist() == plain.ends[3, some].tolist()


@built
@pytest.mark.parametrize(
    ("function", "given", "trouble"),
    [
        ("count_characters", (["a"], character_counts.CLASSES[:0], 1, 1, 1, np.zeros((16, 1), np.intp), np.zeros((4, 1), np.uint32)), ValueError),
        ("count_characters", (["a"], character_counts.CLASSES, 1, 1, 1, np.zeros((16, 2), np.intp), np.zeros((4, 1), np.uint32)), ValueError),
        ("count_characters", (["a"], character_counts.CLASSES, 16, 1, 1, np.zeros((16, 1), np.intp), np.zeros((4, 1), np.uint32)), ValueError),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(function: str, given: tuple[Any, ...], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        getattr(speedups, function)(*given)
