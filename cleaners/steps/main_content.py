"""This file drops the blocks that no rule was sure about and the judge does not take for main content."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from cleaners.judge.judgement import judged
from cleaners.judge.protected import protected
from cleaners.page import Page
from cleaners.verdict import Verdict
from cleaners.zones import Zone

STEP = "main_content"
FEW_WORDS = 5  # a line this short that nobody wants is a fragment, whatever it says
MOSTLY_LINKS = 0.8

# Why a block that the judge drops is most likely there, by the zone it stands in; the first that fits is its reason.
_REASONS = (
    (Zone.CONSENT, "cookie_banner", "consent_container"),
    (Zone.FIGCAPTION, "caption", "caption_container"),
    (Zone.COMMENTS, "comments", "comments_container"),
    (Zone.NAV | Zone.FOOTER | Zone.HEADER | Zone.BUTTON | Zone.FORM | Zone.DIALOG, "site_chrome", "chrome_container"),
    (Zone.RELATED, "related", "related_container"),
    (Zone.PROMO, "promo", "promo_container"),
    (Zone.SHARE, "site_chrome", "share_container"),
    (Zone.BYLINE | Zone.META | Zone.TIME, "byline", "byline_container"),
)


def main_content(page: Page) -> Page:
    """Drop every open block whose probability is too low, but what is spared; sets the page's scores and confidence."""
    if not any(verdict is None for verdict in page.verdicts):
        return replace(page, scores=(0.0,) * len(page.blocks), confidence=0.0)
    probability, threshold, sure = judged(page).judgement
    scores = tuple(np.round(probability.astype(np.float64), 3).tolist())
    stays = protected(page)
    too_low = (probability < threshold).tolist()
    low = {
        block.index: _drop(scores[block.index], block.zone, block.link_share >= MOSTLY_LINKS, block.words <= FEW_WORDS)
        for block in page.open()
        if too_low[block.index] and block.index not in stays
    }
    return replace(page.decide(low), scores=scores, confidence=round(sure, 3))


@lru_cache(maxsize=4_096)  # lines of one kind are of one mind: a page of many has few verdicts
def _drop(score: float, around: int, is_mostly_links: bool, is_short: bool) -> Verdict:
    why = f"only {score:.0%} main content"
    for zone, reason, rule in _REASONS:
        if around & zone:
            return Verdict(False, STEP, reason, rule, why, round(1 - score, 3))
    if is_mostly_links:
        return Verdict(False, STEP, "related", "mostly_links", why, round(1 - score, 3))
    if is_short:
        return Verdict(False, STEP, "short_fragment", "few_words", why, round(1 - score, 3))
    return Verdict(False, STEP, "boilerplate", "judge", why, round(1 - score, 3))
