"""The sample in raw/ by the sure rules alone: what the judge may add must not be what holds the sample up."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaners.page import Page
from cleaners.pipeline import sure
from cleaners.read.pages import text_page

RAW = Path(__file__).parents[2] / "raw"
POLICE = sorted((RAW / "calderside.police.example").glob("*.txt"))
ABOVE = (
    "site_chrome", "cookie_banner", "cookie_banner", "cookie_banner", "cookie_banner|duplicate_line",
    "cookie_banner|site_chrome", "site_chrome",
)  # fmt: skip
BELOW = 6  # who they are, careers and contact, each under its heading
PAPER = RAW / "fenmoor-gazette.example" / "lantern-bridge-reopens.txt"
LABEL = "Fenmoor Gazette: "
CAPTIONS = 3


def by_rules(path: Path) -> Page:
    return sure(text_page(path.name, path.read_text(encoding="utf-8")))


def dropped(page: Page) -> dict[int, str]:
    """Block → reason, for every block that a sure rule drops."""
    return {index: verdict.reason for index, verdict in enumerate(page.verdicts) if verdict and not verdict.keep}


def test_the_sample_has_sister_pages() -> None:
    assert len(POLICE) == 3


@pytest.mark.parametrize("path", POLICE, ids=lambda path: path.stem)
def test_notices_above_and_the_force_on_itself_below(path: Path) -> None:
    page = by_rules(path)
    gone = dropped(page)
    last = len(page.blocks)
    assert sorted(gone) == [*range(len(ABOVE)), *range(last - BELOW, last)]
    for index, reasons in enumerate(ABOVE):
        assert gone[index] in reasons.split("|"), page.blocks[index].text
    assert {gone[index] for index in range(last - BELOW, last)} == {"site_chrome"}


@pytest.mark.parametrize("path", POLICE, ids=lambda path: path.stem)
def test_each_sister_page_stands_without_the_others_notices(path: Path) -> None:
    """No notice needs another to be known: each falls as the only one above the article."""
    lines = path.read_text(encoding="utf-8").strip().split("\n")
    for notice in lines[: len(ABOVE)]:
        page = sure(text_page(path.name, "\n".join([notice, *lines[len(ABOVE) : -BELOW]])))
        if notice.startswith("Choose"):
            continue  # a request to choose says neither who asks nor what for, away from its banner
        assert sorted(dropped(page)) == [0], notice


@pytest.mark.parametrize("path", POLICE, ids=lambda path: path.stem)
def test_the_article_alone_loses_nothing(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").strip().split("\n")[len(ABOVE) : -BELOW]
    assert not dropped(sure(text_page(path.name, "\n".join(lines))))


def test_the_local_paper_loses_its_captions_and_nothing_else() -> None:
    page = by_rules(PAPER)
    captions = {block.index for block in page.blocks if block.text.startswith(LABEL)}
    assert len(captions) == CAPTIONS
    assert dropped(page) == dict.fromkeys(captions, "caption")
    assert sum(lift.field == "caption" for lift in page.lifts) == CAPTIONS
