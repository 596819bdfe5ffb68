"""The columns of the feature table that C writes are those of the Python twins, for any lines and elements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import built
from cleaners._speedups import speedups
from cleaners.judge import containers, features, neighbourhood
from cleaners.judge.feature_table import FeatureTable
from cleaners.page import Block, Page
from cleaners.rules.phrases import built_in
from cleaners.zones import Zone

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

Lines = list[tuple[Block, float, bool, bool]]

ZONES = st.one_of(st.sampled_from([0, Zone.NAV, Zone.BODY, Zone.ARTICLE | Zone.LIST]), st.integers(0, Zone.SELECTED))
# None of these is ever empty, and words are counted; shares are what 32 bits hold of any number.
BLOCKS = st.builds(
    Block,
    index=st.just(0),
    text=st.just("x"),
    folded=st.just("x"),
    tag=st.sampled_from([*features.TAGS, "pre", "Div", ""]),
    kind=st.sampled_from(["heading", "paragraph", "list_item", ""]),
    zone=ZONES,
    path=st.sampled_from(["a", "b", "a>b", ""]),
    tokens=st.sampled_from(["", "x", "y"]),
    parent=st.integers(0, 400),
    element=st.integers(0, 2**20),
    depth=st.integers(0, 300),
    link_chars=st.integers(0, 90),
    alt=st.sampled_from(["", "x", "é"]),
)
WORDS = st.one_of(st.integers(0, 30), st.integers(0, 3_000)).map(float)
LINES = st.lists(st.tuples(BLOCKS, WORDS, st.booleans(), st.booleans()), min_size=1, max_size=40)
PARENTS = st.lists(st.integers(0, 2**32), max_size=40).map(
    lambda drawn: (0, *(number % (place + 1) for place, number in enumerate(drawn)))
)


def told(lines: Lines, seed: int) -> FeatureTable:
    """The columns that others are made from."""
    shares = np.random.default_rng(seed).random((2, len(lines)), np.float32)
    columns = FeatureTable(len(lines))
    for name, values in (
        ("words", [words for _, words, _, _ in lines]), ("prose", [prose for _, _, prose, _ in lines]),
        ("dropped_by_rule", [dropped for _, _, _, dropped in lines]), ("link_share", shares[0]), ("stop_share", shares[1]),
    ):  # fmt: skip
        columns[name] = np.array(values, np.float32)
    return columns


def same(fast: FeatureTable, plain: FeatureTable) -> bool:
    return fast.names == plain.names and fast.table().tobytes() == plain.table().tobytes()


def both(monkeypatch: pytest.MonkeyPatch, tell: Any, columns: FeatureTable) -> tuple[FeatureTable, FeatureTable]:
    """What is told in C and in Python."""
    fast, plain = columns.copy(), columns.copy()
    tell(fast)
    with monkeypatch.context() as patched:
        for module in (containers, features, neighbourhood):
            patched.setattr(module, "speedups", None)
        tell(plain)
    return fast, plain


@built
@settings(max_examples=300, deadline=None)
@given(LINES, PARENTS, st.integers(0, 2**32))
def test_any_elements_hold_the_same(lines: Lines, parents: tuple[int, ...], seed: int) -> None:
    blocks = tuple(block._replace(element=block.element % len(parents)) for block, *_ in lines)
    page = Page("t", "html", blocks, built_in(), parents=parents, names=("",) * len(parents))
    with pytest.MonkeyPatch.context() as patched:
        assert same(*both(patched, lambda columns: containers.containers(page, columns), told(lines, seed)))


@built
@settings(max_examples=300, deadline=None)
@given(LINES, st.integers(0, 2**32))
def test_any_lines_have_the_same_siblings_and_places(lines: Lines, seed: int) -> None:
    blocks = tuple(block for block, *_ in lines)

    def tell(columns: FeatureTable) -> None:
        neighbourhood.place_on_page(blocks, columns)
        neighbourhood.siblings(blocks, columns)

    with pytest.MonkeyPatch.context() as patched:
        assert same(*both(patched, tell, told(lines, seed)))


@built
@settings(max_examples=300, deadline=None)
@given(LINES, st.lists(st.integers(1, 200), min_size=40, max_size=40))
def test_any_blocks_have_the_same_markup(lines: Lines, chars: list[int]) -> None:
    blocks = tuple(block for block, *_ in lines)
    columns = FeatureTable(len(lines))
    columns["chars"] = np.array(chars[: len(lines)])
    with pytest.MonkeyPatch.context() as patched:
        assert same(*both(patched, lambda columns: features._markup(blocks, columns), columns))


@built
@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 2**32))
def test_any_lines_have_the_same_neighbours(lines: int, many: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(0, 9, (many, lines)).astype(np.float32)
    fast, plain = np.zeros((2, 9 * many, lines), np.float32)
    neighbourhood._py_neighbours(values, plain)
    speedups.neighbours(values, neighbourhood._AROUND, neighbourhood._WINDOWS, fast)
    assert fast.tobytes() == plain.tobytes()


BLOCK = Block(0, "x", "x")
ONES, ONE = np.ones((5, 1), np.float32), np.ones(1, np.float32)
BOUNDS, AT_PAGE = (0.5, 0.01, 0.5, 9.0, 9.0, 9.0), np.zeros(1, np.int64)
FEW, MANY = np.zeros((2, 3), np.float32), np.zeros((6, 3), np.float32)
MARKED = features._MARKUP_PLACES


def rows(count: int) -> Any:
    return np.zeros((count, 1), np.float32)


@built
@pytest.mark.parametrize(
    ("function", "given", "trouble"),
    [
        ("containers", ((0,), AT_PAGE, ONES[:4], (1,), BOUNDS, rows(21)), ValueError),
        ("containers", ((0,), AT_PAGE, ONES[:3], (1,), BOUNDS, rows(22)), ValueError),
        ("containers", ((0,), AT_PAGE + 1, ONES[:4], (1,), BOUNDS, rows(22)), ValueError),
        ("containers", ((7,), AT_PAGE, ONES[:4], (1,), BOUNDS, rows(22)), ValueError),
        ("containers", ((0, 1), AT_PAGE, ONES[:4], (1,), BOUNDS, rows(22)), ValueError),
        ("containers", ((0, 2**70), AT_PAGE, ONES[:4], (1,), BOUNDS, rows(22)), OverflowError),
        ("containers", ((0,), AT_PAGE, ONES[:4], (-2,), BOUNDS, rows(22)), ValueError),
        ("containers", ((0,), AT_PAGE, ONES[:4], (1,), BOUNDS[:5], rows(22)), TypeError),
        ("containers", ((0,), AT_PAGE, ONES[:4].astype(float), (1,), BOUNDS, rows(22)), TypeError),
        ("siblings", ((BLOCK,), ((0,),), ONES, 9.0, rows(5)), ValueError),
        ("siblings", ((BLOCK,), ((0,),), ONES[:4], 9.0, rows(6)), ValueError),
        ("siblings", ((BLOCK, BLOCK), ((0,),), ONES, 9.0, rows(6)), ValueError),
        ("siblings", ((BLOCK,), ((99,),), ONES, 9.0, rows(6)), ValueError),
        ("siblings", (((),), ((0,),), ONES, 9.0, rows(6)), ValueError),
        ("siblings", ((([],),), ((0,),), ONES, 9.0, rows(6)), TypeError),
        ("markup", ((BLOCK,), MARKED, AT_PAGE, {}, "x", ONE, rows(4)), ValueError),
        ("markup", ((BLOCK,), MARKED[:5], AT_PAGE, {}, "x", ONE, rows(5)), ValueError),
        ("markup", ((BLOCK,), MARKED, AT_PAGE, {}, "x", ONES[:2, 0], rows(5)), ValueError),
        ("markup", ((BLOCK._replace(zone="x"),), MARKED, AT_PAGE, {}, "x", ONE, rows(5)), TypeError),
        ("markup", ((BLOCK._replace(zone=2**70),), MARKED, AT_PAGE, {}, "x", ONE, rows(5)), OverflowError),
        ("markup", ((BLOCK._replace(depth=2**70),), MARKED, AT_PAGE, {}, "x", ONE, rows(5)), OverflowError),
        ("markup", ((BLOCK._replace(link_chars="x"),), MARKED, AT_PAGE, {}, "x", ONE, rows(5)), TypeError),
        ("markup", ((BLOCK._replace(alt=None),), MARKED, AT_PAGE, {}, "x", ONE, rows(5)), ValueError),
        ("markup", ((BLOCK._replace(tag=[]),), MARKED, AT_PAGE, {}, "x", ONE, rows(5)), TypeError),
        ("markup", ((BLOCK,), MARKED, AT_PAGE, {BLOCK.tag: "x"}, "x", ONE, rows(6)), TypeError),
        ("places", (ONE, ONE, 9.0, 9.0, 9.0, rows(8)), ValueError),
        ("neighbours", (FEW, (1,), (2,), MANY[:5]), ValueError),
        ("neighbours", (FEW, (1,), (2,), MANY[:4]), ValueError),
        ("neighbours", (FEW, (1,), (2,), np.zeros((6, 2), np.float32)), ValueError),
        ("neighbours", (FEW, (), (), MANY[:0]), ValueError),
        ("neighbours", (FEW, (-1,), (2,), MANY), ValueError),
        ("neighbours", (FEW, (1,), (-2,), MANY), ValueError),
        ("neighbours", (FEW, (1,), (2,) * 17, MANY), ValueError),
        ("neighbours", (FEW, (1,), ("2",), MANY), TypeError),
        ("neighbours", (FEW, (1,), (2**70,), MANY), OverflowError),
        ("neighbours", (np.zeros((2, 3)), (1,), (2,), MANY), TypeError),
        ("places", (ONE, ONES[:2, 0], 9.0, 9.0, 9.0, rows(9)), ValueError),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(function: str, given: tuple[Any, ...], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        getattr(speedups, function)(*given)
