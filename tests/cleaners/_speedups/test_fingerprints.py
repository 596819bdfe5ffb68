"""This file holds the accelerator's share of a survey to the plain Python beside it: same names, same lines shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaners._speedups import speedups
from cleaners.page import Block, Page
from cleaners.rules.phrases import built_in
from cleaners.site import fingerprints as plain
from cleaners.verdict import Verdict
from cleaners.zones import Zone
from natives import built

PIECES = [
    "0", "00", "1", "29", "x1", "may", "march", "märz", "Monday", "monday", "五月", "a", "é", "words of a line", " ", "  ", "\t",
    "\x0b", "\x0c", "\r", "\n", ".", ",", ";", ":", "(", ")", "|", "-", "/", "\u0000", "\u0660", "x" * 90, "4 may " * 15,
]  # fmt: skip
LINES = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=30)).map(
    lambda line: line.encode("utf-8", "replace")
)
KEYS = st.one_of(
    st.sampled_from([0, 1, 2, 255, 256, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]), st.integers(0, (1 << 64) - 1)
)
ZONES = st.one_of(
    st.sampled_from([0, Zone.NAV, Zone.FOOTER, Zone.ARTICLE, Zone.ARTICLE | Zone.CONSENT, Zone.SELECTED]),
    st.integers(0, Zone.SELECTED),
)
WORDS = st.one_of(st.integers(0, 300), st.sampled_from([65_534, 65_535, 65_536, 1 << 40]))
VERDICTS = st.sampled_from([None, Verdict(True, "a", "b", "c", "d"), Verdict(False, "a", "b", "c", "d")])


@built
@given(st.lists(LINES, max_size=8).map(b"\n".join))
@example(b"")
@example(b"\n")
@example(b"00 may")
@example(b"4 may " + b"x" * 94)  # 100 bytes, the longest that is short
@example(b"4 may " + b"x" * 95)
@example(b"44 may " + b"x" * 94)
def test_any_lines_are_undated_the_same(lines: bytes) -> None:
    assert speedups is not None
    assert speedups.undated(lines, plain._calendar()) == plain._py_undated(lines)


@built
@given(st.lists(st.tuples(KEYS, ZONES, WORDS, VERDICTS), max_size=30))
def test_any_page_shows_the_same(drawn: list[tuple[int, int, int, Verdict | None]]) -> None:
    keys = [key for key, *_ in drawn]
    blocks = tuple(Block(at, "", "", zone=zone, words=words) for at, (_, zone, words, _) in enumerate(drawn))
    page = Page("test", "html", blocks, built_in(), verdicts=tuple(verdict for *_, verdict in drawn))
    assert plain.pack(plain.line_fingerprints(page, keys)) == plain.pack(plain._py_shown(page, keys))


BLOCK = Block(0, "", "")
NONE_IN = (0,) * 8


@built
@pytest.mark.parametrize(
    ("function", "given", "trouble"),
    [
        ("undated", ("text", frozenset()), TypeError),
        ("undated", (b"1 a", {b"a"}), TypeError),
        ("shown", ((1,), (BLOCK,), (None,), NONE_IN), TypeError),
        ("shown", ([1], (BLOCK,), (None,), (0,) * 7), TypeError),
        ("shown", ([1, 2], (BLOCK,), (None,), NONE_IN), ValueError),
        ("shown", ([1], (BLOCK,), (), NONE_IN), ValueError),
        ("shown", (["1"], (BLOCK,), (None,), NONE_IN), TypeError),
        ("shown", ([-1], (BLOCK,), (None,), NONE_IN), OverflowError),
        ("shown", ([1], ((1, 2),), (None,), NONE_IN), ValueError),
        ("shown", ([1], (BLOCK._replace(words="1"),), (None,), NONE_IN), TypeError),
        ("shown", ([1], (BLOCK._replace(words=-1),), (None,), NONE_IN), ValueError),
        ("shown", ([1], (BLOCK,), (True,), NONE_IN), ValueError),
    ],
)
def test_what_is_no_page_is_refused(function: str, given: tuple[Any, ...], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        getattr(speedups, function)(*given)
