"""Drops bylines, dates and reading times above the article, and lifts their authors and dates into its metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cleaners.metadata.authors import read_names
from cleaners.metadata.dates import read_date
from cleaners.metadata.line_looks import may_be_dated, may_sign
from cleaners.metadata.stated_line import Stated, may_be_told
from cleaners.page import Block, Page
from cleaners.read.text import DATED_LEAD as EXTRACTED
from cleaners.rules.phrases import Rules
from cleaners.steps._text_bylines import (
    HEADLINE_WORDS,
    LOOSE_WORDS,
    Reader,
    bare_names,
    is_date_line,
    is_desk,
    is_signed,
    said_by,
)
from cleaners.text.fold import fold, squash
from cleaners.text.prose import first_prose, is_quoted, last_prose
from cleaners.verdict import Lift, Rule
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

STEP = "bylines"
BYLINE = Rule(STEP, "byline", Reason.BYLINE, "“By” and a name, with perhaps a job, a place or a date behind it")
STATED_AUTHOR = Rule(STEP, "stated_author", Reason.BYLINE, "the name of an author whom the page states for machines")
BYLINE_LABEL = Rule(STEP, "byline_label", Reason.BYLINE, "says that an author follows, as “Written by” does")
NAME_BELOW_LABEL = Rule(STEP, "name_below_label", Reason.BYLINE, "a name right below a line that announces an author")
READING_TIME = Rule(STEP, "reading_time", Reason.BYLINE, "the time it takes to read the page")
DATE_LINE = Rule(STEP, "date_line", Reason.BYLINE, "a line that is only a date, of publication or of change")
BARE_NAME = Rule(STEP, "bare_name", Reason.BYLINE, "a name alone where bylines stand, between headline, date and text")
BESIDE_NAME = Rule(STEP, "beside_name", Reason.BYLINE, "the house or the place of the author named right above")
SOURCE_LINE = Rule(STEP, "source_line", Reason.BYLINE, "says whence the text was taken, or who edited it")
DATED_LEAD = Rule(STEP, "dated_lead", Reason.BYLINE, "the date that an extractor wrote before the text")
RULES = (
    BYLINE,
    STATED_AUTHOR,
    BYLINE_LABEL,
    NAME_BELOW_LABEL,
    READING_TIME,
    DATE_LINE,
    BARE_NAME,
    BESIDE_NAME,
    SOURCE_LINE,
    DATED_LEAD,
)

LONGEST_REMEMBERED = 200  # characters of a line, or of a statement, whose names are remembered for the next time
LINE_WORDS = 24  # the longest line of several authors and two dates
TOP_WITHOUT_PROSE = 6  # lines of a text too short for a line of prose
TOP_LINES = 20  # above the first prose
STANDFIRST = 3  # lines of prose beyond the second that may stand above a byline
TAIL_LINES = 8  # below the last prose
NAME_WORDS = 5  # of a name or a job; two names or a long job have twice as many
SHORTEST_MONTH = 3  # letters of an abbreviated month
WORD = re.compile(r"\d+|[^\W\d_]+")
PARTS = "|•·—–/,;:()[]@"


class Words(NamedTuple):
    """The words of which lines of date and reading time are made, by what they mean."""

    connectors: frozenset[str]
    published: frozenset[str]
    modified: frozenset[str]
    reading_nouns: frozenset[str]
    ago_words: frozenset[str]
    months: frozenset[str]
    stamps: frozenset[str]  # all of these but the connectors, and other words of such lines


class Line(NamedTuple):
    """What one line was found to be: by which rule, and what it gives to the metadata."""

    rule: Rule
    lifts: tuple[Lift, ...] = ()


def bylines(page: Page) -> Page:
    """Drop the lines about author, date and reading time that stand above or right below an article's first prose."""
    alive = page.alive()
    first = first_prose(alive)
    found: dict[int, Line] = {}
    if alive and page.is_open(alive[0].index):
        dated = _dated_lead(alive[0])
        if dated:
            found[alive[0].index] = dated
    if page.media == "text":
        found = _of_text(page, alive, first) | found
    elif first < len(alive):
        found |= _above_second_prose(page, alive[: first_prose(alive, first + 1)], found)
    for block in page.inside(Zone.TIME):
        if page.is_open(block.index) and block.index not in found and block.words <= LINE_WORDS:
            line = _stamp(block, _words(page.rules), page)
            if line:
                found[block.index] = line
    return page.decide(
        {index: line.rule.verdict() for index, line in found.items() if page.is_open(index)},
        lifts=tuple(lift for _, line in sorted(found.items()) for lift in line.lifts),
    )


@lru_cache(maxsize=8)
def _words(rules: Rules) -> Words:
    table: Mapping[str, list[str]] = rules.settings["bylines"]
    rows: Mapping[str, list[str]] = rules.settings["metadata"]["months"]
    names = {fold(name) for row in rows.values() for cell in row for name in cell.split("|")}
    months = frozenset(
        name[:length] for name in names for length in range(min(SHORTEST_MONTH, len(name)), len(name) + 1)
    )
    sets = {name: frozenset(map(fold, words)) for name, words in table.items()}
    return Words(
        sets["connectors"], sets["published"], sets["modified"], sets["reading_nouns"], sets["ago_words"], months,
        months.union(*(words for name, words in sets.items() if name != "connectors")),
    )  # fmt: skip


def _dated_lead(block: Block) -> Line | None:
    """The first line some extractors write: "date" and a day, or a month."""
    match = EXTRACTED.fullmatch(block.text)
    if match is None:
        return None
    return Line(DATED_LEAD, (Lift("published", match[1], block.index),))


def _above_second_prose(page: Page, top: Sequence[Block], known: Mapping[int, Line]) -> dict[int, Line]:
    """What the short lines above the second line of prose say of author and date, those in `known` aside."""
    words = _words(page.rules)
    authors = {squash(author) for author in page.head.authors}
    found: dict[int, Line] = {}
    label_at = -2  # where the last label stood; no line is right below this one
    for at, block in enumerate(top):
        if block.index in known or block.words > LINE_WORDS or block.kind in ("heading", "table"):
            continue
        said = page.hits[block.index]
        line = None
        if "byline_label" in said:
            line, label_at = Line(BYLINE_LABEL), at
        elif label_at == at - 1 and _is_name(block.text.split(), words):
            line = _author(block, block.text, NAME_BELOW_LABEL)
        elif authors and squash(block.text) in authors:
            line = _author(block, block.text, STATED_AUTHOR)
        elif "byline_start" in said and not is_quoted(block):
            line = _signed(block, said["byline_start"], words, page)
        if line is None and any(map(str.isdigit, block.text)):
            line = _stamp(block, words, page)
        if line:
            found[block.index] = line
    return found


def _of_text(page: Page, alive: Sequence[Block], first: int) -> dict[int, Line]:
    """What the lines around already-extracted text say: those above its second prose, and those below its last."""
    reader = Reader(page)
    has_prose = first < len(alive)
    top = alive[: first_prose(alive, first + 1)] if has_prose else alive[:TOP_WITHOUT_PROSE]
    found = _above_second_prose(page, top, {}) if has_prose else {}
    said = said_by(reader, top, max(0, first - TOP_LINES) if has_prose else 0)
    found |= _in_top(top, said, bare_names(top, said, first, page) if has_prose else [], first)
    for block in _below_standfirst(alive, len(top)):
        below = reader.read(block) if block.words <= LINE_WORDS and _may_be_dated(block.text) else None
        if below and (below.published or below.modified) and (below.signed or below.told):
            found |= _if_any(block, _line(block, below, below_headline=True))
    last = last_prose(alive)
    for block in alive[last + 1 : last + 1 + TAIL_LINES] if last >= len(top) - 1 else ():
        may_close = may_be_told(block.text) and may_sign(block.text) and "agency_note" not in page.hits[block.index]
        closing = reader.read(block) if may_close else None
        if closing and (closing.signed or closing.told or closing.noted):
            found |= _if_any(block, _line(block, closing, below_headline=False))
    return found


def _may_be_dated(text: str) -> bool:
    return may_be_dated(text) and any(map(str.isdigit, text))


def _in_top(top: Sequence[Block], said: Mapping[int, Stated], names: Sequence[int], first: int) -> dict[int, Line]:
    """The lines of author and date above the text; `names` are those that are a name alone."""
    unsaid = (at for at, block in enumerate(top) if at not in said and block.words >= HEADLINE_WORDS)
    headline_at = next(unsaid, len(top))
    found: dict[int, Line] = {}
    for at, stated in said.items():
        line = _line(top[at], stated, below_headline=at > headline_at)
        if line is None and at in names:
            line = Line(BARE_NAME, _lifts(top[at], stated))
            if headline_at < at < first - 1 and at + 1 not in said and is_desk(top[at + 1]):
                found[top[at + 1].index] = Line(BESIDE_NAME)
        found |= _if_any(top[at], line)
    return found


def _if_any(block: Block, line: Line | None) -> dict[int, Line]:
    return {block.index: line} if line else {}


def _below_standfirst(alive: Sequence[Block], start: int) -> Sequence[Block]:
    """The lines from there on to the last line of prose above which a byline may still stand."""
    end = start
    for _ in range(STANDFIRST):
        end = first_prose(alive, end + 1)
    return alive[start:end] if end < len(alive) else ()


def _line(block: Block, stated: Stated, *, below_headline: bool) -> Line | None:
    """The line that a block of text is by what it says alone; None where its place must tell."""
    if is_signed(block, stated):
        return Line(BYLINE, _lifts(block, stated))
    if is_date_line(stated, below_headline=below_headline):
        return Line(DATE_LINE, _lifts(block, stated))
    if stated.aged and stated.rest <= LOOSE_WORDS:
        return Line(READING_TIME, _lifts(block, stated))
    return Line(SOURCE_LINE) if stated.noted and stated.rest == 0 else None


def _lifts(block: Block, stated: Stated) -> tuple[Lift, ...]:
    lifts = [Lift("author", name, block.index) for name in stated.names]
    if stated.published:
        lifts.append(Lift("published", stated.published, block.index))
    if stated.modified:
        lifts.append(Lift("modified", stated.modified, block.index))
    return tuple(lifts)


def _author(block: Block, stated: str, rule: Rule) -> Line:
    names = _names(stated) if len(stated) <= LONGEST_REMEMBERED else read_names(stated)
    lifts = tuple(Lift("author", name, block.index) for name in names)
    return Line(rule, lifts)


@lru_cache(maxsize=4_096)
def _names(stated: str) -> tuple[str, ...]:
    """The names in a statement, which a page says again when it is read as text, and a site on many pages."""
    return tuple(read_names(stated))


def _signed(block: Block, prefix: str, words: Words, page: Page) -> Line | None:
    """ "By" and a name, then perhaps a job, a place, a date."""
    if block.ends_sentence:
        return None
    name = (_signature if len(block.text) > LONGEST_REMEMBERED else _remembered_signature)(block.text, prefix, words)
    if not name:
        return None
    line = _author(block, name, BYLINE)
    return line._replace(lifts=line.lifts + _dates(block, words, page))


def _signature(text: str, prefix: str, words: Words) -> str:
    """The name in a line that begins with "by" and may go on with what stands behind a name; empty where it does not."""
    tokens = text.split()[len(prefix.split()) :]
    name: list[str] = []
    for token in tokens:
        if token in PARTS or token[:1].isdigit() or (not token[:1].isupper() and _is_stamp_word(token, words)):
            break
        folded = fold(token).strip(".:")
        if folded in words.published or folded in words.modified:
            break
        name.append(token)
        if token[-1] in PARTS:
            break
    rest = tokens[len(name) :]
    if not _is_name(name, words) or (rest and not _may_follow(rest, words)):
        return ""
    return " ".join(name).rstrip(PARTS)


_remembered_signature = lru_cache(maxsize=1_024)(_signature)  # a page says it again when it is read as text


def _is_name(tokens: Sequence[str], words: Words) -> bool:
    """Two to a few capitalised words, small words of names between them; scripts without capitals prove nothing."""
    plain = [token.strip(".,;:()|") for token in tokens]
    people = [token for token in plain if token and fold(token) not in words.connectors]
    if not 2 <= len(people) <= 2 * NAME_WORDS or (plain[-1] == "" and len(plain) == 1):
        return False
    return all(token[0].isupper() and not any(map(str.isdigit, token)) for token in people)


def _may_follow(rest: Sequence[str], words: Words) -> bool:
    """True for a job or place of a few words, or the words of a line of date and time."""
    others = [token for token in rest if token not in PARTS and not _is_stamp_word(token, words)]
    return len(others) <= 2 * NAME_WORDS and not any(map(str.isdigit, "".join(others)))


def _is_stamp_word(token: str, words: Words) -> bool:
    return token.isdigit() or all(part.isdigit() or part in words.stamps for part in WORD.findall(fold(token)))


def _stamp(block: Block, words: Words, page: Page) -> Line | None:
    """A line of nothing but a date, its words, and perhaps a reading time."""
    parts = WORD.findall(block.folded)
    if not parts or not all(part.isdigit() or part in words.stamps for part in parts):
        return None
    said = set(parts)
    numbers = [part for part in parts if part.isdigit()]
    if said & words.reading_nouns and numbers:
        return Line(READING_TIME, _dates(block, words, page))
    dated = _dates(block, words, page)
    spoken = said & (words.published | words.modified | words.ago_words)
    if dated or (numbers and spoken) or (len(numbers) > 1 and said & words.months):
        return Line(DATE_LINE, dated)
    return None


def _dates(block: Block, words: Words, page: Page) -> tuple[Lift, ...]:
    """The dates of a line: what stands behind a word for "updated" is when it was modified, the others published."""
    parts = WORD.findall(block.folded)
    marks = [part for part in parts if part in words.modified and len(part) > 1]
    language = page.head.language
    if not marks:
        published = read_date(block.text, language=language)
        return (Lift("published", published, block.index),) if published else ()
    at = block.text.casefold().find(marks[0])
    lifts = []
    before = read_date(block.text[:at], language=language) if at > 0 else None
    after = read_date(block.text[at:], language=language) if at >= 0 else None
    if before:
        lifts.append(Lift("published", before, block.index))
    if after:
        lifts.append(Lift("modified", after, block.index))
    return tuple(lifts)
