"""Chooses whom to believe of all that a page states about its authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cleaners.metadata.authors import begins_with_by, is_furniture, is_person, is_single, read_names
from cleaners.metadata.person_names import begins_with_first_name
from cleaners.metadata.stated_line import read_stated
from cleaners.metadata.titles import SiteNames
from cleaners.page import Candidate
from cleaners.text.fold import squash

MAX_AUTHORS = 30
_LOGIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+$|[a-z]+\d+$")
_AFTER_NAME = re.compile(
    r"\d|\b(?:published|updated|posted|modified|last|stand|publié|mis à jour|actualizado)\b|[•·|]", re.I
)
_EDGES = " \t.,:;|/\\-–—•·*\"'“”„«»()[]"
_ORDER = (
    "record", "json-ld", "json-ld-house", "meta", "microdata", "rel", "class", "lift", "byline", "json-ld-page", "beside",
)  # fmt: skip
# Made for machines; the others must look like a person's name.
_SURE = frozenset(("record", "json-ld", "json-ld-house", "meta", "beside"))


def choose_authors(candidates: Sequence[Candidate], *, site_name: str | None, host: str | None) -> tuple[str, ...]:
    """The authors by the best source that names any; a person named further down is better than the house itself."""
    groups: dict[str, list[str]] = {}
    for candidate in candidates:
        if candidate.field == "author":
            groups.setdefault(candidate.source, []).append(candidate.value)
    own = SiteNames(site_name, host)
    house: list[str] = []
    for source in sorted(groups, key=lambda source: _ORDER.index(source.partition(" ")[0])):
        found = _names_by(source.partition(" ")[0], groups[source], own)
        if house:  # the house signs when nobody does
            found = [name for name in found if is_person(name) and not own.sign(name)]
        if any(not own.sign(name) for name in found):
            return _once([*found, *_beside(source, found, groups)])
        house = house or found
    return _once(house)


def _beside(source: str, found: Sequence[str], groups: Mapping[str, Sequence[str]]) -> list[str]:
    """The person named on the line right above or below that of another person, where both were lifted as authors."""
    kind, _, line = source.partition(" ")
    if kind != "lift" or not line or not all(map(_is_known_person, found)):
        return []
    beside = [names for near in (-1, 1) if (names := _lifted(groups.get(f"lift {int(line) + near}", ())))]
    return [name for names in beside if all(map(_is_known_person, names)) for name in names]


def _is_known_person(name: str) -> bool:
    return is_person(name) and begins_with_first_name(name)


def _names_by(source: str, values: Sequence[str], own: SiteNames) -> list[str]:
    if source in _SURE:
        found = [name for value in values for name in read_names(value, house=source == "json-ld-house")]
        return [
            name for name in found if not (_LOGIN.match(name) and not own.sign(name)) and not _is_account(name, own)
        ]
    if source == "lift":
        return _lifted(values)
    if source in ("class", "byline"):
        return _first_byline(values)
    if source == "microdata":
        return next(filter(None, map(read_names, values)), [])  # later ones wrote answers, updates or teasers
    found = [name for value in values for name in read_names(value)]
    return [name for name in found if is_person(name) or (source == "rel" and is_single(name))]


def _is_account(name: str, own: SiteNames) -> bool:
    """True for the account a system files everything under: the host's label in small letters."""
    return name.islower() and name.isalpha() and name.isascii() and own.sign(name)


def _first_byline(values: Sequence[str]) -> list[str]:
    """The names of the first line that begins with "By", else of the first that is nothing but persons' names."""
    for value in values:
        stated = read_stated(value)
        if stated and stated.signed and stated.names:
            return list(stated.names)
        cut = _AFTER_NAME.search(value)
        text = value[: cut.start()] if cut else value
        if begins_with_by(text.strip(_EDGES)):
            names = [name for name in read_names(text) if is_person(name) or is_single(name)]
            if names:
                return names
    for value in values:
        cut = _AFTER_NAME.search(value)
        text = value[: cut.start()] if cut else value
        names = read_names(text)
        if names and all(map(is_person, names)):
            return names
    return []


def _lifted(values: Sequence[str]) -> list[str]:
    """The names that the line of one byline gave, which read them already: people, an agency, a house."""
    names = [name for value in values for name in (read_names(value) or [value])]
    return [name for name in names if is_person(name) or is_single(name) or not is_furniture(name)]


def _once(names: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(squash(name), name)
    return tuple(seen.values())[:MAX_AUTHORS]
