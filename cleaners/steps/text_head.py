"""Lifts the headline of already-extracted text, where no markup says which line it is."""

from __future__ import annotations

from cleaners.page import Page
from cleaners.steps.bylines import EXTRACTED
from cleaners.text.prose import is_titlelike
from cleaners.verdict import Lift, Rule
from cleaners.vocabulary import Reason

STEP = "text_head"
HEADLINE = Rule(STEP, "headline", Reason.TITLE_REPEAT, "the headline of the text, which is its title now")
RULES = (HEADLINE,)

HEADLINE_WORDS = 3  # at least
LONGEST_HEADLINE = 40  # words


def text_head(page: Page) -> Page:
    """Lift the headline of a text page into its title."""
    if page.media == "html" or STEP in page.done:
        return page
    top = [block for block in page.alive()[:2] if not EXTRACTED.fullmatch(block.text)]
    if page.blocks and EXTRACTED.fullmatch(page.blocks[0].text) and top and page.is_open(top[0].index):
        first = top[0]
        if first.words >= HEADLINE_WORDS and is_titlelike(first, LONGEST_HEADLINE):
            return page.decide(
                {first.index: HEADLINE.verdict()}, lifts=(Lift("title", first.text, first.index),), done=STEP
            )
    return page.decide({}, done=STEP)
