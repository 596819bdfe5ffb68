"""Finds other stories in a text by the shape of lines in a row: headlines, teasers, ages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from cleaners.page import Block, Page
from cleaners.text.prose import QUOTES, is_prose, is_titlelike
from cleaners.vocabulary import Reason

HEADLINE_WORDS = (5, 25)
RUN = 3  # headlines in a row that are a list of other stories
RUN_MEAN = 6.5  # words of a headline in such a run; points of a story's list are shorter
SHARED = 0.25  # of a run's words that the text around has too; points of the text's own lists share more
CUT_WORDS = 6  # of a teaser, at least
MIN_PROSE = 3  # lines above
AGE_WORDS = 6
MOST_COMMAS = 2  # of a headline; line-ups and lists of names have more
HEAD_WORDS = 6
STEM = 5  # characters by which two forms of a word are told to be one
_BULLETS = "•·‣▪●◦*-–—+✓✔#|>("
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{2}")
_CUT = ("…", "...", "… »", "[…]", "[...]")


def is_cut(block: Block) -> bool:
    """True for a teaser that ends in an ellipsis."""
    return block.words >= CUT_WORDS and block.text.endswith(_CUT)


def is_headline(block: Block) -> bool:
    """True for a line that may be the headline of another story."""
    fewest, most = HEADLINE_WORDS
    if not fewest <= block.words <= most or block.text[0] in _BULLETS or block.text[-1] in ":,;，、：；":
        return False
    if block.ends_sentence and block.text[-1] not in "?！？!…":
        return False
    digits = sum(map(str.isdigit, block.text))
    return (
        not block.text[0].islower()
        and digits * 4 < len(block.text)
        and block.text.count(",") <= MOST_COMMAS
        and " | " not in block.text
    )


def headlines_above(page: Page, alive: Sequence[Block], at: int, floor: int) -> list[Block]:
    """The run of other stories' headlines that ends at this position of `alive`; empty where it is none."""
    start = at + 1
    while start - 1 > floor and is_headline(alive[start - 1]):
        start -= 1
    run = list(alive[start : at + 1])
    if len(run) == RUN - 1 and run[1].text.endswith(_CUT) and _begins_as(run[1], run[0]):
        return run
    above = alive[start - 1]
    if len(run) < RUN or not is_prose(above) or not _are_stories(run, alive[:start]):
        return []
    return run


def _begins_as(cut: Block, full: Block) -> bool:
    return full.folded.startswith(cut.folded.rstrip(" .…"))


def _are_stories(run: Sequence[Block], around: Iterable[Block]) -> bool:
    """True for long enough headlines that tell of what the text around does not."""
    if sum(block.words for block in run) < RUN_MEAN * len(run):
        return False
    return _shared(run, around) <= SHARED


def _shared(run: Iterable[Block], around: Iterable[Block]) -> float:
    """Share of the run's words, by their beginnings, that stand around it."""
    said = _stems(run)
    known = _stems(around)
    return sum(word in known for word in said) / max(1, len(said))


def _stems(blocks: Iterable[Block]) -> set[str]:
    return {word[:STEM] for block in blocks for word in _WORD.findall(block.folded)}


def between_paragraphs(page: Page) -> list[int]:
    """The headlines in a row between two paragraphs that speak of something else."""
    alive = page.alive()
    found: list[int] = []
    at = 0
    while at < len(alive):
        end = at
        while end < len(alive) and is_headline(alive[end]):
            end += 1
        run = alive[at:end]
        if (
            len(run) >= RUN
            and 0 < at
            and end < len(alive)
            and is_prose(alive[at - 1])
            and is_prose(alive[end])
            and sum(map(is_prose, alive[:at])) >= MIN_PROSE
            and not any(map(_is_unspaced, run))
            and any(_has_marks(block) for block in run)
            and _are_stories(run, [*alive[:at], *alive[end:]])
        ):
            found += [block.index for block in run]
        at = max(end, at + 1)
    return found


def _is_unspaced(block: Block) -> bool:
    """True for scripts that part no words, in which a caption is as long as a headline."""
    return block.words > 2 * len(block.text.split())


def _has_marks(block: Block) -> bool:
    """True for what headlines have and points of a list seldom: a question, a quote, a theme before a colon."""
    return block.text[-1] in "?？" or block.text[0] in QUOTES or ": " in block.text


def headed(page: Page) -> list[int]:
    """The headlines, each alone or with its teaser, from a head such as "More from the region" to the end."""
    alive = page.alive()
    prose = 0
    for at, block in enumerate(alive):
        prose += is_prose(block)
        if prose < MIN_PROSE or block.words > HEAD_WORDS or not _is_head(page, block):
            continue
        below = alive[at + 1 :]
        if below and _pairs(below):
            return [line.index for line in alive[at:]]
    return []


def _is_head(page: Page, block: Block) -> bool:
    said = page.hits[block.index]
    return not block.ends_sentence and ("stories_head" in said or "stories_from" in said)


def _pairs(below: Sequence[Block]) -> bool:
    """True where headlines stand at the top and no two paragraphs follow each other."""
    if len(below) < 2 or not is_headline(below[0]):
        return False
    headlines = sum(map(is_headline, below))
    told = [is_prose(block) for block in below]
    return headlines > 1 and not any(a and b for a, b in pairwise(told))


def aged(page: Page) -> list[int]:
    """Headlines and teasers that have their age below them, as "5 hours ago", two of them or more."""
    lines = [block for block in page.blocks if page.is_open(block.index) or _is_byline(page, block)]
    ages = [at for at, block in enumerate(lines) if _is_age(page, block)]
    if len(ages) < 2:
        return []
    found: list[int] = []
    groups = 0
    for at in ages:
        above = lines[max(0, at - 2) : at]
        if above and is_headline(above[-1]):
            story = above[-1:]
        elif len(above) == 2 and is_headline(above[0]) and above[1].words > HEAD_WORDS:
            story = above
        else:
            continue
        if sum(map(is_prose, lines[: story[0].index])) < MIN_PROSE and not groups:
            return []
        groups += 1
        found += [block.index for block in story] + [lines[at].index]
    told = sum(is_prose(page.blocks[index]) for index in found)
    kept = sum(map(is_prose, lines)) - told
    return found if groups > 1 and kept >= max(MIN_PROSE, told) else []


def _is_byline(page: Page, block: Block) -> bool:
    verdict = page.verdicts[block.index]
    return verdict is not None and verdict.reason == Reason.BYLINE


def _is_age(page: Page, block: Block) -> bool:
    if block.words > AGE_WORDS or not is_titlelike(block, AGE_WORDS) or not any(map(str.isdigit, block.text)):
        return False
    return bool(page.rules.asks(block.folded, "ago_tail"))
