"""Reads a short line above a story for what it is by its words alone: a count, a tool of the page, a note on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from cleaners.page import Block
from cleaners.rules.phrases import built_in
from cleaners.text.fold import fold
from cleaners.text.prose import QUOTES, count_words, ends_sentence


class Top(Enum):
    """What a line above a story is."""

    TOOL = 1  # share, print, back; a count of readers; a reading time
    STAMP = 2  # when it was put up or how old it is, with words for that
    LOOSE_STAMP = 3  # a day and a time with a section or a place: beside a headline alone
    NOTE = 4  # the article's number, its source, who put it up, whose name day it is
    TRAIL = 5  # a breadcrumb
    JUNK = 6  # no words: an address, a duration, the name of a file
    NUMBER = 7  # a number or a web address alone
    HOURS = 8  # from when to when, as of a programme on air


LONGEST = 160  # characters of such a line
MOST_WORDS = 20
MOST_NAMED = 7  # words behind "uploaded by" or "Source:"
MOST_UNKNOWN = 2  # words of a section or a place beside day and time
STEP_WORDS = 3  # of a step of a breadcrumb
GLUED, GLUED_SHARE = 3, 0.3  # words that were two or more, at least
_LONGEST_PHRASE = 6  # words of a phrase
_LONGEST_SPACELESS = 10  # characters of one where no spaces part words
_TOKEN = re.compile(
    r"[\u0e00-\u0e7f]+|[\u3040-\u30ff\u3400-\u9fff]+|\d+|\+|[^\W\d_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]"
    r"(?:[^\W\d_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|['’\u200c\u0300-\u036f\u0900-\u0dff\u064b-\u0652-])*"
)
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4])[:：h][0-5]\d(?!\d)|(?<!\d)\d{1,2}\s?[ap]\.?m\b", re.I)
_DAY = re.compile(
    r"(?<!\d)(?:\d{4}\s?[./·-]\s?\d{1,2}\s?[./·-]\s?\d{1,2}"
    r"|\d{1,2}\s?[./·-]\s?\d{1,2}\s?[./·-]\s?(?:\d{4}|\d\d))(?!\d)"
)
_FILE = re.compile(
    r"[\w()-]*\.(?:jpe?g|png|gif|webp|pdf|mp[34]|docx?)|(?:img|dsc|dscn|pxl)?[_-]?\d{4,}[_-]\d{3,}|(?:img|dscn?)[_-]?\d{3,}",
    re.I,
)
_ADDRESS = re.compile(r"\S+@\S+\.\w+")
_DURATION = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d\d(?:\s?/\s?(?:\d{1,2}:)?\d{1,2}:\d\d)?")
_SIGNED = re.compile(r"(?:by|von|par|por|di|da|door|av|af|od|autor|auteur|oleh)\s", re.I)
_HAS_GLUED = re.compile(r"[a-zß-öø-ÿа-яё][A-ZÀ-ÞА-ЯЁ][a-zß-öø-ÿа-яё]")
_GLUED = re.compile(r"[^\W\d_]*[a-zß-öø-ÿа-яё][A-ZÀ-ÞА-ЯЁ][a-zß-öø-ÿа-яё]")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
_HOUR = r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\.?)?"
_HOURS = re.compile(rf"{_HOUR}\s?[-–—]\s?{_HOUR}", re.I)
_RESULT = re.compile(r"[^\W\d].*\s\d{1,3}[-–:]\d{1,3}|[^\W\d].*\s\d{1,3},?\s[^\W\d].*\s\d{1,3}")
_TIME_LAST = re.compile(r"\b(?:[01]?\d|2[0-3]):[0-5]\d\Z")
RESULT_WORDS = 10
_PRICE = frozenset("$€£¥₹%")
_TRAIL = re.compile(r"\s*[»›]\s*|\s+>+\s+|\s+>+$")


class _Words(NamedTuple):
    furniture: frozenset[str]
    tools: frozenset[str]  # those and the words that stand beside them
    ages: frozenset[str]
    aged: frozenset[str]
    published: frozenset[str]
    days: frozenset[str]
    dated: frozenset[str]  # all that lines of dates are made of
    months: frozenset[str]
    weekdays: frozenset[str]
    notes: re.Pattern[str]
    note_starts: frozenset[str]  # first two characters of what it finds
    jobs: frozenset[str]
    desks: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    settings: Mapping[str, Mapping[str, list[str]]] = built_in().settings
    said = {name: frozenset(map(fold, words)) for name, words in settings["bylines"].items()}
    tops = {name: frozenset(map(fold, words)) for name, words in settings["tops"].items()}
    rows: Mapping[str, list[str]] = settings["metadata"]["months"]  # type: ignore[assignment]
    months = frozenset(fold(name) for row in rows.values() for cell in row for name in cell.split("|"))
    months |= {name[:3] for name in months if name[:3].isalpha()}
    published = (said["published"] | said["modified"] | tops["stamps"]) - _ELSEWHERE
    aged = tops["ages"] | tops["time_units"] | tops["beside"]
    return _Words(
        tops["furniture"], tops["furniture"] | tops["beside"], tops["ages"], aged, published, tops["days"],
        published.union(months, aged, tops["days"], *(said[name] for name in ("beside", "weekdays", "reading"))),
        months, said["weekdays"],
        re.compile("|".join((
            rf"(?:{_either(tops['numbers'])})\W*\d[\d\W]*$",
            rf"(?:{_either(tops['uploaders'])})\b\W*\S",
            rf"(?:{_either(said['sources'])})\s?[:：]\s*\S",
            rf"(?:{_either(tops['name_days'])})\b\W*\S",
        ))),
        frozenset(phrase[:2] for name in ("numbers", "uploaders", "name_days") for phrase in tops[name])
        | {phrase[:2] for phrase in said["sources"]},
        tops["jobs"], tops["desks"],
    )  # fmt: skip


# Words of bylines that begin other lines as well.
_ELSEWHERE = frozenset(
    ("à", "jour", "mis", "out", "ut", "first", "data", "son", "stand", "last", "new", "عنوان", "آخر", "новости")
)


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


@lru_cache(maxsize=4_096)  # such lines come again on a site's next page
def read_top(text: str) -> Top | None:
    """What a line is that may stand above a story; None for one that may be of the story."""
    if len(text) > LONGEST or text[0] in QUOTES:
        return None
    if ("»" in text or "›" in text or ">" in text) and _TRAIL.search(text):
        parts = [part for part in _TRAIL.split(text) if part]
        return Top.TRAIL if all(map(_is_step, parts)) else None
    if junk := _junk(text):
        return junk
    folded, words = fold(text), _words()
    tokens = _TOKEN.findall(folded)
    if len(tokens) > MOST_WORDS or not _PRICE.isdisjoint(folded):
        return None
    if folded[:2] in words.note_starts and words.notes.match(folded):
        return Top.NOTE if len(tokens) <= 2 * MOST_NAMED and not ends_sentence(text) else None
    known, unknown = _known(tokens, words.tools, 0)
    if not unknown and not words.furniture.isdisjoint(known):
        return Top.TOOL
    if folded in words.desks:
        return Top.STAMP
    return None if ends_sentence(text) else _stamp(text, tokens, words)


def _is_step(part: str) -> bool:
    return count_words(part) <= STEP_WORDS or (bool(_SPACELESS.match(part)) and len(part) <= _LONGEST_SPACELESS)


def _junk(text: str) -> Top | None:
    if (":" in text and _DURATION.fullmatch(text)) or ("@" in text and _ADDRESS.fullmatch(text)):
        return Top.JUNK
    if " " not in text:
        if _FILE.fullmatch(text):
            return Top.JUNK
        if text.isdigit() or _LINK.fullmatch(text):
            return Top.NUMBER
    if ":" in text and _HOURS.fullmatch(text):
        return Top.HOURS
    return Top.JUNK if _is_glued(text) else None


def _is_glued(text: str) -> bool:
    """True for the labels of a menu between which the spaces are gone."""
    if not _HAS_GLUED.search(text):
        return False
    words = text.split()
    glued = sum(map(bool, map(_GLUED.match, words)))
    return glued >= GLUED and glued >= GLUED_SHARE * len(words) and not ends_sentence(text)


def _stamp(text: str, tokens: Sequence[str], words: _Words) -> Top | None:
    """A line of a date or an age: with words for that alone, or with few others."""
    has_number = any(map(str.isdigit, tokens))
    if not has_number and text.isascii() and ":" not in text:
        return None
    known, unknown = _known(tokens, words.dated)
    is_day = has_number or not words.days.isdisjoint(known)
    if is_day and not unknown and not words.published.isdisjoint(known):
        return Top.STAMP
    if has_number and not words.ages.isdisjoint(known) and not _known(tokens, words.aged, 0)[1]:
        return Top.STAMP
    if text[-1] in ":：" and _SIGNED.match(text) and text.rstrip(":： ").casefold().endswith(tuple(words.published)):
        return Top.STAMP
    if is_day and known[:1] and known[0] in words.published and tokens[0] in known[0] and _is_labelled(text):
        return Top.STAMP if unknown <= MOST_UNKNOWN or _DAY.search(text) else None
    if not has_number or not _CLOCK.search(text):
        return None
    of_tools = _known(tokens, words.dated | words.tools)[1]
    if _DAY.search(text):
        return Top.LOOSE_STAMP if of_tools <= MOST_UNKNOWN else None
    is_bare_day = not words.months.isdisjoint(known) and words.weekdays.isdisjoint(known)
    return Top.LOOSE_STAMP if is_bare_day and of_tools < MOST_UNKNOWN else None


def _is_labelled(text: str) -> bool:
    """True where a colon that is none of a clock stands in the line, or a digit follows the first word."""
    return bool(re.search(r"[^\d\s]\s?[:：]", text)) or bool(re.match(r"\S+\s+\d", text))


def _known(tokens: Sequence[str], words: frozenset[str], most: int = MOST_WORDS) -> tuple[list[str], int]:
    """The longest phrases of these words that the tokens are made of, one after the other, and the number of other tokens.

    The count stops above `most`.
    """
    found: list[str] = []
    others = at = 0
    while at < len(tokens) and others <= most:
        token = tokens[at]
        if token.isdigit():
            at += 1
            continue
        if _SPACELESS.match(token):
            inside, rest = _split(token, words)
            found += inside
            others += rest
            at += 1
            continue
        for end in range(min(at + _LONGEST_PHRASE, len(tokens)), at, -1):
            phrase = " ".join(tokens[at:end])
            if phrase in words:
                found.append(phrase)
                at = end
                break
        else:
            others += 1
            at += 1
    return found, others


def _split(token: str, words: frozenset[str]) -> tuple[list[str], int]:
    """The same for a run of characters that no spaces part; what is left of it counts as one word for each gap."""
    found: list[str] = []
    gaps = at = 0
    in_gap = False
    while at < len(token):
        end = next(
            (end for end in range(min(at + _LONGEST_SPACELESS, len(token)), at, -1) if token[at:end] in words), 0
        )
        if end:
            found.append(token[at:end])
            at, in_gap = end, False
        else:
            gaps += not in_gap
            at, in_gap = at + 1, True
    return found, gaps


def has_job(block: Block) -> bool:
    """True for a line with a word for people who write."""
    return not _words().jobs.isdisjoint(_TOKEN.findall(block.folded))


def is_result(block: Block) -> bool:
    """True for a result alone: "Killadoon 2-14", "Rovers 2 Moor 1"."""
    text = block.text
    return (
        block.words <= RESULT_WORDS
        and text[-1].isdigit()
        and not _TIME_LAST.search(text)
        and bool(_RESULT.fullmatch(text))
    )
