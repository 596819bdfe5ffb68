"""Gathers what a page states about itself in one pass over its tree: metas, scripts, headlines, times, bylines."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaners.text.repair import repair

# One selector, because each query walks the whole tree; the answers come in page order.
_STATEMENTS = (
    "meta, title, link[rel~=canonical], script[type*='ld+json'], time, h1, [itemprop], [rel~=author], "
    "[class*=byline i], [class*=author i]"
)
LONGEST = 2_000  # characters of a stated value
_MAX_NODES = 5_000  # statements read; a real page has about fifty
_MAX_READS = 30  # elements of one sort looked at; a hostile page nests thousands of them around all its text
_MAX_BYLINES = 6  # byline elements read; those after them belong to comments and teasers
_LONGEST_BYLINE = 200  # characters; a longer element holds a biography or the article
_MAX_HEADLINES = 5  # h1 elements; a page has one or two, a listing many
_PUBLISHED_TIME = re.compile(r"publish|pubdate|created|posted|entry-date|post-date|date-posted", re.I)
_MODIFIED_TIME = re.compile(r"modif|updat|changed", re.I)
_NOT_ARTICLE = re.compile(r"comment|review|related|teaser|recommend|widget|sidebar|trending|popular", re.I)


class Statements:
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


def gather(tree: LexborHTMLParser) -> Statements:
    said = Statements()
    for node in tree.css(_STATEMENTS)[:_MAX_NODES]:
        tag = node.tag
        if tag == "meta":
            _read_meta(said, node)
        elif tag == "script":
            said.scripts.append(node.text())
        elif tag == "link":
            said.canonical = said.canonical or (node.attributes.get("href") or "")[:LONGEST].strip() or None
        elif tag == "title":
            parent = node.parent
            if said.document_title is None and (parent is None or parent.tag != "svg"):
                said.document_title = _text(node) or None
        else:
            _read_element(said, node, str(tag))
    return said


def _read_meta(said: Statements, node: LexborNode) -> None:
    attributes = node.attributes
    content = attributes.get("content")
    if not content or not content.strip():
        return
    value = repair(content[:LONGEST])
    for key in ("property", "name", "http-equiv"):
        name = attributes.get(key)
        if name:
            said.meta.setdefault(name.strip().lower(), []).append(value)
    if prop := attributes.get("itemprop"):
        said.properties.setdefault(prop.strip().lower(), []).append(value)


def _read_element(said: Statements, node: LexborNode, tag: str) -> None:
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
            said.times.append((kind, value[:LONGEST]))
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


def _read_property(said: Statements, node: LexborNode, prop: str) -> None:
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
    if value and len(value) <= LONGEST:
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
    return repair(node.text(separator=" ")[: LONGEST * 2])


def _headline(node: LexborNode) -> str:
    """The text of an h1, parted where a kicker's element ends and not within a word that an element cuts."""
    parts = node.text(separator="\0")[: LONGEST * 2].split("\0")
    joined = parts[0]
    for part in parts[1:]:
        seam = (joined[-1:].islower() or joined[-1:] in ".!?)]”’:") and part[:1].isupper()
        joined += f" {part}" if seam else part
    return repair(joined)[:LONGEST]
