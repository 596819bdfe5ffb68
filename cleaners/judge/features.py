"""Turns the blocks of a page into the feature table: one row a block, one named column a feature."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups
from cleaners.judge.block_arrays import field_arrays, places_of
from cleaners.judge.character_counts import (
    AT,
    BRACKET,
    CLASSES,
    COMMA,
    COPYRIGHT,
    DIGIT,
    EVERYDAY,
    EXCLAMATION,
    LOWER,
    OPENS_QUOTE,
    QUOTE,
    SENTENCE_END,
    SEPARATOR,
    SIGN,
    STOP,
    STOP_WORDS,
    UPPER,
    WIDE_STOP,
    count_characters,
)
from cleaners.judge.containers import containers
from cleaners.judge.feature_table import FeatureTable, Floats, Table
from cleaners.judge.lexicon import Lexicon, lexical
from cleaners.judge.neighbourhood import FAR, neighbours, place_on_page, siblings
from cleaners.judge.words import Words, numbers_of, words_of
from cleaners.page import Block, Page
from cleaners.text.fold import fold, squash
from cleaners.text.prose import PROSE_WORDS
from cleaners.zones import Zone

_STOP_WORDS = numbers_of(word for words in STOP_WORDS.values() for word in words)
_ADDRESSES = numbers_of(["http", "https", "www"])
_SHORT_WORDS = 80  # a longer line is no title or description
_TITLE_WORDS = 3  # a title shorter than this resembles too much to be evidence
_MANY = 30.0  # lines that begin a section; more say no more
# Lines that other sections of a page begin with: the families that name them, and the most words of such a line.
_OPENINGS = {
    "comments": (("comments_head", "comments_start"), 15),
    "comment": (("comment_mark", "comment_signed"), 6),
    "stories": (("related_head",), 15),
}
_OPENING_FAMILIES = [frozenset(families) for families, _ in _OPENINGS.values()]
_ALL_OPENINGS = frozenset(family for families in _OPENING_FAMILIES for family in families)
_OPENING_WORDS = [most for _, most in _OPENINGS.values()]
_OF_OPENINGS = [f"{name}_{what}" for name in _OPENINGS for what in ("since", "above", "below", "prose")]

ZONES = {
    "figure": Zone.FIGURE, "figcaption": Zone.FIGCAPTION, "nav": Zone.NAV, "footer": Zone.FOOTER, "header": Zone.HEADER,
    "aside": Zone.ASIDE, "dialog": Zone.DIALOG, "consent": Zone.CONSENT, "button": Zone.BUTTON, "form": Zone.FORM, "time": Zone.TIME,
    "hidden": Zone.HIDDEN, "table": Zone.TABLE, "list": Zone.LIST, "quote": Zone.QUOTE, "code": Zone.CODE, "article": Zone.ARTICLE,
    "main": Zone.MAIN, "noscript": Zone.NOSCRIPT, "comments": Zone.COMMENTS, "related": Zone.RELATED, "promo": Zone.PROMO,
    "share": Zone.SHARE, "byline": Zone.BYLINE, "meta": Zone.META, "body": Zone.BODY,
}  # fmt: skip
TAGS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "tr", "section", "article", "dt", "dd", "blockquote",
)  # fmt: skip
_OF_MARKUP = [
    *(f"in_{name}" for name in ZONES), *(f"tag_{tag}" for tag in TAGS), "heading", "link_share", "depth", "has_alt",
]  # fmt: skip
MARKUP_FIELDS = ("zone", "tag", "kind", "link_chars", "depth", "alt")  # of a block, as the C parts take them
_MARKUP_PLACES = places_of(*MARKUP_FIELDS)
_ZONE_BITS = np.array(list(ZONES.values()), np.int64)
_TAG_NUMBERS = {tag: number for number, tag in enumerate(TAGS)}
_TOLD_TO_NEIGHBOURS = (
    "words", "sentence", "prose", "link_share", "stop_share", "heading", "dropped_by_rule", "repeats",
)  # fmt: skip


def features(page: Page, lexicon: Lexicon) -> tuple[Table, list[str]]:
    """The feature table of a page (blocks × features) and its column names.

    For text input every column that needs markup has one value throughout, so one schema serves both.
    """
    words = words_of([block.folded for block in page.blocks])
    columns = evidence(page, words)
    add_lexicon(page, words, columns, lexicon)
    return columns.table(), columns.names


def evidence(page: Page, words: Words) -> FeatureTable:
    """The feature table of a page, without what needs a lexicon; `words` are those of its folded lines."""
    blocks = page.blocks
    columns = FeatureTable(len(blocks))
    _shape(blocks, words, columns)
    place_on_page(blocks, columns)
    _markup(blocks, columns)
    siblings(blocks, columns)
    _likeness(page, words, columns)
    dropped = np.ones(len(blocks), np.bool_)
    dropped[[block.index for block in page.alive()]] = False
    columns["dropped_by_rule"] = dropped
    containers(page, columns)
    neighbours(_TOLD_TO_NEIGHBOURS, columns)
    _page_wide(columns)
    _sections(page, columns)
    return columns


def add_lexicon(page: Page, words: Words, columns: FeatureTable, lexicon: Lexicon) -> None:
    """Add the features that need a lexicon to the table of a page that has all others."""
    lexical(page, words, lexicon, columns)
    neighbours(("wordings_mean",), columns)


def with_vote(table: Table, names: list[str], vote: Floats) -> tuple[Table, list[str]]:
    """The table with the second reader's vote: its share of each block, 0 to 1, and of the blocks around it."""
    columns = FeatureTable(len(table))
    columns["vote"] = vote
    neighbours(("vote",), columns)
    return np.concatenate((table, columns.table()), axis=1), [*names, *columns.names]


def _shape(blocks: tuple[Block, ...], words: Words, columns: FeatureTable) -> None:
    """Features of a line's own words and characters, whatever its language."""
    lines = [block.text for block in blocks]
    characters = count_characters(lines)
    chars = np.fromiter(map(len, lines), np.intp, len(lines))
    first, end, final, before = characters.ends
    words_shown, after_break = field_arrays(blocks, "words", "after_break")
    length = words_shown.astype(np.float32)
    some_words = np.maximum(length, 1)
    counts = characters.counts
    opening = CLASSES.take(first, mode="clip")
    sentence = CLASSES.take(final, mode="clip") >> SENTENCE_END & 1 == 1
    columns.add(
        [
            "words", "chars", "sentence", "ends_colon", "ends_ellipsis", "ends_question", "starts_upper", "starts_quote",
            "starts_digit", "ends_bracket", "all_caps", "exclaims", "copyright_sign", "after_break", "addresses",
            "stop_share", "word_length", "digit_share", "comma_share", "quotes", "separators", "brackets", "signs",
            "upper_share", "sentence_breaks", "prose",
        ],
        [
            length, chars, sentence, final == ord(":"),
            (final == ord("…")) | ((final == ord(".")) & (before == ord("."))), final == ord("?"),
            opening >> UPPER & 1 == 1, OPENS_QUOTE.take(first, mode="clip"), opening >> DIGIT & 1 == 1,
            end == ord(")"), (counts[UPPER] > 0) & (counts[LOWER] == 0), counts[EXCLAMATION] > 0,
            counts[COPYRIGHT] > 0, after_break,
            (counts[AT] > 0) | (words.count_in(_ADDRESSES) > 0), _stop_share(words, counts[EVERYDAY], length),
            chars / some_words, counts[DIGIT] / chars, counts[COMMA] / some_words, counts[QUOTE], counts[SEPARATOR],
            counts[BRACKET], counts[SIGN], counts[UPPER] / some_words, counts[STOP] + counts[WIDE_STOP],
            (length >= PROSE_WORDS) & sentence,
        ],
    )  # fmt: skip


def _stop_share(words: Words, characters: npt.NDArray[np.intp], length: Floats) -> Floats:
    """The share of everyday words; in scripts without spaces, of everyday characters for each two characters."""
    counts = words.counts
    share = words.count_in(_STOP_WORDS) / np.maximum(counts, 1)
    unspaced = np.minimum(characters / np.maximum(length, 1), 1.0)
    return np.where(length > 2 * counts, unspaced, share).astype(np.float32)


def _markup(blocks: tuple[Block, ...], columns: FeatureTable) -> None:
    """Features of the markup: the zones a line stands in, its tag, its share of links, its depth."""
    chars, rows = columns["chars"], columns.room(_OF_MARKUP)
    if speedups is None:
        _py_markup(blocks, chars, rows)
    else:
        speedups.markup(blocks, _MARKUP_PLACES, _ZONE_BITS, _TAG_NUMBERS, "heading", chars, rows)


def _py_markup(blocks: tuple[Block, ...], chars: Floats, rows: Floats) -> None:
    n = len(blocks)
    zone, link_chars, depth = field_arrays(blocks, "zone", "link_chars", "depth")
    in_zones, tagged, others = np.split(rows, np.cumsum((len(ZONES), len(TAGS))))
    in_zones[:] = (zone & _ZONE_BITS[:, None]) != 0
    tags = np.fromiter([_TAG_NUMBERS.get(block.tag, -1) for block in blocks], np.int8, n)
    tagged[:] = tags == np.arange(len(TAGS), dtype=np.int8)[:, None]
    others[0] = np.fromiter([block.kind == "heading" for block in blocks], np.bool_, n)
    others[1] = np.minimum(1.0, link_chars / chars)
    others[2] = depth
    others[3] = np.fromiter([block.alt != "" for block in blocks], np.bool_, n)


def _sections(page: Page, columns: FeatureTable) -> None:
    """How far above a line other sections of the page begin, comments and other stories, and how many lines begin one.

    Markup tells most of this by its names; in plain text these lines are all there is.
    """
    told = columns.room(_OF_OPENINGS).reshape(len(_OPENINGS), 4, -1)
    told[:, 0], told[:, 1:] = FAR, 0  # as where no line opens a section
    saying = [(at, said) for at, said in enumerate(page.hits) if said and not _ALL_OPENINGS.isdisjoint(said)]
    if not saying:
        return
    index, words = np.arange(columns.lines, dtype=np.float32), columns["words"]
    prose = columns["prose"] * words
    before = np.cumsum(prose) - prose
    for (since, above, below, prose_before), families, most in zip(
        told, _OPENING_FAMILIES, _OPENING_WORDS, strict=True
    ):
        places = [at for at, said in saying if not families.isdisjoint(said) and words[at] <= most]
        if not places:
            continue
        openings = np.zeros(columns.lines, np.bool_)
        openings[places] = True
        count = np.cumsum(openings)
        last = np.maximum.accumulate(np.where(openings, index, -np.inf))
        np.minimum(index - last, FAR, out=since)
        above[:] = np.minimum(count - openings, _MANY)
        below[:] = np.minimum(count[-1] - count, _MANY)
        prose_before[places[0] :] = before[last[places[0] :].astype(np.intp)]


def _likeness(page: Page, words: Words, columns: FeatureTable) -> None:
    """How much a line resembles what the page says about itself."""
    head, counts = page.head, words.counts
    for name, stated in (("title", head.titles), ("description", head.descriptions)):
        best = np.zeros(len(page.blocks))
        for want in {fold(text): None for text in stated}:
            wanted = numbers_of([want])
            if len(wanted) >= _TITLE_WORDS:
                common = words.count_in(wanted)
                best = np.maximum(best, common / (counts + len(wanted) - common))
        columns[f"{name}_likeness"] = np.where(columns["words"] <= _SHORT_WORDS, best, 0.0).astype(np.float32)
    body = squash(head.body) if head.body else ""
    columns["in_stated_body"] = (
        np.array([1 if len(block.text) > 20 and squash(block.text) in body else -1 for block in page.blocks])
        if body
        else 0.0
    )
    top = np.flatnonzero(columns["title_likeness"] > 0.7)
    index = np.arange(len(page.blocks), dtype=np.float32)
    columns["after_title"] = (
        np.clip(index - float(top[0]), -FAR, FAR) if len(top) else np.full(len(index), -FAR - 1, np.float32)
    )


def _page_wide(columns: FeatureTable) -> None:
    """What kind of page this is: the same number on every line of it."""
    n, words = columns.lines, columns["words"]
    total = max(float(words.sum()), 1.0)
    for name, value in (
        ("page_lines", float(n)), ("page_words", total), ("page_prose", float(words @ columns["prose"]) / total),
        ("page_links", float(words @ columns["link_share"]) / total),
        ("page_headings", float(columns["heading"].sum()) / n), ("page_lists", float(columns["in_list"].sum()) / n),
        ("page_tables", float(columns["in_table"].sum()) / n), ("page_articles", float(columns["in_article"].sum()) / n),
        ("page_mean_words", total / n), ("page_paragraphs", float(columns["tag_p"] @ words) / total),
    ):  # fmt: skip
        columns[name] = value
