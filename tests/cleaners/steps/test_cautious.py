"""The cautious second try: a page that would lose its article is cleaned again by the surest rules alone."""

from __future__ import annotations

import pytest

from bridge import BODY, article
from cleaners import pipeline
from cleaners.page import Page, drop_where
from cleaners.pipeline import clean
from cleaners.read.pages import html_page, text_page
from cleaners.steps import main_content as step


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


def all_but_the_first(page: Page) -> Page:
    return drop_where(page, lambda block: step.JUDGED_BOILERPLATE.verdict("goes") if block.index else None)


@pytest.mark.parametrize(
    ("why", "lines", "kept"),
    [
        ("short sentences stay, what stands outside of them goes", ["Ferry sails.", "The chain held.", "Nobody was hurt.", "Echo", "Sport"], ["Ferry sails.", "The chain held.", "Nobody was hurt."]),
        ("lines of a broken sentence stand between sentences", ["Ferry sails.", "항만사무소는 화요일", "동쪽 부두 수리가", "끝났다고 밝혔다.", "Echo"], ["Ferry sails.", "항만사무소는 화요일", "동쪽 부두 수리가", "끝났다고 밝혔다."]),
        ("of a text of labels the first is the headline, the others come back", ["", "Harbour office", "East quay"], ["East quay"]),
    ],
)  # fmt: skip
def test_a_short_text_gets_its_sentences_back(
    why: str, lines: list[str], kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "STEPS", (drop_all,))
    cleaned = clean(text_page("t", "\n".join(lines)))
    assert [block.text for block in cleaned.kept()] == kept and "over_cleaned" in cleaned.flags, why


def test_a_text_that_keeps_less_than_its_judge_dropped_is_cleaned_with_caution(monkeypatch: pytest.MonkeyPatch) -> None:
    page = text_page("t", "The chain held.\nNobody under ten pays at the gate.\nTannock Echo")
    monkeypatch.setattr(pipeline, "STEPS", (all_but_the_first,))
    cleaned = clean(page)
    assert [block.text for block in cleaned.kept()] == ["The chain held.", "Nobody under ten pays at the gate."]
    assert "over_cleaned" in cleaned.flags
