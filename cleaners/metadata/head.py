"""This file reads what a page says about itself: meta elements, JSON-LD, microdata, links, times and bylines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaners.metadata import jsonld
from cleaners.metadata.authors import choose_authors
from cleaners.metadata.dates import choose_date
from cleaners.metadata.titles import choose_title
from cleaners.page import Candidate, Head
from cleaners.text.fold import squash
from cleaners.text.repair import repair

# One selector, because each query walks the whole tree; the answers come in page order.
_STATEMENTS = (
    "meta, title, link[rel~=canonical], script[type*='ld+json'], time, h1, [itemprop], [rel~=author], "
    "[class*=byline i], [class*=author i]"
)
_LONGEST = 2_000  # characters of a stated value
_MAX_NODES = 5_000  # statements read; a real page has about fifty
_MAX_READS = 30  # elements of one sort looked at; a hostile page nests thousands of them around all its text
_MAX_BYLINES = 6  # byline elements read; those after them belong to comments and teasers
_LONGEST_BYLINE = 200  # characters; a longer element holds a biography or the article
_MAX_HEADLINES = 5  # h1 elements; a page has one or two, a listing many
_MAX_TAGS = 50
_MAX_BODY = 200_000  # characters of JSON-LD articleBody

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
_SITE_NAMES = ("og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title", "dc.publisher")
_DESCRIPTIONS = ("description", "og:description", "twitter:description", "dc.description")
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "cxenseparse:section", "section")
_KEYWORDS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags")
_IMAGES = ("og:image", "og:image:secure_url", "twitter:image", "twitter:image:src")
_PUBLISHED_TIME = re.compile(r"publish|pubdate|created|posted|entry-date|post-date|date-posted", re.I)
_MODIFIED_TIME = re.compile(r"modif|updat|changed", re.I)
_NOT_ARTICLE = re.compile(r"comment|review|related|teaser|recommend|widget|sidebar|trending|popular", re.I)
_LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])", re.I)


class _Statements:
    """What one pass over the tree gathered."""

    def __init__(self) -> None:
        self.meta: dict[str, list[str]] = {}
        self.scripts: list[str] = []
        self.canonical: str | None = None
        self.document_title: str | None = None
        self.headlines: list[str] = []
        self.properties: dict[str, list[str]] = {}
        self.times: list[tuple[str, str]] = []  # field, value
        self.rel_authors: list[str] = []
        self.bylines: list[str] = []
        self.reads: dict[str, int] = {}

    def may_read(self, sort: str, most: int = _MAX_READS) -> bool:
        """True while fewer than `most` elements of this sort were looked at; counts this one."""
        self.reads[sort] = self.reads.get(sort, 0) + 1
        return self.reads[sort] <= most


def read_head(tree: LexborHTMLParser, url: str | None) -> Head:
    """The page's statements about itself, types checked, lengths bounded; an empty Head when it makes none.

    The tree is left as it is. JSON-LD articles are preferred that name the page's own address or headline.
    """
    said = _gather(tree)
    language = _language(tree, said)
    canonical = _canonical(said, url)
    entities = jsonld.read_entities(said.scripts)
    own_titles = {squash(text) for text in (*said.meta.get("og:title", ()), *said.headlines, said.document_title or "")}
    articles = jsonld.find_articles(entities, _same_page(url, canonical), _same_title(own_titles - {""}))
    article = articles[0] if articles else None
    site_name = _site_name(said, entities, article)
    candidates = _claims(said, articles, entities, site_name)
    host = host_of(url or canonical)
    section = _section(said, articles)
    titles = tuple(dict.fromkeys(candidate.value for candidate in candidates if candidate.field == "title"))
    descriptions = tuple(dict.fromkeys(text for name in _DESCRIPTIONS for text in said.meta.get(name, ())))
    if article is not None:
        descriptions += tuple(
            text
            for text in map(repair, jsonld.strings(article.get("description")))
            if text and text not in descriptions
        )
    return Head(
        title=choose_title(candidates, site_name=site_name, host=host, section=section),
        titles=titles,
        description=descriptions[0] if descriptions else None,
        descriptions=descriptions,
        site_name=site_name,
        authors=choose_authors(candidates, site_name=site_name, host=host),
        published=choose_date(candidates, "published", language=language, latest=None),
        modified=choose_date(candidates, "modified", language=language, latest=None),
        language=language,
        canonical=canonical,
        section=section,
        tags=_tags(said, articles),
        image=_image(said, articles, url or canonical),
        body=_body(articles),
        paywalled=any(jsonld.is_false(entity.get("isAccessibleForFree")) for entity in articles)
        or "locked" in said.meta.get("article:content_tier", ()),
        live_blog=any("liveblogposting" in jsonld.types_of(entity) for entity in articles),
        candidates=candidates,
    )


def _gather(tree: LexborHTMLParser) -> _Statements:
    said = _Statements()
    for node in tree.css(_STATEMENTS)[:_MAX_NODES]:
        tag = node.tag
        if tag == "meta":
            _read_meta(said, node)
        elif tag == "script":
            said.scripts.append(node.text())
        elif tag == "link":
            said.canonical = said.canonical or (node.attributes.get("href") or "")[:_LONGEST].strip() or None
        elif tag == "title":
            parent = node.parent
            if said.document_title is None and (parent is None or parent.tag != "svg"):
                said.document_title = _text(node) or None
        else:
            _read_element(said, node, str(tag))
    return said


def _read_meta(said: _Statements, node: LexborNode) -> None:
    attributes = node.attributes
    content = attributes.get("content")
    if not content or not content.strip():
        return
    value = repair(content[:_LONGEST])
    for key in ("property", "name", "http-equiv"):
        name = attributes.get(key)
        if name:
            said.meta.setdefault(name.strip().lower(), []).append(value)
    if prop := attributes.get("itemprop"):
        said.properties.setdefault(prop.strip().lower(), []).append(value)


def _read_element(said: _Statements, node: LexborNode, tag: str) -> None:
    attributes = node.attributes
    if tag == "h1" and said.may_read("h1", _MAX_HEADLINES):
        said.headlines.append(_headline(node))
    if tag == "time" and said.may_read("time") and not _foreign(node):
        value = attributes.get("datetime") or _text(node)
        named = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}"
        field = "modified" if _MODIFIED_TIME.search(named) else "published"
        sure = _PUBLISHED_TIME.search(named) or "pubdate" in attributes
        kind = field if field == "modified" or sure else "below-h1" if said.headlines else "above-h1"
        if value:
            said.times.append((kind, value[:_LONGEST]))
    if prop := attributes.get("itemprop"):
        _read_property(said, node, prop.strip().lower())
    relation = (attributes.get("rel") or "").lower()
    if "author" in relation and tag == "a" and said.may_read("rel", _MAX_BYLINES) and not _foreign(node):
        said.rel_authors.append(_text(node)[:_LONGEST_BYLINE])
    named = (attributes.get("class") or "").lower()
    if ("byline" in named or "author" in named) and said.may_read("class", _MAX_BYLINES):
        text = _text(node)
        if text and len(text) <= _LONGEST_BYLINE and not _foreign(node):
            said.bylines.append(text)


def _read_property(said: _Statements, node: LexborNode, prop: str) -> None:
    values = said.properties.setdefault(prop, [])
    if prop not in ("headline", "datepublished", "datemodified", "author", "publisher") or len(values) >= _MAX_BYLINES:
        return
    if not said.may_read(prop) or _foreign(node):
        return
    attributes = node.attributes
    if prop in ("author", "publisher"):
        inner = node.css_first("[itemprop=name]")
        node = inner if inner is not None else node
        value = node.attributes.get("content") or _text(node)
    else:
        value = attributes.get("content") or attributes.get("datetime") or _text(node)
    if value and len(value) <= _LONGEST:
        values.append(repair(value))


def _foreign(node: LexborNode) -> bool:
    """True when a near ancestor is a comment, a teaser or a widget, which speak of something else."""
    parent: LexborNode | None = node
    for _ in range(6):
        if parent is None or parent.tag in ("body", "article", "main"):
            return False
        named = parent.attributes
        if _NOT_ARTICLE.search(f"{named.get('class') or ''} {named.get('id') or ''} {named.get('itemtype') or ''}"):
            return True
        parent = parent.parent
    return False


def _text(node: LexborNode) -> str:
    return repair(node.text(separator=" ")[: _LONGEST * 2])


def _headline(node: LexborNode) -> str:
    """The text of an h1, parted where a kicker's element ends and not within a word that an element cuts."""
    parts = node.text(separator="\0")[: _LONGEST * 2].split("\0")
    joined = parts[0]
    for part in parts[1:]:
        seam = (joined[-1:].islower() or joined[-1:] in ".!?)]”’:") and part[:1].isupper()
        joined += f" {part}" if seam else part
    return repair(joined)[:_LONGEST]


def _claims(
    said: _Statements, articles: list[jsonld.Entity], entities: list[jsonld.Entity], site_name: str | None
) -> tuple[Candidate, ...]:
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


def _same_page(url: str | None, canonical: str | None) -> Callable[[list[str]], bool]:
    own = {path for path in map(_path, (url, canonical)) if path}
    return lambda stated: any(_path(address) in own for address in stated)


def _same_title(own: set[str]) -> Callable[[list[str]], bool]:
    def same(stated: list[str]) -> bool:
        return any(_alike(squash(text), title) for text in stated for title in own)

    return same


def _alike(one: str, other: str) -> bool:
    """True when two squashed titles are the same or one begins with the other, as with a site's suffix."""
    return bool(one) and (
        one == other or (len(one) > 15 and other.startswith(one)) or (len(other) > 15 and one.startswith(other))
    )


def _path(address: str | None) -> str:
    """Host-free path of an address without fragment and closing slash; the root is nobody's address."""
    if not address:
        return ""
    try:
        return urlsplit(address[:_LONGEST]).path.rstrip("/")
    except ValueError:
        return ""


def host_of(address: str | None) -> str | None:
    """The host of an address without www.; None when it has none."""
    try:
        host: str | None = urlsplit(address).hostname if address else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _canonical(said: _Statements, url: str | None) -> str | None:
    for stated in (said.canonical, *said.meta.get("og:url", ())):
        if stated and stated.strip():
            try:
                address = str(urljoin(url or "", stated.strip()))
                parts = urlsplit(address)
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.hostname and not any(c.isspace() for c in address):
                return address
    return None


def _language(tree: LexborHTMLParser, said: _Statements) -> str | None:
    root = tree.root
    stated = [root.attributes.get("lang") or root.attributes.get("xml:lang")] if root is not None else []
    for value in (
        *stated,
        *said.meta.get("content-language", ()),
        *said.meta.get("og:locale", ()),
        *said.meta.get("language", ()),
    ):
        found = _LANGUAGE.match((value or "").strip())
        if found:
            return str(found[0]).lower()
    return None


def _site_name(said: _Statements, entities: list[jsonld.Entity], article: jsonld.Entity | None) -> str | None:
    stated: list[str] = [*said.meta.get("og:site_name", ())[:1]]
    name = jsonld.publisher(entities, article)
    stated += [repair(name)] if name else []
    stated += [text for key in _SITE_NAMES[1:] for text in said.meta.get(key, ())[:1]]
    stated += said.properties.get("publisher", ())[:1]
    for text in stated:
        if text and len(text) <= 80 and "://" not in text and "/" not in text[:1] and ".." not in text and squash(text):
            return text
    return None


def _section(said: _Statements, articles: list[jsonld.Entity]) -> str | None:
    stated = [text for entity in articles[:3] for text in jsonld.strings(entity.get("articleSection"))[:1]]
    stated = [text for name in _SECTIONS for text in said.meta.get(name, ())[:1]] + stated
    return next((repair(text) for text in stated if repair(text) and len(text) <= 100 and "://" not in text), None)


def _tags(said: _Statements, articles: list[jsonld.Entity]) -> tuple[str, ...]:
    sources: list[Iterable[str]] = [jsonld.strings(entity.get("keywords")) for entity in articles[:1]]
    sources += [said.meta.get(name, ()) for name in _KEYWORDS]
    for values in sources:
        split = [repair(part) for value in values for part in (value.split(",") if "," in value else value.split(";"))]
        tags = [tag for tag in dict.fromkeys(split) if tag and len(tag) <= 100]
        if tags:
            return tuple(tags[:_MAX_TAGS])
    return ()


def _image(said: _Statements, articles: list[jsonld.Entity], base: str | None) -> str | None:
    stated = [text for name in _IMAGES for text in said.meta.get(name, ())[:1]]
    stated += [address for entity in articles[:1] for address in jsonld.images(entity.get("image"))[:1]]
    for text in stated:
        try:
            address = urljoin(base or "", text.strip())
            if urlsplit(address).scheme in ("http", "https"):
                return address
        except ValueError:
            continue
    return None


def _body(articles: list[jsonld.Entity]) -> str | None:
    for entity in articles:
        body = entity.get("articleBody")
        if isinstance(body, str) and body.strip():
            return body[:_MAX_BODY]
    return None
