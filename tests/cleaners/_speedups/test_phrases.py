"""The search for phrases in C finds what its Python twin finds, in any line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c_parts import built
from cleaners._speedups import speedups
from cleaners.rules.phrases import LONGEST_MET, Family, Rules, built_in
from cleaners.text.fold import fold

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

PHRASES = sorted({phrase for family in built_in().families.values() for phrase in family.phrases})
GLUE = [" ", "", "s", "1", "»", " – ", "(", "é", "漢", "ก", "\n", ". ", "\ufffd", "😀", "İ"]
little = st.text("ab1 »-กé漢", max_size=4)
families = st.lists(
    st.tuples(st.sampled_from(["whole", "start", "end", "anywhere", "stem"]), st.lists(little, max_size=4)), max_size=6
)


def said(found: Sequence[dict[str, str]]) -> list[list[tuple[str, str]]]:
    return [list(families.items()) for families in found]


@built
@given(st.lists(st.lists(st.sampled_from(PHRASES + 20 * GLUE), max_size=9).map("".join), max_size=4))
def test_phrases_are_found_as_in_python(texts: list[str]) -> None:
    rules, lines = built_in(), [fold(text) for text in texts]
    known: dict[str, dict[str, str]] = {}
    for _ in range(2):  # the second time they are known
        assert said(rules._read(lines, known)) == said(rules._py_read(lines))
    assert known.keys() == {line for line in lines if len(line) <= LONGEST_MET}


@built
@given(families, st.lists(st.text("ab1 »-กé漢\n", max_size=12), max_size=6))
def test_phrases_of_any_rules_are_found_as_in_python(given_families: list[Any], lines: list[str]) -> None:
    rules = Rules([Family(f"f{at}", match, tuple(said)) for at, (match, said) in enumerate(given_families)], {})
    known: dict[str, dict[str, str]] = {}
    for _ in range(2):  # the second time they are known
        assert said(rules._read(lines, known)) == said(rules._py_read(lines))
    assert known.keys() == {line for line in lines if len(line) <= LONGEST_MET}


@built
@pytest.mark.parametrize(
    ("entries", "trouble"),
    [
        ([("a", 5, "f", "a")], ValueError),
        ([("a", -1, "f", "a")], ValueError),
        ([("a", 0, "f")], TypeError),
        ([("a", 0, "f", None)], TypeError),
        ([(b"a", 0, "f", "a")], TypeError),
        (["abcd"], ValueError),
    ],
)
def test_what_are_no_phrases_is_refused(entries: list[Any], trouble: type[Exception]) -> None:
    for edges, within in ((entries, []), ([], entries)):
        with pytest.raises(trouble):
            speedups.phrasebook(edges, within, b"")
    book = speedups.phrasebook([], [], b"")
    assert speedups.find_phrases(book, ["a", ""], known := {}, 0) == ({}, {})
    assert known == {"": {}}
    for wrong in (([b"a"], {}, 9), (("a",), {}, 9), (["a"], None, 9), (["a"], {})):
        with pytest.raises(TypeError):
            speedups.find_phrases(book, *wrong)
    with pytest.raises(ValueError, match="PyCapsule"):
        speedups.find_phrases(None, [], {}, 9)
