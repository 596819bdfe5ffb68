"""What a record, a sidecar or front matter states of a page, by the names that common exporters give it.

Values come from outside: types are checked, lengths and lists bounded. A record's statements stand before what text
shows, and behind what HTML states of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cleaners.metadata.author_choice import choose_authors
from cleaners.metadata.dates import choose_date
from cleaners.metadata.head import host_of
from cleaners.metadata.titles import choose_title
from cleaners.page import Candidate, Head
from cleaners.text.fold import squash
from cleaners.text.repair import repair

# Field → its names in exports of trafilatura, newspaper, news-please, Scrapy, Firecrawl, Postlight, news services and
# front matter; written without capitals, dots, colons, dashes and underscores.
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "articletitle", "pagetitle", "ogtitle"),
    "author": ("authors", "author", "byline", "creator", "authorname", "authornames", "articleauthor", "dccreator"),
    "published": (
        "date", "published", "datepublished", "publishdate", "publisheddate", "pubdate", "publishedat", "publishedtime",
        "datepublish", "publicationdate", "publishtime", "dateposted", "articlepublishedtime", "publishedon", "releasedate",
    ),
    "modified": (
        "modified", "updated", "datemodified", "modifieddate", "modifiedtime", "datemodify", "dateupdated", "updateddate",
        "articlemodifiedtime", "lastmod",
    ),
    "language": ("language", "lang", "metalang", "inlanguage"),
    "site_name": ("sitename", "site", "publisher", "ogsitename", "publication"),
    "description": ("description", "excerpt", "metadescription", "abstract"),
    "section": ("section", "category", "articlesection"),
    "tags": ("tags", "keywords", "metakeywords"),
    "image": ("image", "topimage", "imageurl", "ogimage", "leadimageurl"),
    "canonical": ("url", "urlsource", "canonical", "sourceurl"),
}  # fmt: skip
_FIELDS = {name: field for field, names in NAMES.items() for name in names}
_WITHIN = ("meta", "metadata")  # fields that hold further ones
_MOST_KEYS = 500  # of a record that are looked at
_MOST_VALUES = 50  # of a list
_LONGEST = 2_000  # characters of a value
_LONGEST_NAME = 80  # of a site
_LONGEST_TAG = 100
_LONGEST_TITLE = 500
_LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])", re.I)
_WEB = ("http://", "https://")
_MARKS = re.compile(r"[\s._:-]+")
_EPOCH = range(631_152_000, 4_102_444_800)  # seconds: the years 1990 to 2099
_DAYS = range(1990_01_01, 2100_01_01)  # as 20240813
_NOTHING = frozenset(("", "null", "none", "n/a", "nan", "unknown", "undefined"))

Stated = Mapping[str, tuple[str, ...]]


def stated_of(*records: Mapping[str, Any]) -> Stated:
    """Field → values, from the first of these records that states it; what a record holds further down comes later."""
    found: dict[str, tuple[str, ...]] = {}
    within = [inner for record in records for name in _WITHIN if isinstance(inner := record.get(name), dict)]
    for record in (*records, *within):
        ranked: dict[str, tuple[int, tuple[str, ...]]] = {}
        for key in [key for key in record if isinstance(key, str)][:_MOST_KEYS]:
            name = _MARKS.sub("", key).lower()
            field = _FIELDS.get(name)
            values = tuple(dict.fromkeys(_values(field, record[key]))) if field and field not in found else ()
            if field and values:
                rank = NAMES[field].index(name)
                if field not in ranked or rank < ranked[field][0]:
                    ranked[field] = rank, values
        found.update({field: values for field, (_, values) in ranked.items()})
    return found


def with_stated(head: Head, stated: Stated, *, url: str | None, behind: bool) -> Head:
    """The head of a page with what was stated beside it; `behind` where the page's own statements count for more."""
    if not stated:
        return head
    source = "beside" if behind else "record"
    candidates = tuple(
        Candidate(field, source if field in ("title", "author") else "meta", value)
        for field in ("title", "author", "published", "modified")
        for value in stated.get(field, ())
    )  # fmt: skip
    candidates = head.candidates + candidates if behind else candidates + head.candidates
    site_name = head.site_name or _first(stated, "site_name")
    language = head.language or _first(stated, "language")
    host = host_of(url or head.canonical)
    return replace(
        head,
        title=choose_title(candidates, site_name=site_name, host=host, section=head.section),
        titles=tuple(dict.fromkeys((*head.titles, *stated.get("title", ())))),
        description=head.description or _first(stated, "description"),
        descriptions=head.descriptions or stated.get("description", ()),
        site_name=site_name,
        authors=choose_authors(candidates, site_name=site_name, host=host),
        published=choose_date(candidates, "published", language=language, latest=None),
        modified=choose_date(candidates, "modified", language=language, latest=None),
        language=language,
        canonical=head.canonical or (None if url else _first(stated, "canonical")),
        section=head.section or _first(stated, "section"),
        tags=head.tags or stated.get("tags", ()),
        image=head.image or _first(stated, "image"),
        candidates=candidates,
    )


def _first(stated: Stated, field: str) -> str | None:
    return next(iter(stated.get(field, ())), None)


def _values(field: str, value: Any) -> Iterator[str]:
    """The values of one field that are what such a field holds."""
    read = _moments if field in ("published", "modified") else _texts
    texts = read(value)
    if field == "tags":
        texts = (part for text in texts for part in text.split(","))
    many = field in ("author", "tags")
    count = 0
    for text in texts:
        stated = _fitting(field, repair(text[:_LONGEST]))
        if stated:
            yield stated
            count += 1
            if count >= _MOST_VALUES or not many:
                return


def _texts(value: Any) -> Iterator[str]:
    """A text, the name of a person or house, or those of a list."""
    for entry in value[:_MOST_VALUES] if isinstance(value, list | tuple) else [value]:
        if isinstance(entry, dict):
            entry = entry.get("name") or entry.get("url")
        if isinstance(entry, str):
            yield entry


def _moments(value: Any) -> Iterator[str]:
    """A date as a text, or as seconds or milliseconds since 1970."""
    for entry in value[:_MOST_VALUES] if isinstance(value, list | tuple) else [value]:
        if isinstance(entry, dict):
            entry = entry.get("$date")
        if isinstance(entry, int | float) and not isinstance(entry, bool):
            yield from _of_number(entry)
        elif isinstance(entry, str):
            yield entry


def _of_number(number: float) -> Iterator[str]:
    """A number as a date: 20240813, or seconds or milliseconds since 1970."""
    if number in _DAYS or _EPOCH.start <= number < _EPOCH.stop:
        yield str(int(number))
    elif _EPOCH.start * 1_000 <= number < _EPOCH.stop * 1_000:
        yield str(int(number // 1_000))


def _fitting(field: str, text: str) -> str:
    """The text where such a field can hold it, else an empty one."""
    if text.lower() in _NOTHING:
        return ""
    if field in ("image", "canonical"):
        return text if text.startswith(_WEB) and host_of(text) and not any(map(str.isspace, text)) else ""
    if field == "language":
        found = _LANGUAGE.match(text)
        return found[0].lower() if found else ""
    if field in ("site_name", "section"):
        named = len(text) <= _LONGEST_NAME and "://" not in text and ".." not in text and text[:1] != "/"
        return text if named and squash(text) else ""
    longest = {"tags": _LONGEST_TAG, "title": _LONGEST_TITLE}.get(field, _LONGEST)
    if len(text) > longest:
        return ""
    return text if field in ("published", "modified") or squash(text) else ""
