"""Reads the rules that a user keeps beside their pages: phrases for families, and a file a site."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaners.errors import BadRules, BadSelector
from cleaners.metadata.head import host_of
from cleaners.page import Site, SiteRules
from cleaners.rules.phrases import Family, Rules, built_in
from cleaners.rules.toml_file import TomlFile, line_of, toml_file
from cleaners.rules.user_folder import SITES, SUFFIX
from cleaners.site.fingerprints import fingerprint
from cleaners.text.fold import fold
from cleaners.text.repair import repair

if TYPE_CHECKING:
    import re2

LINES, PATTERNS, SELECTORS = ("keep", "drop"), ("keep_patterns", "drop_patterns"), ("keep_selectors", "drop_selectors")
_SITE_KEYS = (*LINES, *PATTERNS, *SELECTORS, "normal_since", "case")
_CASE_KEYS = ("why", "html", "text", "drop", "url")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")  # what hosts are written with, xn-- and all


class Case(NamedTuple):
    """A page with which a person tries their rules: the lines of `drop` must not be in its text, all others must."""

    why: str
    media: str  # html or text
    content: str
    drop: tuple[str, ...]
    url: str
    line: int


@dataclass(frozen=True)
class SiteFile:
    """The file of one site: its host, what it rules, a digest of it, and the cases its author tries it with."""

    host: str
    rules: SiteRules
    digest: str = ""
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class UserRules:
    """A user's rules: all families with theirs worked in, a site's file by its host, and what the families' files hash to."""

    rules: Rules
    sites: Mapping[str, SiteFile]
    digest: str = ""


def user_rules(texts: Mapping[str, str], folder: str) -> UserRules | None:
    """The rules in the files of a folder, by their path in it; None when there are none. Raises BadRules."""
    if not texts:
        return None
    families = {name: text for name, text in sorted(texts.items()) if not name.startswith(f"{SITES}/")}
    sites = [
        read_site_file(text, f"{folder}/{name}") for name, text in sorted(texts.items()) if name.startswith(f"{SITES}/")
    ]
    rules = with_user_words(built_in(), {f"{folder}/{name}": text for name, text in families.items()})
    return UserRules(rules, {site.host: site for site in sites}, _digest(*families.values()) if families else "")


def _digest(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:16]


def with_user_words(rules: Rules, texts: Mapping[str, str]) -> Rules:
    """The rules with the phrases added and silenced that these files name. Raises BadRules."""
    families = dict(rules.families)
    for name, text in texts.items():
        file = toml_file(name, text)
        for key, table in file.tables.items():
            if key not in families:
                raise file.wrong(f"no family is called {key!r}; {_meant(key, families)}", key)
            families[key] = _changed(families[key], file, table)
    return Rules(families.values(), rules.settings) if texts else rules


def _changed(family: Family, file: TomlFile, table: Any) -> Family:
    """A family as one table of a file wants it."""
    name = family.name
    if not isinstance(table, dict):
        raise file.wrong(f"{name} needs a table: [{name}] and below it phrases = [...] or silent = [...]", name)
    for key in table:
        if key not in ("phrases", "silent", "match"):
            raise file.wrong(f"[{name}] has no use for {key!r}; it takes phrases and silent", name, key)
    if table.get("match", family.match) != family.match:
        raise file.wrong(f"[{name}] matches {family.match!r} and nothing else; delete match", name, "match")
    phrases = family.phrases
    silent = table.get("silent", [])
    if silent is True:
        phrases = ()
    elif silent is not False:
        known = {fold(phrase): phrase for phrase in phrases}
        for at, phrase in enumerate(file.strings(silent, name, "silent")):
            if fold(phrase) not in known:
                said = f"[{name}] has no phrase {phrase!r} to silence; {_meant(fold(phrase), known)}"
                raise file.wrong(said, name, "silent", at)
            del known[fold(phrase)]
        phrases = tuple(known.values())
    added = file.strings(table.get("phrases", []), name, "phrases")
    for at, phrase in enumerate(added):
        if not any(map(str.isalnum, fold(phrase))):
            raise file.wrong(f"{phrase!r} has no letter or digit to look for; delete it", name, "phrases", at)
    return replace(family, phrases=phrases + added)


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else "delete it, or look for its name in cleaners/rules/"


def read_site_file(text: str, name: str) -> SiteFile:
    """The rules of the site that a file, `<host>.toml`, is named after. Raises BadRules with file, line and next step."""
    file = toml_file(name, text)
    host = name.rpartition("/")[2].removesuffix(SUFFIX)
    if host_of(f"https://{host}/") != host or not _PLAIN.issuperset(host):
        own = host_of(f"https://{host.strip().lower()}/")
        said = f"call it {own}{SUFFIX}" if own and "." in own else "call it fenmoor.example.toml, for instance"
        raise BadRules(f"{name}, line 1: the file's name is not a host as articles have it in `site`; {said}")
    for key in file.tables:
        if key not in _SITE_KEYS:
            close = get_close_matches(key, _SITE_KEYS, n=1)
            said = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(_SITE_KEYS)}"
            raise file.wrong(f"{key!r} is not known here; {said}", key)
    stated = {key: file.strings(file.tables.get(key, []), key) for key in (*LINES, *PATTERNS, *SELECTORS)}
    keep, drop = ([fingerprint(fold(repair(line))) for line in stated[key]] for key in LINES)
    for at, line in enumerate(drop):
        if line in keep:
            raise file.wrong(f"{stated['drop'][at]!r} stands under keep too, numbers aside; delete one", "drop", at)
    for key in SELECTORS:
        for at, selector in enumerate(stated[key]):
            from cleaners.read.selectors import (
                check_selector,  # not at the top: few have selectors, and it loads a parser
            )

            try:
                check_selector(selector)
            except BadSelector as error:
                raise file.wrong(f"{selector!r} is no CSS selector ({error}); correct it", key, at) from error
    since = file.tables.get("normal_since", date.min)  # a run reads it, not a page
    if not isinstance(since, date) or isinstance(since, datetime):
        raise file.wrong("normal_since needs a day without quotes, as in normal_since = 2026-11-20", "normal_since")
    keep_patterns, drop_patterns = (_patterns(file, key, stated[key]) for key in PATTERNS)
    rules = SiteRules(
        frozenset(keep),
        frozenset(drop),
        keep_patterns,
        drop_patterns,
        stated["keep_selectors"],
        stated["drop_selectors"],
    )
    return SiteFile(host, rules, _digest(text), _cases(file, host))


def with_rules(site: Site, rules: SiteRules | None, markup: str) -> Site:
    """The site with what a person ruled about it; `markup` is the HTML of the page, empty for text."""
    if rules is None or not markup or not rules.selectors:
        return replace(site, rules=rules)
    from cleaners.read.selectors import selected  # not at the top: pages of other sites pay nothing

    return replace(site, rules=rules, selected=selected(markup, rules.selectors))


def _patterns(file: TomlFile, key: str, patterns: tuple[str, ...]) -> tuple[re2._Regexp[str], ...]:
    if not patterns:
        return ()
    import re2  # not at the top: few have patterns

    quiet = re2.Options()
    quiet.log_errors = False  # what is wrong with a pattern is said by us
    found = []
    for at, pattern in enumerate(patterns):
        try:
            found.append(re2.compile(pattern, quiet))
        except re2.error as error:
            said = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
            raise file.wrong(
                f"{pattern!r} is no regular expression of RE2 ({said}); it has no look-around and no back-references: "
                "correct it",
                key,
                at,
            ) from error
    return tuple(found)


def _cases(file: TomlFile, host: str) -> tuple[Case, ...]:
    tables = file.tables.get("case", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise file.wrong("a case is a table of its own; begin it with [[case]]", "case")
    return tuple(_case(file, host, number, table) for number, table in enumerate(tables))


def _case(file: TomlFile, host: str, number: int, table: dict[str, Any]) -> Case:
    at = ("case", number)
    for key, value in table.items():
        if key not in _CASE_KEYS:
            raise file.wrong(f"a case has no use for {key!r}; it takes {', '.join(_CASE_KEYS)}", *at, key)
        if key != "drop" and not isinstance(value, str):
            raise file.wrong(f"{key} needs a text in quotes", *at, key)
    _demand(file, at, bool(table.get("why", "").strip()), 'say what the case shows: why = "..."')
    _demand(file, at, ("html" in table) != ("text" in table), "give the case either html or text")
    drop = file.strings(table.get("drop", []), *at, "drop")
    url = table.get("url", f"https://{host}/case-{number + 1}")
    if host_of(url) != host:
        raise file.wrong(f"url is not one of {host}, so these rules would not hold; correct or delete it", *at, "url")
    media = "html" if "html" in table else "text"
    return Case(table["why"], media, table[media], drop, url, line_of(file.text, *at))


def _demand(file: TomlFile, at: tuple[str, int], holds: bool, said: str) -> None:
    if not holds:
        raise file.wrong(said, *at)
