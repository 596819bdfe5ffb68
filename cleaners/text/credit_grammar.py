"""The grammar of picture credits: its limits, and the words of cleaners/rules/captions.toml ready for the end of a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cleaners.rules.phrases import Rules
from cleaners.text.fold import fold

LONGEST = 1_200  # characters; longer lines are whole articles
LONGEST_CREDIT = 120  # characters
LONGEST_LABELLED = 60  # words before a bare label; a longer line is a paragraph that a label was glued to
LABEL_CHARS = 60  # characters before the colon of a paper's label
LABEL_WORDS = 8
LABEL_REACH = 24  # characters before a colon; no label is longer
CREDIT_WORDS = 12
TAIL_REACH = 48  # characters; no tail is longer
EDGE = " |/·*•–—−-,;:=＝\u00a0"
OPENERS = {")": "(", "]": "[", "）": "（", "】": "【", "］": "［"}


class Grammar(NamedTuple):
    """The words of cleaners/rules/captions.toml, ready for the end of a line."""

    labels: tuple[str, ...]
    labels_from: Mapping[str, tuple[str, ...]]  # by their first character, the longest first
    weak: tuple[str, ...]
    photo: tuple[str, ...]
    wire: tuple[str, ...]
    notes: frozenset[str]
    by: re.Pattern[str]
    leading: re.Pattern[str]
    led_by: tuple[str, ...]
    picture_desks: tuple[str, ...]
    behind: tuple[str, ...]
    taken_by: tuple[str, ...]
    taken_by_bracketed: tuple[str, ...]
    small: frozenset[str]
    archives: frozenset[str]
    kept_in: frozenset[str]
    joined: frozenset[str]
    joining: tuple[str, ...]
    reserved: tuple[str, ...]
    copyright: tuple[str, ...]
    sources: tuple[str, ...]
    tails: tuple[str, ...]
    gallery: frozenset[str]
    glued: re.Pattern[str]
    unspaced: tuple[str, ...]
    unmarked: re.Pattern[str]
    unmarked_labels: frozenset[str]
    unnamed: frozenset[str]
    doubtful_notes: frozenset[str]
    alone: re.Pattern[str]
    written_by: re.Pattern[str]


@lru_cache(maxsize=8)
def grammar_of(rules: Rules) -> Grammar:
    """The credit grammar of a set of rules."""
    settings: dict[str, Any] = rules.settings.get("captions", {})

    def phrases(family: str) -> tuple[str, ...]:
        found = rules.families.get(family)
        return tuple(sorted({fold(p) for p in found.phrases}, key=len, reverse=True)) if found else ()

    def words(name: str) -> tuple[str, ...]:
        return tuple(settings.get(name, ()))

    def either(name: str) -> str:
        return "|".join(re.escape(word) for word in sorted(words(name), key=len, reverse=True))

    labels, weak = phrases("credit_labels"), phrases("credit_labels_weak")
    photo, wire = phrases("photo_agencies"), phrases("wire_agencies")
    foreign = {label[0] for label in labels + weak if not label[0].isascii()}
    capitals = {form for first in foreign for form in (first, first.upper(), first.title())}
    return Grammar(
        labels=labels,
        labels_from={first: tuple(x for x in labels if x[0] == first) for first in {x[0] for x in labels}},
        weak=weak,
        photo=photo,
        wire=wire,
        notes=frozenset(phrases("still_notes")),
        by=re.compile(
            r"(?:^|[.!?)\]”\"|/–—,\-]\s*)"
            rf"((?:{either('by_labels')})s? (?:{either('by')}) |(?:{either('bare_labels')}) )"
            r"((?:arch\. )?[^.!?]{2,80})\.?$",
            re.I,
        ),
        leading=re.compile(rf"(?:^|[\s(.,|–—-])((?:{either('leading')}) ?/ ?[^/]{{2,60}})$"),
        led_by=words("leading"),
        picture_desks=tuple(f"{desk}/" for desk in words("picture_desks")),
        behind=words("behind"),
        taken_by=words("taken_by"),
        taken_by_bracketed=words("taken_by") + words("taken_by_bracketed"),
        small=frozenset(words("small")),
        archives=frozenset(map(fold, words("archives"))),
        kept_in=frozenset(words("kept_in")),
        joined=frozenset(words("joined")),
        joining=words("joining"),
        reserved=words("reserved"),
        copyright=words("copyright"),
        sources=words("sources"),
        tails=tuple(map(fold, words("tails"))),
        gallery=frozenset(map(fold, words("gallery_lines"))),
        glued=re.compile(f"(?:[^\\W_A-Z]|[\u200b\u00ad\ufeff])[A-Z{''.join(map(re.escape, sorted(capitals)))}]"),
        unspaced=tuple(agency for agency in photo + wire if not agency[0].isascii()),
        unmarked=re.compile(
            rf"(?:\s[–—|/•-]\s?|[.!?…”»\"]\s*/\s*|[.!?…”»\"]\s+(?:[–—|/•-]\s?)?)({either('unmarked')})\s+([^.!?:;,|–—]{{2,60}})\.?$",
            re.I,
        ),
        unmarked_labels=frozenset(map(fold, words("unmarked"))),
        unnamed=frozenset(words("unnamed")),
        doubtful_notes=frozenset(map(fold, words("doubtful_notes"))),
        alone=re.compile(rf"[(\[]?({either('alone')})\s+([^.!?:;,|–—()\[\]]{{3,60}})[)\]]?\.?$", re.I),
        written_by=re.compile(rf"(?:{either('written_by')})\s?[:/：／]", re.I),
    )
