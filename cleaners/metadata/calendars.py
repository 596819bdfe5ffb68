"""Digits of other scripts, and days of other calendars, as pages state them beside or instead of the Gregorian ones."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

JALALI_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد|امرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_JALALI = {name: number for number, cell in enumerate(JALALI_MONTHS, start=1) for name in cell.split("|")}
_FIRST_YEAR, _FIRST_DAY = (
    1360,
    date(1981, 3, 21),
)  # the Persian year and its first of Farvardin, from which days are counted
JALALI_YEARS = range(_FIRST_YEAR, 1480)  # of the web; no Gregorian year of a page is so old
_BUDDHIST = 543  # years that the Thai calendar is ahead
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
_ERA_YEAR = re.compile(r"(令和|平成|民[國国])\s?(\d{1,3}|元)\s?年")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_DIGIT_OR_FIRST = re.compile(r"[\d元]")
_JALALI_YEAR = re.compile(r"1[34]\d\d")
_JALALI_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(sorted(_JALALI, key=len, reverse=True))})\s+(?:ماه\s+)?(1[34]\d\d)(?!\d)"
)
_JALALI_NUMERIC = re.compile(
    r"(?<!\d)(1[34]\d\d)[/-](\d{1,2})[/-](\d{1,2})(?!\d)|(?<!\d)(\d{1,2})/(\d{1,2})/(1[34]\d\d)(?!\d)"
)
_BUDDHIST_YEAR = re.compile(r"(?<!\d)2[56]\d\d(?!\d)")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
# Days before each month of a year that begins on the first of Farvardin.
_DAYS_BEFORE = (0, 31, 62, 93, 124, 155, 186, 216, 246, 276, 306, 336)


def plain_digits(text: str) -> str:
    """The text with the digits 0 to 9 in place of those of other scripts; of the same length."""
    if text.isascii() or not _FOREIGN_DIGIT.search(text):
        return text
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in text
    )


def western(text: str) -> str:
    """The text with the days of the Persian calendar, Buddhist years and Japanese eras as the Gregorian ones.

    The text may change its length; one in which none of them stands comes back as it is.
    """
    if text.isascii() or not _DIGIT_OR_FIRST.search(text):
        return text
    text = _ERA_YEAR.sub(_era, text)
    if _JALALI_YEAR.search(text):
        text = _JALALI_NAMED.sub(
            lambda found: _gregorian(int(found[3]), _JALALI[found[2]], int(found[1]), found[0]), text
        )
        text = _JALALI_NUMERIC.sub(_numeric, text)
    if _THAI.search(text):
        text = _BUDDHIST_YEAR.sub(lambda found: str(int(found[0]) - _BUDDHIST), text)
    return text


def _era(found: re.Match[str]) -> str:
    return f"{_ERAS[found[1]] + (1 if found[2] == '元' else int(found[2]))}年"


def _numeric(found: re.Match[str]) -> str:
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    return _gregorian(int(year), int(month), int(day), found[0])


def _gregorian(year: int, month: int, day: int, stated: str) -> str:
    """The Persian day as YYYY-MM-DD, by the rule of 33 years (Borkowski); `stated` where it is no day."""
    if year not in JALALI_YEARS or not 1 <= month <= 12 or not 1 <= day <= 31:
        return stated
    passed = (
        sum(366 if _is_leap(past) else 365 for past in range(_FIRST_YEAR, year)) + _DAYS_BEFORE[month - 1] + day - 1
    )
    return (_FIRST_DAY + timedelta(days=passed)).isoformat()


def _is_leap(year: int) -> bool:
    return year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)
