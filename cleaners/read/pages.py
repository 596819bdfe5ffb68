"""Makes a Page of a decoded document, the same way for HTML and for already-extracted text."""

from __future__ import annotations

from cleaners.metadata.head import read_head
from cleaners.page import Block, Head, Page
from cleaners.read.escapes import unpacked
from cleaners.read.html import parse, walk
from cleaners.read.mojibake import lost_characters, regained
from cleaners.read.text import text_blocks
from cleaners.rules.phrases import Rules, built_in
from cleaners.vocabulary import Flag

MOST_LINES = 200_000  # of a page; each costs 20 microseconds and more, and none of 400 real pages had 3,000


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
