"""This file drops the blocks that no rule was sure about and the judge does not take for main content."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cleaners import page as z
from cleaners.main_content.columns import Table
from cleaners.main_content.features import features, with_vote
from cleaners.main_content.judge import HeadName, Judgement, judge, model
from cleaners.main_content.reference import vote
from cleaners.main_content.spared import spared
from cleaners.page import Page, Verdict

STEP = "main_content"
FEW_WORDS = 5  # a line this short that nobody wants is a fragment, whatever it says
MOSTLY_LINKS = 0.8
ASK_BELOW = 0.4  # confidence; asking more often costs 80 to 300 ms a page and changed the F1 of no set by .003
LONGEST_ASKED = 150_000  # characters of markup; of 50 pages asked about, the 21 shorter ones gained .14 of F1 each, the
# longer ones .02 at three times the cost

# Why a block that the judge drops is most likely there, by the zone it stands in; the first that fits is its reason.
_REASONS = (
    (z.CONSENT, "cookie_banner", "consent_container"),
    (z.FIGCAPTION, "caption", "caption_container"),
    (z.COMMENTS, "comments", "comments_container"),
    (z.NAV | z.FOOTER | z.HEADER | z.BUTTON | z.FORM | z.DIALOG, "site_chrome", "chrome_container"),
    (z.RELATED, "related", "related_container"),
    (z.PROMO, "promo", "promo_container"),
    (z.SHARE, "site_chrome", "share_container"),
    (z.BYLINE | z.META | z.TIME, "byline", "byline_container"),
)


def main_content(page: Page) -> Page:
    """Drop every open block whose probability is too low, but what is spared; sets the page's scores and confidence."""
    if not any(verdict is None for verdict in page.verdicts):
        return replace(page, scores=(0.0,) * len(page.blocks), confidence=0.0)
    probability, threshold, sure = judged(page).judgement
    scores = tuple(np.round(probability.astype(np.float64), 3).tolist())
    stays = spared(page)
    too_low = (probability < threshold).tolist()
    low = {
        block.index: _drop(scores[block.index], block.zone, block.link_share >= MOSTLY_LINKS, block.words <= FEW_WORDS)
        for block in page.open()
        if too_low[block.index] and block.index not in stays
    }
    return replace(page.decide(low), scores=scores, confidence=round(sure, 3))


class Judged(NamedTuple):
    """The judgement on a page, the head that gave it, and the table of evidence it saw."""

    judgement: Judgement
    head: HeadName
    table: Table
    names: list[str]


def judged(page: Page) -> Judged:
    """The judgement on a page; the slow reference extractor is asked only where the judge alone is at a loss."""
    table, names = features(page, model().lexicon)
    if page.media == "text":
        return _by("text", page, table, names)
    alone = _by("html", page, table, names)
    if alone.judgement.confidence >= ASK_BELOW or len(page.markup) > LONGEST_ASKED:
        return alone
    voted = vote(page)
    return alone if voted is None else _by("voted", page, *with_vote(table, names, voted))


def _by(head: HeadName, page: Page, table: Table, names: list[str]) -> Judged:
    return Judged(judge(page, table, names, head), head, table, names)


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
