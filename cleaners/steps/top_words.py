"""Drops what stands above an already-extracted story and is none of it by its words alone: reading times, counts, tools."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.page import Block, Page
from cleaners.steps._headline_facts import is_story
from cleaners.steps._top_words import Top, read_top
from cleaners.steps.bylines import EXTRACTED
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason

STEP = "top_words"
TOOL_LINE = Rule(STEP, "tool_line", Reason.SITE_CHROME, "words for sharing, printing, counting or reading time alone")
STAMP_LINE = Rule(STEP, "stamp_line", Reason.BYLINE, "says, without a day that could be read, when the page was put up")
PAGE_NOTE = Rule(STEP, "page_note", Reason.SITE_CHROME, "the article's number, its source, or who put it up")
TRAIL_LINE = Rule(STEP, "trail_line", Reason.SITE_CHROME, "a breadcrumb above the text")
FILE_LINE = Rule(STEP, "file_line", Reason.SITE_CHROME, "an address, a duration or the name of a file alone")
SECTION_LABEL = Rule(
    STEP, "section_label", Reason.SITE_CHROME, "a section's name, before which an extractor wrote a date"
)
RULES = (TOOL_LINE, STAMP_LINE, PAGE_NOTE, TRAIL_LINE, FILE_LINE, SECTION_LABEL)

ABOVE = 24  # lines above the first line of the story
SENTENCE = 5  # words of a text's first sentence, where it has no longer ones
BELOW = 6  # lines below it, where it may be a standfirst
_RULES = {
    Top.TOOL: TOOL_LINE, Top.STAMP: STAMP_LINE, Top.NOTE: PAGE_NOTE, Top.TRAIL: TRAIL_LINE, Top.JUNK: FILE_LINE,
}  # fmt: skip


def top_words(page: Page) -> Page:
    """Drop the furniture above the second line of a story that came without markup."""
    if page.media == "html" or STEP in page.done:
        return page
    alive = page.alive()
    found: dict[int, Verdict] = {}
    for block in _top(alive):
        if page.is_open(block.index) and (kind := read_top(block.text)) in _RULES:
            found[block.index] = _RULES[kind].verdict()
    if label := _section(page):
        found[label.index] = SECTION_LABEL.verdict()
    if len(found) == len(alive):
        found = {}
    return page.decide(found, done=STEP)


def _top(alive: Sequence[Block]) -> Sequence[Block]:
    """The lines that are looked at: those above the first line of story, and those between it and the second."""
    stories = (at for at, block in enumerate(alive) if is_story(block))
    first = next(stories, None)
    if first is None:
        first = next((at for at, block in enumerate(alive) if block.ends_sentence and block.words >= SENTENCE), 0)
    second = min(next(stories, first), first + BELOW)
    return (*alive[max(0, first - ABOVE) : first], *alive[first + 1 : second])


def _section(page: Page) -> Block | None:
    """A section's name right behind the date that one extractor writes before a text."""
    if len(page.blocks) < 3 or not EXTRACTED.fullmatch(page.blocks[0].text):
        return None
    label = page.blocks[1]
    return label if "menu_label" in page.hits[1] and page.is_open(1) and label.words <= 2 else None
