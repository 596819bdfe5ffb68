"""From which probability each line of a text is kept: its place between, above or below the sentences of the story."""

from __future__ import annotations

import numpy as np

from cleaners.judge.feature_table import Floats
from cleaners.page import Block, Page
from cleaners.text.prose import PROSE_WORDS, is_prose, is_titlelike

EDGE = 0.65  # of a label above the first sentence or below the last
BETWEEN = 0.25  # of a sentence between two likely lines, or last below one, and of a subhead between likely paragraphs
BROKEN = 0.2  # of a long line below a likely one, with which the text breaks off
LIKELY = 0.6  # of a line that speaks for its neighbour
LEAST_WORDS = 5  # of a sentence that tells where the story begins or ends
_BROKEN_OFF = ("…", "...")  # a teaser ends so


def cuts_by_place(page: Page, probability: Floats, cut: float) -> Floats:
    """The probability from which each block of a text is kept, where `cut` is that of the page.

    Outside of its sentences, where labels, dates and other headlines have their place, a line that is no sentence has
    to be likely. Within the story doubt counts for a line.
    """
    cuts = np.full(len(page.blocks), cut, np.float32)
    chances = probability.tolist()
    lines = page.alive()
    kept = [not page.is_open(block.index) for block in lines]  # by a rule, such as the standfirst
    told = [
        at for at, block in enumerate(lines) if kept[at] or (block.words >= LEAST_WORDS and chances[block.index] >= cut)
    ]
    first = next((at for at in told if _is_told(lines[at])), len(lines))
    if first == len(lines):
        return cuts
    last = next(at for at in reversed(told) if _is_told(lines[at]))
    for block in (*lines[: first + 1], *lines[max(last, first + 1) :]):
        if _is_label(block):
            cuts[block.index] = max(cut, EDGE)
    cut_here, likely = cuts.tolist(), max(cut, LIKELY)
    sure = [stays or chances[block.index] >= likely for stays, block in zip(kept, lines, strict=True)]
    paragraph = -1  # the last likely one above
    for at, block in enumerate(lines):
        if sure[at] and is_prose(block):
            paragraph = at
        elif at and not kept[at] and chances[block.index] < cut_here[block.index]:
            if at + 1 == len(lines):
                if sure[at - 1] and _is_told(block):
                    cuts[block.index] = min(cut, BETWEEN if block.ends_sentence else BROKEN)
            elif sure[at + 1] and _is_between(block, lines[at + 1], sure[at - 1], paragraph >= 0):
                cuts[block.index] = min(cut, BETWEEN)
    return cuts


def _is_told(block: Block) -> bool:
    """True for a line that ends like a sentence, or is as long as one."""
    return block.words >= PROSE_WORDS or (block.words >= LEAST_WORDS and not _is_label(block))


def _is_label(block: Block) -> bool:
    """True for a short line that does not end like a sentence."""
    return is_titlelike(block, PROSE_WORDS - 1) or (block.words < PROSE_WORDS and block.text.endswith(_BROKEN_OFF))


def _is_between(block: Block, below: Block, below_likely: bool, below_paragraph: bool) -> bool:
    """True for a sentence right below a likely line, and for a subhead: a short line between two paragraphs."""
    if block.ends_sentence:
        return below_likely and block.words >= LEAST_WORDS
    return below_paragraph and block.words < PROSE_WORDS and is_prose(below)
