"""This file reads the phrase families of cleaners/rules/*.toml and finds all their phrases on a page in one pass."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import ahocorasick_rs

from cleaners.fold import fold

if TYPE_CHECKING:
    from cleaners.page import Block

Match = Literal["whole", "start", "end", "anywhere", "stem"]
HERE = Path(__file__).parent
SPACELESS = "\u0e00"  # Thai and everything after it: scripts whose words are not parted by spaces
EDGES = " .,:;!?…·•|*-–—_>»«<›‹→←↓↑▶►▼▲✕×+#()[]{}\"'/\\=~"
MARGIN = EDGES + "0123456789"  # what may stand before or after a phrase that is a whole line, or begins or ends one


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
    """All families, arranged so that a page is scanned once, whatever their number."""

    def __init__(self, families: Iterable[Family], settings: Mapping[str, Any]) -> None:
        self.families = {family.name: family for family in families}
        self.settings = settings
        self._whole: dict[str, dict[str, str]] = {}  # line without its edges → family → phrase
        self._start: dict[str, list[tuple[str, str]]] = {}  # first two characters → (phrase, family), longest first
        inside: dict[str, list[tuple[str, Match]]] = {}
        for family in self.families.values():
            for phrase in filter(None, map(fold, family.phrases)):
                match family.match:
                    case "whole":
                        self._whole.setdefault(phrase.strip(MARGIN), {})[family.name] = phrase
                    case "start":
                        bare = phrase.lstrip(MARGIN)
                        self._start.setdefault(bare[:2], []).append((bare, family.name))
                    case _:
                        inside.setdefault(phrase, []).append((family.name, family.match))
        for phrases in self._start.values():
            phrases.sort(key=lambda entry: (-len(entry[0]), entry))
        self._phrases = sorted(inside)
        self._owners = [tuple(inside[phrase]) for phrase in self._phrases]
        self._automaton = ahocorasick_rs.AhoCorasick(self._phrases)

    def scan(self, blocks: Sequence[Block]) -> tuple[Mapping[str, str], ...]:
        """For each block: family → the longest phrase of it found where the family demands."""
        found: list[dict[str, str]] = []
        starts: list[int] = []
        position = 0
        for block in blocks:
            folded = block.folded
            found.append(self._at_edges(folded))
            starts.append(position)
            position += len(folded) + 1
        starts.append(position)
        text = "\n".join([block.folded for block in blocks])
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start and text[start - 1] < SPACELESS and text[start - 1].isalnum() and text[start].isalnum():
                continue
            closes = end >= len(text) or not (text[end] < SPACELESS and text[end].isalnum() and text[end - 1].isalnum())
            for name, match in self._owners[number]:
                if not closes and match != "stem":
                    continue
                at = bisect_right(starts, start) - 1
                if match == "end" and text[end : starts[at + 1] - 1].strip(MARGIN):
                    continue
                if len(found[at].get(name, "")) < end - start:
                    found[at][name] = text[start:end]
        return tuple(found)

    def _at_edges(self, folded: str) -> dict[str, str]:
        """The families whose phrase is the whole line or begins it."""
        bare = folded.strip(MARGIN)
        found = dict(self._whole.get(bare, ()))
        for key in (bare[:2], bare[:1]):
            for phrase, name in self._start.get(key, ()):
                if name not in found and bare.startswith(phrase) and _ends_word(bare, len(phrase)):
                    found[name] = phrase
        return found


def _ends_word(line: str, end: int) -> bool:
    """True when a word ends at this position; scripts that write no spaces have such an end everywhere."""
    return end >= len(line) or line[end] >= SPACELESS or not (line[end].isalnum() and line[end - 1].isalnum())


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
