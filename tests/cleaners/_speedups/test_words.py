"""The words of lines in C have the numbers and counts of the Python twin, for any lines."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import WORDS, built
from cleaners._speedups import speedups
from cleaners.judge import words
from cleaners.judge.words import words_of

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

lines = st.lists(
    st.one_of(st.text(max_size=12), st.lists(st.sampled_from(WORDS), max_size=12).map("".join)), max_size=12
)
lines = lines.map(lambda lines: [line.replace("\n", " ") for line in lines])
spelled = st.lists(st.text("ab1 ", max_size=40), min_size=1, max_size=6)  # few words, so that many are known


@built
@settings(max_examples=500, deadline=None)
@given(st.one_of(lines, spelled))
def test_any_lines_have_the_same_words(lines: list[str]) -> None:
    fast, plain = words_of(lines), words._py_words_of(lines)
    assert fast.number.tolist() == plain.number.tolist() and fast.begins.tolist() == plain.begins.tolist()


@built
def test_every_character_is_the_same_word() -> None:
    lines = ["".join(map(chr, range(first, first + 0x400))) for first in range(0, sys.maxunicode + 1, 0x400)]
    lines[0] = lines[0].replace("\n", " ")
    assert words_of(lines).number.tolist() == words._py_words_of(lines).number.tolist()


@built
@settings(max_examples=300, deadline=None)
@given(spelled, st.lists(st.integers(0, 2**64 - 1), max_size=4), st.integers(1, 3))
def test_any_words_are_counted_the_same(lines: list[str], others: list[int], share: int) -> None:
    found = words_of(lines)
    known = np.unique(np.array([*found.number[::share].tolist(), *others], np.uint64))
    assert found.count_in(known).tolist() == found._py_count_in(known).tolist()


NUMBERS, BEGINS, PLACES = np.zeros(2, np.uint64), np.array([0, 2]), np.zeros(2, np.intp)


@built
@pytest.mark.parametrize(
    ("function", "given", "trouble"),
    [
        ("spell", (["a b"], words._WORD, words._IDEOGRAPHS, 1, NUMBERS[:1], BEGINS), ValueError),
        ("spell", (["a b"], words._WORD, words._IDEOGRAPHS, 1, NUMBERS, PLACES[:1]), ValueError),
        ("spell", ([b"a"], words._WORD, words._IDEOGRAPHS, 1, NUMBERS, BEGINS), TypeError),
        ("count_among", (NUMBERS, np.array([0, 3]), NUMBERS, np.zeros(1)), ValueError),
        ("count_among", (NUMBERS, np.array([-1, 2]), NUMBERS, np.zeros(1)), ValueError),
        ("count_among", (NUMBERS, BEGINS[::-1].copy(), NUMBERS, np.zeros(1)), ValueError),
        ("count_among", (NUMBERS, BEGINS, NUMBERS, np.zeros(2)), ValueError),
        ("count_among", (NUMBERS, BEGINS, np.zeros(2), np.zeros(1)), TypeError),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(function: str, given: tuple[Any, ...], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        getattr(speedups, function)(*given)
