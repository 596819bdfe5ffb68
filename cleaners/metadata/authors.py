"""Reads names out of what a page states of its authors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from cleaners.rules.phrases import built_in
from cleaners.text.fold import fold

_LONGEST = 400  # characters of a statement; a longer one is a biography
_LONGEST_NAME = 70  # characters
_MAX_WORDS = 7  # of a name; organisations have the longest
_ADDRESS = re.compile(r"https?:|www\.|/[\w-]+/|^\S+/\S+/\S*$", re.I)
_MAY_BE_ADDRESS = re.compile(r"[/:]|[Ww]\.")
_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_ACCOUNT = re.compile(r"\S*@\S*")
_LISTED = re.compile(r"\s*[,;，、；|•·\n]\s*|\s+[/&+–—-]\s+|\s*&\s*(?=[A-ZÀ-Þ])")
_RUN = re.compile(r"\w+")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_MAX_PERSON = 4  # words of a person's name
_HOUSE_WORDS = re.compile(
    r"(?<!\w)(?:of|for|the|team|staff|desk|department|committee|institute|center|centre)(?!\w)", re.I
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST_CJK = 8  # characters of a person's name in Han, Kana or Hangul
_EDGES = " \t.,:;|/\\-–—•·*\"'“”„«»()[]"


class _Words(NamedTuple):
    before: tuple[str, ...]
    between: re.Pattern[str]
    jobs: re.Pattern[str]
    job_starts: frozenset[str]  # first words of what it finds
    degrees: frozenset[str]
    nobody: frozenset[str]
    furniture: frozenset[str]
    calendar: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    table: Mapping[str, list[str]] = built_in().settings["metadata"]["authors"]
    return _Words(
        tuple(sorted({fold(word) for word in table["before"]}, key=len, reverse=True)),
        re.compile(rf"\s+(?:{'|'.join(map(re.escape, table['between']))})\s+(?=[^\W\d_a-zà-öø-ÿ])"),
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, table['jobs']))})s?(?!\w)", re.I),
        frozenset(word for job in table["jobs"] for first in _runs(job)[:1] for word in (first, f"{first}s")),
        frozenset(table["degrees"]),
        frozenset(map(fold, table["nobody"])),
        frozenset(table["furniture"]),
        frozenset(table["calendar"]),
    )


def read_names(stated: str, *, house: bool = False) -> list[str]:
    """The names in one statement: no "By", job, degree, handle or address; empty when it names nobody.

    Lists are split, unless the page says that the name is an organisation's (`house`).
    """
    if len(stated) > _LONGEST or (_MAY_BE_ADDRESS.search(stated) and _ADDRESS.search(stated)):
        return []
    words = _words()
    text = _BRACKETS.sub(" ", stated) if "(" in stated or "[" in stated else stated
    text = (_ACCOUNT.sub(" ", text) if "@" in text else text).strip(_EDGES)
    text = _without_before(text, words)
    parts = [part.strip(_EDGES) for part in _LISTED.split(text)] if not house else [text]
    names: list[str] = []
    for number, part in enumerate(parts):
        part = _without_before(part, words)
        if not _HAS_LETTER.search(part) or (number and _is_post(part, parts[0], words)):
            continue
        names += _pair(part, words) if not house else [part]
    names = [_without_job(" ".join(name.split()).strip(_EDGES), words) for name in names]
    return [name for name in dict.fromkeys(names) if _is_name(name, words)]


def _pair(part: str, words: _Words) -> list[str]:
    """The names on either side of an "and"; one name when the sides are no persons ("Ministry of Food and Farming")."""
    sides = [side.strip(_EDGES) for side in words.between.split(f" {part}") if side.strip(_EDGES)]
    if len(sides) == 1:
        return sides
    if any(len(side.split()) > _MAX_PERSON or _HOUSE_WORDS.search(side) for side in sides):
        return [part]
    return sides


def _without_job(name: str, words: _Words) -> str:
    """The name without the job behind it: "Ann Poe Senior Reporter" is Ann Poe, "Guardian staff reporter" stays."""
    found = _job_in(name, words)
    parts = name[: found.start()].split() if found else []
    if len(parts) < 2:
        return name
    return " ".join(parts if len(parts) <= 3 else parts[:2])


def _job_in(name: str, words: _Words) -> re.Match[str] | None:
    """Where a job stands in the name; most names are told by their words to have none."""
    return None if words.job_starts.isdisjoint(_runs(name)) else words.jobs.search(name)


def _runs(text: str) -> list[str]:
    """The words in small letters, all letters i alike as they are to patterns."""
    small = text.lower()
    return _RUN.findall(small if text.isascii() else small.replace("i\u0307", "i").replace("ı", "i"))


def begins_with_by(text: str) -> bool:
    """True when a line begins with "By", "Von" or the like and a capital follows."""
    return _without_before(text[:_LONGEST], _words()) != text[:_LONGEST]


def _without_before(text: str, words: _Words) -> str:
    folded = fold(text)
    if len(folded) != len(text):
        folded = text.lower()
    if not folded.startswith(words.before):
        return text
    for word in words.before:
        if folded.startswith(word) and folded[len(word) : len(word) + 1] in (" ", ":"):
            rest = text[len(word) :].lstrip(" :")
            if rest and (not rest[0].islower() or ":" in text[: len(word) + 2]):
                return rest
    return text


def _is_post(part: str, first: str, words: _Words) -> bool:
    """True when a later part of a list says what or where the first one is: a job, a degree, a place."""
    if fold(part).strip(".") in words.degrees or _job_in(part, words):
        return True
    return " " not in part and " " in first and not part.isupper() and "." not in part and part.isascii()


def _is_name(name: str, words: _Words) -> bool:
    if not 2 <= len(name) <= _LONGEST_NAME or not _HAS_LETTER.search(name):
        return False
    return fold(name) not in words.nobody and len(name.split()) <= _MAX_WORDS


def is_person(name: str) -> bool:
    """True when a name has the shape of a person's: two to five words without digits, most of them capitalised."""
    parts = name.split()
    if _CJK.search(name):
        return len(parts) <= 2 and len(name) <= _LONGEST_CJK
    if ":" in name or not 2 <= len(parts) <= 5 or any(character.isdigit() for character in name):
        return False
    if all(_bare(part) in _words().calendar for part in parts) or any(
        _bare(part) in _words().furniture for part in parts
    ):
        return False
    small = sum(1 for part in parts if part[0].islower())
    return small <= len(parts) - 2 and not _job_in(name, _words())


def _bare(word: str) -> str:
    return fold(word).strip(".,:")


def is_single(name: str) -> bool:
    """True for one capitalised word that may be all of a name."""
    return " " not in name and name[0].isupper() and name.isalpha() and _bare(name) not in _words().furniture


def is_furniture(name: str) -> bool:
    """True for a name with a word of menus, buttons or the calendar in it."""
    words = _words()
    return any(_bare(part) in words.furniture or _bare(part) in words.calendar for part in name.split())
