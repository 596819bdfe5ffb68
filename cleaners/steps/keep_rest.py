"""Keeps what is left: nothing spoke against it."""

from __future__ import annotations

from cleaners.page import Page
from cleaners.verdict import Verdict


def keep_rest(page: Page) -> Page:
    """The page with every open block kept."""
    scores = page.scores or (1.0,) * len(page.blocks)
    return page.decide(
        {
            block.index: Verdict(True, "keep_rest", "", "kept", "nothing speaks against it", scores[block.index])
            for block in page.open()
        }
    )
