"""Turns a page's gold and an answer into figures, and figures into means, intervals and a table."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from benchmarks.pages import Record, html_bytes

QUALITY = ("P", "R", "F1", "with", "without", "title", "date", "authors", "standfirst")
DRAWS = 2000  # resamplings behind an interval
TAIL = 0.025  # on either side of it
EVEN = 0.005  # of F1: pages closer than this count neither as better nor as worse
LEAST_STANDFIRST = 5  # words; descriptions that are shorter are slogans of a site or a section
DESCRIPTIONS = 'meta[name="description" i], meta[property="og:description" i], meta[name="og:description" i]'

Answer = Mapping[str, Any]  # text, title, published and authors of a page, as in an article record
Values = dict[str, list[float]]  # by figure; a page has several snippets, and may have no gold for a figure

_WORDS = re.compile(r"\w+")


class Difference(NamedTuple):
    """Mean difference of F1 over the same pages, its 95 % bootstrap interval, and how many pages moved."""

    mean: float
    low: float
    high: float
    better: int
    worse: int


def overlap(text: str, gold: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the multiset word overlap of two texts."""
    ours, theirs = _WORDS.findall(text.lower()), _WORDS.findall(gold.lower())
    if not ours or not theirs:
        return (1.0, 1.0, 1.0) if not ours and not theirs else (0.0, 0.0, 0.0)
    common = sum((Counter(ours) & Counter(theirs)).values())
    precision, recall = common / len(ours), common / len(theirs)
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def squash(text: str | None) -> str:
    """Only the words, NFKC and lower case, one space between. Kept apart from the cleaners, which are measured by it."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text or "").lower()))


def page_figures(record: Record, answer: Answer | None) -> Values:
    """Every figure that this page has gold for; a page without an answer counts as an empty one."""
    gold, answer = record["gold"], answer or {}
    text = answer.get("text") or ""
    found: Values = {}
    if gold.get("text"):
        for name, value in zip(("P", "R", "F1"), overlap(text, gold["text"]), strict=True):
            found[name] = [value]
    flat = " ".join(text.lower().split())
    for name, wanted in (("with", True), ("without", False)):
        if gold.get(name):
            found[name] = [float((" ".join(part.lower().split()) in flat) is wanted) for part in gold[name]]
    if gold.get("title"):
        found["title"] = [float(squash(gold["title"]) == squash(answer.get("title")))]
    if gold.get("published"):
        found["date"] = [float(str(answer.get("published") or "")[:10] == str(gold["published"])[:10])]
    if gold.get("authors"):
        named = {squash(author) for author in answer.get("authors") or []}
        found["authors"] = [float(named == {squash(author) for author in gold["authors"]})]
    announced = standfirst(record)
    if announced:
        found["standfirst"] = [float(f" {announced} " in f" {squash(text)} ")]
    return found


def standfirst(record: Record) -> str:
    """The standfirst of an HTML page, squashed; empty when its gold has none that the page announces.

    Gold does not say which of its paragraphs is a standfirst. But it begins with it, and publishers mostly repeat it as
    the description of the page. So: the first paragraph of the gold, when a description in the page's head is the same
    or begins it. Standfirsts with a description of other words are missed, and a first paragraph that serves as the
    description counts as one.
    """
    if "text" in record or not record["gold"].get("text"):
        return ""
    first = squash(record["gold"]["text"].strip().partition("\n")[0])
    if len(first.split()) < LEAST_STANDFIRST:
        return ""
    stated = [squash(node.attributes.get("content")) for node in LexborHTMLParser(html_bytes(record)).css(DESCRIPTIONS)]
    begins = any(first.startswith(words) for words in stated if len(words.split()) >= LEAST_STANDFIRST)
    return first if begins else ""


def means(pages: Iterable[Values]) -> dict[str, float]:
    """The mean of each figure over all pages that have it; snippets count one each."""
    pooled: Values = {}
    for values in pages:
        for name, row in values.items():
            pooled.setdefault(name, []).extend(row)
    return {name: sum(row) / len(row) for name, row in pooled.items()}


def difference(ours: Sequence[Values], theirs: Sequence[Values]) -> Difference | None:
    """How much better our F1 is on the same pages, in the same order; None when no page has gold."""
    steps = [a["F1"][0] - b["F1"][0] for a, b in zip(ours, theirs, strict=True) if "F1" in a]
    if not steps:
        return None
    draw, count = random.Random(0), len(steps)
    drawn = sorted(sum(draw.choices(steps, k=count)) / count for _ in range(DRAWS))
    low, high = drawn[int(DRAWS * TAIL)], drawn[DRAWS - 1 - int(DRAWS * TAIL)]
    return Difference(
        sum(steps) / count, low, high, sum(step > EVEN for step in steps), sum(step < -EVEN for step in steps)
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows in columns: words to the left, figures to the right, four digits, `-` for what there is no figure for."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    words = [not re.match(r"[-+\d\[]", "".join(column)) for column in zip(*cells[1:], strict=True)] or [True] * len(
        header
    )
    return "\n".join(
        "  ".join(
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(row, widths, words, strict=True)
        ).rstrip()
        for row in cells
    )


def _cell(value: object) -> str:
    return "-" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
