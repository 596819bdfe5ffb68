"""Drops calls to action and adverts: newsletters, apps, accounts, donations, subscriptions, marks of advertising."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cleaners.page import Block, Page
from cleaners.steps._promo_boxes import boxes
from cleaners.text.prose import is_quoted
from cleaners.verdict import Rule
from cleaners.vocabulary import Flag, Reason

STEP = "promos"
AD_MARKER = Rule(STEP, "ad_marker", Reason.ADVERT, "the line only marks an advert")
NEWSLETTER_LABEL = Rule(STEP, "newsletter_label", Reason.PROMO, "a button or head of a newsletter, app or subscription")
PAYWALL_LINE = Rule(STEP, "paywall_line", Reason.PROMO, "the rest is for subscribers")
PROMO_CALL = Rule(STEP, "promo_call", Reason.PROMO, "asks the reader to sign up, follow or download")
FORM_RESIDUE = Rule(STEP, "form_residue", Reason.PROMO, "what a form for sign-ups says, button and thanks in one line")
DONATION_CALL = Rule(STEP, "donation_call", Reason.PROMO, "asks the reader for support")
AFFILIATE_LINE = Rule(STEP, "affiliate_line", Reason.PROMO, "says that links earn a commission")
SUPPORT_BOX = Rule(STEP, "support_box", Reason.PROMO, "stands in the paper's own appeal for support")
PRICE_LINE = Rule(STEP, "price_line", Reason.PROMO, "the price of a subscription")
OFFER = Rule(STEP, "offer", Reason.ADVERT, "an advert's offer with its price, or a point of it")
OTHER_HALF = Rule(STEP, "other_half", Reason.PROMO, "goes on with the call that stood on the line above")
RULES = (
    AD_MARKER, NEWSLETTER_LABEL, PAYWALL_LINE, PROMO_CALL, FORM_RESIDUE, DONATION_CALL, AFFILIATE_LINE, SUPPORT_BOX,
    PRICE_LINE, OFFER, OTHER_HALF,
)  # fmt: skip

# The most words of a line of each kind.
MARKER_WORDS = 12
LABEL_WORDS = 10
CALL_WORDS = 40
PAYWALL_WORDS = 40
WEAK_WORDS = 8  # of a label that says of itself no more than "Reserved for subscribers"
WEAK_LABEL_WORDS = 15  # of one that does not end as a sentence
FOLLOW_WORDS = 30
RESIDUE_WORDS = 120
DONATION_WORDS = 80
AFFILIATE_WORDS = 70
ASKING = (
    "ad_marker", "newsletter_label", "paywall_line", "promo_call", "follow_line", "form_residue", "donation_call",
    "affiliate_line", "ad_label",
)  # fmt: skip
WEAK = ("paywall_weak", "paywall_here")
GIVING = ("donation_weak", "donation_we")


def promos(page: Page) -> Page:
    """Drop lines of advertising and self-promotion by their words; a paywall line flags the page "paywalled"."""
    found: dict[int, Rule] = {}
    for index in page.saying(ASKING):
        rule = _asks(page, page.blocks[index], page.hits[index]) if page.is_open(index) else None
        if rule:
            found[index] = rule
    kinds = {"support": SUPPORT_BOX, "price": PRICE_LINE, "offer": OFFER, "half": OTHER_HALF}
    found |= {index: kinds[kind] for index, kind in boxes(page, found).items() if page.is_open(index)}
    page = page.decide({index: rule.verdict() for index, rule in found.items()})
    if PAYWALL_LINE in found.values():
        page = replace(page, flags=page.flags | {Flag.PAYWALLED})
    return page


def _asks(page: Page, block: Block, said: Mapping[str, str]) -> Rule | None:
    """The rule for what the line asks for; None when somebody else is quoted or spoken of."""
    words = block.words
    if "ad_marker" in said and words <= MARKER_WORDS:
        return AD_MARKER
    if "ad_label" in said and words == 1 and page.saying(("ad_marker",)):
        return AD_MARKER
    if "newsletter_label" in said and words <= LABEL_WORDS:
        return NEWSLETTER_LABEL
    if "form_residue" in said and words <= RESIDUE_WORDS and _is_residue(page, block):
        return FORM_RESIDUE
    if is_quoted(block) or "review_words" in said:
        return None
    if "paywall_line" in said and "paywall_reader" in said and words <= PAYWALL_WORDS and _is_wall(page, block, said):
        return PAYWALL_LINE
    if "promo_call" in said and "promo_object" in said and words <= CALL_WORDS:
        return PROMO_CALL
    if "follow_line" in said and words <= FOLLOW_WORDS:
        return PROMO_CALL
    if "donation_call" in said and words <= DONATION_WORDS and _is_appeal(page, block, said):
        return DONATION_CALL
    if "affiliate_line" in said and "affiliate_we" in said and words <= AFFILIATE_WORDS:
        return AFFILIATE_LINE
    return None


def _is_residue(page: Page, block: Block) -> bool:
    """True where two things that such a form says stand in one line."""
    return sum(phrase in block.folded for phrase in page.rules.families["form_residue"].phrases) > 1


def _is_wall(page: Page, block: Block, said: Mapping[str, str]) -> bool:
    """True where the line speaks of the text it stands in; a story may tell of what is reserved for subscribers."""
    if block.words <= WEAK_WORDS:
        return True
    asked = page.rules.ask_all([block.folded], WEAK)[0]
    if asked.get("paywall_weak") != said["paywall_line"]:
        return True
    return "paywall_here" in asked or (not block.ends_sentence and block.words <= WEAK_LABEL_WORDS)


def _is_appeal(page: Page, block: Block, said: Mapping[str, str]) -> bool:
    """True where the paper itself asks; a story may tell of people who chip in."""
    asked = page.rules.ask_all([block.folded], GIVING)[0]
    return asked.get("donation_weak") != said["donation_call"] or "donation_we" in asked
