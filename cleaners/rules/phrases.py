"""Reads the phrase families of cleaners/rules/*.toml, and finds all their phrases on a page in one pass."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, get_args

import ahocorasick_rs

from cleaners._speedups import speedups
from cleaners.errors import BadRules
from cleaners.text.fold import fold

Match = Literal["whole", "start", "end", "anywhere", "stem"]
HERE = Path(__file__).parent
SPACELESS = "\u0e00"  # Thai and everything after it: scripts whose words are not parted by spaces
EDGES = " .,:;!?…·•|*-–—_>»«<›‹→←↓↑▶►▼▲✕×+#()[]{}\"'/\\=~"
MARGIN = EDGES + "0123456789"  # what may stand before or after a phrase that is a whole line, or begins or ends one
MOST_MET = 20_000  # lines; menus, footers and labels come again on the next page of a site
LONGEST_MET = 300  # characters; longer lines are paragraphs, and come again only when a page is read twice
_PARTED = frozenset(filter(str.isalnum, map(chr, range(ord(SPACELESS)))))  # what words of other scripts are made of
_Entries = list[tuple[str, int, str, str]]  # what is sought, the number of its match, its family, the phrase to tell
_IS_PARTED, _IS_ALNUM, _IS_MARGIN = 1, 2, 4  # what a character is, for the C parts
_CLASSED = ord(max(SPACELESS, *MARGIN)) + 1  # characters up to the last that is special in some way


@dataclass(frozen=True)
class Family:
    """Phrases that mean the same for a cleaner.

    `match` says where a phrase must stand in the line: `whole` (the line is the phrase, edge punctuation and digits
    aside), `start`, `end`, `anywhere` (at word boundaries) or `stem` (the start of a word). The phrases of an `asked`
    family are common words that prove nothing alone: they are sought where a step asks for them, and not in every line.
    """

    name: str
    match: Match
    phrases: tuple[str, ...]
    asked: bool = False


class Rules:
    """All families, arranged so that a page is scanned once, whatever their number."""

    def __init__(self, families: Iterable[Family], settings: Mapping[str, Any]) -> None:
        self.families = {family.name: family for family in families}
        self.settings = settings
        self._whole: dict[str, dict[str, str]] = {}  # line without its edges → family → phrase
        starts: dict[str, list[tuple[str, str]]] = {}
        for family in self.families.values():
            if family.match not in ("whole", "start"):
                continue  # not folded before somebody looks for them
            for phrase in filter(None, map(fold, family.phrases)):
                match family.match:
                    case "whole":
                        self._whole.setdefault(phrase.strip(MARGIN), {})[family.name] = phrase
                    case "start":
                        bare = phrase.lstrip(MARGIN)
                        starts.setdefault(bare[:3], []).append((bare, family.name))
        # First three characters → those phrases, and the same with their families, longest first.
        self._start = {
            key: (tuple(bare for bare, _ in entries), sorted(entries, key=lambda entry: (-len(entry[0]), entry)))
            for key, entries in starts.items()
        }
        within = [family for family in self.families.values() if family.match in ("end", "anywhere", "stem")]
        self._sought = [family for family in within if not family.asked]
        self._asked = {family.name: family for family in within if family.asked}
        self._together: dict[tuple[str, ...], _Within] = {}  # of asked families, once they were asked for
        self._met: dict[str, dict[str, str]] = {}  # short lines met before in this process → family → phrase
        self._book: Any = None  # all phrases as the C parts keep them, made when the first line is read

    def scan(self, lines: list[str]) -> tuple[Mapping[str, str], ...]:
        """For each folded line: family → the longest phrase of it found where the family demands; no asked families."""
        if len(self._met) > MOST_MET:
            self._met.clear()
        return self._read(lines, self._met)

    def _read(self, lines: list[str], met: dict[str, dict[str, str]]) -> tuple[dict[str, str], ...]:
        """The phrases in each line: looked up in `met` where it was met before, and put there where it is short."""
        if speedups is None:
            return self._recall(lines, met)
        if self._book is None:
            self._book = speedups.phrasebook(*self._entries())
        found: tuple[dict[str, str], ...] = speedups.find_phrases(self._book, lines, met, LONGEST_MET)
        return found

    def _recall(self, lines: list[str], met: dict[str, dict[str, str]]) -> tuple[dict[str, str], ...]:
        said = [met.get(line) for line in lines]
        new = list(dict.fromkeys([line for line, found in zip(lines, said, strict=True) if found is None]))
        read = dict(zip(new, self._py_read(new), strict=True)) if new else {}
        met.update([(line, found) for line, found in read.items() if len(line) <= LONGEST_MET])
        return tuple([found if found is not None else read[line] for line, found in zip(lines, said, strict=True)])

    def asks(self, line: str, family: str) -> str:
        """The longest phrase of an asked family in a folded line, or an empty string."""
        return self.ask_all([line], (family,))[0].get(family, "")

    def ask_all(self, lines: Sequence[str], families: tuple[str, ...]) -> list[dict[str, str]]:
        """For each folded line: family → the longest phrase of it that stands there, of asked families alone."""
        if families not in self._together:
            self._together[families] = _Within([self._asked[name] for name in families if name in self._asked])
        found: list[dict[str, str]] = [{} for _ in lines]
        self._together[families].add(lines, found)
        return found

    def _entries(self) -> tuple[_Entries, _Entries, bytes]:
        """What the C parts look up: the phrases at a line's edges, those within, and classes of characters."""
        edges = [(bare, "whole", name, phrase) for bare, names in self._whole.items() for name, phrase in names.items()]
        edges += [(bare, "start", name, bare) for _, phrases in self._start.values() for bare, name in phrases]
        within = [
            (phrase, family.match, family.name, phrase)
            for family in self._sought
            for phrase in dict.fromkeys(map(fold, family.phrases))
            if phrase
        ]
        classes = bytes(
            _IS_PARTED * (char in _PARTED) | _IS_ALNUM * char.isalnum() | _IS_MARGIN * (char in MARGIN)
            for char in map(chr, range(_CLASSED))
        )
        return _sorted(edges), _sorted(within), classes

    def _py_read(self, lines: Sequence[str]) -> list[dict[str, str]]:
        found = [self._at_edges(line) for line in lines]
        self._within.add(lines, found)
        return found

    @cached_property
    def _within(self) -> _Within:
        return _Within(self._sought)

    def _at_edges(self, folded: str) -> dict[str, str]:
        """The families whose phrase is the whole line or begins it."""
        bare = folded.strip(MARGIN)
        found = dict(self._whole[bare]) if bare in self._whole else {}
        for key in (bare[:3], bare[:2], bare[:1]):
            if key not in self._start:
                continue
            phrases, entries = self._start[key]
            if bare.startswith(phrases):
                for phrase, name in entries:
                    if name not in found and bare.startswith(phrase) and _ends_word(bare, len(phrase)):
                        found[name] = phrase
        return found


class _Within:
    """Phrases that may stand within a line, found in many lines at once."""

    def __init__(self, families: Iterable[Family]) -> None:
        owners: dict[str, list[tuple[str, Match]]] = {}
        for family in families:
            for phrase in filter(None, map(fold, family.phrases)):
                owners.setdefault(phrase, []).append((family.name, family.match))
        phrases = sorted(owners)
        self._owners = [tuple(owners[phrase]) for phrase in phrases]
        self._automaton = ahocorasick_rs.AhoCorasick(phrases)

    def add(self, lines: Sequence[str], found: Sequence[dict[str, str]]) -> None:
        """Add to each line's families those whose phrases stand in it, the longest phrase of each."""
        if not lines:
            return
        text = "\n".join(["", *lines, ""])
        ends = list(accumulate((len(line) + 1 for line in lines), initial=0))  # of the line break before each line
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if text[start - 1] in _PARTED and text[start].isalnum():
                continue
            closes = text[end] not in _PARTED or not text[end - 1].isalnum()
            for name, match in self._owners[number]:
                if not closes and match != "stem":
                    continue
                at = bisect_right(ends, start - 1) - 1
                if match == "end" and text[end : ends[at + 1]].strip(MARGIN):
                    continue
                if len(found[at].get(name, "")) < end - start:
                    found[at][name] = text[start:end]


def _sorted(entries: Iterable[tuple[str, str, str, str]]) -> _Entries:
    """The entries by what is sought; those with the same keep their order, in which they are told."""
    matches = get_args(Match)
    by_sought = sorted(entries, key=lambda entry: entry[0])
    return [(sought, matches.index(match), name, phrase) for sought, match, name, phrase in by_sought]


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
                asked = table.get("asked") is True
                families.append(Family(name, match, tuple(map(str, phrases)), asked))  # type: ignore[arg-type]
            case _:
                raise BadRules(
                    f"{path}: [{name}] needs match = one of {', '.join(get_args(Match))} and phrases = [...]"
                )
    return families, settings


@cache
def _shipped(name: str) -> tuple[list[Family], dict[str, Any]]:
    return read_families(HERE / f"{name}.toml")


def settings_of(name: str) -> Mapping[str, Any]:
    """The settings of one rules file that ships with the package, for callers that need no families."""
    return _shipped(name)[1]


@lru_cache(maxsize=1)
def built_in() -> Rules:
    """The rules that ship with the package, read once a process."""
    families: list[Family] = []
    settings: dict[str, Any] = {}
    for path in sorted(HERE.glob("*.toml")):
        more, set_here = _shipped(path.stem)
        families += more
        settings[path.stem] = set_here
    return Rules(families, settings)
