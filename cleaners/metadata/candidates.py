"""The candidates for a page's title, authors, dates and site name: every statement of it, the best source first."""

from __future__ import annotations

from typing import Any

from cleaners.metadata import jsonld
from cleaners.metadata.statements import Statements
from cleaners.page import Candidate
from cleaners.text.repair import repair

_TITLES = {"og:title": "og", "twitter:title": "twitter", "title": "meta", "dc.title": "meta", "dcterms.title": "meta",
           "parsely-title": "meta", "sailthru.title": "meta", "headline": "meta", "citation_title": "meta", "hdl": "meta"}  # fmt: skip
_AUTHORS = frozenset((
    "author", "article:author", "og:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dc.author",
    "citation_author", "article:author_name", "byl", "authors", "cxenseparse:author", "og:article:author", "creator", "twitter:creator:name",
))  # fmt: skip
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "date", "pubdate", "publishdate", "publish-date", "publish_date", "published_time", "parsely-pub-date", "sailthru.date", "dc.date",
    "dc.date.issued", "dcterms.date", "dcterms.created", "dc.date.created", "dcterms.issued", "article_date_original",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "publication_date", "citation_publication_date", "citation_date", "originalpublicationdate", "displaydate", "article.published",
    "date.release", "date.created", "og:pubdate", "og:release_date", "published", "publish_time", "bt:pubdate", "vr:published_time", "rnews:datepublished", "article:create_time",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "article:updated", "datemodified", "last-modified",
    "lastmod", "dcterms.modified", "dc.date.modified", "modified", "updated_time", "dc.modified", "revision_date", "last-updated", "article.updated",
)  # fmt: skip


def candidates_of(
    said: Statements, articles: list[jsonld.Entity], entities: list[jsonld.Entity], site_name: str | None
) -> tuple[Candidate, ...]:
    """All candidates, from what was gathered of the tree, the JSON-LD articles that speak for the page, and its entities."""
    proper = [entity for entity in articles if (jsonld.rank_of(entity) or 0) <= jsonld.PROPER][:1]
    around = [entity for entity in articles if entity not in proper]
    candidates: list[Candidate] = []
    for entity in proper:
        candidates += [
            Candidate("title", "json-ld", repair(text)) for text in jsonld.strings(entity.get("headline"))[:1]
        ]
        candidates += [
            Candidate("title", "json-ld-name", repair(text)) for text in jsonld.strings(entity.get("name"))[:1]
        ]
    for name, source in _TITLES.items():
        candidates += [Candidate("title", source, text) for text in said.meta.get(name, ())[:1]]
    candidates += [Candidate("title", "microdata", text) for text in said.properties.get("headline", ())[:1]]
    if said.document_title:
        candidates.append(Candidate("title", "title", said.document_title))
    candidates += [Candidate("title", "h1", text) for text in said.headlines if text]
    for entity in around[:3]:
        candidates += [
            Candidate("title", "json-ld-page", repair(text)) for text in jsonld.strings(entity.get("headline"))[:1]
        ]

    for entity in proper:
        stated = jsonld.names(entity.get("author"), entities) or jsonld.names(entity.get("creator"), entities)
        candidates += [Candidate("author", source, repair(name)) for name, source in stated]
    for name, values in said.meta.items():
        if name in _AUTHORS:
            candidates += [Candidate("author", f"meta {name}", text) for text in values[: jsonld.MAX_NAMES]]
    candidates += [Candidate("author", "microdata", text) for text in said.properties.get("author", ())]
    candidates += [Candidate("author", "rel", text) for text in said.rel_authors if text]
    candidates += [Candidate("author", "class", text) for text in said.bylines]
    for entity in around[:3]:
        candidates += [
            Candidate("author", "json-ld-page", repair(name))
            for name, _ in jsonld.names(entity.get("author"), entities)
        ]

    dates: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
        ("published", "datePublished", _PUBLISHED), ("modified", "dateModified", _MODIFIED),
    )  # fmt: skip
    for field, key, metas in dates:
        for entity in proper:
            moments = jsonld.strings(entity.get(key))
            if field == "published" and not moments:
                moments = jsonld.strings(entity.get("dateCreated"))
            candidates += [Candidate(field, "json-ld", text) for text in moments[:1]]
        candidates += [Candidate(field, "meta", text) for name in metas for text in said.meta.get(name, ())[:1]]
        candidates += [Candidate(field, "microdata", text) for text in said.properties.get(key.lower(), ())[:1]]
        for entity in around[:3]:
            candidates += [Candidate(field, "json-ld-page", text) for text in jsonld.strings(entity.get(key))[:1]]
        candidates += [Candidate(field, "time", text) for kind, text in said.times if kind == field][:1]
    for kind in ("below-h1", "above-h1"):
        candidates += [Candidate("published", f"time {kind}", text) for there, text in said.times if there == kind][:1]
    if site_name:
        candidates.append(Candidate("site_name", "head", site_name))
    return tuple(candidates)
