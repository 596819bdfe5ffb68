"""Drops what stands above an already-extracted story and is none of it by its words alone: reading times, counts, tools."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cleaners.page import Block, Page
from cleaners.read.text import DATED_LEAD as EXTRACTED
from cleaners.steps._headline_facts import is_story
from cleaners.steps._top_words import MOST_WORDS, Top, is_result, read_top
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason

STEP = "top_words"
TOOL_LINE = Rule(STEP, "tool_line", Reason.SITE_CHROME, "words for sharing, printing, counting or reading time alone")
STAMP_LINE = Rule(STEP, "stamp_line", Reason.BYLINE, "says, without a day that could be read, when the page was put up")
PAGE_NOTE = Rule(STEP, "page_note", Reason.SITE_CHROME, "the article's number, its source, or who put it up")
TRAIL_LINE = Rule(STEP, "trail_line", Reason.SITE_CHROME, "a breadcrumb above the text")
FILE_LINE = Rule(STEP, "file_line", Reason.SITE_CHROME, "an address, a duration or the name of a file alone")
SECTION_LABEL = Rule(STEP, "section_label", Reason.SITE_CHROME, "a section's name that the text begins with")
ON_AIR = Rule(STEP, "on_air", Reason.SITE_CHROME, "a programme and its hours below a label of what is on air")
RESULT = Rule(STEP, "result", None, "one of two results or more that the text begins with")
RULES = (TOOL_LINE, STAMP_LINE, PAGE_NOTE, TRAIL_LINE, FILE_LINE, SECTION_LABEL, ON_AIR, RESULT)

ABOVE = 24  # lines above the first line of the story
SENTENCE = 5  # words of a text's first sentence, where it has no longer ones
SHORT = 3  # words of a line that may end with a full stop, as "4 min." does
SECTION_WORDS = 2
PROGRAMME_WORDS = 7
BELOW = 6  # lines below it, where it may be a standfirst
_RULES = {
    Top.TOOL: TOOL_LINE, Top.STAMP: STAMP_LINE, Top.NOTE: PAGE_NOTE, Top.TRAIL: TRAIL_LINE, Top.JUNK: FILE_LINE,
}  # fmt: skip


def top_words(page: Page) -> Page:
    """Drop the furniture above the second line of a story that came without markup."""
    if page.media == "html" or STEP in page.done:
        return page
    alive = page.alive()
    top = [block for block in _top(alive) if page.is_open(block.index) and _may_be(block)]
    found: dict[int, Verdict] = {}
    for block in top:
        kind = read_top(block.text)
        if kind in _RULES:
            found[block.index] = _RULES[kind].verdict()
        elif kind is Top.HOURS and (programme := _programme(page, block)):
            found |= dict.fromkeys((programme.index, block.index), ON_AIR.verdict())
    if label := _section(page, alive):
        found[label.index] = SECTION_LABEL.verdict()
    if len(found) == len(alive):
        found = {}
    for line, below in pairwise(top):
        if is_result(line) and is_result(below) and below.index == line.index + 1:
            found |= dict.fromkeys((line.index, below.index), RESULT.verdict())
    return page.decide(found, done=STEP)


def _may_be(block: Block) -> bool:
    """False for long lines and for sentences, which are not read."""
    return block.words <= MOST_WORDS and (block.words <= SHORT or not block.ends_sentence)


def _programme(page: Page, hours: Block) -> Block | None:
    """The line above the hours of a programme, where "On air now" stands above it."""
    at = hours.index - 1
    is_named = at > 0 and "player_text" in page.hits[at - 1] and page.is_open(at)
    return page.blocks[at] if is_named and page.blocks[at].words <= PROGRAMME_WORDS else None


def _top(alive: Sequence[Block]) -> Sequence[Block]:
    """The lines that are looked at: those above the first line of story, and those between it and the second."""
    stories = (at for at, block in enumerate(alive) if is_story(block))
    first = next(stories, None)
    if first is None:
        first = next((at for at, block in enumerate(alive) if block.ends_sentence and block.words >= SENTENCE), 0)
    second = min(next(stories, first), first + BELOW)
    return (*alive[max(0, first - ABOVE) : first], *alive[first + 1 : second])


def _section(page: Page, alive: Sequence[Block]) -> Block | None:
    """A section's name that is the first line: behind the date one extractor writes, or right above the story."""
    dated = bool(page.blocks) and EXTRACTED.fullmatch(page.blocks[0].text) is not None
    label, below = page.blocks[dated : dated + 1], page.blocks[dated + 1 : dated + 2]
    if not label or not below or label[0].words > SECTION_WORDS or not page.is_open(label[0].index):
        return None
    is_section = "menu_label" in page.hits[label[0].index] and (dated or is_story(below[0]))
    return label[0] if is_section else None
