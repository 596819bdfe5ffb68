"""Drops the lines that no rule was sure about and that the judge, a trained model, does not take for main content."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from cleaners.judge.edges import cuts_by_place
from cleaners.judge.judgement import judged
from cleaners.judge.protected import protected
from cleaners.page import Page
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

STEP = "main_content"
JUDGED_CONSENT = Rule(
    STEP, "judged_consent_container", Reason.COOKIE_BANNER, "unlikely text, in a container for consent"
)
JUDGED_CAPTION = Rule(STEP, "judged_caption_container", Reason.CAPTION, "unlikely text, in a container for captions")
JUDGED_COMMENTS = Rule(STEP, "judged_comments_container", Reason.COMMENTS, "unlikely text, in a container for comments")
JUDGED_CHROME = Rule(
    STEP,
    "judged_chrome_container",
    Reason.SITE_CHROME,
    "unlikely text, in a menu, header, footer, button, form or dialog",
)
JUDGED_RELATED = Rule(
    STEP, "judged_related_container", Reason.RELATED, "unlikely text, in a container for related stories"
)
JUDGED_PROMO = Rule(STEP, "judged_promo_container", Reason.PROMO, "unlikely text, in a container for promotion")
JUDGED_SHARE = Rule(STEP, "judged_share_container", Reason.SITE_CHROME, "unlikely text, in a container for sharing")
JUDGED_BYLINE = Rule(
    STEP, "judged_byline_container", Reason.BYLINE, "unlikely text, in a container for author, date or the like"
)
JUDGED_MOSTLY_LINKS = Rule(STEP, "judged_mostly_links", Reason.RELATED, "unlikely text, most of it links")
JUDGED_FEW_WORDS = Rule(STEP, "judged_few_words", Reason.SHORT_FRAGMENT, "unlikely text, and only a few words of it")
JUDGED_BOILERPLATE = Rule(
    STEP, "judged_boilerplate", Reason.BOILERPLATE, "unlikely text, and nothing tells what else it is"
)

# What a line that the judge drops most likely is, by the zone it stands in; the first that fits decides.
_IN_ZONES = (
    (Zone.CONSENT, JUDGED_CONSENT),
    (Zone.FIGCAPTION, JUDGED_CAPTION),
    (Zone.COMMENTS, JUDGED_COMMENTS),
    (Zone.NAV | Zone.FOOTER | Zone.HEADER | Zone.BUTTON | Zone.FORM | Zone.DIALOG, JUDGED_CHROME),
    (Zone.RELATED, JUDGED_RELATED),
    (Zone.PROMO, JUDGED_PROMO),
    (Zone.SHARE, JUDGED_SHARE),
    (Zone.BYLINE | Zone.META | Zone.TIME, JUDGED_BYLINE),
)
RULES = (*[rule for _, rule in _IN_ZONES], JUDGED_MOSTLY_LINKS, JUDGED_FEW_WORDS, JUDGED_BOILERPLATE)

FEW_WORDS = 5  # a line this short that nobody wants is a fragment, whatever it says
MOSTLY_LINKS = 0.8  # of the characters


def main_content(page: Page) -> Page:
    """Drop the open blocks that are probably no main content and not protected; sets the page's scores and confidence."""
    if not any(verdict is None for verdict in page.verdicts):
        return replace(page, scores=(0.0,) * len(page.blocks), confidence=0.0)
    probability, threshold, sure = judged(page).judgement
    scores = tuple(np.round(probability.astype(np.float64), 3).tolist())
    stays = protected(page)
    too_low = (
        probability < (cuts_by_place(page, probability, threshold) if page.media == "text" else threshold)
    ).tolist()
    low = {
        block.index: _drop(scores[block.index], block.zone, block.link_share >= MOSTLY_LINKS, block.words <= FEW_WORDS)
        for block in page.open()
        if too_low[block.index] and block.index not in stays
    }
    return replace(page.decide(low), scores=scores, confidence=round(sure, 3))


@lru_cache(maxsize=4_096)  # many lines of a page share score and place
def _drop(score: float, around: int, is_mostly_links: bool, is_short: bool) -> Verdict:
    rule = next((rule for zone, rule in _IN_ZONES if around & zone), None)
    if rule is None:
        rule = JUDGED_MOSTLY_LINKS if is_mostly_links else JUDGED_FEW_WORDS if is_short else JUDGED_BOILERPLATE
    return rule.verdict(f"only {score:.0%} main content", round(1 - score, 3))
