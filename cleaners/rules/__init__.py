"""This file reads the phrase families of cleaners/rules/*.toml and finds all their phrases on a page in one pass."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import ahocorasick_rs

from cleaners.fold import fold
from cleaners.page import Block

Match = Literal["whole", "start", "end", "anywhere", "stem"]
HERE = Path(__file__).parent
EDGES = " .,:;!?…·•|*-–—_>»«<›‹→←↓↑▶►▼▲✕×+#()[]{}\"'/\\=~"


class BadRules(Exception):
    """A rules file cannot be used; the message names file, table and next step."""


@dataclass(frozen=True)
class Family:
    """Phrases that mean the same for a cleaner.

    `match` says where a phrase must stand in the line: `whole` (the line is the phrase, edge punctuation and digits
    aside), `start`, `end`, `anywhere` (at word boundaries) or `stem` (the start of a word).
    """

    name: str
    match: Match
    phrases: tuple[str, ...]


class Rules:
    """All families, with one automaton over all their phrases: a page is scanned once, whatever their number."""

    def __init__(self, families: Iterable[Family], settings: Mapping[str, Any]) -> None:
        self.families = {family.name: family for family in families}
        self.settings = settings
        owners: dict[str, list[Family]] = {}
        for family in self.families.values():
            for phrase in family.phrases:
                owners.setdefault(fold(phrase), []).append(family)
        owners.pop("", None)
        self._phrases = sorted(owners)
        self._owners = [tuple(owners[phrase]) for phrase in self._phrases]
        self._automaton = ahocorasick_rs.AhoCorasick(self._phrases)

    @property
    def digest(self) -> str:
        """64 hex of everything that can change a verdict: names, ways of matching, phrases and settings."""
        text = repr([sorted((f.name, f.match, sorted(f.phrases)) for f in self.families.values()), self.settings])
        return hashlib.sha256(text.encode()).hexdigest()

    def scan(self, blocks: Sequence[Block]) -> tuple[Mapping[str, str], ...]:
        """For each block: family → the longest phrase of it found where the family demands."""
        found: list[dict[str, str]] = [{} for _ in blocks]
        starts: list[int] = []
        parts: list[str] = []
        position = 0
        for block in blocks:
            starts.append(position)
            parts.append(block.folded)
            position += len(block.folded) + 1
        starts.append(position)
        text = "\n".join(parts)
        at = 0
        for number, start, end in sorted(
            self._automaton.find_matches_as_indexes(text, overlapping=True), key=lambda hit: hit[1]
        ):
            while starts[at + 1] <= start:
                at += 1
            first, last = starts[at], starts[at + 1] - 1
            if end > last:
                continue
            phrase = self._phrases[number]
            opens = start == first or not _joined(text[start - 1], text[start])
            closes = end == last or not _joined(text[end - 1], text[end])
            for family in self._owners[number]:
                if len(found[at].get(family.name, "")) < len(phrase) and _stands(
                    family.match, opens, closes, text, first, start, end, last
                ):
                    found[at][family.name] = phrase
        return tuple(found)


def _joined(left: str, right: str) -> bool:
    """True when no word boundary lies between two characters; scripts without spaces have one everywhere."""
    return left.isalnum() and right.isalnum() and left < "\u0e00" and right < "\u0e00"


def _stands(match: Match, opens: bool, closes: bool, text: str, first: int, start: int, end: int, last: int) -> bool:
    if match == "stem":
        return opens
    if not (opens and closes):
        return False
    if match == "anywhere":
        return True
    begins = not text[first:start].strip(EDGES + "0123456789") if match in ("start", "whole") else True
    finishes = not text[end:last].strip(EDGES + "0123456789") if match in ("end", "whole") else True
    return begins and finishes


def read_families(path: Path) -> tuple[list[Family], dict[str, Any]]:
    """The families and settings of one rules file. Raises BadRules when it is not a rules file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(f"{path}: not valid TOML ({error}); correct that line and run again") from error
    families, settings = [], {}
    for name, table in tables.items():
        if name == "settings":
            settings = table
            continue
        match table:
            case {"match": str(match), "phrases": list(phrases)} if match in get_args(Match):
                families.append(Family(name, match, tuple(str(phrase) for phrase in phrases)))  # type: ignore[arg-type]
            case _:
                raise BadRules(
                    f"{path}: [{name}] needs match = one of {', '.join(get_args(Match))} and phrases = [...]"
                )
    return families, settings


@lru_cache(maxsize=1)
def built_in() -> Rules:
    """The rules that ship with the package, read once a process."""
    families: list[Family] = []
    settings: dict[str, Any] = {}
    for path in sorted(HERE.glob("*.toml")):
        more, set_here = read_families(path)
        families += more
        settings[path.stem] = set_here
    return Rules(families, settings)
