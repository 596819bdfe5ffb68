"""Drops the headline where it stands above the text again, and the section label right above it."""

from __future__ import annotations

from collections.abc import Iterable

from cleaners.page import Block, Page
from cleaners.text.fold import squash
from cleaners.text.prose import first_prose, is_titlelike
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

STEP, REASON = "title_repeat", Reason.TITLE_REPEAT
REPEATED_TITLE = Rule(STEP, "repeated_title", REASON, "the headline again")
KICKER = Rule(STEP, "kicker", REASON, "a section label above the headline")
RULES = (REPEATED_TITLE, KICKER)

TITLE_WORDS = 40
MARKS = 30  # characters of punctuation and spaces that a headline may have beyond its words
MIN_WORDS = 3  # shorter titles are names that articles open with too
KICKER_WORDS = 4
SEPARATORS = (" | ", " - ", " – ", " — ", " · ", " • ", " » ", " :: ", " / ")
BELOW_PROSE = 3  # lines: some pages show the standfirst above the headline


def title_repeat(page: Page) -> Page:
    """Drop lines above the article that are its stated title, and one short line right above the first of them.

    Without a stated title, of the head or lifted by an earlier step, nothing is dropped. The standfirst stays.
    """
    lifted = (lift.value for lift in page.lifts if lift.field == "title")
    titles = set(_forms(dict.fromkeys([*page.head.titles, page.head.title, *lifted]))) - {""}
    if not titles:
        return page
    alive = page.alive()
    end = first_prose(alive)
    top = alive[: end + 1 + BELOW_PROSE] if end < len(alive) else alive
    if page.media == "text" and len(top) < len(alive):
        top += alive[-1:]  # some extractors leave the headline there
    shortest, longest = min(map(len, titles)), max(map(len, titles)) + MARKS
    verdicts: dict[int, Verdict] = {}
    for at, block in enumerate(top):
        if not shortest <= len(block.text) <= longest or block.words > TITLE_WORDS or not page.is_open(block.index):
            continue
        words = squash(block.text)
        if words not in titles:
            continue
        verdicts[block.index] = REPEATED_TITLE.verdict()
        above = top[at - 1] if at else None
        if above is not None and above.index not in verdicts and page.is_open(above.index) and _is_kicker(above, block):
            verdicts[above.index] = KICKER.verdict()
    return page.decide(verdicts)


def _forms(titles: Iterable[str | None]) -> Iterable[str]:
    """Each title as squashed words, with and without the site's name at its end."""
    for title in titles:
        if not title:
            continue
        yield squash(title)
        for separator in SEPARATORS:
            left, found, _ = title.rpartition(separator)
            if found and len(left.split()) >= MIN_WORDS:
                yield squash(left)
                if separator in left and len(left.split(separator)[0].split()) > MIN_WORDS:
                    yield squash(left.split(separator)[0])


def _is_kicker(above: Block, title: Block) -> bool:
    return (
        is_titlelike(above, KICKER_WORDS)
        and above.kind not in ("table", "heading")
        and not above.zone & (Zone.TABLE | Zone.FIGURE)
        and above.words < max(title.words, MIN_WORDS)
    )
