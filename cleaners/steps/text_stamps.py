"""Chooses, once the text of a page without markup is known, which of its lines say who wrote it and when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cleaners.metadata.line_looks import may_be_dated, may_sign
from cleaners.metadata.line_shapes import opening_names
from cleaners.metadata.stated_line import Stated, may_be_told, read_stated
from cleaners.page import Block, Page
from cleaners.steps._author_lines import Around, Weighing, account, own_name
from cleaners.steps._text_bylines import (
    NAMED_WORDS,
    Reader,
    is_bare_name,
    is_date_line,
    is_signed,
    is_stamp,
    names_in_bio,
    said_by,
    signature,
)
from cleaners.steps.bylines import BARE_NAME
from cleaners.text.prose import PROSE_WORDS, is_prose
from cleaners.verdict import Lift, Verdict
from cleaners.vocabulary import Reason

ABOVE = 24  # lines above the first prose of the story that are read
MOST_ELSEWHERE = 3  # lifts of lines that are further up
CLOSE = 8  # lines above it; a bare day further up is that on which the page was read
BELOW = 12  # lines below its last
BELOW_TITLE = 16  # lines below the headline that are read
MUCH = 0.25  # of the words of the part that has most
IN_BOX = 4  # lines above the last prose, which may be that of an author's box
STANDFIRST = 5  # lines of prose that may stand above a byline
NAMED_LINES = 4  # lines below the headline of which any may be a name
RIGHT_BELOW = 2  # lines below the last prose where "by" alone says that a name is the author's
LABELLED = re.compile(r"[:：(]")
GAP = 25  # lines without prose between two parts of one story
_OTHERS = frozenset((Reason.CAPTION, Reason.COMMENTS, Reason.RELATED, Reason.COOKIE_BANNER, Reason.SITE_RULE))
_FIELDS = frozenset(("author", "published", "modified"))
_TOLD, _IN_PLACE, _LOOSE, _IN_TAIL = 3.0, 4.0, -2.0, -4.0  # points of a date line
_A_LINE = 0.1  # points less a line away from the story's beginning


def text_stamps(page: Page) -> Page:
    """The page of text with its lifts of authors and dates in order of trust: those beside the story's beginning first.

    What the judge dropped is read as well. A line that is the author's name alone goes, should the judge have kept it.
    """
    if page.media == "html":
        return page
    story = _story(page)
    if not story:
        return page
    first, last = story[0], _last_prose(page)
    end = story[min(STANDFIRST, len(story) - 1)]
    title = next((lift.block for lift in page.lifts if lift.field == "title"), None)
    top = _top(page, first, end, last, title)
    reader = Reader(page)
    said = said_by(reader, top)
    prose_at = next((at for at, block in enumerate(top) if block.index >= first), len(top))
    said = _with_names(reader, top, said, prose_at, title, page.site.host)
    tail = _closing(page, reader, _readable(page, last + 1, last + 1 + BELOW))
    near = [(top[at], stated) for at, stated in said.items()]
    dates = sorted(
        [
            (_trust(block, stated, first, title), block, stated)
            for block, stated in near
            if _is_dated(stated, block, title)
        ]
        + [
            (_IN_TAIL - n * _A_LINE, block, stated)
            for n, (block, stated) in enumerate(tail)
            if is_date_line(stated, below_headline=False)
        ],
        key=lambda found: -found[0],
    )
    lead = [lift for lift in page.lifts if lift.field in _FIELDS and _is_lead(page, lift)]
    others = [lift for lift in page.lifts if lift.field not in _FIELDS]
    box = _readable(page, max(story[min(1, len(story) - 1)], last - IN_BOX), last + 1 + BELOW)
    lifts = _authors(top, said, prose_at, tail, page, title, box, last, first) or _elsewhere(
        page, ("author",), top[0].index if top else first
    )
    stamps = _stamps(dates) or _elsewhere(page, ("published", "modified"), first)
    ordered = dict.fromkeys((*others, *lead, *lifts, *stamps))  # a line may say the same as what led it
    return replace(page, lifts=tuple(ordered), verdicts=_without_name(page, lifts))


def _without_name(page: Page, lifts: Sequence[Lift]) -> tuple[Verdict | None, ...]:
    """The verdicts of the page, the line of the likeliest author dropped where that is a name alone and was kept."""
    verdicts = list(page.verdicts)
    for lift in lifts:
        block, verdict = page.blocks[lift.block], verdicts[lift.block]
        if (
            lift.block == lifts[0].block
            and verdict
            and verdict.keep
            and block.words <= NAMED_WORDS
            and not block.ends_sentence
        ):
            verdicts[lift.block] = BARE_NAME.verdict()
    return tuple(verdicts)


def _top(page: Page, first: int, end: int, last: int, title: int | None) -> list[Block]:
    """The lines above and within the beginning of the story, and those below its headline."""
    start = max(0, first - ABOVE)
    if title is None or title >= end:
        return _readable(page, start, end)
    below = max(end, min(title + BELOW_TITLE, last))
    if title + BELOW_TITLE >= start:
        return _readable(page, max(0, min(start, title - 2)), below)
    return _readable(page, max(0, title - 2), title + BELOW_TITLE) + _readable(page, start, end)


def _with_names(
    reader: Reader, top: Sequence[Block], said: Mapping[int, Stated], prose_at: int, title: int | None, host: str
) -> dict[int, Stated]:
    """`said` and what may be names right below the headline and right above the text, whoever is called so."""
    title_at = next((at for at, block in enumerate(top) if block.index == title), None)
    below = range(title_at + 1, title_at + 1 + NAMED_LINES) if title_at is not None else range(0)
    found = dict(said)
    for at in sorted({*below, *range(prose_at - 2, prose_at)}):
        if at not in said and 0 <= at < len(top) and top[at].words <= NAMED_WORDS:
            stated = reader.read(top[at])
            if stated and stated.names:
                found[at] = stated
    for at in (title_at - 1, title_at + 1) if title_at is not None else ():
        if (
            at not in said
            and 0 <= at < len(top)
            and any(is_stamp(said[near]) for near in (at - 1, at + 1) if near in said)
        ):
            name = account(top[at].text, host)
            if name:
                found[at] = Stated(names=(name,), signed=True)
    return dict(sorted(found.items()))


def _closing(page: Page, reader: Reader, lines: Sequence[Block]) -> list[tuple[Block, Stated]]:
    """The lines below a text that say who wrote it or when: first or behind a label, as others wrote what comes later."""
    found: list[tuple[Block, Stated]] = []
    at, labelled = 0, False
    for block in lines:
        text = block.text
        may_say = labelled or (may_be_told(text) and (may_sign(text) or (at < RIGHT_BELOW and may_be_dated(text))))
        stated = reader.read(block) if may_say else None
        if stated and labelled and is_bare_name(block, stated):
            stated = stated._replace(signed=True)
        dated = at < RIGHT_BELOW and stated is not None and stated.published is not None and stated.rest == 0
        signs = at < RIGHT_BELOW or labelled or LABELLED.search(block.text)
        if stated and (stated.told or dated or (stated.signed and signs)):
            found.append((block, stated))
        labelled = "byline_label" in page.hits[block.index]
        at += not block.ends_sentence  # short sentences still are the story's
    return found


def _stamps(dates: Sequence[tuple[float, Block, Stated]]) -> list[Lift]:
    """The lifts of the dates in order of trust; a day that nobody trusts is not that of a page said to be updated."""
    lifts: list[Lift] = []
    changed = next((points for points, _, stated in dates if stated.modified), None)
    for points, block, stated in dates:
        if stated.published and (changed is None or stated.told or points > changed):
            lifts.append(Lift("published", stated.published, block.index))
        if stated.modified:
            lifts.append(Lift("modified", stated.modified, block.index))
    return lifts


def _elsewhere(page: Page, fields: Sequence[str], first: int) -> list[Lift]:
    """What was lifted of such lines further up than the story, of lines with a word that says what they are."""
    lifts = [lift for lift in page.lifts if lift.field in fields and lift.block < first and not _is_lead(page, lift)]
    return [lift for lift in lifts if _is_told(page, lift)][-MOST_ELSEWHERE:]


def _is_told(page: Page, lift: Lift) -> bool:
    """True for what was lifted of a line with a word that says what it is."""
    verdict, stated = page.verdicts[lift.block], read_stated(page.blocks[lift.block].text)
    named = verdict is not None and verdict.rule in ("name_below_label", "bare_name")
    return named or (stated is not None and (stated.told or stated.signed))


def _story(page: Page) -> list[int]:
    """Positions of the prose that is kept, of the first part of the page that has much of it."""
    prose = [block for block in page.kept() if block.words >= PROSE_WORDS and is_prose(block)] or list(page.kept())
    parts: list[list[Block]] = []
    for block in prose:
        if parts and block.index - parts[-1][-1].index <= GAP:
            parts[-1].append(block)
        else:
            parts.append([block])
    words = [sum(block.words for block in part) for part in parts]
    much = max(words, default=0) * MUCH
    best = next((part for part, count in zip(parts, words, strict=True) if count >= much), [])
    return [block.index for block in best]


def _last_prose(page: Page) -> int:
    kept = page.kept()
    return next((block.index for block in reversed(kept) if is_prose(block)), kept[-1].index)


def _readable(page: Page, start: int, end: int) -> list[Block]:
    """The blocks of this range but those that were found to be captions, comments or other stories."""
    return [
        block
        for block, verdict in zip(page.blocks[start:end], page.verdicts[start:end], strict=True)
        if verdict is None or verdict.keep or verdict.reason not in _OTHERS
    ]


def _is_lead(page: Page, lift: Lift) -> bool:
    verdict = page.verdicts[lift.block]
    return verdict is not None and verdict.rule == "dated_lead"


def _is_dated(stated: Stated, block: Block, title: int | None) -> bool:
    if not (stated.published or stated.modified):
        return False
    return is_signed(block, stated) or is_date_line(stated, below_headline=True) or bool(stated.names)


def _trust(block: Block, stated: Stated, first: int, title: int | None) -> float:
    """How likely the date of a line above or within the story's beginning is the story's own."""
    away = abs(block.index - first)
    points = -away * _A_LINE
    if stated.told or stated.names:
        points += _TOLD
    if (title is not None and title < block.index) or (title is None and block.index > first - CLOSE):
        points += _IN_PLACE
    if stated.rest:
        points += _LOOSE
    return points


def _authors(
    top: Sequence[Block], said: Mapping[int, Stated], prose_at: int, tail: Sequence[tuple[Block, Stated]], page: Page,
    title: int | None, box: Sequence[Block], last: int, story: int,
) -> list[Lift]:  # fmt: skip
    """The names beside the story, the likeliest first; those below the text and of an author's box where there are none."""
    title_at = next((at for at, block in enumerate(top) if block.index == title), None)
    order = Weighing(Around(page, top, said, prose_at, title_at)).authors()
    lifts = [Lift("author", name, top[at].index) for at in order for name in said[at].names]
    if not lifts and (reporters := opening_names(page.blocks[story].text)):
        lifts = [Lift("author", name, story) for name in reporters]
    closing = [(block, stated) for block, stated in tail if stated.names and is_signed(block, stated)]
    if closing and closing[-1][0].index - closing[0][0].index <= 2 * len(closing):  # others are those of other stories
        lifts += [Lift("author", name, block.index) for block, stated in closing for name in stated.names]
    below = [block for block in box if block.index > last]
    if not lifts and (bio := names_in_bio(below) or names_in_bio(box)):
        lifts.append(Lift("author", bio[1], bio[0]))
    if not lifts and (closing_name := signature(below)):
        at, name = closing_name
        lifts.append(Lift("author", name, at))
    if not lifts and (own := own_name(page)):
        lifts.append(Lift("author", own[1], own[0]))
    return lifts
