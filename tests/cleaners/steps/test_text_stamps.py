"""Which line of a text gives author and date of the article, once the text is known."""

from __future__ import annotations

from cleaners.article import Cleaned
from cleaners.pipeline import clean_raw

STORY = """The ferry came back on Sunday after nine years, and some four hundred people watched from the bank.
The council paid for the new ramp, and the rest of the money was given by people who live on the other side.
Nobody knows yet how often it will cross in winter, as the river carries ice in most of the years since the war.
"""


def cleaned(text: str, **sidecar: str) -> Cleaned:
    found = clean_raw(text.encode(), source="case.txt", record=None, media="text", sidecar=sidecar)
    assert isinstance(found, Cleaned)
    return found


def test_the_stamp_below_the_headline_beats_the_day_of_the_page() -> None:
    menu = "Monday, 18 May 2026\nHome\nSport\nWeather\nContact\nJobs\nShop\nLogin\nArchive\n"
    found = cleaned(f"{menu}The ferry is back after nine years\nBy Ann Poe\n17 May 2026\n{STORY}")
    assert (found.article.published, found.article.authors) == ("2026-05-17", ["Ann Poe"])


def test_the_only_day_is_the_day_of_the_text_though_it_is_that_of_a_change() -> None:
    found = cleaned(f"Die Fähre ist nach neun Jahren zurück\nStand: 24.04.2024 22:58 Uhr\n{STORY}")
    assert found.article.published == found.article.modified == "2024-04-24"


def test_the_day_stands_where_the_address_says() -> None:
    head = "The ferry is back after nine years\nPublished 03/04/2024\n"
    assert cleaned(head + STORY, url="https://pell.example.co.uk/ferry").article.published == "2024-04-03"
    assert cleaned(head + STORY, url="https://pell.example.gov/ferry").article.published == "2024-03-04"
    assert cleaned(head + STORY).article.published is None


def test_dates_in_sentences_are_nobodys_stamp() -> None:
    found = cleaned(
        f"The ferry is back after nine years\n{STORY}It sank on 3 March 2015, and its bell was found on 4 May 2016.\n"
    )
    assert found.article.published is None


def test_those_who_comment_wrote_no_article() -> None:
    comments = "2 comments\nBob Low\n3 March 2024\nGood.\nBy Carl Ash\nAt last."
    assert cleaned(f"The ferry is back after nine years\n{STORY}{comments}").article.authors == []


def test_a_box_at_the_end_presents_the_author() -> None:
    box = "Ann Poe\nAnn Poe has been a reporter of the Pell Echo since 2004, and keeps bees in the valley below the town.\n"
    assert cleaned(f"The ferry is back after nine years\n{STORY}{box}").article.authors == ["Ann Poe"]


def test_lines_whose_content_went_to_metadata_are_lifted() -> None:
    found = cleaned(f"The ferry is back after nine years\nBy Ann Poe\nPublished 17 May 2026\n{STORY}")
    assert {line.text: line.reason for line in found.ledger if "2026" in line.text or "Poe" in line.text} == {
        "By Ann Poe": "lifted", "Published 17 May 2026": "lifted",
    }  # fmt: skip
