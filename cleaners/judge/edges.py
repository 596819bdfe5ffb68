"""What a text is cut at above its first sentence and below its last, where labels, dates and other headlines stand."""

from __future__ import annotations

import numpy as np

from cleaners.judge.feature_table import Floats
from cleaners.page import Block, Page
from cleaners.text.prose import PROSE_WORDS

EDGE = 0.6  # probability from which a label above the first sentence or below the last is kept
LEAST_WORDS = 5  # of a sentence that tells where the story begins or ends
_BROKEN_OFF = ("…", "...")  # a teaser ends so


def edge_cuts(page: Page, probability: Floats, cut: float) -> Floats:
    """The probability from which each block of a text is kept.

    Within the story doubt counts for a line; outside of its sentences, where what extractors leave has its place, a
    line that is none itself has to be likely.
    """
    cuts = np.full(len(page.blocks), cut, np.float32)
    likely = probability >= cut
    told = [block.index for block in page.open() if likely[block.index] and is_told(block)]
    if not told:
        return cuts
    for block in page.open():
        if is_label(block) and not told[0] < block.index < told[-1]:
            cuts[block.index] = max(cut, EDGE)
    return cuts


def is_told(block: Block) -> bool:
    """True for a line that ends like a sentence, or is as long as one."""
    return block.words >= PROSE_WORDS or (block.words >= LEAST_WORDS and not is_label(block))


def is_label(block: Block) -> bool:
    """True for a short line that does not end like a sentence."""
    return block.words < PROSE_WORDS and (not block.ends_sentence or block.text.endswith(_BROKEN_OFF))
