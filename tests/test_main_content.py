"""The judge's parts one by one: alignment, features, trees, the reference's limits, the guard."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners import recipe
from cleaners.main_content.align import align
from cleaners.main_content.features import features, with_vote
from cleaners.main_content.judge import heads
from cleaners.main_content.reference import MOST_ELEMENTS, vote
from cleaners.main_content.trees import Trees, flatten
from cleaners.page import Page, drop_where
from cleaners.parse.pages import html_page, text_page
from cleaners.recipe import clean

BODY = [
    "The lantern bridge opened to walkers on Sunday, nine years after the flood took the old one.",
    "Engineers lifted the last span into place during the night, watched by some four hundred people.",
    "“I have rowed across for nine years,” said the baker, who lives on the other bank of the river.",
    "The town paid for it with a levy on parking that the council wants to end in the spring.",
]


def article(*more: str, body: list[str] = BODY) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in body)
    return f"<html><body><article><h1>Bridge opens</h1>{paragraphs}</article>{''.join(more)}</body></html>"


def test_align_gives_each_word_of_the_text_to_one_block() -> None:
    """A teaser that repeats the first paragraph does not count twice; the later copy is free to."""
    page = text_page("t", "\n".join([BODY[0], "Menu", BODY[0], BODY[1]]))
    assert set(align(page.blocks, f"{BODY[0]}\n{BODY[1]}")) == {0, 3}
    assert set(align(page.blocks, f"{BODY[0]}\n{BODY[0]}\n{BODY[1]}")) == {0, 2, 3}


def test_align_finds_short_lines_only_between_their_neighbours() -> None:
    page = text_page("t", "\n".join(["Results", "Sport", BODY[0], "Results", BODY[1]]))
    assert set(align(page.blocks, f"{BODY[0]}\nResults\n{BODY[1]}")) == {2, 3, 4}


def test_align_counts_characters_where_no_spaces_are_written() -> None:
    page = text_page("t", "市議会は火曜日、古い橋を秋に閉鎖することを決めた。\n関連ニュースはこちらからご覧ください")
    assert set(align(page.blocks, "市議会は火曜日、古い橋を秋に閉鎖することを決めた。")) == {0}


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("words", "Four words stand here", 4),
        ("sentence", "It ended.”", 1),
        ("sentence", "市議会は決めた。", 1),
        ("sentence", "No end", 0),
        ("digit_share", "12ab", 0.5),
        ("stop_share", "the of granite sky", 0.5),
        ("upper_share", "ALL CAPS", 3.5),
        ("all_caps", "ALL CAPS", 1),
        ("ends_colon", "What we know:", 1),
        ("quotes", "“Yes”", 2),
        ("copyright_sign", "© 2026", 1),
    ],
)
def test_shape_features(name: str, line: str, expected: float) -> None:
    table, names = features(text_page("t", line))
    assert table[0, names.index(name)] == pytest.approx(expected)


def test_place_and_neighbour_features() -> None:
    table, names = features(text_page("t", "\n".join(["Menu", *BODY[:2], "End"])))
    column = {name: table[:, index].tolist() for index, name in enumerate(names)}
    assert column["from_top"] == [0, 1, 2, 3] and column["from_end"] == [3, 2, 1, 0]
    assert column["until_prose"][:2] == [1, 1] and column["since_prose"][2:] == [1, 1]
    assert column["prose-1"] == [-1, 0, 1, 1] and column["prose+1"] == [1, 1, 0, -1]
    assert column["prose~2"][0] == pytest.approx(2 / 3)


def test_markup_features() -> None:
    page = html_page("t", article("<nav><a href=/a>News</a></nav>"))
    table, names = features(page)
    last = table[-1]
    assert last[names.index("in_nav")] == 1 and last[names.index("link_share")] == 1
    assert table[0, names.index("heading")] == 1 and table[1, names.index("in_article")] == 1
    assert table[1, names.index("parent_lines")] == 5


def test_text_has_the_columns_of_unvoted_html() -> None:
    assert features(text_page("t", BODY[0]))[1] == features(html_page("t", article()))[1]


def test_flattened_trees_give_what_the_dump_says() -> None:
    leaf = {"leaf_value": -1.0}
    split = {"split_feature": 1, "threshold": 0.5, "left_child": {"leaf_value": 2.0}, "right_child": leaf}
    dump = {"tree_info": [{"tree_structure": split}, {"tree_structure": {"leaf_value": 0.25}}]}
    trees = flatten(dump, ["a", "b"])
    table = np.array([[9.0, 0.5], [9.0, 0.6]], np.float32)
    assert trees.probability(table).tolist() == pytest.approx([1 / (1 + np.exp(-2.25)), 1 / (1 + np.exp(0.75))])
    assert Trees.from_record(trees.as_record()).probability(table).tolist() == trees.probability(table).tolist()


def test_the_shipped_heads_fit_the_features() -> None:
    page = html_page("t", article())
    table, names = features(page)
    assert heads()["unvoted"].names == heads()["text"].names == tuple(names)
    assert heads()["voted"].names == tuple(with_vote(table, names, np.zeros(5, np.float32))[1])


def test_the_reference_votes_for_the_article() -> None:
    column = vote(html_page("t", article("<div><a href=/x>Ten bridges to see this summer</a></div>")))
    assert column is not None
    assert column[1:5].min() >= 0.5 and column[-1] == 0


def test_the_reference_is_spared_a_flood() -> None:
    assert vote(html_page("t", article("<i>x</i> " * (MOST_ELEMENTS + 1)))) is None


def drop_all(page: Page) -> Page:
    return drop_where(page, "main_content", "boilerplate", lambda block: ("test", "all goes"))


def test_a_page_that_would_lose_its_article_is_cleaned_with_caution(monkeypatch: pytest.MonkeyPatch) -> None:
    """An article inside what looks like chrome: nothing ends empty in silence."""
    page = html_page("t", article(body=BODY * 2))
    assert "over_cleaned" not in clean(page).flags
    monkeypatch.setattr(recipe, "RECIPE", (drop_all,))
    cleaned = clean(page)
    assert "over_cleaned" in cleaned.flags and cleaned.confidence <= 0.3
    assert [block.text for block in cleaned.kept()][:4] == BODY


def test_a_page_of_links_is_flagged() -> None:
    links = "".join(f"<li><a href=/{n}>Story number {n}</a></li>" for n in range(30))
    flags = clean(html_page("t", f"<html><body><ul>{links}</ul></body></html>")).flags
    assert {"short", "listing"} <= flags and "over_cleaned" not in flags
