"""The second reader, trafilatura: the share of each block of an HTML page that it would keep."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cleaners.judge.align import aligned
from cleaners.page import Page
from cleaners.read.html import without_chrome

if TYPE_CHECKING:
    from lxml import etree

LOG = logging.getLogger(__name__)

# What made the extractor hang was always one of these: floods of elements, or of characters (the budget of a page
# is 10 CPU seconds; 20,000 elements took it 2).
MOST_ELEMENTS = 20_000
MOST_CHARACTERS = 3_000_000
MOST_BLOCKS = 10_000
MOST_DEPTH = 200  # elements; libxml2 drops what lies below 255, and deeper pages cost the square of their depth
MOST_ALIKE = 4_000  # elements of one kind that its rules compare with one another: links, images, line breaks


def vote(page: Page) -> npt.NDArray[np.float32] | None:
    """For each block the share of it, 0 to 1, that trafilatura extracts; None when the page is too much for it.

    It sees the page as lexbor read it, without nav and footer, is called without comments, metadata and
    deduplication, and never sees scripts: neither their size nor their content can harm it. Nor does it ask its
    fallbacks, readability and jusText: they take half its time, and as a vote its own rules are worth more alone.
    None also when it finds nothing at all.

    The first call of a process loads it, which takes half a second of CPU: most pages do without.
    """
    markup = without_chrome(page.markup)
    deepest = max((block.depth for block in page.blocks), default=0)
    if len(page.blocks) > MOST_BLOCKS or deepest > MOST_DEPTH or not _bearable(markup):
        return None
    import trafilatura
    from lxml import html as lxml_html

    _quiet()
    parser = _parser()
    tree = lxml_html.fromstring(f"<html>{markup}</html>".encode("utf-8", "replace"), parser=parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return None  # libxml2 dropped what lies too deep, and everything after it
    try:
        document = trafilatura.bare_extraction(
            tree, fast=True, include_comments=False, with_metadata=False, deduplicate=False
        )
    except Exception as error:  # noqa: BLE001  # whatever breaks in it, the judge decides without it
        LOG.warning(
            "%s: the second reader failed (%s: %s); judged without it", page.source, type(error).__name__, error
        )
        return None
    text = getattr(document, "text", None)
    return aligned(page.blocks, text) if text else None


def _bearable(markup: str) -> bool:
    return (
        len(markup) <= MOST_CHARACTERS
        and markup.count("<") <= 2 * MOST_ELEMENTS
        and all(markup.count(tag) <= MOST_ALIKE for tag in ("<a ", "<a>", "<br>", "<em>", "<img "))
    )


def _parser() -> etree.HTMLParser:
    """A parser of this page's own: one that threads share would tell one of them the faults of another's page."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    # lxml.html's own parser asks Python for the class of each element; forms and inputs as such are of no use here
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement))
    return parser


@lru_cache(maxsize=1)
def _quiet() -> None:
    """trafilatura logs a line for each page it cannot make sense of; the judge's figures say that better."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
