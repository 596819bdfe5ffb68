"""This file turns the blocks of a page into a table of numbers: one row a block, one named column a piece of evidence."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups
from cleaners.judge.block_arrays import fields, groups, places_of
from cleaners.judge.containers import containers
from cleaners.judge.feature_table import Columns, Floats, Table
from cleaners.judge.lexicon import Lexicon, lexical
from cleaners.judge.words import Words, numbers_of, words_of
from cleaners.page import CLOSERS, SENTENCE_ENDS, Block, Page
from cleaners.text.fold import fold, squash
from cleaners.text.prose import PROSE_WORDS
from cleaners.zones import Zone

_STOP_LISTS: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "stop_words.toml").read_text("utf-8"))
_STOP_CHARACTERS = _STOP_LISTS.pop("without_spaces")
_STOP_WORDS = numbers_of(word for words in _STOP_LISTS.values() for word in words)
_ADDRESSES = numbers_of(["http", "https", "www"])
_SHORT_WORDS = 80  # a longer line is no title or description
_TITLE_WORDS = 3  # a title shorter than this resembles too much to be evidence
_FAR = 40.0  # blocks; beyond this a distance says only "far"
_MOST_LINES, _MOST_WORDS = 200.0, 2_000.0  # above and below a line, or of its siblings; more say no more
_MANY = 30.0  # signs of a section; more say no more
# Signs of other sections of a page: the families that name them, and the most words of such a line.
_SIGNS = {
    "comments": (("comments_head", "comments_start"), 15),
    "comment": (("comment_mark", "comment_signed"), 6),
    "stories": (("related_head",), 15),
}
_SIGN_FAMILIES = [frozenset(families) for families, _ in _SIGNS.values()]
_ALL_SIGNS = frozenset(family for families in _SIGN_FAMILIES for family in families)
_SIGN_WORDS = [most for _, most in _SIGNS.values()]
_OF_SIGNS = [f"{name}_{what}" for name in _SIGNS for what in ("since", "above", "below", "prose")]

ZONES = {
    "figure": Zone.FIGURE, "figcaption": Zone.FIGCAPTION, "nav": Zone.NAV, "footer": Zone.FOOTER, "header": Zone.HEADER,
    "aside": Zone.ASIDE, "dialog": Zone.DIALOG, "consent": Zone.CONSENT, "button": Zone.BUTTON, "form": Zone.FORM, "time": Zone.TIME,
    "hidden": Zone.HIDDEN, "table": Zone.TABLE, "list": Zone.LIST, "quote": Zone.QUOTE, "code": Zone.CODE, "article": Zone.ARTICLE,
    "main": Zone.MAIN, "noscript": Zone.NOSCRIPT, "comments": Zone.COMMENTS, "related": Zone.RELATED, "promo": Zone.PROMO,
    "share": Zone.SHARE, "byline": Zone.BYLINE, "meta": Zone.META, "body": Zone.BODY,
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
_OF_MARKUP = [
    *(f"in_{name}" for name in ZONES), *(f"tag_{tag}" for tag in TAGS), "heading", "link_share", "depth", "has_alt",
]  # fmt: skip
_MARKUP_FIELDS = places_of("zone", "tag", "kind", "link_chars", "depth", "alt")
_ZONE_BITS = np.array(list(ZONES.values()), np.int64)
_TAG_NUMBERS = {tag: number for number, tag in enumerate(TAGS)}
_TOLD_TO_NEIGHBOURS = (
    "words", "sentence", "prose", "link_share", "stop_share", "heading", "dropped_by_rule", "repeats",
)  # fmt: skip
_OF_SIBLINGS = ("words", "prose", "link_share", "stop_share")
_GROUPS = {"parent": ("parent",), "path": ("path", "tokens"), "bare_path": ("path",)}
_GROUP_FIELDS = tuple(places_of(*names) for names in _GROUPS.values())
_OF_GROUPS = [f"{group}_{what}" for group in _GROUPS for what in (*_OF_SIBLINGS, "lines", "share")]
_PLACES = [
    "from_top", "from_end", "line_place", "word_place", "prose_place", "prose_words_before", "prose_words_after",
    "since_prose", "until_prose",
]  # fmt: skip
_AROUND = (1, 2, 3)
_WINDOWS = (2, 5, 12)


def features(page: Page, lexicon: Lexicon) -> tuple[Table, list[str]]:
    """The table of a page (blocks × evidence) and its column names.

    For text input every column that needs markup has one value throughout, so one schema serves both.
    """
    words = words_of([block.folded for block in page.blocks])
    columns = evidence(page, words)
    add_lexicon(page, words, columns, lexicon)
    return columns.table(), columns.names


def evidence(page: Page, words: Words) -> Columns:
    """The columns of a page, without what needs a lexicon; `words` are those of its folded lines."""
    blocks = page.blocks
    columns = Columns(len(blocks))
    _shape(blocks, words, columns)
    _place(blocks, columns)
    _markup(blocks, columns)
    _siblings(blocks, columns)
    _likeness(page, words, columns)
    columns["dropped_by_rule"] = np.array([verdict is not None and not verdict.keep for verdict in page.verdicts])
    containers(page, columns)
    _neighbours(_TOLD_TO_NEIGHBOURS, columns)
    _page_wide(columns)
    _sections(page, columns)
    return columns


def add_lexicon(page: Page, words: Words, columns: Columns, lexicon: Lexicon) -> None:
    """Add what a lexicon says of a page whose other columns are known."""
    lexical(page, words, lexicon, columns)
    _neighbours(("wordings_mean",), columns)


def with_vote(table: Table, names: list[str], vote: Floats) -> tuple[Table, list[str]]:
    """The table with the reference extractor's share of each block, 0 to 1, and of the blocks around it."""
    columns = Columns(len(table))
    columns["vote"] = vote
    _neighbours(("vote",), columns)
    return np.concatenate((table, columns.table()), axis=1), [*names, *columns.names]


(
    _DIGIT, _COMMA, _QUOTE, _SEPARATOR, _BRACKET, _SIGN, _UPPER, _LOWER, _EXCLAMATION, _COPYRIGHT, _AT, _STOP, _WIDE_STOP,
    _EVERYDAY, _CLOSER, _SENTENCE_END,
) = range(16)  # fmt: skip
_KNOWN = 0x10000  # characters beyond are of no class
_WITH_CASE = 0x3000  # beyond, scripts have no capitals, or few write in them


def _classes() -> npt.NDArray[np.uint16]:
    """For each character the bits of its classes; the last entry is of all characters beyond."""
    table = np.zeros(_KNOWN + 1, np.uint16)
    for bit, characters in (
        (_DIGIT, "0123456789"), (_COMMA, ",،、"), (_QUOTE, '"“”„«»'), (_SEPARATOR, "|•·"), (_BRACKET, "()"),
        (_SIGN, "/@©"), (_EXCLAMATION, "!"), (_COPYRIGHT, "©"), (_AT, "@"), (_STOP, ".!?"), (_WIDE_STOP, "。！？।؟۔"),
        (_EVERYDAY, _STOP_CHARACTERS), (_CLOSER, CLOSERS), (_SENTENCE_END, "".join(SENTENCE_ENDS)),
    ):  # fmt: skip
        for character in characters:
            table[ord(character)] |= 1 << bit
    with_case = list(map(chr, range(_WITH_CASE)))
    for bit, has in ((_UPPER, str.isupper), (_LOWER, str.islower)):
        table[:_WITH_CASE] |= np.fromiter(map(has, with_case), np.uint16, _WITH_CASE) << bit
    return table


_CLASSES = _classes()
_OPENS = np.zeros(_KNOWN + 1, np.bool_)  # characters that a quote begins with
_OPENS[[ord(mark) for mark in "\"“„«'‘–—-"]] = True
_MOST_CLOSERS = 4  # at the end of a line that are looked through


class _Looks(NamedTuple):
    """What the characters of the lines are: how many of each class (a row each), and those at the ends of a line.

    A stop counts only before a space, where another sentence begins. The ends are a line's first character, its last,
    its final one (closing quotes and brackets aside), and the one two before that.
    """

    counts: npt.NDArray[np.intp]
    ends: npt.NDArray[np.uint32]


def _shape(blocks: tuple[Block, ...], words: Words, columns: Columns) -> None:
    """What a line looks like, whatever its language."""
    lines = [block.text for block in blocks]
    looks = _looks(lines)
    chars = np.fromiter(map(len, lines), np.intp, len(lines))
    first, end, final, before = looks.ends
    words_shown, after_break = fields(blocks, "words", "after_break")
    length = words_shown.astype(np.float32)
    some_words = np.maximum(length, 1)
    counts = looks.counts
    opening = _CLASSES.take(first, mode="clip")
    sentence = _CLASSES.take(final, mode="clip") >> _SENTENCE_END & 1 == 1
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
            opening >> _UPPER & 1 == 1, _OPENS.take(first, mode="clip"), opening >> _DIGIT & 1 == 1,
            end == ord(")"), (counts[_UPPER] > 0) & (counts[_LOWER] == 0), counts[_EXCLAMATION] > 0,
            counts[_COPYRIGHT] > 0, after_break,
            (counts[_AT] > 0) | (words.count_in(_ADDRESSES) > 0), _stop_share(words, counts[_EVERYDAY], length),
            chars / some_words, counts[_DIGIT] / chars, counts[_COMMA] / some_words, counts[_QUOTE], counts[_SEPARATOR],
            counts[_BRACKET], counts[_SIGN], counts[_UPPER] / some_words, counts[_STOP] + counts[_WIDE_STOP],
            (length >= PROSE_WORDS) & sentence,
        ],
    )  # fmt: skip


def _stop_share(words: Words, characters: npt.NDArray[np.intp], length: Floats) -> Floats:
    """The share of everyday words; in scripts without spaces, of everyday characters for each two characters."""
    counts = words.counts
    share = words.count_in(_STOP_WORDS) / np.maximum(counts, 1)
    unspaced = np.minimum(characters / np.maximum(length, 1), 1.0)
    return np.where(length > 2 * counts, unspaced, share).astype(np.float32)


def _looks(lines: list[str]) -> _Looks:
    if speedups is None:
        return _py_looks(lines)
    looks = _Looks(np.empty((16, len(lines)), np.intp), np.empty((4, len(lines)), np.uint32))
    speedups.looks(lines, _CLASSES, _CLOSER, _MOST_CLOSERS, _STOP, *looks)
    return looks


def _py_looks(lines: list[str]) -> _Looks:
    text = "\n".join(lines) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    chars = np.array([len(line) for line in lines], np.intp)
    starts = np.concatenate(([0], np.cumsum(chars[:-1] + 1)))
    bits = _CLASSES.take(codes, mode="clip")
    end = starts + chars - 1
    last = end
    for _ in range(_MOST_CLOSERS):
        last = np.where((bits[last] >> _CLOSER & 1 == 1) & (last > starts), last - 1, last)
    counted = np.array([bits >> bit & 1 for bit in range(16)], np.uint8)
    counted[_STOP, :-1] &= codes[1:] == ord(" ")
    counts = np.add.reduceat(counted, starts, axis=1, dtype=np.intp)
    return _Looks(counts, codes[np.array([starts, end, last, np.maximum(last - 2, 0)])])


def _place(blocks: tuple[Block, ...], columns: Columns) -> None:
    """Where on the page a line stands, by lines and by words, and how far the running prose is."""
    words, prose, rows = columns["words"], columns["prose"], columns.room(_PLACES)
    if speedups is None:
        _py_places(words, prose, rows)
    else:
        speedups.places(words, prose, _MOST_LINES, _MOST_WORDS, _FAR, rows)
    same = groups(blocks, "folded")
    columns["repeats"] = np.minimum(np.bincount(same)[same], 10)


def _py_places(words: Floats, prose: Floats, rows: Floats) -> None:
    n = len(words)
    from_top, from_end, line_place, word_place, prose_place, words_before, words_after, since, until = rows
    index = np.arange(n, dtype=np.float32)
    before = np.cumsum(words) - words
    total = max(float(words.sum()), 1.0)
    from_top[:], from_end[:] = np.minimum(index, _MOST_LINES), np.minimum(n - 1 - index, _MOST_LINES)
    line_place[:], word_place[:] = index / max(n - 1, 1), before / total
    is_prose = prose > 0
    prose_words = is_prose * words
    prose_before = np.cumsum(prose_words) - prose_words
    prose_total = max(float(prose_words.sum()), 1.0)
    prose_place[:] = prose_before / prose_total
    words_before[:] = np.minimum(prose_before, _MOST_WORDS)
    words_after[:] = np.minimum(prose_total - prose_before - prose_words, _MOST_WORDS)
    since[0] = until[-1] = np.inf
    since[1:] = index[1:] - np.maximum.accumulate(np.where(is_prose, index, -np.inf))[:-1]
    until[:-1] = np.minimum.accumulate(np.where(is_prose, index, np.inf)[::-1])[::-1][1:] - index[:-1]
    np.minimum(since, _FAR, out=since)
    np.minimum(until, _FAR, out=until)


def _markup(blocks: tuple[Block, ...], columns: Columns) -> None:
    """What the elements around a line say of it."""
    chars, rows = columns["chars"], columns.room(_OF_MARKUP)
    if speedups is None:
        _py_markup(blocks, chars, rows)
    else:
        speedups.markup(blocks, _MARKUP_FIELDS, _ZONE_BITS, _TAG_NUMBERS, "heading", chars, rows)


def _py_markup(blocks: tuple[Block, ...], chars: Floats, rows: Floats) -> None:
    n = len(blocks)
    zone, link_chars, depth = fields(blocks, "zone", "link_chars", "depth")
    in_zones, tagged, others = np.split(rows, np.cumsum((len(ZONES), len(TAGS))))
    in_zones[:] = (zone & _ZONE_BITS[:, None]) != 0
    tags = np.fromiter([_TAG_NUMBERS.get(block.tag, -1) for block in blocks], np.int8, n)
    tagged[:] = tags == np.arange(len(TAGS), dtype=np.int8)[:, None]
    others[0] = np.fromiter([block.kind == "heading" for block in blocks], np.bool_, n)
    others[1] = np.minimum(1.0, link_chars / chars)
    others[2] = depth
    others[3] = np.fromiter([block.alt != "" for block in blocks], np.bool_, n)


def _siblings(blocks: tuple[Block, ...], columns: Columns) -> None:
    """What the line's siblings look like: those with one parent, and those on the same tag path or class anywhere."""
    values = np.concatenate((columns.rows(_OF_SIBLINGS), [columns["prose"] * columns["words"]]))
    rows = columns.room(_OF_GROUPS)
    if speedups is None:
        _py_siblings(blocks, values, rows)
    else:
        speedups.siblings(blocks, _GROUP_FIELDS, values, _MOST_LINES, rows)


def _py_siblings(blocks: tuple[Block, ...], values: Floats, rows: Floats) -> None:
    group = np.array([groups(blocks, *names) for names in _GROUPS.values()])
    group += len(blocks) * np.arange(len(_GROUPS))[:, None]  # no group has more numbers than there are blocks
    numbers = group.size
    size = np.maximum(np.bincount(group.ravel(), minlength=numbers), 1)
    values = values.astype(np.float64)
    place = group[:, None] + numbers * np.arange(len(values))[:, None]
    sums = np.bincount(place.ravel(), np.broadcast_to(values, place.shape).ravel(), numbers * len(values)).reshape(
        len(values), -1
    )
    share = sums[-1] / max(float(values[-1].sum()), 1.0)
    told = np.array([*(sums[:-1] / size), np.minimum(size, _MOST_LINES), share])
    rows.reshape(len(_GROUPS), len(told), -1)[:] = told.take(group, axis=1).swapaxes(0, 1)


def _sections(page: Page, columns: Columns) -> None:
    """How far above a line other sections of the page begin, comments and other stories, and how many such signs there are.

    Markup tells most of this by its names; in plain text these lines are all there is.
    """
    told = columns.room(_OF_SIGNS).reshape(len(_SIGNS), 4, -1)
    told[:, 0], told[:, 1:] = _FAR, 0  # as where there is no sign
    saying = [(at, said) for at, said in enumerate(page.hits) if said and not _ALL_SIGNS.isdisjoint(said)]
    if not saying:
        return
    index, words = np.arange(columns.lines, dtype=np.float32), columns["words"]
    prose = columns["prose"] * words
    before = np.cumsum(prose) - prose
    for (since, above, below, prose_before), families, most in zip(told, _SIGN_FAMILIES, _SIGN_WORDS, strict=True):
        places = [at for at, said in saying if not families.isdisjoint(said) and words[at] <= most]
        if not places:
            continue
        signs = np.zeros(columns.lines, np.bool_)
        signs[places] = True
        count = np.cumsum(signs)
        last = np.maximum.accumulate(np.where(signs, index, -np.inf))
        np.minimum(index - last, _FAR, out=since)
        above[:] = np.minimum(count - signs, _MANY)
        below[:] = np.minimum(count[-1] - count, _MANY)
        prose_before[places[0] :] = before[last[places[0] :].astype(np.intp)]


def _likeness(page: Page, words: Words, columns: Columns) -> None:
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
        np.clip(index - float(top[0]), -_FAR, _FAR) if len(top) else np.full(len(index), -_FAR - 1, np.float32)
    )


def _neighbours(names: tuple[str, ...], columns: Columns) -> None:
    """The same evidence of the lines around, and its mean over windows of them."""
    values, rows = columns.rows(names), columns.room(_neighbour_names(names))
    if speedups is None:
        _py_neighbours(values, rows)
    else:
        speedups.neighbours(values, _AROUND, _WINDOWS, rows)


def _py_neighbours(values: Floats, rows: Floats) -> None:
    many, n = values.shape
    for step in _AROUND:
        some = min(step, n)
        before, after, rows = rows[:many], rows[many : 2 * many], rows[2 * many :]
        before[:, :some], before[:, some:] = -1, values[:, : n - some]
        after[:, : n - some], after[:, n - some :] = values[:, some:], -1
    widest = max(_WINDOWS)
    # Of the lines above each; before and behind the page, of none and of all.
    sums = np.zeros((many, widest + 1 + n + widest))
    np.cumsum(values, axis=1, dtype=np.float64, out=sums[:, widest + 1 : widest + 1 + n])
    sums[:, widest + 1 + n :] = sums[:, widest + n, None]
    index = np.arange(n)
    for width in _WINDOWS:
        inside = sums[:, widest + width + 1 :][:, :n] - sums[:, widest - width :][:, :n]
        rows[:many] = inside / (np.minimum(index + width + 1, n) - np.maximum(index - width, 0))
        rows = rows[many:]


@cache
def _neighbour_names(names: tuple[str, ...]) -> list[str]:
    signs = [f"{sign}{step}" for step in _AROUND for sign in "-+"] + [f"~{width}" for width in _WINDOWS]
    return [f"{name}{sign}" for sign in signs for name in names]


def _page_wide(columns: Columns) -> None:
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
