"""Features: the columns of the table, one by one; text has the same as HTML."""

from __future__ import annotations

import pytest

from bridge import BODY, article
from cleaners.judge.features import features
from cleaners.judge.lexicon import NOTHING
from cleaners.judge.model import Model, model
from cleaners.read.pages import html_page, text_page


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


def test_text_has_the_columns_of_html() -> None:
    assert features(text_page("t", BODY[0]), NOTHING)[1] == features(html_page("t", article()), NOTHING)[1]


def test_the_shipped_heads_fit_the_features() -> None:
    names = features(html_page("t", article()), NOTHING)[1]
    assert model().heads["html"].names == model().heads["text"].names == tuple(names)
    assert Model.from_record(model().as_record()).as_record() == model().as_record()
