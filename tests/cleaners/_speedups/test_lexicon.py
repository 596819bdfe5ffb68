"""The weights of names and wordings in C are those of the Python twins, for any elements and lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import built
from cleaners._speedups import speedups
from cleaners.judge import lexicon
from cleaners.judge.lexicon import FIRST, LAST, NOTHING, Lexicon
from cleaners.judge.words import wordings, words_of
from cleaners.page import Block, Page
from cleaners.rules.phrases import built_in

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

spelled = st.lists(st.text("ab1 ", max_size=40), min_size=1, max_size=6)  # few words, so that many are known
hundredths = st.integers(-900, 900).map(lambda weight: float(np.float32((weight or 1) / 100)))  # as a lexicon's
nested = st.lists(st.integers(0, 2**32), max_size=40).map(
    lambda drawn: (0, *(number % (place + 1) for place, number in enumerate(drawn)))
)


@built
@settings(max_examples=300, deadline=None)
@given(spelled, st.lists(hundredths, max_size=200), st.lists(st.integers(0, 2**32 - 1), max_size=4))
def test_any_wordings_weigh_the_same(lines: list[str], weights: list[float], others: list[int]) -> None:
    found = words_of(lines)
    known = np.unique(np.concatenate((wordings(found, FIRST, LAST)[1], np.array(others, np.uint32))))[: len(weights)]
    known_to = Lexicon({}, known, np.array(weights[: len(known)], np.float32))
    fast, plain = lexicon._weigh_wordings(found, known_to), lexicon._py_weigh_wordings(found, known_to)
    assert fast.tolist() == plain.tolist()


LONG_NAMES = ["ab " + size * "ab" for size in (18, 19, 20, 500, 600)] + [
    " ".join(f"{left}{right} ab" for left in "abcdefgh" for right in "abcdefgh"), "ab\x1cab\x1fab\vab\x85ab", "ab " * 330, "ab\u2028" * 340,
]  # fmt: skip


@built
@settings(max_examples=300, deadline=None)
@given(
    nested,
    st.lists(st.one_of(st.text("ab-. É\u2003", max_size=12), st.sampled_from(LONG_NAMES)), min_size=1),
    st.data(),
)
def test_any_names_weigh_the_same(parents: tuple[int, ...], names: list[str], drawn: st.DataObject) -> None:
    known = drawn.draw(
        st.dictionaries(
            st.sampled_from(
                ["a", "aa", "ab", "ba", ".a", ".ab", ".É", ".a-b", 19 * "ab", f".{18 * 'ab'}", f".{500 * 'ab'}"]
            ),
            hundredths,
        )
    )
    places = st.integers(0, len(parents) - 1)
    blocks = [Block(i, "x", "x", element=element) for i, element in enumerate(drawn.draw(st.lists(places, min_size=1)))]
    page = Page(
        "t", "html", tuple(blocks), built_in(), parents=parents, names=tuple(names[i % len(names)] for i in parents)
    )
    fast, plain = Lexicon(known, NOTHING.wordings, NOTHING.weights), Lexicon(known, NOTHING.wordings, NOTHING.weights)
    for _ in range(2):  # the second time what was weighed is remembered
        assert lexicon._weigh_names(page, fast).tolist() == lexicon._py_weigh_names(page, plain).tolist()


NUMBERS, BEGINS, ROWS = np.zeros(2, np.uint64), np.array([0, 2]), np.zeros((4, 1))
PLACES, ONES = np.zeros(2, np.intp), np.ones(2, np.intp)
SIEVE = speedups.sieve({".p": 1.0}) if speedups else b""
PARTS, WEIGHTS = np.array([0, 1, 2]), np.zeros(2, np.float32)


def weighing(*, places: Any = PARTS, weights: Any = WEIGHTS, out: Any = ROWS) -> tuple[Any, ...]:
    return NUMBERS, BEGINS, 1, 1, 3, 5, places, np.zeros(2, np.uint32), weights, out


@built
@pytest.mark.parametrize(
    ("function", "given", "trouble"),
    [
        ("weigh_wordings", weighing(weights=np.zeros(1, np.float32)), ValueError),
        ("weigh_wordings", weighing(places=np.array([0, 1])), ValueError),
        ("weigh_wordings", weighing(places=np.array([0, 1, 1, 2])), ValueError),
        ("weigh_wordings", weighing(places=np.array([0, 3, 2])), ValueError),
        ("weigh_wordings", weighing(places=np.array([0, 1, 3])), ValueError),
        ("weigh_wordings", weighing(out=np.zeros((4, 2))), ValueError),
        ("weigh_wordings", weighing(out=np.zeros((3, 1))), ValueError),
        ("sieve", ([".p"],), TypeError),
        ("weigh_names", (("", "p"), (0, 1), PLACES[:1], {}, SIEVE, ROWS), ValueError),
        ("weigh_names", ((), (), PLACES[:0], {}, SIEVE, ROWS[:, :0]), ValueError),
        ("weigh_names", (("",), (0,), ONES[:1], {}, SIEVE, ROWS), ValueError),
        ("weigh_names", (("",), (0,), -ONES[:1], {}, SIEVE, ROWS), ValueError),
        ("weigh_names", (("",), (0,), PLACES, {}, SIEVE, ROWS), ValueError),
        ("weigh_names", (("", "p"), (0,), PLACES[:1], {}, SIEVE, ROWS), ValueError),
        ("weigh_names", (("", b"p"), (0, 0), ONES[:1], {}, SIEVE, ROWS), TypeError),
        ("weigh_names", (("", "p"), (0, 0), ONES[:1], {".p": "much"}, SIEVE, ROWS), TypeError),
        ("weigh_names", (("", "p"), (0, 0), ONES[:1], {}, b"", ROWS), ValueError),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(function: str, given: tuple[Any, ...], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        getattr(speedups, function)(*given)
