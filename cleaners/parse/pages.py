"""This file makes a Page of a decoded document, the same way for HTML and for already-extracted text."""

from __future__ import annotations

from cleaners.metadata.head import read_head
from cleaners.page import Head, Page
from cleaners.parse.html import parse, walk
from cleaners.parse.text import text_blocks
from cleaners.rules import Rules, built_in


def html_page(source: str, markup: str, *, url: str | None = None, rules: Rules | None = None) -> Page:
    """A page with the blocks and head of an HTML document; any string is one."""
    tree, invisible = parse(markup)
    head = read_head(tree, url)  # before the walk, which takes the head and the scripts out of the tree
    blocks, parents, names, body = walk(tree, invisible)
    return Page(
        source, "html", blocks, rules or built_in(), url=url, head=head, parents=parents, names=names, markup=body
    )


def text_page(source: str, text: str, *, url: str | None = None, rules: Rules | None = None) -> Page:
    """A page of already-extracted text, one block a line."""
    return Page(source, "text", text_blocks(text), rules or built_in(), url=url, head=Head())
