"""What a page says about itself outside its text: a Head, from its meta elements, JSON-LD, microdata and bylines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from cleaners.metadata import jsonld
from cleaners.metadata.author_choice import choose_authors
from cleaners.metadata.candidates import candidates_of
from cleaners.metadata.dates import choose_date
from cleaners.metadata.statements import LONGEST, Statements, gather
from cleaners.metadata.titles import choose_title
from cleaners.page import Head
from cleaners.text.fold import squash
from cleaners.text.repair import repair

_MAX_TAGS = 50
_MAX_BODY = 200_000  # characters of JSON-LD articleBody

_SITE_NAMES = ("og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title", "dc.publisher")
_DESCRIPTIONS = ("description", "og:description", "twitter:description", "dc.description")
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "cxenseparse:section", "section")
_KEYWORDS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags")
_IMAGES = ("og:image", "og:image:secure_url", "twitter:image", "twitter:image:src")
_LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])", re.I)


def read_head(tree: LexborHTMLParser, url: str | None) -> Head:
    """The page's statements about itself, types checked, lengths bounded; an empty Head when it makes none.

    The tree is left as it is. JSON-LD articles are preferred that name the page's own address or headline.
    """
    said = gather(tree)
    language = _language(tree, said)
    canonical = _canonical(said, url)
    entities = jsonld.read_entities(said.scripts)
    own_titles = {squash(text) for text in (*said.meta.get("og:title", ()), *said.headlines, said.document_title or "")}
    articles = jsonld.find_articles(entities, _same_page(url, canonical), _same_title(own_titles - {""}))
    article = articles[0] if articles else None
    site_name = _site_name(said, entities, article)
    candidates = candidates_of(said, articles, entities, site_name)
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
        return urlsplit(address[:LONGEST]).path.rstrip("/")
    except ValueError:
        return ""


def host_of(address: str | None) -> str | None:
    """The host of an address without www.; None when it has none."""
    try:
        host: str | None = urlsplit(address).hostname if address else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _canonical(said: Statements, url: str | None) -> str | None:
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


def _language(tree: LexborHTMLParser, said: Statements) -> str | None:
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


def _site_name(said: Statements, entities: list[jsonld.Entity], article: jsonld.Entity | None) -> str | None:
    stated: list[str] = [*said.meta.get("og:site_name", ())[:1]]
    name = jsonld.publisher(entities, article)
    stated += [repair(name)] if name else []
    stated += [text for key in _SITE_NAMES[1:] for text in said.meta.get(key, ())[:1]]
    stated += said.properties.get("publisher", ())[:1]
    for text in stated:
        if text and len(text) <= 80 and "://" not in text and "/" not in text[:1] and ".." not in text and squash(text):
            return text
    return None


def _section(said: Statements, articles: list[jsonld.Entity]) -> str | None:
    stated = [text for entity in articles[:3] for text in jsonld.strings(entity.get("articleSection"))[:1]]
    stated = [text for name in _SECTIONS for text in said.meta.get(name, ())[:1]] + stated
    return next((repair(text) for text in stated if repair(text) and len(text) <= 100 and "://" not in text), None)


def _tags(said: Statements, articles: list[jsonld.Entity]) -> tuple[str, ...]:
    sources: list[Iterable[str]] = [jsonld.strings(entity.get("keywords")) for entity in articles[:1]]
    sources += [said.meta.get(name, ()) for name in _KEYWORDS]
    for values in sources:
        split = [repair(part) for value in values for part in (value.split(",") if "," in value else value.split(";"))]
        tags = [tag for tag in dict.fromkeys(split) if tag and len(tag) <= 100]
        if tags:
            return tuple(tags[:_MAX_TAGS])
    return ()


def _image(said: Statements, articles: list[jsonld.Entity], base: str | None) -> str | None:
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
