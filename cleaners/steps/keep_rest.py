"""Keeps every line that no other step decided on."""

from __future__ import annotations

from functools import lru_cache

from cleaners.page import Page
from cleaners.verdict import Rule, Verdict

STEP = "keep_rest"
KEPT = Rule(STEP, "kept", None, "nothing speaks against it")
RULES = (KEPT,)


def keep_rest(page: Page) -> Page:
    """The page with every open block kept."""
    scores = page.scores or (1.0,) * len(page.blocks)
    return page.decide({block.index: _kept(scores[block.index]) for block in page.open()})


@lru_cache(maxsize=1_024)  # scores have three digits
def _kept(score: float) -> Verdict:
    return KEPT.verdict(score=score)
