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
    lines = page.open()
    told = [block.index for block in lines if chances[block.index] >= cut and _is_told(block)]
    if not told:
        return cuts
    for block in lines:
        if _is_label(block) and not told[0] < block.index < told[-1]:
            cuts[block.index] = max(cut, EDGE)
    for at in range(1, len(lines)):
        block, above, below = lines[at], lines[at - 1], lines[at + 1] if at + 1 < len(lines) else None
        if chances[block.index] >= cuts[block.index] or chances[above.index] < max(cut, LIKELY):
            continue
        if below is None:
            if _is_told(block):
                cuts[block.index] = min(cut, BETWEEN if block.ends_sentence else BROKEN)
        elif chances[below.index] >= max(cut, LIKELY) and _is_between(above, block, below):
            cuts[block.index] = min(cut, BETWEEN)
    return cuts


def _is_told(block: Block) -> bool:
    """True for a line that ends like a sentence, or is as long as one."""
    return block.words >= PROSE_WORDS or (block.words >= LEAST_WORDS and not _is_label(block))


def _is_label(block: Block) -> bool:
    """True for a short line that does not end like a sentence."""
    return is_titlelike(block, PROSE_WORDS - 1) or (block.words < PROSE_WORDS and block.text.endswith(_BROKEN_OFF))


def _is_between(above: Block, block: Block, below: Block) -> bool:
    """True for a sentence, and for a short line with a paragraph on either side."""
    if block.ends_sentence:
        return block.words >= LEAST_WORDS
    return block.words < PROSE_WORDS and is_prose(above) and is_prose(below)
