"""Tells by a cheap look at a line of plain letters what it cannot say of author and date, before it is read."""

from __future__ import annotations

import re
from functools import lru_cache

from cleaners.metadata.byline_words import byline_words
from cleaners.rules.phrases import built_in
from cleaners.text.fold import fold

_MAY_BE_DATED = re.compile(
    r"(?:1[3-9]|2[056])\d\d|\d[./-]\s?\d{1,2}[./-]\s?\d\d|[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59\uff10-\uff19]|\d年"
)
_CAMEL = re.compile(r"[a-z][A-Z]")
_DIGIT_OR_PART = re.compile(r"[\d|;\[\]()/_@]|\s-+\s|^-|-$|\s[~>]\s")
_WORD = re.compile(r"\d+|[a-z][a-z']*")
_EDGES = " \t.,:;|/\\-*\"'()[]<>="
_HOUSES = ("The", "Associated", "Agence", "Canadian", "Press", "Local")  # a name may end before these


def has_a_year(text: str) -> bool:
    """False for most lines without a date: no year, no day in figures, no digit of another script."""
    return bool(_MAY_BE_DATED.search(text))


def may_be_dated(text: str) -> bool:
    """False for a line of plain letters and figures in which no date can stand."""
    return not text.isascii() or has_a_year(text)


def may_sign(text: str) -> bool:
    """False for a line of plain letters without a word that signs, credits or tells of publishing."""
    if not text.isascii() or "@" in text or _CAMEL.search(text):
        return True
    return not byline_words().signing.isdisjoint(_WORD.findall(text.lower()))


def is_mute(text: str) -> bool:
    """True for a line of plain letters that says nothing: no word of bylines and dates in it, and nobody's name.

    It is one word, or has words in small letters where names have capitals.
    """
    if not text.isascii() or _DIGIT_OR_PART.search(text) or _CAMEL.search(text):
        return False
    words = byline_words()
    if not words.telling.isdisjoint(_WORD.findall(text.lower())):
        return False
    if text.isalpha():
        return True
    for token in text.replace(",", " ").split():
        if token.startswith(_HOUSES):
            return False
        if token[0].islower() and token.lower() not in connectors():
            plain = token.strip(_EDGES).lower()
            if plain.isalpha() and plain not in words.stamps:
                return True
    return False


@lru_cache(maxsize=1)
def connectors() -> frozenset[str]:
    """Small words between the words of a name."""
    return frozenset(map(fold, built_in().settings["bylines"]["connectors"]))
