"""The cautious second try: a page that would lose its article is cleaned again by the surest rules alone."""

from __future__ import annotations

import pytest

from bridge import BODY, article
from cleaners import pipeline
from cleaners.page import Page, drop_where
from cleaners.pipeline import clean
from cleaners.read.pages import html_page
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
