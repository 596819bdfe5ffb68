"""This file takes bylines, date stamps and reading times from above the article and lifts author and dates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from cleaners.metadata.authors import read_names
from cleaners.metadata.dates import read_date
from cleaners.page import Block, Page
from cleaners.rules.phrases import Rules
from cleaners.text.fold import fold, squash
from cleaners.text.prose import first_prose, is_quoted
from cleaners.verdict import Lift, Verdict
from cleaners.zones import Zone

LONGEST_KEPT = 200  # characters of a line, or of a statement, of which the names are kept for the next time
LINE_WORDS = 24  # the longest line of several authors and two dates
NAME_WORDS = 5
SHORTEST_MONTH = 3  # letters of an abbreviated month
ARTEFACT = re.compile(r"date (\d{4}-\d{2}-\d{2}) (\S.*)", re.I)  # how one extractor begins its texts
HEADLINE_WORDS = 3
LONGEST_HEADLINE = 40
WORD = re.compile(r"\d+|[^\W\d_]+")
PARTS = "|•·—–/,;:()[]@"


class Words(NamedTuple):
    """The words a stamp is made of, by what they mean."""

    connectors: frozenset[str]
    published: frozenset[str]
    modified: frozenset[str]
    reading_nouns: frozenset[str]
    ago_words: frozenset[str]
    months: frozenset[str]
    stamps: frozenset[str]  # all of these, and the words beside them


class Line(NamedTuple):
    """What one line says: the rule it fell under, why, and what it gives to the metadata."""

    rule: str
    why: str
    lifts: tuple[Lift, ...] = ()
    reason: Literal["byline", "lifted"] = "byline"


def bylines(page: Page) -> Page:
    """Drop the lines about author, date and reading time that stand above or right below an article's first prose."""
    alive = page.alive()
    first = first_prose(alive)
    found: dict[int, Line] = {}
    if alive and page.is_open(alive[0].index):
        artefact = _artefact(alive[0])
        if artefact:
            found[alive[0].index] = artefact
    if first < len(alive):
        _read(page, alive[: first_prose(alive, first + 1)], found)
    for block in page.blocks if page.media == "html" else ():
        if (
            block.zone & Zone.TIME
            and page.is_open(block.index)
            and block.index not in found
            and block.words <= LINE_WORDS
        ):
            line = _stamp(block, _words(page.rules), page)
            if line:
                found[block.index] = line
    return page.decide(
        {
            index: Verdict(False, "bylines", line.reason, line.rule, line.why)
            for index, line in found.items()
            if page.is_open(index)
        },
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


def _artefact(block: Block) -> Line | None:
    """The first line some extractors write: "date", an ISO date, the headline."""
    match = ARTEFACT.fullmatch(block.text)
    if match is None or (block.ends_sentence and block.text.endswith(".")):
        return None
    published, title = read_date(match[1]), match[2]
    if published is None or not HEADLINE_WORDS <= block.words - 2 <= LONGEST_HEADLINE:
        return None
    lifts = (Lift("title", title, block.index), Lift("published", published, block.index))
    return Line("date_title", "an extractor wrote date and title here", lifts, "lifted")


def _read(page: Page, top: Sequence[Block], found: dict[int, Line]) -> None:
    words = _words(page.rules)
    known = {squash(author) for author in page.head.authors}
    label_at = -2
    for at, block in enumerate(top):
        if block.index in found or block.words > LINE_WORDS or block.kind in ("heading", "table"):
            continue
        said = page.hits[block.index]
        line = None
        if "byline_label" in said:
            line, label_at = Line("byline_label", "says that an author follows"), at
        elif label_at == at - 1 and _is_name(block.text.split(), words):
            line = _author(block, block.text, "byline_name")
        elif known and squash(block.text) in known:
            line = _author(block, block.text, "byline_known")
        elif "byline_start" in said and not is_quoted(block):
            line = _signed(block, said["byline_start"], words, page)
        if line is None and any(map(str.isdigit, block.text)):
            line = _stamp(block, words, page)
        if line:
            found[block.index] = line


def _author(block: Block, stated: str, rule: str) -> Line:
    names = _names(stated) if len(stated) <= LONGEST_KEPT else read_names(stated)
    lifts = tuple(Lift("author", name, block.index) for name in names)
    return Line(rule, "names the author", lifts)


@lru_cache(maxsize=4_096)
def _names(stated: str) -> tuple[str, ...]:
    """The names in a statement, which a page says again when it is read as text, and a site on many pages."""
    return tuple(read_names(stated))


def _signed(block: Block, prefix: str, words: Words, page: Page) -> Line | None:
    """ "By" and a name, then perhaps a job, a place, a date."""
    if block.ends_sentence:
        return None
    name = (_signature if len(block.text) > LONGEST_KEPT else _kept_signature)(block.text, prefix, words)
    if not name:
        return None
    line = _author(block, name, "byline")
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


_kept_signature = lru_cache(maxsize=1_024)(_signature)  # a page says it again when it is read as text


def _is_name(tokens: Sequence[str], words: Words) -> bool:
    """Two to a few capitalised words, small words of names between them; scripts without capitals prove nothing."""
    plain = [token.strip(".,;:()|") for token in tokens]
    people = [token for token in plain if token and fold(token) not in words.connectors]
    if not 2 <= len(people) <= 2 * NAME_WORDS or (plain[-1] == "" and len(plain) == 1):
        return False
    return all(token[0].isupper() and not any(map(str.isdigit, token)) for token in people)


def _may_follow(rest: Sequence[str], words: Words) -> bool:
    """What stands behind a name: a job or place of a few words, or the words of a stamp."""
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
        return Line("reading_time", "the time it takes to read the page", _dates(block, words, page))
    dated = _dates(block, words, page)
    spoken = said & (words.published | words.modified | words.ago_words)
    if dated or (numbers and spoken) or (len(numbers) > 1 and said & words.months):
        return Line("stamp", "a line that is only a date", dated)
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
