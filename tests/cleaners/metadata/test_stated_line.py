"""What one line of already-extracted text says of author and date, and which lines say nothing of them."""

from __future__ import annotations

import pytest

from cleaners.metadata.calendars import plain_digits, western
from cleaners.metadata.dates import read_date
from cleaners.metadata.stated_line import read_stated


@pytest.mark.parametrize(
    ("text", "names", "published"),
    [
        ("Published: 3rd November 2023 16:26", (), "2023-11-03"),
        ("22/07/2020 Actualizado a las 10:15", (), "2020-07-22"),
        ("Torsdag 29. januar 2026 kl: 09:59Af: Redaktionen", ("Redaktionen",), "2026-01-29"),
        ("Jen MillsPublished Jul 17, 2024, 11:21am|Updated Jul 18, 2024", ("Jen Mills",), "2024-07-17"),
        ("by Harbour TimesNovember 21, 202501747", ("Harbour Times",), "2025-11-21"),
        ("渡辺洋介2025年1月13日 21時37分", ("渡辺洋介",), "2025-01-13"),
        ("Por Ana Lima — São Paulo, 13/03/2021 10h30", ("Ana Lima",), "2021-03-13"),
        ("By Ann Poe, John Doe and Bo Ek", ("Ann Poe", "John Doe", "Bo Ek"), None),
        ("Von Johannes Ritter, Zürich", ("Johannes Ritter",), None),
        ("von David Straub, HAFEN THÜRINGEN", ("David Straub",), None),
        ("Kolumne von Lars Brunkhorst", ("Lars Brunkhorst",), None),
        ("Автор сюжета: Алина Савош", ("Алина Савош",), None),
        ("김한수 기자 hskim@hanggu.example", ("김한수",), None),
        ("文/记者 王小明 图/李四", ("王小明",), None),
        ("كتب: أحمد علي", ("أحمد علي",), None),
        ("(ישי פורן)", ("ישי פורן",), None),
        ("Text: Anna Poe Foto: Bo Ek", ("Anna Poe",), None),
        ("Von dpa 30.04.2024, 18:58", ("dpa",), "2024-04-30"),
    ],
)
def test_says(text: str, names: tuple[str, ...], published: str | None) -> None:
    stated = read_stated(text)
    assert stated is not None
    assert (stated.names, stated.published) == (names, published)


@pytest.mark.parametrize(
    "text",
    [
        "By the time the boats were back",
        "Updated rules came in on 3 March",
        "Saturday 3 March, 7.30pm, Town Hall",
        "Latest News",
        "6. Carrie Weems",
        "© Rolf Zoellner/imago",
        "Pell Rovers 3, Senton 1",
        "Jane Westry, who has kept the lock for thirty years, was there",
    ],
)
def test_says_nothing(text: str) -> None:
    stated = read_stated(text)
    assert stated is None or not (stated.names or stated.published)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("۱۹ آبان ۱۴۰۰", "2021-11-10"),
        ("1 فروردین 1403", "2024-03-20"),
        ("30 اسفند 1403", "2025-03-20"),
        ("๓ มีนาคม ๒๕๖๗", "2024-03-03"),
        ("令和6年3月3日", "2024-03-03"),
        ("ngày 3 tháng 4 năm 2024", "2024-04-03"),
        ("2024. gada 3. martā", "2024-03-03"),
        ("2024 m. kovo 3 d.", "2024-03-03"),
        ("15 मार्च 2024", "2024-03-15"),
        ("2018-09", "2018-09"),
        ("2018-13", None),
    ],
)
def test_days_of_other_calendars_and_languages(stated: str, expected: str | None) -> None:
    assert read_date(stated) == expected


def test_a_day_that_is_none_is_left_as_it_stands() -> None:
    assert western(plain_digits("۳۹ آبان ۱۴۰۰")) == "39 آبان 1400"


def test_which_of_two_numbers_is_the_day_may_be_known() -> None:
    assert read_date("03/04/2024", language="en", day_first=True) == "2024-04-03"
    assert read_date("03/04/2024", language="en", day_first=False) == "2024-03-04"
