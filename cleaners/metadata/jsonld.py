"""Reads the JSON-LD of a page, and finds the entity that is the page's article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from cleaners.text.numerals import whole_number

LONGEST_BLOCK = 256_000  # characters; the largest of 1,500 real pages had 30 kB, only live blogs carry more
LONGEST_ALL = 1_000_000  # characters over all blocks of a page
MAX_ENTITIES = 100
MAX_NAMES = 50  # authors or keywords of one entity
LONGEST_VALUE = 2_000  # characters of a stated value, article bodies aside
_MAX_DEPTH = 5  # lists and graphs within each other; real ones need two

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/|;)\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[\]}])")

Entity = Mapping[str, Any]

ARTICLES = {
    "newsarticle": 0, "reportagenewsarticle": 0, "analysisnewsarticle": 0, "opinionnewsarticle": 0,
    "backgroundnewsarticle": 0, "reviewnewsarticle": 0, "askpublicnewsarticle": 0, "liveblogposting": 0,
    "article": 1, "blogposting": 1, "techarticle": 1, "scholarlyarticle": 1, "medicalscholarlyarticle": 1, "report": 1,
    "satiricalarticle": 1, "advertisercontentarticle": 1, "medicalwebpage": 2, "socialmediaposting": 2, "discussionforumposting": 2,
    "qapage": 3, "question": 3, "recipe": 3, "howto": 3, "review": 3, "criticreview": 3, "videoobject": 4, "podcastepisode": 4,
    "creativework": 4, "webpage": 5, "itempage": 5, "collectionpage": 5, "aboutpage": 5, "faqpage": 5,
}  # fmt: skip
PROPER = 2  # ranks up to here are articles by their type; the others are what is around one
_HOUSES = frozenset(("organization", "newsmediaorganization", "website", "corporation", "localbusiness"))


def read_entities(blocks: Iterable[str]) -> list[Entity]:
    """All typed entities of the page's JSON-LD blocks, in order, at most MAX_ENTITIES; broken blocks are passed over."""
    entities: list[Entity] = []
    budget = LONGEST_ALL
    for block in blocks:
        budget -= len(block)
        if len(block) > LONGEST_BLOCK or budget < 0:
            continue
        _gather(_parse(block), entities, 0)
    return entities


def _parse(block: str) -> Any:
    """The JSON value of a script block, comments around it and raw line breaks in strings forgiven; None if broken."""
    try:
        return orjson.loads(block)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        pass  # what is wrong is nearly always one of the three faults forgiven next
    bare = _TRAILING_COMMA.sub("", _WRAPPING.sub("", block).strip())
    try:
        return json.loads(bare, strict=False, parse_int=whole_number)
    except (ValueError, RecursionError):
        return None


def _gather(value: Any, entities: list[Entity], depth: int) -> None:
    if depth > _MAX_DEPTH or len(entities) >= MAX_ENTITIES:
        return
    if isinstance(value, list):
        for entry in value[:MAX_ENTITIES]:
            _gather(entry, entities, depth + 1)
    elif isinstance(value, dict):
        if types_of(value) or "@id" in value:
            entities.append(value)
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(value.get(key), dict | list):
                _gather(value[key], entities, depth + 1)


def types_of(entity: Entity) -> list[str]:
    """The entity's types in lower case, without the vocabulary's address."""
    stated = entity.get("@type")
    listed = stated if isinstance(stated, list) else [stated]
    return [kind.rpartition("/")[2].lower() for kind in listed[:10] if isinstance(kind, str)]


def rank_of(entity: Entity) -> int | None:
    """How much the type promises an article: 0 news article … 5 web page; None for anything else."""
    ranks = [ARTICLES[kind] for kind in types_of(entity) if kind in ARTICLES]
    return min(ranks) if ranks else None


def find_articles(entities: Sequence[Entity], same_page: Any, same_title: Any) -> list[Entity]:
    """The entities that may speak for the page, best first.

    `same_page` and `same_title` tell whether an address or a headline is the page's own. Several articles of which
    none is the page's own are a list of teasers and speak for nobody.
    """
    ranked = []
    for order, entity in enumerate(entities):
        rank = rank_of(entity)
        if rank is None:
            continue
        own = same_page(addresses(entity)) or same_title(strings(entity.get("headline")) + strings(entity.get("name")))
        ranked.append((not own, rank, order, entity))
    strangers = sum(1 for other, rank, _, _ in ranked if other and rank <= PROPER)
    if strangers > 2:  # an article and its translation or video may stand alone; three are a list
        ranked = [entry for entry in ranked if not entry[0] or entry[1] > PROPER]
    ranked.sort(key=lambda entry: (entry[1] > PROPER, entry[0], entry[1], entry[2]))
    return [entity for _, _, _, entity in ranked]


def addresses(entity: Entity) -> list[str]:
    """Every address by which the entity names its page."""
    page = entity.get("mainEntityOfPage")
    of_page = [page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    return [value for value in (entity.get("url"), entity.get("@id"), *of_page) if isinstance(value, str)]


def strings(value: Any) -> list[str]:
    """The text values of a property stated as a string, a number-free list or a value object."""
    if isinstance(value, str):
        return [value[:LONGEST_VALUE]] if value.strip() else []
    if isinstance(value, list):
        return [text for entry in value[:MAX_NAMES] if isinstance(entry, str | dict) for text in strings(entry)]
    if isinstance(value, dict) and isinstance(value.get("@value"), str):
        return strings(value["@value"])
    return []


def names(value: Any, entities: Sequence[Entity] = ()) -> list[tuple[str, str]]:
    """Persons or organisations stated as strings, entities, references to entities, or lists of those.

    Each is (name, "json-ld") or, when its type says that it is no person, (name, "json-ld-house").
    """
    listed = value[:MAX_NAMES] if isinstance(value, list) else [value]
    found: list[tuple[str, str]] = []
    for entry in listed:
        if isinstance(entry, dict):
            named = entry if entry.get("name") else _referred(entry, entities)
            source = "json-ld-house" if _HOUSES.intersection(types_of(named)) else "json-ld"
            found += [(name, source) for name in strings(named.get("name")) or _joined(named)]
        elif isinstance(entry, str):
            found += [(name, "json-ld") for name in strings(entry)]
    return found[:MAX_NAMES]


def _referred(entry: Entity, entities: Sequence[Entity]) -> Entity:
    key = entry.get("@id")
    if isinstance(key, str):
        for entity in entities:
            if entity.get("@id") == key and entity.get("name"):
                return entity
    return entry


def _joined(person: Entity) -> list[str]:
    parts = strings(person.get("givenName"))[:1] + strings(person.get("familyName"))[:1]
    return [" ".join(parts)] if len(parts) == 2 else []


def publisher(entities: Sequence[Entity], article: Entity | None) -> str | None:
    """The name of the publication: the article's publisher, else the page's web site or organisation."""
    if article is not None:
        for name, _ in names(article.get("publisher"), entities):
            return name
    for kind in ("website", *sorted(_HOUSES)):
        for entity in entities:
            if kind in types_of(entity):
                for name, _ in names(entity, entities):
                    return name
    return None


def is_false(value: Any) -> bool:
    """True for a stated falsehood, in JSON's or in a word's form."""
    return value is False or (isinstance(value, str) and value.rpartition("/")[2].strip().lower() == "false")


def images(value: Any) -> list[str]:
    """Addresses of an image property."""
    if isinstance(value, dict):
        return strings(value.get("url")) or strings(value.get("contentUrl")) or strings(value.get("@id"))
    if isinstance(value, list):
        return [address for entry in value[:3] if isinstance(entry, str | dict) for address in images(entry)]
    return strings(value)
