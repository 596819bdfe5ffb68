"""Drops calls to action and adverts: newsletters, apps, accounts, donations, subscriptions, marks of advertising."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cleaners.page import Block, Page
from cleaners.text.prose import is_quoted
from cleaners.verdict import Rule
from cleaners.vocabulary import Flag, Reason

STEP = "promos"
AD_MARKER = Rule(STEP, "ad_marker", Reason.ADVERT, "the line only marks an advert")
NEWSLETTER_LABEL = Rule(STEP, "newsletter_label", Reason.PROMO, "a button or head of a newsletter, app or subscription")
PAYWALL_LINE = Rule(STEP, "paywall_line", Reason.PROMO, "the rest is for subscribers")
PROMO_CALL = Rule(STEP, "promo_call", Reason.PROMO, "asks the reader to sign up, follow or download")
DONATION_CALL = Rule(STEP, "donation_call", Reason.PROMO, "asks the reader for support")
AFFILIATE_LINE = Rule(STEP, "affiliate_line", Reason.PROMO, "says that links earn a commission")
RULES = (AD_MARKER, NEWSLETTER_LABEL, PAYWALL_LINE, PROMO_CALL, DONATION_CALL, AFFILIATE_LINE)

# The most words of a line of each kind.
MARKER_WORDS = 12
LABEL_WORDS = 10
CALL_WORDS = 40
PAYWALL_WORDS = 40
DONATION_WORDS = 80
AFFILIATE_WORDS = 70
ASKING = ("ad_marker", "newsletter_label", "paywall_line", "promo_call", "donation_call", "affiliate_line")


def promos(page: Page) -> Page:
    """Drop lines of advertising and self-promotion by their words; a paywall line flags the page "paywalled"."""
    found: dict[int, Rule] = {}
    for index in page.saying(ASKING):
        rule = _asks(page.blocks[index], page.hits[index]) if page.is_open(index) else None
        if rule:
            found[index] = rule
    page = page.decide({index: rule.verdict() for index, rule in found.items()})
    if PAYWALL_LINE in found.values():
        page = replace(page, flags=page.flags | {Flag.PAYWALLED})
    return page


def _asks(block: Block, said: Mapping[str, str]) -> Rule | None:
    """The rule for what the line asks for; None when somebody else is quoted or spoken of."""
    words = block.words
    if "ad_marker" in said and words <= MARKER_WORDS:
        return AD_MARKER
    if "newsletter_label" in said and words <= LABEL_WORDS:
        return NEWSLETTER_LABEL
    if is_quoted(block) or "review_words" in said:
        return None
    if "paywall_line" in said and "paywall_reader" in said and words <= PAYWALL_WORDS:
        return PAYWALL_LINE
    if "promo_call" in said and "promo_object" in said and words <= CALL_WORDS:
        return PROMO_CALL
    if "donation_call" in said and words <= DONATION_WORDS:
        return DONATION_CALL
    if "affiliate_line" in said and "affiliate_we" in said and words <= AFFILIATE_WORDS:
        return AFFILIATE_LINE
    return None
