"""The look for hints of captions in C gives what its Python twin gives, for any line."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import built
from cleaners._speedups import speedups
from cleaners.text import credit_hints

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

PIECES = ["x", "A long opening here.", ":", ": ", "/", "|", "=", ")", "]", "）", "】", "］", "：", "©", "ⓒ", "＝", "(", "[", "7", "é", "漢",
         "😀", " ", ".", "y" * 39, "w" * 110, "v" * 1_180, "credit", "Photo", "Source of ", "\u00ad", "É", "B"]  # fmt: skip


@built
@settings(max_examples=1_000, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), max_size=5))
def test_any_lines_give_the_same_hints(lines: list[str]) -> None:
    assert credit_hints.hints_of(lines) == bytes(map(credit_hints._py_hints, lines))


@built
def test_every_character_is_the_same_hint() -> None:
    lines = [f"{chr(code)}{'x' * 50}" for code in range(sys.maxunicode + 1) if code < 0x3100 or not code % 97]
    lines += [line[::-1] for line in lines]
    lines += [glued for line in lines for glued in (f"a{line[0]}:", f"{line[0]}Bild:", f"B{line[0]}é :")]
    assert credit_hints.hints_of(lines) == bytes(map(credit_hints._py_hints, lines))


@built
def test_hints_are_sought_in_lists_of_strings() -> None:
    for wrong in (("a",), [b"a"], None):
        with pytest.raises(TypeError):
            speedups.credit_hints(wrong, credit_hints._CLASSES, credit_hints._LIMITS)
    for limits in ((1, 1, 0, 1, 1, 1), (1, -1, 1, 1, 1, 1), (1, 1, 1, 1, -1, 1)):
        with pytest.raises(ValueError, match="limits"):
            speedups.credit_hints(["a"], credit_hints._CLASSES, limits)
