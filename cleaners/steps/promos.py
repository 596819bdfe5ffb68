"""This file drops what wants something of the reader: newsletters, apps, accounts, donations, paywalls, adverts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from cleaners.page import Block, Page
from cleaners.text.prose import is_quoted
from cleaners.verdict import Verdict

MARKER_WORDS = 12
LABEL_WORDS = 10
CALL_WORDS = 40
PAYWALL_WORDS = 40
DONATION_WORDS = 80
AFFILIATE_WORDS = 70
ASKING = ("ad_marker", "newsletter_label", "paywall_line", "promo_call", "donation_call", "affiliate_line")


class Promo(NamedTuple):
    """What a line was found to be: the contract's reason, the family, and the reason in words."""

    reason: str
    rule: str
    why: str


def promos(page: Page) -> Page:
    """Drop lines of advertising and self-promotion by their words; a paywall line flags the page "paywalled"."""
    verdicts: dict[int, Verdict] = {}
    for index in page.saying(ASKING):
        found = _asks(page.blocks[index], page.hits[index]) if page.is_open(index) else None
        if found:
            verdicts[index] = Verdict(False, "promos", found.reason, found.rule, found.why)
    page = page.decide(verdicts)
    if any(verdict.rule == "paywall_line" for verdict in verdicts.values()):
        page = replace(page, flags=page.flags | {"paywalled"})
    return page


def _asks(block: Block, said: Mapping[str, str]) -> Promo | None:
    """What the line asks for; None when somebody else is quoted or spoken of."""
    words = block.words
    if "ad_marker" in said and words <= MARKER_WORDS:
        return Promo("advert", "ad_marker", "the line only marks an advert")
    if "newsletter_label" in said and words <= LABEL_WORDS:
        return Promo("promo", "newsletter_label", "a button or head of a newsletter, app or subscription")
    if is_quoted(block) or "review_words" in said:
        return None
    if "paywall_line" in said and "paywall_reader" in said and words <= PAYWALL_WORDS:
        return Promo("promo", "paywall_line", "the rest is for subscribers")
    if "promo_call" in said and "promo_object" in said and words <= CALL_WORDS:
        return Promo("promo", "promo_call", "asks the reader to sign up, follow or download")
    if "donation_call" in said and words <= DONATION_WORDS:
        return Promo("promo", "donation_call", "asks the reader for support")
    if "affiliate_line" in said and "affiliate_we" in said and words <= AFFILIATE_WORDS:
        return Promo("promo", "affiliate_line", "says that links earn a commission")
    return None
