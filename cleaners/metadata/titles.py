"""Chooses the headline among a page's titles, and frees it of the site's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from cleaners.page import Candidate
from cleaners.rules.phrases import built_in
from cleaners.text.fold import squash
from cleaners.text.prose import count_words

# What parts a headline from a site's name. A dash needs spaces around it, a bar does not.
_SEPARATOR = re.compile(r"\s*[|｜¦]\s*|\s+(?:[-–—·•»«›‹/~⋆:*+]|::|//|--|»|←|→)\s+|\s*::\s+|\s*：\s*|(?<=\w):\s+")
_MARKS = frozenset("|｜¦-–—·•»«›‹/~⋆:*+←→：")  # each separator holds one of these
_COLONS = frozenset(":：")
_MAX_SEGMENTS = 4  # of a title looked at from either end
_LONGEST_NAME = 60  # characters; a longer segment is no site's name
_NAME_WORDS = 4  # of a site's name behind a headline, at most
_SHORTEST_HEADLINE = 3  # words left of a name
_LEAST_SHARED = 0.3  # of its words an h1 shares with another title, or it is a banner

# How much a source's word counts, by trial on half of the measuring sites: the headline told to search engines and
# the one that readers see outweigh what is made up for social media.
_WEIGHTS = {
    "json-ld": 5.2, "record": 5.2, "h1": 2.4, "microdata": 2.0, "og": 1.7, "title": 0.7, "lift": 0.7, "twitter": 0.25, "meta": 0.2,
    "json-ld-name": 0.2, "json-ld-page": 0.1, "beside": 0.1,
}  # fmt: skip


_key = lru_cache(maxsize=1_024)(squash)  # a page's few titles are compared with each other many times


class SiteNames:
    """The names by which a site may sign its titles: its stated name and its host's labels, squashed and joined."""

    def __init__(self, site_name: str | None, host: str | None, section: str | None = None) -> None:
        self.spaced = {_key(name) for name in (site_name, host) if name} - {""}
        labels = (host or "").removeprefix("www.").split(".")
        self.labels = {
            label.replace("-", "") for label in labels[:-1] if len(label) > 2 and label not in ("com", "org")
        }
        self.joined = {name.replace(" ", "") for name in self.spaced} | self.labels
        self.section = _key(section)

    def sign(self, segment: str) -> bool:
        """True when this segment of a title is the site's name, with or without a section beside it."""
        words = _key(segment)
        if not words or len(segment) > _LONGEST_NAME:
            return False
        joined = words.replace(" ", "")
        if joined in self.joined or joined.removeprefix("the") in self.joined:
            return True
        if len(joined) > 5 and any(label.startswith(joined) for label in self.labels):
            return True
        bare = "".join(word for word in words.split() if word not in _sections())
        return bool(bare) and (
            bare in self.joined
            or any(len(name) > 3 and _holds(words, name) and len(words) <= len(name) + 25 for name in self.spaced)
        )

    def shelve(self, segment: str) -> bool:
        """True when this segment of a title names a section of the site."""
        words = _key(segment)
        return bool(words) and (words == self.section or all(word in _sections() for word in words.split()))


@lru_cache(maxsize=1)
def _sections() -> frozenset[str]:
    return frozenset(_key(word) for word in built_in().settings["metadata"]["titles"]["sections"])


def _holds(words: str, name: str) -> bool:
    return f" {name} " in f" {words} "


def without_site(title: str, names: SiteNames, others: Iterable[str] = ()) -> str:
    """The title without the site's name or section at its end or start.

    A segment goes when it is the site's name, or when what is left is another title of the page (`others`); a dash
    or colon that belongs to the headline stays.
    """
    if _MARKS.isdisjoint(title):
        return title
    known = {_key(other) for other in others} - {"", _key(title)}
    for _ in range(_MAX_SEGMENTS):
        shorter = _one_segment_less(title, names, known)
        if shorter == title:
            break
        title = shorter
    return title


def _one_segment_less(title: str, names: SiteNames, known: set[str]) -> str:
    cuts = list(_SEPARATOR.finditer(title))
    for cut in cuts[:_MAX_SEGMENTS]:
        left, right = title[: cut.start()].strip(), title[cut.end() :].strip()
        if left and right and cut[0].strip() not in _COLONS and _key(left) in known and not names.sign(left):
            return left
    for cut in reversed(cuts[-_MAX_SEGMENTS:]):
        left, right = title[: cut.start()].strip(), title[cut.end() :].strip()
        if not left or not right or cut[0].strip() == ":":
            continue
        if names.sign(right) or (cut[0].strip() in "|｜¦" and names.shelve(right)):
            return left
    for cut in cuts[:1]:
        left, right = title[: cut.start()].strip(), title[cut.end() :].strip()
        if cut[0].strip() not in _COLONS and _key(right) in known:
            return right
        exact = _key(left).replace(" ", "") in names.joined
        if left and right and (exact or (names.sign(left) and cut[0].strip() not in _COLONS)):
            return right
    return title


def bare_headline(line: str, others: Iterable[str], host: str | None) -> str:
    """A headline found in plain text without the site's name behind it.

    Behind a bar stands the site's name; behind a dash it does when its words say so, or when the rest of the line, or
    the name, is another line of the text.
    """
    left, underscore, right = line.rpartition("_")  # how Chinese sites sign
    if underscore and count_words(left) >= _SHORTEST_HEADLINE and not line.isascii():
        return bare_headline(left.strip(), others, host)
    if _MARKS.isdisjoint(line):
        return line
    cuts = _cuts(line)
    if not cuts:
        return line
    names = SiteNames(None, host)
    lines = {_key(other) for other in others} - {"", _key(line)}
    for cut in reversed(cuts[-_MAX_SEGMENTS:]):
        left, right = line[: cut.start()].strip(), line[cut.end() :].strip()
        if count_words(left) < _SHORTEST_HEADLINE or not right:
            break
        known = {_key(left), _key(right)} & lines or names.sign(right) or names.shelve(right)
        short = len(right.split()) <= _NAME_WORDS
        if known or (short and (cut[0].strip() in "|｜¦" or _is_paper(right))):
            return bare_headline(left, lines, host)
        break
    return line


def _is_paper(name: str) -> bool:
    """True for a name in which papers and stations are called what they are: "Fenmoor Echo", "Tagesbote"."""
    if name[:1].islower():
        return False
    papers = _papers()
    return any(word in papers or word.endswith(_endings()) for word in _key(name).split())


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    """What names of papers end with; in scripts without spaces each of their words may be an end."""
    return tuple(word for word in _papers() if len(word) > 3 or not word.isascii())


@lru_cache(maxsize=1)
def _papers() -> frozenset[str]:
    return frozenset(_key(word) for word in built_in().settings["headlines"]["papers"])


def ends(title: str) -> Iterator[str]:
    """What stands behind the title's last separator and before its first, where a site's name may stand."""
    if _MARKS.isdisjoint(title):
        return
    cuts = _cuts(title)
    for part in (title[cuts[-1].end() :], title[: cuts[0].start()]) if cuts else ():
        if 0 < len(part) <= _LONGEST_NAME:
            yield part


def without_parts(title: str, parts: Collection[str]) -> str:
    """The title without any of these parts at its ends; what is nothing else stays as it is."""
    for part in ends(title) if parts else ():
        if part in parts:
            cuts = _cuts(title)
            rest = title[: cuts[-1].start()] if title.endswith(part) else title[cuts[0].end() :]
            return without_parts(rest, parts)
    return title


def _cuts(title: str) -> list[re.Match[str]]:
    return [cut for cut in _SEPARATOR.finditer(title) if cut[0].strip() not in _COLONS]


def choose_title(
    candidates: Sequence[Candidate], *, site_name: str | None, host: str | None, section: str | None = None
) -> str | None:
    """The headline on which the weightiest sources agree, without the site's name; None when the page states none."""
    return _agreed(
        tuple([candidate for candidate in candidates if candidate.field == "title"]), site_name, host, section
    )


@lru_cache(maxsize=64)  # a page's candidates are weighed twice: for its head, and when its lines have been read
def _agreed(
    candidates: tuple[Candidate, ...], site_name: str | None, host: str | None, section: str | None
) -> str | None:
    stated = [candidate for candidate in candidates if _key(candidate.value)]
    values = [candidate.value for candidate in stated]
    names = SiteNames(site_name, host, section)
    bare = {value: without_site(value, names, values) for value in dict.fromkeys(values)}
    elsewhere = [candidate.value for candidate in stated if candidate.source != "h1"]
    votes: dict[str, float] = {}
    wording: dict[str, str] = {}
    voted: set[tuple[str, str]] = set()
    for candidate in sorted(stated, key=lambda candidate: -_WEIGHTS[candidate.source]):
        weight = _WEIGHTS[candidate.source]
        if candidate.source == "h1" and elsewhere and _shared(candidate.value, elsewhere) < _LEAST_SHARED:
            weight *= 0.1  # a banner, a section, a call to subscribe; it wins only where nothing else is stated
        title = bare[candidate.value]
        key = _key(title)
        if names.sign(title):
            weight *= 0.1
        if (candidate.source, key) in voted or (
            candidate.source == "h1" and any(source == "h1" for source, _ in voted)
        ):
            weight *= 0.05  # the first h1 speaks for the page, further ones only where it does not
        if weight >= 0.5 * _WEIGHTS[candidate.source]:
            voted.add((candidate.source, key))
        votes[key] = votes.get(key, 0.0) + weight
        wording.setdefault(key, title)
    if not votes:
        return None
    best = max(votes, key=lambda key: votes[key])  # the first of equals, so the weightier source
    return wording[best]


def _shared(title: str, others: Iterable[str]) -> float:
    """The largest share of this title's words that another title has."""
    words = set(_key(title).split())
    return max(len(words & set(_key(other).split())) / len(words) for other in others) if words else 0.0
