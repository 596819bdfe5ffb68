"""Finds other stories in a text by the shape of lines in a row: headlines, teasers, ages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from cleaners.page import Block, Page
from cleaners.rules.phrases import Rules
from cleaners.text.fold import fold
from cleaners.text.prose import QUOTES, is_prose
from cleaners.vocabulary import Reason

HEADLINE_WORDS = (5, 25)
RUN = 3  # headlines in a row that are a list of other stories
RUN_MEAN = 6.5  # words of a headline in such a run; points of a story's list are shorter
SHARED = 0.25  # of a run's words that the text around has too; points of the text's own lists share more
CUT_WORDS = 6  # of a teaser, at least
MIN_PROSE = 3  # lines above
STORY_HEADS = ("stories_head", "stories_from")
FULL_STOPS = ".。।؟۔।"
AGE_WORDS = 6
LEAST_AGED = 2  # stories with an age
MOST_COMMAS = 2  # of a headline; line-ups and lists of names have more
HEAD_WORDS = 6
MOST_HEADS = 2  # above other stories; a round-up has one for each thing it tells of
CALLED_LINES = 4  # from the end: a headline and its story below a call to sign up
CALLED_WORDS = 8  # of such a headline; subheads of the story are shorter
CALLED_SHARED = 0.2  # of the words of its story
LABEL_WORDS = 2  # before the colon of an entry
STEM = 5  # characters by which two forms of a word are told to be one
_BULLETS = "•·‣▪●◦*-–—+✓✔#|>("
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{2}")
_RUN_OF_SHORT = bytes([True] * RUN)
_DIGIT = re.compile(r"\d")
_CUT = ("…", "...", "… »", "[…]", "[...]")


def is_cut(block: Block) -> bool:
    """True for a teaser that ends in an ellipsis."""
    return block.words >= CUT_WORDS and block.text.endswith(_CUT)


def is_headline(block: Block) -> bool:
    """True for a line that may be the headline of another story."""
    fewest, most = HEADLINE_WORDS
    if not fewest <= block.words <= most or block.text[0] in _BULLETS or block.text[-1] in ":,;，、：；":
        return False
    if block.ends_sentence and block.text[-1] not in "?！？!…" and not block.text.endswith(_CUT):
        return False
    text = block.text
    if text[0].islower() or text.count(",") > MOST_COMMAS or " | " in text:
        return False
    return sum(map(str.isdigit, text)) * 4 < len(text)


def headlines_above(page: Page, alive: Sequence[Block], at: int, floor: int) -> list[Block]:
    """The run of other stories' headlines that ends at this position of `alive`; empty where it is none."""
    start = at + 1
    while start - 1 > floor and is_headline(alive[start - 1]):
        start -= 1
    run = list(alive[start : at + 1])
    if any(cut.text.endswith(_CUT) and _begins_as(cut, full) for full, cut in pairwise(run)):
        return run
    above = alive[start - 1]
    if len(run) < RUN or not is_prose(above) or not _are_stories(run, alive[:start]):
        return []
    return run


def _begins_as(cut: Block, full: Block) -> bool:
    return full.folded.startswith(cut.folded.rstrip(" .…"))


def _are_stories(run: Sequence[Block], around: Iterable[Block]) -> bool:
    """True for headlines that tell of what the text around does not; lists of names, results and credits are none."""
    if sum(block.words for block in run) < RUN_MEAN * len(run):
        return False
    if 2 * sum(map(_is_entry, run)) > len(run):
        return False
    return _shared(run, around) <= SHARED


def _is_entry(block: Block) -> bool:
    """True for what a list has: a number or a label before a colon, a name before a dash, no small word."""
    words = block.text.split()
    if words[0][0].isdigit() or any(word.endswith(":") for word in words[:LABEL_WORDS]):
        return True
    return any(word[0].isupper() for word in words[1:]) and not any(word.isalpha() and word.islower() for word in words)


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
    fewest, most = HEADLINE_WORDS
    short = bytes([fewest <= block.words <= most and block.text[-1] not in FULL_STOPS for block in alive])
    found: list[int] = []
    at = short.find(_RUN_OF_SHORT, 1)
    while at >= 0:
        end = short.find(0, at)
        if end < 0:
            break
        if _is_between(alive, at, end):
            found += [block.index for block in alive[at:end]]
        at = short.find(_RUN_OF_SHORT, end)
    return found


def _is_between(alive: Sequence[Block], at: int, end: int) -> bool:
    """True for other stories' headlines from position `at` to `end`, with the story's paragraphs above and below."""
    run = alive[at:end]
    return (
        is_prose(alive[at - 1])
        and is_prose(alive[end])
        and any(map(_has_marks, run))
        and all(map(is_headline, run))
        and not any(map(_is_unspaced, run))
        and sum(map(is_prose, alive[:at])) >= MIN_PROSE
        and _are_stories(run, [*alive[:at], *alive[end:]])
    )


def _is_unspaced(block: Block) -> bool:
    """True for scripts that part no words, in which a caption is as long as a headline."""
    return block.words > 2 * len(block.text.split())


def _has_marks(block: Block) -> bool:
    """True for what headlines have and points of a list seldom: a question, a quote, a theme before a colon."""
    return block.text[-1] in "?？" or block.text[0] in QUOTES or ": " in block.text


def headed(page: Page) -> list[int]:
    """The headlines, each alone or with its teaser, from a head such as "More from the region" to the end."""
    heads = [index for index in page.saying(STORY_HEADS) if _is_head(page, index)]
    for index in heads if len(heads) <= MOST_HEADS else ():
        alive = page.alive()
        above = [line for line in alive if line.index < index]
        below = alive[len(above) + 1 :]
        prose = sum(map(is_prose, above))
        if (_pairs(below) and prose >= MIN_PROSE and _prose_words(below) <= _prose_words(above)) or (
            prose and len(below) == 1 and is_headline(below[0])
        ):
            return [index, *[line.index for line in below]]
    return _shown_twice(page) or _below_call(page)


def _is_head(page: Page, index: int) -> bool:
    block = page.blocks[index]
    return block.words <= HEAD_WORDS and not block.ends_sentence and page.is_open(index)


def _prose_words(blocks: Iterable[Block]) -> int:
    return sum(block.words for block in blocks if is_prose(block))


def _pairs(below: Sequence[Block]) -> bool:
    """True where headlines stand at the top and no two paragraphs follow each other."""
    if len(below) < 2 or not is_headline(below[0]):
        return False
    headlines = sum(map(is_headline, below))
    told = [is_prose(block) for block in below]
    return headlines > 1 and not any(a and b for a, b in pairwise(told))


def _shown_twice(page: Page) -> list[int]:
    """From the first headline that stands twice in a row, once for its picture, to the end: other stories.

    Only where a head above other stories was dropped right above it, or headlines come twice again and again.
    """
    alive = page.alive()
    rules = [verdict.rule if verdict else "" for verdict in page.verdicts]
    last = alive[-1].index if len(alive) > 1 else 0
    if last > 1 and rules[last - 1] == rules[last - 2] == "related_teaser":
        return [last] if page.blocks[last - 1].folded == page.blocks[last - 2].folded else []
    twice = [at for at, (a, b) in enumerate(pairwise(alive)) if a.folded == b.folded and is_headline(a)]
    if not twice or not any(map(is_prose, alive[: twice[0]])):
        return []
    below = alive[twice[0] :]
    told = [is_prose(block) for block in below]
    if any(a and b for a, b in pairwise(told)) or sum(told) > len(twice):
        return []
    headed = rules[below[0].index - 1] == "related_head"
    return [block.index for block in below] if headed or len(twice) >= RUN else []


def _below_call(page: Page) -> list[int]:
    """A headline right below a call to sign up or follow and what it heads, to the end, where they tell of things that
    the story above does not."""
    alive = page.alive()
    calls = {at for at, verdict in enumerate(page.verdicts) if verdict and verdict.rule == "promo_call"}
    for at in range(max(1, len(alive) - CALLED_LINES), len(alive) - 1) if calls else ():
        head, below = alive[at], alive[at + 1 :]
        if head.index - 1 in calls and head.words >= CALLED_WORDS and is_headline(head):
            above = alive[:at]
            told = sum(block.words for block in above if is_prose(block))
            if (
                all(block.ends_sentence for block in below)
                and sum(block.words for block in below) < told
                and _shared([head], above) == 0
                and _shared(below, above) <= CALLED_SHARED
            ):
                return [head.index, *[block.index for block in below]]
    return []


def aged(page: Page) -> list[int]:
    """Headlines and teasers that have their age below them, as "5 hours ago", two of them or more."""
    ages = _aged_lines(page)
    if len(ages) < LEAST_AGED:
        return []
    lines = [block for block in page.blocks if page.is_open(block.index) or _is_byline(page, block)]
    places = {block.index: at for at, block in enumerate(lines)}
    found: list[int] = []
    groups = 0
    for index in ages:
        at = places.get(index, 0)
        above = lines[max(0, at - 2) : at]
        if above and is_headline(above[-1]):
            story = above[-1:]
        elif len(above) > 1 and is_headline(above[0]) and above[1].words > HEAD_WORDS:
            story = above
        else:
            continue
        if not groups and sum(map(is_prose, lines[: places[story[0].index]])) < MIN_PROSE:
            return []
        groups += 1
        found += [*[block.index for block in story], index]
    told = sum(is_prose(page.blocks[index]) for index in found)
    kept = sum(map(is_prose, lines)) - told
    return found if groups >= LEAST_AGED and kept >= max(MIN_PROSE, told) else []


def _aged_lines(page: Page) -> list[int]:
    spoken = _ages(page.rules)
    return [
        block.index
        for block in page.blocks
        if 1 < block.words <= AGE_WORDS
        and (block.folded.endswith(spoken) or block.folded.startswith(spoken))
        and _DIGIT.search(block.text)
        and _is_age(page, block)
    ]


@lru_cache(maxsize=4)  # the rules that ship with the package, and a user's own
def _ages(rules: Rules) -> tuple[str, ...]:
    """What an age begins or ends with."""
    family = rules.families.get("ago_tail")
    return tuple(filter(None, map(fold, family.phrases))) if family else ()


def _is_byline(page: Page, block: Block) -> bool:
    verdict = page.verdicts[block.index]
    return verdict is not None and verdict.reason == Reason.BYLINE


def _is_age(page: Page, block: Block) -> bool:
    """True for "5 hours ago" and "By Ann Poe, 2 hours ago"; labels with a span of time are none."""
    if block.words == 1 or ":" in block.text or block.ends_sentence or block.text[0] in _BULLETS:
        return False
    spoken = _ages(page.rules)
    if not block.folded.endswith(spoken) and not block.folded.startswith(spoken):
        return False
    told = page.rules.asks(block.folded, "ago_tail")
    return bool(told) and (block.folded.startswith(told) or block.folded.endswith(told))
