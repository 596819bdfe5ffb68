"""Finds what is left of a paper's boxes in a text: appeals of several lines, prices, offers, halves of calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from cleaners.page import Block, Page
from cleaners.text.prose import is_quoted
from cleaners.vocabulary import Reason

Kind = Literal["support", "price", "offer", "half"]

_PRICE = re.compile(
    r"(?:[£$€¥₺₽₴₹₩₦]|\b(?:eur|usd|gbp|chf|pln|kr|rs|rp)\.?) ?\d|"
    r"\d[.,]?-? ?(?:[£$€¥₺₽₴₹₩₫]|(?:eur|euro|euros|usd|gbp|chf|kr|zł|pln|kč|ft|lei|ron|tl|din|rsd|лв|руб|грн|元|円|원|dkk|nok|sek)\b)",
)
_BULLETS = "•·‣▪●◦*-–✓✔"
BOX_LINES = 6  # of an appeal, from its first line to its last
HEAD_WORDS = 12  # of an appeal's head, and of its close
PRICE_WORDS = 14
OFFER_WORDS = 10
BETWEEN = 2  # short lines between an offer and its points
POINT_WORDS = 8
HALF_WORDS = 14
NEAR = 3  # lines between a price and the promotion it belongs to


def boxes(page: Page, found: Iterable[int]) -> dict[int, Kind]:
    """Which open lines are what of such a box; `found` has the lines known to be promotion."""
    kinds: dict[int, Kind] = _appeals(page)
    gone = [index for index, verdict in enumerate(page.verdicts) if verdict and verdict.reason == Reason.PROMO]
    promoted = {*found, *kinds, *gone}
    for index in {at + step for at in promoted for step in range(-NEAR, NEAR + 1)}:
        if 0 <= index < len(page.blocks) and page.is_open(index) and _is_subscription(page, page.blocks[index]):
            kinds[index] = "price"
    if page.media == "text":
        cries = [block for block in page.blocks if block.text[-1] == "!" and block.words <= OFFER_WORDS]
        for block in cries:
            if page.is_open(block.index) and block.index not in kinds and _is_offer(page, block):
                kinds |= dict.fromkeys(_offer(page, block.index), "offer")
    for index in sorted(promoted):
        if _is_other_half(page, index + 1):
            kinds.setdefault(index + 1, "half")
    return kinds


def _appeals(page: Page) -> dict[int, Kind]:
    """The lines from a head such as "Your support helps us" to the close that speaks of support again."""
    heads = [index for index in page.saying(("support_box",)) if page.is_open(index) and _is_head(page.blocks[index])]
    kinds: dict[int, Kind] = {}
    for index in heads:
        if index in kinds:
            continue
        box = _box(page, index)
        kinds |= dict.fromkeys(box, "support")
    return kinds


def _is_head(block: Block) -> bool:
    return block.words <= HEAD_WORDS and not is_quoted(block)


def _box(page: Page, head: int) -> list[int]:
    """The lines of the appeal that begins here: up to its close, or those right below that speak as it does."""
    below = [block for block in page.blocks[head + 1 : head + 1 + BOX_LINES] if page.is_open(block.index)]
    told = page.rules.ask_all([block.folded for block in [page.blocks[head], *below]], ("support_words",))
    speaks = [bool(said) for said in told]
    closes = [at for at, block in enumerate(below, 1) if "support_box" in page.hits[block.index] and _is_head(block)]
    if closes and sum(speaks[: closes[-1] + 1]) > 2:  # head, close, and a line between them
        return [head, *[block.index for block in below[: closes[-1]]]]
    end = 0
    while end < len(below) and speaks[end + 1]:
        end += 1
    return [head, *[block.index for block in below[:end]]] if speaks[0] and end else []


def _has_price(block: Block) -> bool:
    return any(map(str.isdigit, block.folded)) and _PRICE.search(block.folded) is not None


def _is_subscription(page: Page, block: Block) -> bool:
    """True for "From only £4 a month" and for a price with a subscription's name; it must stand beside promotion."""
    if block.words > PRICE_WORDS or not _has_price(block) or is_quoted(block):
        return False
    if block.ends_sentence and block.text[-1] != "!":
        return False
    asked = page.rules.ask_all([block.folded], ("price_period", "price_from"))[0]
    return "price_period" in asked and ("price_from" in asked or "paywall_reader" in page.hits[block.index])


def _is_offer(page: Page, block: Block) -> bool:
    """True for an advert's cry with a price: "Insure your car from 29 €!"."""
    return _has_price(block) and not is_quoted(block) and bool(page.rules.asks(block.folded, "price_from"))


def _offer(page: Page, index: int) -> list[int]:
    """The offer's line and, where points follow it, the short lines and points below."""
    at, last = index + 1, index
    while at < len(page.blocks) and page.is_open(at):
        block = page.blocks[at]
        if block.ends_sentence or block.words > POINT_WORDS:
            break
        if block.text[0] in _BULLETS:
            last = at
        elif at - index > BETWEEN or last > index:
            break
        at += 1
    return list(range(index, last + 1))


def _is_other_half(page: Page, index: int) -> bool:
    """True for a short line that begins in lower case where the line above, a call without a full stop, is gone."""
    if index >= len(page.blocks) or not page.is_open(index):
        return False
    block, above = page.blocks[index], page.blocks[index - 1]
    return block.text[0].islower() and block.words <= HALF_WORDS and (not above.ends_sentence or above.text[-1] == "!")
