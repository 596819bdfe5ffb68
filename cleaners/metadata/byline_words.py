"""The words of which lines about author and date are made, ready to be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from cleaners.rules.phrases import built_in
from cleaners.text.fold import fold

_SIGNING = ("before_name", "labels", "helpers", "sources")
_WORD = re.compile(r"\d+|[^\W\d_][^\W\d_'’]*")
_ASIDE = frozenset(
    "uhr kl klo klokken kello klock om foto fotos photo photos bild bilder picture pictures image images video kuva kuvat".split()
)


class BylineWords(NamedTuple):
    """The words and patterns of lines of author and date, by what they mean."""

    published: frozenset[str]
    modified: frozenset[str]
    stamps: frozenset[str]
    ages: frozenset[str]
    before: re.Pattern[str]
    labels: re.Pattern[str]
    helpers: re.Pattern[str]
    sources: re.Pattern[str]
    agencies: frozenset[str]
    after: re.Pattern[str]
    places: re.Pattern[str]
    no_person: frozenset[str]
    no_byline: frozenset[str]  # the same without the small words that may part two names
    starters: frozenset[str]  # first words of what stands before a name
    small: frozenset[str]  # words in small letters that lines of names and dates are made of
    openers: frozenset[str]  # first words of lines that may say something of author and date
    signing: frozenset[str]  # words of which a line that signs, credits or tells of publishing has one
    telling: frozenset[str]  # words of which every line has one that says more than a name
    after_ends: tuple[str, ...]  # what `after` finds


@lru_cache(maxsize=1)
def byline_words() -> BylineWords:
    """The words of rules/bylines.toml, read once."""
    table: Mapping[str, list[str]] = built_in().settings["bylines"]
    rows: Mapping[str, list[str]] = built_in().settings["metadata"]["months"]
    sets = {name: frozenset(map(fold, words)) for name, words in table.items()}
    months = {fold(name) for row in rows.values() for cell in row for name in cell.split("|")}
    months |= {name[:3] for name in months if name[:3].isalpha()} | {name[:4] for name in months}
    stamps = frozenset(months).union(
        *(sets[name] for name in ("published", "modified", "beside", "weekdays", "reading", "reading_nouns", "ago"))
    )
    labels = _either(table["labels"])
    starters = frozenset(word for name in _SIGNING for phrase in sets[name] for word in phrase.split()[:1])
    signing = starters.union(
        sets["published"], sets["modified"], *(_WORD.findall(phrase)[:1] for name in _SIGNING for phrase in sets[name])
    )
    ages = sets["ago_words"] | sets["reading_nouns"]
    agencies = frozenset(max(_WORD.findall(agency), key=len, default="") for agency in sets["agencies"])
    return BylineWords(
        sets["published"], sets["modified"], stamps, ages,
        re.compile(rf"(?:{_either(table['before_name'])})(?:\s*[:：]\s*|\s+)(?=\S)", re.I),
        re.compile(rf"(?:{labels})(?:\s+[^\W\d_]{{2,14}}){{0,2}}\s*[:：/／＝=]\s*(?=\S)|(?:{_either(_han(table['labels']))})\s*(?=\S)", re.I),
        re.compile(rf"(?:{_either(table['helpers'])})\s*(?:[:：]|$)", re.I),
        re.compile(rf"(?:{_either(table['sources'])})\s*(?:[:：|]|\s-\s)", re.I),
        sets["agencies"],
        re.compile(rf"\s?(?:{_either(table['after_name'])})$"),
        re.compile(rf"\s+(?:{_either(table['place_marks'])})\s+(?=\S)"),
        sets["no_person"], sets["no_person"] - sets["connectors"],
        starters,
        stamps | sets["connectors"] | sets["place_marks"] | sets["before_name"] | sets["agencies"],
        starters | stamps, signing, signing | stamps | ages | agencies | _ASIDE, tuple(table["after_name"]),
    )  # fmt: skip


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _han(phrases: Iterable[str]) -> list[str]:
    """The labels that need no colon: those of two characters and more in Han, which no space parts from the name."""
    return [phrase for phrase in phrases if len(phrase) > 1 and re.fullmatch(r"[\u3400-\u9fff]+", phrase)]
