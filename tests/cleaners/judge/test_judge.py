"""The judge's parts one by one: alignment, features, trees, the reference's limits, the guard."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners import pipeline
from cleaners.judge.align import align
from cleaners.judge.features import features
from cleaners.judge.judgement import Judged
from cleaners.judge.lexicon import LEAST_SITES, NOTHING, Lexicon, learn, look, names_of
from cleaners.judge.model import Judgement, Model, model
from cleaners.judge.protected import deck, protected, standfirst
from cleaners.judge.second_reader import MOST_ELEMENTS, vote
from cleaners.judge.trees import Trees, averaged, flatten
from cleaners.judge.words import numbers_of, wordings, words_of
from cleaners.page import Page, drop_where
from cleaners.pipeline import clean
from cleaners.read.pages import html_page, text_page
from cleaners.steps import main_content as step

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
        ("stop_share", "橋を閉鎖した", 0.75),
        ("stop_share", "関連記事一覧", 0),
        ("upper_share", "ALL CAPS", 3.5),
        ("all_caps", "ALL CAPS", 1),
        ("ends_colon", "What we know:", 1),
        ("quotes", "“Yes”", 2),
        ("copyright_sign", "© 2026", 1),
    ],
)
def test_shape_features(name: str, line: str, expected: float) -> None:
    table, names = features(text_page("t", line), NOTHING)
    assert table[0, names.index(name)] == pytest.approx(expected)


def test_place_and_neighbour_features() -> None:
    table, names = features(text_page("t", "\n".join(["Menu", *BODY[:2], "End"])), NOTHING)
    column = {name: table[:, index].tolist() for index, name in enumerate(names)}
    assert column["from_top"] == [0, 1, 2, 3] and column["from_end"] == [3, 2, 1, 0]
    assert column["until_prose"][:2] == [1, 1] and column["since_prose"][2:] == [1, 1]
    assert column["prose-1"] == [-1, 0, 1, 1] and column["prose+1"] == [1, 1, 0, -1]
    assert column["prose~2"][0] == pytest.approx(2 / 3)


def test_section_features() -> None:
    below = [
        "12 Comments",
        "Ann Poe says:",
        "I have waited for this bridge.",
        "Reply",
        "Related articles",
        "Fog on Monday",
    ]
    table, names = features(text_page("t", "\n".join([*BODY[:2], *below])), NOTHING)
    column = {name: list(table[:, names.index(name)]) for name in names}
    assert column["comments_since"] == [40, 40, 0, 1, 2, 3, 4, 5]
    assert column["comments_above"] == [0, 0, 0, 1, 1, 1, 1, 1]
    assert column["comments_below"] == [1, 1, 0, 0, 0, 0, 0, 0]
    assert column["comments_prose"][3] == len(f"{BODY[0]} {BODY[1]}".split())
    assert column["comment_above"] == [0, 0, 0, 0, 1, 1, 2, 2]
    assert column["stories_since"][-1] == 1 and column["stories_below"][:5] == [1, 1, 1, 1, 1]


def test_a_sentence_about_comments_is_no_sign_of_them() -> None:
    lines = ["Comments on the plan were sent to the council by some four hundred people before the summer break.",
             "Nobody from the council would say what the baker and her neighbours from the ferry said."]  # fmt: skip
    table, names = features(text_page("t", "\n".join(lines)), NOTHING)
    assert not table[:, [names.index("comments_above"), names.index("comment_above")]].any()


def test_markup_features() -> None:
    page = html_page("t", article("<nav><a href=/a>News</a></nav>"))
    table, names = features(page, NOTHING)
    last = table[-1]
    assert last[names.index("in_nav")] == 1 and last[names.index("link_share")] == 1
    assert table[0, names.index("heading")] == 1 and table[1, names.index("in_article")] == 1
    assert table[1, names.index("parent_lines")] == 5


def column_of(markup: str, name: str, lexicon: Lexicon = NOTHING) -> list[float]:
    table, names = features(html_page("t", f"<html><body>{markup}</body></html>"), lexicon)
    return [float(value) for value in table[:, names.index(name)]]


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


def test_names_and_wordings_of_a_line() -> None:
    assert names_of("div site-main hero_2") == {"div", "site", "main", "hero", ".site-main", ".hero_2"}


def wordings_of(line: str) -> list[int]:
    return sorted(wordings(words_of([line]), 12, 6)[1].tolist())


def test_wordings_of_a_line() -> None:
    assert wordings_of("read 12 more") == wordings_of("Read 99 more".lower()) != wordings_of("read more")
    assert wordings_of("– !") == [] and len(set(wordings_of("word " * 50))) == 3
    words = words_of(["one two", "", "three, four! five", "家"])
    assert words.line.tolist() == [0, 0, 2, 2, 2, 3] and words.begins.tolist() == [0, 2, 2, 5, 6]
    assert words.count_in(numbers_of(["five", "two", "six"])).tolist() == [1, 0, 1, 0]


def test_the_lexicon_learns_what_many_sites_share_and_each_site_has_one_vote() -> None:
    page = html_page("t", f"<html><body><div class=story><p>{BODY[0]}</p></div><i class=deal>Buy now</i></body></html>")
    words = words_of([block.folded for block in page.blocks])
    few = [look(f"{n}.example", page, words, [True, False]) for n in range(LEAST_SITES - 1)]
    assert learn(few).as_record() == learn(few * 9).as_record() == NOTHING.as_record()
    enough = [*few, look("last.example", page, words, [True, False])]
    learned = learn(enough)
    assert learned.names["story"] > 0 and set(wordings_of("buy now")) <= set(learned.wordings.tolist())
    weights = dict(zip(learned.wordings.tolist(), learned.weights.tolist(), strict=True))
    assert all(weights[number] < 0 for number in wordings_of("buy now"))
    assert Lexicon.from_record(learned.as_record()).as_record() == learned.as_record()
    assert learn(enough[::-1]).as_record() == learned.as_record()


def test_lexicon_features_come_from_all_elements_around_a_line() -> None:
    said = np.array(wordings_of("buy now"), np.uint32)
    lexicon = Lexicon({"story": 1.5, "deal": -2.0, "article": 0.25}, said, np.full(len(said), -1.0, np.float32))
    markup = f"<div class=story><article>{BODY[0]}</article><div class=deal><p>Buy now</p></div></div>"
    assert column_of(markup, "names_most", lexicon) == [1.5, 1.5]
    assert column_of(markup, "names_least", lexicon) == [0, -2.0]
    assert column_of(markup, "names_near", lexicon) == [0.25, -2.0]
    assert column_of(markup, "names_sum", lexicon) == [1.75, -0.5]
    assert column_of(markup, "wordings_mean", lexicon) == [0, -1.0]
    assert column_of(markup, "wordings_lowest_three", lexicon) == [0, -3.0]


def test_text_has_the_columns_of_html() -> None:
    assert features(text_page("t", BODY[0]), NOTHING)[1] == features(html_page("t", article()), NOTHING)[1]


def test_flattened_trees_give_what_the_dump_says() -> None:
    leaf = {"leaf_value": -1.0}
    split = {"split_feature": 1, "threshold": 0.5, "left_child": {"leaf_value": 2.0}, "right_child": leaf}
    dump = {"tree_info": [{"tree_structure": split}, {"tree_structure": {"leaf_value": 0.25}}]}
    trees = flatten(dump, ["a", "b"])
    table = np.array([[9.0, 0.5], [9.0, 0.6]], np.float32)
    assert trees.probability(table).tolist() == pytest.approx([1 / (1 + np.exp(-2.25)), 1 / (1 + np.exp(0.75))])
    assert Trees.from_record(trees.as_record()).probability(table).tolist() == trees.probability(table).tolist()
    other = flatten({"tree_info": [{"tree_structure": {"leaf_value": 1.75}}]}, ["a", "b"])
    both = averaged([trees, other])
    assert both.probability(table).tolist() == pytest.approx([1 / (1 + np.exp(-2.0)), 1 / (1 + np.exp(-0.5))])
    assert len(both.contributions(table)[0]) == 2


def test_the_shipped_heads_fit_the_features() -> None:
    names = features(html_page("t", article()), NOTHING)[1]
    assert model().heads["html"].names == model().heads["text"].names == tuple(names)
    assert Model.from_record(model().as_record()).as_record() == model().as_record()


def test_the_reference_votes_for_the_article() -> None:
    column = vote(html_page("t", article("<div><a href=/x>Ten bridges to see this summer</a></div>")))
    assert column is not None
    assert column[1:5].min() >= 0.5 and column[-1] == 0


def test_the_reference_is_spared_a_flood() -> None:
    assert vote(html_page("t", article("<i>x</i> " * (MOST_ELEMENTS + 1)))) is None


STATED = "Nine years after the flood the town has a bridge again, and a quarrel about who pays."


def with_description(*body: str) -> Page:
    head = f'<head><meta name=description content="{STATED}"></head>'
    return html_page("t", f"<html>{head}<body><h1>Bridge opens</h1>{''.join(body)}</body></html>")


@pytest.mark.parametrize(
    ("why", "line", "found"),
    [
        ("equal", f"<p>{STATED}</p>", True),
        ("in other quotes and case", f"<div>“{STATED.upper()}”</div>", True),
        ("goes on", f"<p>{STATED} The bakers do not.</p>", True),
        ("cut short", f"<p>{STATED[:60]}…</p>", True),
        ("only begins alike", "<p>Nine years after the flood nobody rows across any more.</p>", False),
        ("a teaser", f"<p><a href=/x>{STATED}</a></p>", False),
        ("under a photo", f"<figure><img src=x><figcaption>{STATED}</figcaption></figure>", False),
        ("a menu", f"<nav><p>{STATED}</p></nav>", False),
    ],
)
def test_standfirst(why: str, line: str, found: bool) -> None:
    page = with_description("<p>News</p>", line, f"<p>{BODY[0]}</p>")
    assert (standfirst(page) is page.blocks[2]) is found
    if not found:
        assert standfirst(page) is None


@pytest.mark.parametrize(
    ("why", "line", "found"),
    [
        ("a heading", "<h2 class='sub-headline big'>The bakers say the toll is theirs to set</h2>", True),
        ("ends like no sentence", "<p class=hero__standfirst>The bakers say the toll is theirs</p>", True),
        ("a sentence, which the judge can tell", "<p class=subtitle>The bakers say the toll is theirs.</p>", False),
        ("another class", "<h2 class=teaser>The bakers say the toll is theirs to set</h2>", False),
        ("a word within a class", "<h2 class=submarine-decks>The bakers say the toll is theirs to set</h2>", False),
        ("too short to say anything", "<h2 class=subtitle>A toll war</h2>", False),
        ("a link", "<h2 class=subtitle><a href=/x>The bakers say the toll is theirs to set</a></h2>", False),
        ("in another element", "<div><h2 class=subtitle>The bakers say the toll is theirs to set</h2></div>", False),
    ],
)
def test_a_deck_is_known_by_its_class_and_its_place(why: str, line: str, found: bool) -> None:
    page = html_page("t", f"<html><body><h1>Bridge opens</h1>{line}<p>{BODY[0]}</p></body></html>")
    assert (deck(page) is page.blocks[1] and protected(page) == {1}) is found
    if not found:
        assert deck(page) is None


NOTE = "Reporting by Ann Lowe in Fenmoor; Editing by Piet Maas"


def test_an_agencys_note_is_spared_and_a_sentence_about_reporting_is_not() -> None:
    page = text_page("t", "\n".join([BODY[0], "The reporting by three papers led to the inquiry.", NOTE]))
    assert protected(page) == {2}


def test_the_judge_spares_standfirst_and_note(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_description(f"<p>{STATED}</p>", *(f"<p>{line}</p>" for line in (*BODY, NOTE)))
    nothing = Judgement(np.zeros(len(page.blocks), np.float32), 0.5, 0.9)
    monkeypatch.setattr(step, "judged", lambda page: Judged(nothing, "html", np.zeros((0, 0), np.float32), []))
    assert [block.text for block in step.main_content(page).open()] == [STATED, NOTE]


def drop_all(page: Page) -> Page:
    return drop_where(page, lambda block: step.JUDGED_BOILERPLATE.verdict("all goes"))


def test_a_page_that_would_lose_its_article_is_cleaned_with_caution(monkeypatch: pytest.MonkeyPatch) -> None:
    """An article inside what looks like chrome: nothing ends empty in silence."""
    page = html_page("t", article(body=BODY * 2))
    assert "over_cleaned" not in clean(page).flags
    monkeypatch.setattr(pipeline, "STEPS", (drop_all,))
    cleaned = clean(page)
    assert "over_cleaned" in cleaned.flags and cleaned.confidence <= 0.3
    assert [block.text for block in cleaned.kept()][:4] == BODY


def test_a_page_of_links_is_flagged() -> None:
    links = "".join(f"<li><a href=/{n}>Story number {n}</a></li>" for n in range(30))
    page = clean(html_page("t", f"<html><body><ul>{links}</ul></body></html>"))
    assert {"listing", "over_cleaned"} <= page.flags and len(page.kept()) == 30  # all links went, and came back
