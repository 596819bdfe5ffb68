"""Makes a Page of a decoded document, the same way for HTML, Markdown and already-extracted text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from cleaners.metadata.head import read_head
from cleaners.metadata.stated import Stated, stated_of, with_stated
from cleaners.page import Block, Head, Page
from cleaners.read.charset import looks_like_html
from cleaners.read.escapes import unpacked
from cleaners.read.front_matter import Fields, part
from cleaners.read.html import parse, walk
from cleaners.read.markdown_evidence import is_markdown
from cleaners.read.mojibake import lost_characters, regained
from cleaners.read.record import Raw
from cleaners.read.text import text_blocks
from cleaners.rules.phrases import Rules, built_in
from cleaners.vocabulary import Flag

_DOCUMENT = re.compile(r"\s*<(?:!doctype|html|head|body)\b", re.I)
MOST_LINES = 200_000  # of a page; each costs 20 microseconds and more, and none of 400 real pages had 3,000


class Opened(NamedTuple):
    """A page as it was read, its media type, the HTML of it (empty for text), and what stood above its text."""

    page: Page
    media_type: str
    markup: str
    fields: Fields


def open_page(source: str, text: str, raw: Raw, rules: Rules | None = None) -> Opened:
    """The page of a decoded document, by what it is rather than by what it is called."""
    fields, body = ({}, text) if raw.is_html else part(text)
    stated = {**stated_of(fields), **raw.stated}
    if _is_html(body, raw):
        page = html_page(source, body, url=raw.url, rules=rules)
        return Opened(_told(page, stated, behind=True), "text/html", body, fields)
    markup = _rendered(body) if raw.is_markdown or (not raw.is_html and is_markdown(body)) else None
    if markup is not None:
        page = replace(html_page(source, markup, url=raw.url, rules=rules), bare=True)
        return Opened(_told(page, stated), "text/markdown", markup, fields)
    page = text_page(source, body, url=raw.url, rules=rules)
    return Opened(_told(page, stated), "text/plain", "", fields)


def _rendered(markdown: str) -> str | None:
    from cleaners.read.markdown import html_of  # not at the top: a run without Markdown does without its parser

    return html_of(markdown)


def _is_html(text: str, raw: Raw) -> bool:
    """True for HTML, whatever it is called; Markdown may hold some of it."""
    if raw.is_html:
        return "<" in text or not text.strip()
    if raw.is_markdown:
        return bool(_DOCUMENT.match(text))
    return looks_like_html(text) and (bool(_DOCUMENT.match(text)) or not is_markdown(text))


def _told(page: Page, stated: Stated, *, behind: bool = False) -> Page:
    """The page with what was stated of it elsewhere; `behind` where what it states itself is worth more."""
    return replace(page, head=with_stated(page.head, stated, url=page.url, behind=behind)) if stated else page


def html_page(source: str, markup: str, *, url: str | None = None, rules: Rules | None = None) -> Page:
    """A page with the blocks and head of an HTML document; any string is one."""
    page = _html_page(source, markup, url, rules)
    right = regained(markup, page.blocks)
    return page if right is None else _html_page(source, right, url, rules)


def _html_page(source: str, markup: str, url: str | None, rules: Rules | None) -> Page:
    tree, there = parse(markup)
    head = read_head(tree, url)  # before the walk, which takes the head and the scripts out of the tree
    blocks, parents, names, body = walk(tree, there)
    shown, flags = _first(blocks)
    return Page(
        source, "html", shown, rules or built_in(), url=url, head=head, parents=parents, names=names, markup=body,
        flags=flags,
    )  # fmt: skip


def text_page(source: str, text: str, *, url: str | None = None, rules: Rules | None = None) -> Page:
    """A page of already-extracted text, one block a paragraph."""
    text = unpacked(text)
    blocks = text_blocks(text)
    right = regained(text, blocks)
    shown, flags = _first(blocks if right is None else text_blocks(right))
    return Page(source, "text", shown, rules or built_in(), url=url, head=Head(), flags=flags)


def _first(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], frozenset[Flag]]:
    """As many of a page's lines as are read, and flags: when there are more, and when characters are lost."""
    flags = lost_characters(blocks)
    if len(blocks) <= MOST_LINES:
        return blocks, flags
    return blocks[:MOST_LINES], flags | {Flag.TRUNCATED_INPUT}
