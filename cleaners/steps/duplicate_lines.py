"""Drops sentences that a page says twice; what articles repeat on purpose stays: refrains, tables, training plans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cleaners.page import Block, Page
from cleaners.text.prose import is_sentence
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

STEP, REASON = "duplicate_lines", Reason.DUPLICATE_LINE
REPEATED_AT_ONCE = Rule(STEP, "repeated_at_once", REASON, "says again what the line beside it says")
REPEATED_BESIDE_ARTICLE = Rule(
    STEP, "repeated_beside_article", REASON, "says in a sidebar, a menu or the like what a line of the article says"
)
REPEATED_PASSAGE = Rule(STEP, "repeated_passage", REASON, "says again, with its neighbour, what two lines above say")
RULES = (REPEATED_AT_ONCE, REPEATED_BESIDE_ARTICLE, REPEATED_PASSAGE)

# A full sentence of prose comes twice by machine; refrains, slogans and scores are shorter. But:
BESIDE_WORDS = 8  # right behind itself a shorter one is proof enough
BESIDE_CHARS = 60  # or a line so long without a full stop
DISTINCT_SHARE = 0.6  # of the words; a chant is long because it says little again and again
MOST_DIGITS = 0.15  # of the characters; plans, scores and specifications count
VERSE_LINES = 3  # so many different short sentences that come again on one page are a refrain, a plan or a form
VERSE_WORDS = 16  # a line of a refrain or a plan has fewer
LEAST_CLOSING = 2  # sentences that stand once more at the end
MOST_COPIES = 3  # in the body; what stands there four times was put there four times

# Where a second rendering of a line stands when the first is in the article.
_ASIDE = (
    Zone.CHROME
    | Zone.HEADER
    | Zone.ASIDE
    | Zone.RELATED
    | Zone.PROMO
    | Zone.SHARE
    | Zone.COMMENTS
    | Zone.HIDDEN
    | Zone.NOSCRIPT
    | Zone.FIGURE
)


def duplicate_lines(page: Page) -> Page:
    """Drop the further copies of long sentences; the copy in the article stays, else the first.

    Protection goes by the shape of a line and not by its markup: the same text without markup must end the same.
    """
    alive = page.alive()
    copies: dict[str, list[int]] = {}
    for place, block in enumerate(alive):
        if block.words >= BESIDE_WORDS:
            copies.setdefault(block.folded, []).append(place)
    again = [places for places in copies.values() if len(places) > 1]
    repeated = [places for places in again if _is_unlikely_twice(page, alive[places[0]])]
    if not repeated:
        return page
    refrains = sum(alive[places[0]].words < VERSE_WORDS for places in again)
    closing = _closing_copies(alive, copies)
    verdicts: dict[int, Verdict] = {}
    for places in repeated:
        kept = min(places, key=lambda place: _standing(page, alive[place]))
        in_body = [place for place in places if not alive[place].inside(_ASIDE)]
        beside = _beside(places) or _beside(in_body)
        meant = len(in_body) > MOST_COPIES or any(b - a == 1 for a, b in pairwise(in_body))
        verse = alive[kept].words < VERSE_WORDS and refrains >= VERSE_LINES
        for place in places:
            block = alive[place]
            if place == kept or not page.is_open(block.index):
                continue
            verdict = beside
            if not verdict and place in closing and not verse:
                verdict = REPEATED_PASSAGE.verdict("begins the text once more, below its end")
            if not verdict and is_sentence(block) and not verse:
                verdict = _rendered_twice(alive, kept, place, copies, meant)
            if verdict:
                verdicts[block.index] = verdict
    return page.decide(verdicts)


def _closing_copies(alive: Sequence[Block], copies: dict[str, list[int]]) -> frozenset[int]:
    """The positions of sentences at the end that say again, in their order, what sentences in a row say above.

    The text may stand there several times.
    """
    said = [place for place, block in enumerate(alive) if is_sentence(block)]
    found: list[int] = []
    run: list[int] = []
    for place in reversed(said):
        first = copies[alive[place].folded][0]
        if run and first >= copies[alive[run[-1]].folded][0]:
            if len(run) < LEAST_CLOSING:
                break
            found += run
            run = []
        if first == place:
            break
        run.append(place)
    return frozenset(found + run if len(run) >= LEAST_CLOSING else found)


def _standing(page: Page, block: Block) -> tuple[bool, bool, bool, int]:
    """Sorts the copy first that a step kept, then one in the article, then a heading before its table of contents."""
    return page.is_open(block.index), block.inside(_ASIDE), block.kind != "heading", block.index


def _beside(places: Sequence[int]) -> Verdict | None:
    """Two copies, one right behind the other; three or more in a row are a chant."""
    if len(places) == 2 and places[1] - places[0] == 1:
        return REPEATED_AT_ONCE.verdict()
    return None


def _rendered_twice(
    alive: Sequence[Block], kept: int, place: int, copies: dict[str, list[int]], meant: bool
) -> Verdict | None:
    """A verdict on a copy beside the article, or on one in the body that comes with its neighbour too.

    `kept` and `place` are the positions of the copy that stays and of this one in `alive`; `copies` has all positions
    of each line that comes again. None for one that sentences of its own surround, as in an argument, or that is
    `meant` to come again.
    """
    line = f"line {alive[kept].index + 1}"
    if alive[place].inside(_ASIDE):
        return REPEATED_BESIDE_ARTICLE.verdict(f"says outside the article what {line} says")
    if meant:
        return None
    together = False
    for step in (-1, 1):
        if not 0 <= place + step < len(alive):
            continue
        near = alive[place + step]
        if is_sentence(near) and len(copies.get(near.folded, ())) < 2:
            return None
        together |= 0 <= kept + step < len(alive) and alive[kept + step].folded == near.folded
    return REPEATED_PASSAGE.verdict(f"says with its neighbour what {line} says") if together else None


def _is_unlikely_twice(page: Page, block: Block) -> bool:
    """True for a line that nobody repeats on purpose: neither a row nor a chant, nor full of figures."""
    text = block.folded
    if " | " in text or page.says(block, "may_repeat") or not (block.ends_sentence or len(text) >= BESIDE_CHARS):
        return False
    if sum(map(text.count, "0123456789")) > MOST_DIGITS * len(text):
        return False
    words = text.split()
    return len(words) < BESIDE_WORDS or len(set(words)) >= DISTINCT_SHARE * len(words)
