"""Pages that are nothing but a notice go to quarantine; articles about notices, and those with one, stay."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest

from cleaners.article import Quarantined
from cleaners.page import Page, Site
from cleaners.pipeline import clean, clean_raw, sure
from cleaners.read.pages import html_page, text_page
from cleaners.site.user_rules import read_site_file
from cleaners.steps import notices
from cleaners.steps.notices import notice
from sites import ruled

TABLE = tomllib.loads((Path(__file__).parents[2] / "cases/pages/notices.toml").read_text(encoding="utf-8"))
STORY = "The ferry came back on Sunday after nine years, and some four hundred people watched from the bank."
WALL = [
    "We value your privacy",
    "We and our 812 partners store and/or access information on a device, such as cookies, and process personal data.",
    "Accept all",
    "Reject all",
]


def marked_up(lines: list[str], head: str = "", around: str = "{}", language: str = "en") -> str:
    """A page of these lines: a headline, sentences, and buttons at the end."""
    last = max((at for at, line in enumerate(lines) if len(line) > 30), default=0)
    body = "".join(
        f"<h1>{escape(line)}</h1>" if not at else f"<{tag}>{escape(line)}</{tag}>"
        for at, line in enumerate(lines)
        for tag in ["p" if at <= last else "button"]
    )
    return (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8><title>The ferry is back</title>{head}</head>"
        f"<body>{around.format(body)}</body></html>"
    )


def reason_of(content: str, media: str) -> str:
    result = clean_raw(content.encode(), source="a", record=None, media=media, folder_host="fenmoor.example")
    return str(result.reason if isinstance(result, Quarantined) else result.outcome)


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["why"])
def test_a_page_of_nothing_but_a_notice_is_none(case: dict[str, Any]) -> None:
    lines, reason = case["lines"], case["reason"]
    assert reason_of(marked_up(lines, language=case["language"]), "html") == reason
    assert reason_of("\n\n".join(lines), "text") == reason


@pytest.mark.parametrize("case", TABLE["alike"], ids=lambda case: case["why"])
def test_a_page_about_notices_is_an_article(case: dict[str, Any]) -> None:
    html = marked_up(case["lines"]).replace("The ferry is back", escape(case["lines"][0]))
    assert reason_of(html, "html") == reason_of("\n\n".join(case["lines"]), "text") == "article"


def test_a_wall_with_the_head_and_the_chrome_of_its_story_is_a_wall() -> None:
    around = (
        "<header><a href=/>Fenmoor Post</a></header><nav><a href=/n>News</a> <a href=/s>Sport</a></nav>"
        "<h1>The ferry is back</h1><div role=dialog class=message-box>{}</div>"
        "<footer><p>© 2024 Fenmoor Post</p><a href=/i>Imprint</a></footer>"
    )
    head = '<meta property="og:title" content="The ferry is back"><meta property="og:type" content="article">'
    assert reason_of(marked_up(WALL, head, around), "html") == "consent_wall"
    assert reason_of(marked_up(WALL, head, f"{around}<p>{STORY}</p>"), "html") == "article"


def test_a_wall_whose_data_state_the_article_stays() -> None:
    def stating(body: str) -> str:
        data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The ferry", "articleBody": body}
        return f'<script type="application/ld+json">{json.dumps(data)}</script>'

    assert reason_of(marked_up(WALL, stating(f"{STORY} " * 5)), "html") == "article"
    assert reason_of(marked_up(WALL, stating("Read on at Fenmoor Post.")), "html") == "consent_wall"


def test_long_walls_in_several_languages_are_walls() -> None:
    walls = [line for case in TABLE["case"] if case["reason"] == "consent_wall" for line in case["lines"]]
    assert sum(len(line.split()) for line in walls) > 900
    assert reason_of("\n".join(walls), "text") == "consent_wall"
    assert reason_of(marked_up(["Purposes and partners", *walls[:60]]), "html") == "consent_wall"
    assert reason_of("\n".join([*walls, *[STORY] * 3]), "text") == "article"


def test_named_partners_belong_to_their_wall_and_scores_to_none() -> None:
    partners = [f"Brightfold Media {number} GmbH" for number in range(40)]
    assert reason_of("\n".join([*WALL[:2], "Partners", *partners, *WALL[2:]]), "text") == "consent_wall"
    scores = [f"Fenmoor Rovers against Quellin Town {number % 4}" for number in range(40)]
    assert reason_of("\n".join([*scores, *WALL]), "text") == "article"


def where_and_when(result: Any) -> tuple[str, str | None, str | None]:
    return result.reason, result.site, result.fetched_at


def test_the_quarantine_says_where_and_when_and_what_next() -> None:
    record = {"url": "https://fenmoor.example/ferry", "fetched_at": "2024-03-03T10:00:00Z", "text": "\n".join(WALL)}
    result = clean_raw(json.dumps(record).encode(), source="a.jsonl", record=0, media="jsonl")
    assert where_and_when(result) == ("consent_wall", "fenmoor.example", "2024-03-03T10:00:00Z")
    assert "language: en" in result.detail and "fetch the page again with consent given" in result.detail
    record["text"] = "Access denied\nYou don't have permission to access this page."
    result = clean_raw(json.dumps(record).encode(), source="a.jsonl", record=0, media="jsonl")
    assert (
        where_and_when(result) == ("blocked", "fenmoor.example", "2024-03-03T10:00:00Z")
        and "fetch it again" in result.detail
    )
    record["text"] = "— * —"
    result = clean_raw(json.dumps(record).encode(), source="a.jsonl", record=0, media="jsonl")
    assert (
        where_and_when(result) == ("too_little", "fenmoor.example", "2024-03-03T10:00:00Z")
        and "\n" not in result.detail
    )
    result = clean_raw("\n".join(WALL).encode(), source="a.txt", record=None, media="text")
    assert (result.site, result.fetched_at) == (None, None)


def test_a_line_that_a_rule_of_the_site_keeps_is_no_notice() -> None:
    page = text_page("a.txt", "\n".join(WALL))
    rules = read_site_file(f'keep = ["{WALL[1]}"]\n', "rules/sites/fenmoor.example.toml")
    assert notice(clean(page), sure) is not None
    assert notice(clean(ruled(page, rules, "")), sure) is None


def test_ordinary_pages_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def searched(*_: object) -> None:
        raise AssertionError("searched for words of notices")

    page = clean(html_page("a", marked_up(["The ferry is back", *[f"{STORY} It was day {n}." for n in range(20)]])))
    floods = clean(text_page("a", "404 not found\n" * (notices.MOST_LINES + 1)))
    monkeypatch.setattr("cleaners.rules.phrases.Rules.ask_all", searched)
    assert notice(page, sure) is None and notice(floods, sure) is None


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>hi</p>", "hi"),
        ("<p>17</p>", "17"),
        ("<title>The ferry is back</title><h1>The ferry is back</h1>", "The ferry is back"),
        ("<nav><a href=/>Harbour</a></nav><p>— — —</p>", "Harbour\n\n— — —"),
        ("<nav><a href=/>Harbour</a></nav><p>hi</p>", "hi"),
    ],
)
def test_words_that_all_went_come_back(markup: str, text: str) -> None:
    article = clean_raw(markup.encode(), source="a", record=None, media="html").article
    assert article.text == text and {"over_cleaned", "short"} <= set(article.flags)


def test_what_rules_of_a_site_drop_does_not_come_back() -> None:
    def ruled_page(markup: str, rules: str) -> Page:
        read = read_site_file(rules, "rules/sites/fenmoor.example.toml")
        return clean(ruled(replace(html_page("a", markup), site=Site("fenmoor.example")), read, markup))

    menu = "<nav><a href=/>Harbour</a> <a href=/s>Sport</a></nav>"
    assert not ruled_page("<p>hi</p>", 'drop = ["hi"]').kept()
    assert not ruled_page(f"{menu}<p>{STORY}</p>", f'drop = ["{STORY}"]').kept()
    assert [b.text for b in ruled_page(f"<p>{STORY}</p><p>hi</p>", f'drop = ["{STORY}"]').kept()] == ["hi"]
