"""Features of the elements around a line: which of them is the article, and what it holds."""

from __future__ import annotations

import pytest

from bridge import BODY, column_of
from cleaners.judge.features import features
from cleaners.judge.lexicon import NOTHING
from cleaners.read.pages import text_page

NESTED = (
    "<div><ul><li>Home</li><li>Sport</li></ul></div>"
    f"<div><div><p>{BODY[0]}</p><p>{BODY[1]}</p><div><b>Advert</b></div></div><div><p>{BODY[2]}</p></div></div>"
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("core_in", [0, 0, 1, 0, 0, 0]),  # the way ends in the element with most of the prose, its paragraph's own
        ("core_up", [3, 3, 0, 1, 1, 2]),
        ("core_off", [3, 3, 0, 1, 1, 2]),
        ("branch_lines", [2, 2, 1, 1, 1, 1]),
        ("branch_prose", [0, 0, 1, 1, 0, 1]),
        ("up1_lines", [2, 2, 3, 3, 3, 1]),
        ("up2_lines", [2, 2, 4, 4, 4, 4]),
        ("up6_lines", [6, 6, 6, 6, 6, 6]),
        ("up1_open", [1, 1, 1, 1, 1, 1]),
        ("read_in", [0, 0, 1, 1, 1, 0]),
        ("core_after", [-1, -1, 0, 1, 2, 3]),
        ("core_before", [2, 1, 0, -1, -1, -1]),
    ],
)
def test_container_features(name: str, expected: list[float]) -> None:
    assert column_of(NESTED, name) == expected


def test_a_page_without_markup_is_one_container() -> None:
    table, names = features(text_page("t", "\n".join(BODY)), NOTHING)
    assert set(table[:, names.index("core_in")]) == {1} and set(table[:, names.index("up6_lines")]) == {4}
