"""Which line of a text gives author and date of the article, once the text is known."""

from __future__ import annotations

import pytest

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


HEAD = "The ferry is back after nine years"
AUTHORS = {
    "a name alone and a number of minutes": (f"{HEAD}\nAbdul Karim Dost\n8 Min\n{STORY}", ["Abdul Karim Dost"]),
    "a name with a button behind it": (f"{HEAD}\n17 May 2026\nRandi Marie Vik Tips meg\n{STORY}", ["Randi Marie Vik"]),
    "a name with its job glued to it": (f"{HEAD}\nAndreas KleinRedakteur\n17. Mai 2026\n{STORY}", ["Andreas Klein"]),
    "two names below the house that signs": (
        f"{HEAD}\nby Pell TimesNovember 17, 2026\n… and not all who live there are glad\nMathato Sebo/Palesa Moth\n{STORY}",
        ["Mathato Sebo", "Palesa Moth"],
    ),
    "a name with the house where the person works": (f"{HEAD}\nSheila R. Cott, Pell University\n{STORY}", ["Sheila R. Cott"]),
    "a name and, below a date, who edited": (
        f"{HEAD}\nAnn Poe\n17 May 2026\nEdited by:\nKerry Stone\n{STORY}", ["Ann Poe"],
    ),
    "an account": (f"{HEAD}\nPosted on May 17, 2026 by fenmoor\n{STORY}", ["fenmoor"]),
    "a single name beside a date": (f"{HEAD}\nBen\n17 May 2026\n{STORY}", ["Ben"]),
    "an agency below the standfirst": (f"{HEAD}\nAFP\n17 May 2026\n{STORY}", ["AFP"]),
    "a name with an address below it": (f"{HEAD}\n{STORY}Elin Berg\nelin.berg@pell.example\nRead more\n", ["Elin Berg"]),
    "a Chinese reporter in the first line": (
        "本报讯（记者 黄立 通讯员 胡岩）最近，老街的居民办起了全县第一家工具图书馆，大家可以借走锤子和电钻，用完再还回来，已经有三百多人来过。\n"
        "图书馆设在废弃的粮站里，货架是木匠用旧门板钉成的，每周六下午还有师傅教大家修水龙头，每次都坐得满满的，没有人愿意先走。\n",
        ["黄立", "胡岩"],
    ),
    "a Korean reporter in the first line": (
        "[물가뉴스 맹소연 기자]바닷가 마을의 폐교가 도서관으로 다시 문을 열었다. 주민들은 지난 일요일 처음으로 책을 빌려 갔다고 말했다.\n"
        "창가 자리에는 옛 책걸상을 그대로 두어 졸업생들이 자기 이름을 찾아볼 수 있게 했고 첫날 손님이 삼백 명이었다.\n",
        ["맹소연"],
    ),
    "a person the story is about": (
        f"{HEAD}\nThomas Marsh\nOn the bank\nThe baker Thomas Marsh, who lives there, said that he would cross every day of the year.\n{STORY}", [],
    ),
    "a list of winners": (
        f"{HEAD}\n{STORY.splitlines()[0]}\nPrizes:\n* Junior helm - Toby Marsh\n* Most improved - Farah Dost\n{STORY}", [],
    ),
    "a section beside the date": (f"{HEAD}\nSport\n17 May 2026\n{STORY}", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "authors"), AUTHORS.values(), ids=AUTHORS)
def test_a_line_around_the_text_names_its_author(text: str, authors: list[str]) -> None:
    assert cleaned(text).article.authors == authors


def test_a_site_called_like_a_person_is_written_by_that_person() -> None:
    text = f"About Melissa Pell\nShop\n{HEAD}\n{STORY}"
    assert cleaned(text, url="https://melissapell.example/ferry").article.authors == ["Melissa Pell"]
    assert cleaned(text, url="https://echo.example/ferry").article.authors == []


def test_a_name_alone_leaves_the_text_though_it_stands_between_paragraphs() -> None:
    first, *rest = STORY.splitlines()
    found = cleaned(
        "\n".join(
            [
                HEAD,
                first,
                "Ralf Ehlers",
                "Redakteur im Pell-Anzeiger, verantwortlich für den Fluss und die Fähren.",
                *rest,
            ]
        )
    )
    assert found.article.authors == ["Ralf Ehlers"]
    assert "\nRalf Ehlers\n" not in f"\n{found.article.text}\n"
