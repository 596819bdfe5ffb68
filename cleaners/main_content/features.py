"""This file turns the blocks of a page into a table of numbers: one row a block, one named column a piece of evidence."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cleaners import page as z
from cleaners.fold import squash
from cleaners.page import CLOSERS, SENTENCE_ENDS, Block, Page

Table = npt.NDArray[np.float32]
Column = npt.NDArray[np.floating[Any]]  # one number a block

_STOP_WORDS = frozenset(
    word
    for words in tomllib.loads((Path(__file__).parent / "stop_words.toml").read_text("utf-8")).values()
    for word in words
)
_TITLE_WORDS = 3  # a title shorter than this resembles too much to be evidence
_LONG_WORDS = 12  # with final punctuation: a line of running prose
_FAR = 40.0  # blocks; beyond this a distance says only "far"

ZONES = {
    "figure": z.FIGURE, "figcaption": z.FIGCAPTION, "nav": z.NAV, "footer": z.FOOTER, "header": z.HEADER,
    "aside": z.ASIDE, "dialog": z.DIALOG, "consent": z.CONSENT, "button": z.BUTTON, "form": z.FORM, "time": z.TIME,
    "hidden": z.HIDDEN, "table": z.TABLE, "list": z.LIST, "quote": z.QUOTE, "code": z.CODE, "article": z.ARTICLE,
    "main": z.MAIN, "noscript": z.NOSCRIPT, "comments": z.COMMENTS, "related": z.RELATED, "promo": z.PROMO,
    "share": z.SHARE, "byline": z.BYLINE, "meta": z.META, "body": z.BODY,
}  # fmt: skip
TAGS = (
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "tr",
    "section",
    "article",
    "dt",
    "dd",
    "blockquote",
)
_AROUND = (1, 2, 3)
_WINDOWS = (2, 5, 12)


def features(page: Page) -> tuple[Table, list[str]]:
    """The table of a page (blocks × evidence) and its column names.

    For text input every column that needs markup is zero, so one schema serves both.
    """
    blocks = page.blocks
    columns: dict[str, Column] = {}
    _shape(blocks, columns)
    _place(blocks, columns)
    _markup(blocks, columns)
    _containers(blocks, columns)
    _likeness(page, columns)
    columns["dropped_by_rule"] = np.array([v is not None and not v.keep for v in page.verdicts], np.float32)
    for name in ("words", "sentence", "prose", "link_share", "stop_share", "heading", "dropped_by_rule", "repeats"):
        _neighbours(name, columns[name], columns)
    _page_wide(page, columns)
    return np.column_stack(list(columns.values())).astype(np.float32), list(columns)


def with_vote(table: Table, names: list[str], vote: Column) -> tuple[Table, list[str]]:
    """The table with the reference extractor's share of each block, 0 to 1, and of the blocks around it."""
    columns = {"vote": vote}
    _neighbours("vote", vote, columns)
    return np.column_stack([table, *columns.values()]).astype(np.float32), [*names, *columns]


def _column(values: object) -> Column:
    return np.array(values, np.float32)


def _classes() -> npt.NDArray[np.uint8]:
    """For each character below U+3000 the bits of the classes that are counted."""
    table = np.zeros(0x3000, np.uint8)
    for bit, characters in enumerate(("0123456789", ",،、", '"“”„«»', "|•·", "()", "/@©")):
        for character in characters:
            if ord(character) < len(table):
                table[ord(character)] |= 1 << bit
    for code in range(len(table)):
        table[code] |= chr(code).isupper() << 6
    return table


_CLASSES = _classes()
_DIGIT, _COMMA, _QUOTE, _SEPARATOR, _BRACKET, _SIGN, _UPPER = range(7)


def _shape(blocks: tuple[Block, ...], columns: dict[str, Column]) -> None:
    """What a line looks like, whatever its language."""
    rows = []
    for block in blocks:
        text = block.text
        bare = text.rstrip(CLOSERS) or " "
        last, first = bare[-1], text[0]
        folded = block.folded
        tokens = folded.split()
        rows.append((
            block.words, len(text), last in SENTENCE_ENDS, last == ":", last == "…" or bare.endswith("..."),
            last == "?", first.isupper(), first in "\"“„«'‘–—-", first.isdigit(),
            len(_STOP_WORDS.intersection(tokens)) / (len(tokens) or 1), "http" in folded or "www." in folded or "@" in folded,
            "©" in text or "(c)" in folded, text[-1] == ")", "!" in text, block.after_break, text.isupper(),
        ))  # fmt: skip
    names = (
        "words", "chars", "sentence", "ends_colon", "ends_ellipsis", "ends_question", "starts_upper", "starts_quote",
        "starts_digit", "stop_share", "addresses", "copyright_sign", "ends_bracket", "exclaims", "after_break", "all_caps",
    )  # fmt: skip
    for name, values in zip(names, np.array(rows, np.float32).T, strict=True):
        columns[name] = np.ascontiguousarray(values)
    chars, words = columns["chars"], np.maximum(columns["words"], 1)
    columns["word_length"] = chars / words
    codes = _codes(blocks)
    bits = np.where(codes < len(_CLASSES), _CLASSES.take(np.minimum(codes, len(_CLASSES) - 1)), 0)
    starts = np.concatenate(([0], np.cumsum(chars[:-1].astype(np.intp) + 1)))
    for name, bit, share in (
        ("digit_share", _DIGIT, chars), ("comma_share", _COMMA, words), ("quotes", _QUOTE, None),
        ("separators", _SEPARATOR, None), ("brackets", _BRACKET, None), ("signs", _SIGN, None),
        ("upper_share", _UPPER, words),
    ):  # fmt: skip
        counts = np.add.reduceat((bits >> bit) & 1, starts, dtype=np.float32)
        columns[name] = counts / share if share is not None else counts
    columns["sentence_breaks"] = np.add.reduceat(_sentence_breaks(codes), starts, dtype=np.float32)
    columns["prose"] = ((columns["words"] >= _LONG_WORDS) & (columns["sentence"] > 0)).astype(np.float32)


def _codes(blocks: tuple[Block, ...]) -> npt.NDArray[np.uint32]:
    """The code points of all lines, a line break after each."""
    text = "\n".join([block.text for block in blocks]) + "\n"
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


_STOPS = np.array([ord(mark) for mark in ".!?"], np.uint32)
_WIDE_STOPS = np.array([ord(mark) for mark in "。！？।؟۔"], np.uint32)


def _sentence_breaks(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Where a sentence ends and another begins in the same line: a stop before a space, or a full-width stop."""
    narrow = np.isin(codes, _STOPS)
    narrow[:-1] &= codes[1:] == ord(" ")
    return narrow | np.isin(codes, _WIDE_STOPS)


def _place(blocks: tuple[Block, ...], columns: dict[str, Column]) -> None:
    """Where on the page a line stands, by lines and by words, and how far the running prose is."""
    n = len(blocks)
    index, words = np.arange(n, dtype=np.float32), columns["words"]
    before = np.cumsum(words) - words
    total = max(float(words.sum()), 1.0)
    columns["from_top"], columns["from_end"] = np.minimum(index, 200), np.minimum(n - 1 - index, 200)
    columns["line_place"], columns["word_place"] = index / max(n - 1, 1), before / total
    prose = columns["prose"] > 0
    prose_before = np.cumsum(prose * words) - prose * words
    prose_total = max(float((prose * words).sum()), 1.0)
    columns["prose_place"] = prose_before / prose_total
    columns["prose_words_before"] = np.minimum(prose_before, 2_000)
    columns["prose_words_after"] = np.minimum(prose_total - prose_before - prose * words, 2_000)
    at = np.where(prose, index, -np.inf)
    last = np.maximum.accumulate(np.concatenate(([-np.inf], at[:-1])))
    following = np.where(prose, index, np.inf)
    coming = np.minimum.accumulate(np.concatenate((following[1:], [np.inf]))[::-1])[::-1]
    columns["since_prose"], columns["until_prose"] = np.minimum(index - last, _FAR), np.minimum(coming - index, _FAR)
    counts = Counter(block.folded for block in blocks)
    columns["repeats"] = np.minimum(_column([counts[block.folded] for block in blocks]), 10)


def _markup(blocks: tuple[Block, ...], columns: dict[str, Column]) -> None:
    """What the elements around a line say of it."""
    zone = np.array([block.zone for block in blocks], np.int64)
    for name, bit in ZONES.items():
        columns[f"in_{name}"] = ((zone & bit) != 0).astype(np.float32)
    for tag in TAGS:
        columns[f"tag_{tag}"] = _column([block.tag == tag for block in blocks])
    columns["heading"] = _column([block.kind == "heading" for block in blocks])
    columns["link_share"] = _column([block.link_share for block in blocks])
    columns["depth"] = _column([block.depth for block in blocks])
    columns["has_alt"] = _column([bool(block.alt) for block in blocks])


def _containers(blocks: tuple[Block, ...], columns: dict[str, Column]) -> None:
    """What the line's siblings look like: those with one parent, and those on the same tag path or class anywhere."""
    for name, keys in (
        ("parent", [block.parent for block in blocks]),
        ("path", [(block.path, block.tokens) for block in blocks]),
        ("bare_path", [block.path for block in blocks]),
    ):
        numbers: dict[object, int] = {}
        group = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
        size = np.bincount(group)
        for column in ("words", "prose", "link_share", "stop_share"):
            sums = np.bincount(group, columns[column])
            columns[f"{name}_{column}"] = (sums / size)[group].astype(np.float32)
        prose_words = np.bincount(group, columns["prose"] * columns["words"])
        columns[f"{name}_lines"] = np.minimum(size[group], 200).astype(np.float32)
        columns[f"{name}_share"] = (prose_words / max(float(prose_words.sum()), 1.0))[group].astype(np.float32)


def _likeness(page: Page, columns: dict[str, Column]) -> None:
    """How much a line resembles what the page says about itself."""
    head = page.head
    titles = [words for words in (set(squash(t).split()) for t in head.titles) if len(words) >= _TITLE_WORDS]
    descriptions = [
        words for words in (set(squash(d).split()) for d in head.descriptions) if len(words) >= _TITLE_WORDS
    ]
    short = [
        set(squash(block.text).split()) if block.words <= 80 and (titles or descriptions) else set()
        for block in page.blocks
    ]
    for name, wanted in (("title", titles), ("description", descriptions)):
        columns[f"{name}_likeness"] = _column(
            [
                max((len(words & want) / len(words | want) for want in wanted), default=0.0) if words else 0.0
                for words in short
            ]
        )
    body = squash(head.body) if head.body else ""
    columns["in_stated_body"] = _column(
        [
            1.0 if body and len(block.text) > 20 and squash(block.text) in body else -1.0 if body else 0.0
            for block in page.blocks
        ]
    )
    top = np.flatnonzero(columns["title_likeness"] > 0.7)
    first = float(top[0]) if len(top) else -1.0
    index = np.arange(len(page.blocks), dtype=np.float32)
    columns["after_title"] = (
        np.clip(index - first, -_FAR, _FAR) if first >= 0 else np.full(len(index), -_FAR - 1, np.float32)
    )


def _neighbours(name: str, values: Column, columns: dict[str, Column]) -> None:
    """The same evidence of the lines around, and its mean over windows of them."""
    n = len(values)
    for step in _AROUND:
        columns[f"{name}-{step}"] = np.concatenate((np.full(min(step, n), -1, np.float32), values[:-step]))[:n]
        columns[f"{name}+{step}"] = np.concatenate((values[step:], np.full(min(step, n), -1, np.float32)))[-n:]
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    index = np.arange(n)
    for width in _WINDOWS:
        low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, n)
        columns[f"{name}~{width}"] = ((sums[high] - sums[low]) / (high - low)).astype(np.float32)


def _page_wide(page: Page, columns: dict[str, Column]) -> None:
    """What kind of page this is: the same number on every line of it."""
    n, words = len(page.blocks), columns["words"]
    total = max(float(words.sum()), 1.0)
    for name, value in (
        ("page_lines", float(n)), ("page_words", total), ("page_prose", float((words * columns["prose"]).sum()) / total),
        ("page_links", float((words * columns["link_share"]).sum()) / total), ("page_headings", float(columns["heading"].sum()) / n),
        ("page_lists", float(columns["in_list"].sum()) / n), ("page_tables", float(columns["in_table"].sum()) / n),
        ("page_articles", float(columns["in_article"].sum()) / n), ("page_mean_words", total / n),
        ("page_paragraphs", float((columns["tag_p"] * words).sum()) / total),
    ):  # fmt: skip
        columns[name] = np.full(n, value, np.float32)
