"""This file holds the accelerator's share of the judging to the plain Python beside it: same sums and counts, for any lines."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners._speedups import speedups
from cleaners.judge import block_arrays as fields
from cleaners.judge import features, lexicon, words
from cleaners.judge.lexicon import FIRST, LAST, NOTHING, Lexicon
from cleaners.judge.trees import Trees, flatten
from cleaners.judge.words import wordings, words_of
from cleaners.page import Block, Page
from cleaners.rules.phrases import built_in
from cleaners.text import language
from natives import WORDS, built

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


lines = st.lists(
    st.one_of(st.text(max_size=12), st.lists(st.sampled_from(WORDS), max_size=12).map("".join)), max_size=12
)
lines = lines.map(lambda lines: [line.replace("\n", " ") for line in lines])
shown = lines.map(lambda lines: [line or "." for line in (*lines, "x")])
spelled = st.lists(st.text("ab1 ", max_size=40), min_size=1, max_size=6)  # few words, so that many are known
hundredths = st.integers(-900, 900).map(lambda weight: float(np.float32((weight or 1) / 100)))  # as a lexicon's
nested = st.lists(st.integers(0, 2**32), max_size=40).map(
    lambda drawn: (0, *(number % (place + 1) for place, number in enumerate(drawn)))
)


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


@built
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**40), st.sampled_from(WORDS), st.booleans()), min_size=1), st.data())
def test_any_blocks_have_the_same_fields(drawn: list[tuple[int, str, bool]], asked: st.DataObject) -> None:
    blocks = tuple([Block(i, text, "", zone=zone, after_break=after) for i, (zone, text, after) in enumerate(drawn)])
    whole = asked.draw(st.lists(st.sampled_from(["index", "zone", "after_break"]), min_size=1))
    places = tuple(Block._fields.index(name) for name in whole)
    assert fields.fields(blocks, *whole).tolist() == fields._py_fields(blocks, places).tolist()
    names = [*whole, *asked.draw(st.lists(st.sampled_from(["text", "folded"])))]
    places = tuple(Block._fields.index(name) for name in names)
    assert fields.groups(blocks, *names).tolist() == fields._py_groups(blocks, places).tolist()


@built
@settings(max_examples=500, deadline=None)
@given(shown)
def test_any_lines_look_the_same(lines: list[str]) -> None:
    fast, plain = features._looks(lines), features._py_looks(lines)
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
def test_odd_lines_look_the_same(lines: list[str]) -> None:
    fast, plain = features._looks(lines), features._py_looks(lines)
    some = [place for place, line in enumerate(lines) if line]
    assert fast.counts.tolist() == plain.counts.tolist()
    assert fast.ends[:3].tolist() == plain.ends[:3].tolist()
    assert fast.ends[3, some].tolist() == plain.ends[3, some].tolist()


def automaton(seed: int, states: int, features: int, labels: int = 5) -> dict[str, Any]:
    """A model of languages that was made up; half of its states tell of no feature."""
    drawn = np.random.default_rng(seed)
    return {
        "scores": drawn.normal(-9, 5, (features, labels)).astype(np.float16),
        "priors": drawn.normal(-4, 1, labels).astype(np.float32), "labels": np.array([*"abcde"]),
        "moves": drawn.integers(0, states, 256 * states).astype(np.uint32),
        "rows": drawn.permutation(states).astype(np.uint16),
        "features": np.maximum(drawn.integers(-features, features, states), -1).astype(np.int32),
    }  # fmt: skip


@built
@given(st.text(max_size=200), st.integers(0, 99), st.integers(1, 30), st.integers(1, 40))
def test_any_text_is_of_the_same_language(text: str, seed: int, states: int, features: int) -> None:
    parts: Any = automaton(seed, states, features)
    fast, plain = language._InC(parts), language._py_model(parts)
    read = plain._encode(text)
    assert fast._raw_score(read).tobytes() == plain._raw_score(read).tobytes()
    assert fast.classify(text) == plain.classify(text)


@built
def test_every_short_number_is_widened_exactly() -> None:
    short = np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(256, 256)
    wide = np.empty((256, 256), np.float32)
    speedups.widen(short, np.arange(256), wide)
    assert wide.tobytes() == short.astype(np.float32).tobytes()


def visiting(**other: Any) -> tuple[Any, ...]:
    """What `visits` is given, for a text of two letters and an automaton of one state, with something changed."""
    parts = {
        "moves": np.zeros(256, np.uint32), "rows": np.zeros(1, np.uint16), "features": np.zeros(1, np.int32),
        "places": np.zeros(2, np.int64), "counts": np.zeros(2, np.float32),
    }  # fmt: skip
    return b"ab", *(parts | other).values()


@built
@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 2**32))
def test_any_lines_have_the_same_neighbours(lines: int, many: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(0, 9, (many, lines)).astype(np.float32)
    fast, plain = np.zeros((2, 9 * many, lines), np.float32)
    features._py_neighbours(values, plain)
    speedups.neighbours(values, features._AROUND, features._WINDOWS, fast)
    assert fast.tobytes() == plain.tobytes()


NUMBERS, BEGINS, ROWS = np.zeros(2, np.uint64), np.array([0, 2]), np.zeros((4, 1))
PLACES, ONES = np.zeros(2, np.intp), np.ones(2, np.intp)
SIEVE = speedups.sieve({".p": 1.0}) if speedups else b""


FEW, MANY = np.zeros((2, 3), np.float32), np.zeros((6, 3), np.float32)
PARTS, WEIGHTS = np.array([0, 1, 2]), np.zeros(2, np.float32)


def weighing(*, places: Any = PARTS, weights: Any = WEIGHTS, out: Any = ROWS) -> tuple[Any, ...]:
    return NUMBERS, BEGINS, 1, 1, 3, 5, places, np.zeros(2, np.uint32), weights, out


@built
@pytest.mark.parametrize(
    ("function", "given", "trouble"),
    [
        ("spell", (["a b"], words._WORD, 1, NUMBERS[:1], BEGINS), ValueError),
        ("spell", (["a b"], words._WORD, 1, NUMBERS, PLACES[:1]), ValueError),
        ("spell", ([b"a"], words._WORD, 1, NUMBERS, BEGINS), TypeError),
        ("count_among", (NUMBERS, np.array([0, 3]), NUMBERS, np.zeros(1)), ValueError),
        ("count_among", (NUMBERS, np.array([-1, 2]), NUMBERS, np.zeros(1)), ValueError),
        ("count_among", (NUMBERS, BEGINS[::-1].copy(), NUMBERS, np.zeros(1)), ValueError),
        ("count_among", (NUMBERS, BEGINS, NUMBERS, np.zeros(2)), ValueError),
        ("count_among", (NUMBERS, BEGINS, np.zeros(2), np.zeros(1)), TypeError),
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
        ("fields", (((0, 1), (2,)), (1,), np.zeros((1, 2), np.intp)), ValueError),
        ("fields", (((0,), 1), (0,), np.zeros((1, 2), np.intp)), ValueError),
        ("fields", (((0,), (1,)), (0,), np.zeros((2, 2), np.intp)), ValueError),
        ("fields", (((0,), (1,)), (-1,), np.zeros((1, 2), np.intp)), ValueError),
        ("fields", (((0,), ("1",)), (0,), np.zeros((1, 2), np.intp)), TypeError),
        ("fields", (((0,), (2**64,)), (0,), np.zeros((1, 2), np.intp)), OverflowError),
        ("groups", (((0,), (1,)), (0,), PLACES[:1]), ValueError),
        ("groups", (((0,), (1,)), (1,), PLACES), ValueError),
        ("groups", (((0,), ([],)), (0,), PLACES), TypeError),
        ("looks", (["a"], features._CLASSES[:0], 1, 1, 1, np.zeros((16, 1), np.intp), np.zeros((4, 1), np.uint32)), ValueError),
        ("looks", (["a"], features._CLASSES, 1, 1, 1, np.zeros((16, 2), np.intp), np.zeros((4, 1), np.uint32)), ValueError),
        ("looks", (["a"], features._CLASSES, 16, 1, 1, np.zeros((16, 1), np.intp), np.zeros((4, 1), np.uint32)), ValueError),
        ("visits", visiting(moves=np.zeros(97, np.uint32)), ValueError),
        ("visits", visiting(moves=np.full(256, 1, np.uint32)), ValueError),
        ("visits", visiting(moves=np.full(256, -1, np.int32).view(np.uint32)), ValueError),
        ("visits", visiting(rows=np.ones(1, np.uint16)), ValueError),
        ("visits", visiting(rows=np.zeros(0, np.uint16), features=np.zeros(0, np.int32)), ValueError),
        ("visits", visiting(features=np.zeros(2, np.int32)), ValueError),
        ("visits", visiting(places=np.zeros(1, np.int64)), ValueError),
        ("visits", visiting(counts=np.zeros(1, np.float32)), ValueError),
        ("visits", visiting(counts=np.zeros(2)), TypeError),
        ("widen", (np.zeros((2, 3), np.float16), -ONES, np.zeros((2, 3), np.float32)), ValueError),
        ("widen", (np.zeros((2, 3), np.float16), 2 * ONES, np.zeros((2, 3), np.float32)), ValueError),
        ("widen", (np.zeros((2, 3), np.float16), ONES, np.zeros((2, 2), np.float32)), ValueError),
        ("widen", (np.zeros((2, 3), np.float16), ONES, np.zeros((3, 3), np.float32)), ValueError),
        ("widen", (np.zeros((2, 3)), ONES, np.zeros((2, 3), np.float32)), TypeError),
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
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(function: str, given: tuple[Any, ...], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        getattr(speedups, function)(*given)
