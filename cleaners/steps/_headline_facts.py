"""What is measured of each line that may be the headline of an extracted text: where it stands, how it looks, what recurs."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import log1p
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import numpy as np
import numpy.typing as npt

from cleaners.page import Block, Page
from cleaners.steps.bylines import EXTRACTED
from cleaners.text.prose import PROSE_WORDS, QUOTES
from cleaners.vocabulary import Reason

NAMES = (
    "words", "characters", "ends_sentence", "ends_colon", "asks_or_calls", "commas", "digits", "capitals", "quote_start",
    "dash", "phrases", "at", "behind_date", "stories_above", "gap", "bylines_between", "byline_below", "byline_above",
    "next_words", "next_ends", "above_words", "above_ends", "shared_above", "shared_below", "longer_above",
    "longer_below", "repeated", "begins_others", "run", "lines", "around_words", "few_left", "holds_other",
    "held_by_other", "first_is_story", "story_share", "words_passed", "in_first", "in_first_most", "in_address", "in_address_most",
)  # fmt: skip

MOST_WORDS = 40  # of a headline; the longest of 1,300 real ones has 33
MOST_CHARACTERS = 300
LONG_LINE = 26  # words of a line that is story even where no mark ends its sentences, as in Thai
REACH = 16  # lines above a line of story: nearly all headlines stand in them
RUNS = 8  # lines of story, above which headlines are looked for
THICK = 25  # lines in which lines of story are counted
MOSTLY = 0.7  # of the most such lines anywhere, from which on a part is the main one
TOP = 6  # lines that are looked at however far the story is
LIKELIEST, MOST_LIKELIEST = 8, 16  # lines that are looked at closely, of a short text and of a long one
FAR_LESS_LIKELY = 8.0  # log-odds below the likeliest line, where a line is not looked at
LINES_FOR_ONE = 12  # lines of a text for which one more is looked at
NEAR = 3  # lines of story that are read for what a headline shares with its beginning
BEGINNING = 250  # characters of such a line
STEM = 5  # letters that are compared, so that endings do not matter
SHORTEST = 4  # letters of a word that is compared
_WORD = re.compile(r"[^\W_]+")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")
_FAR_OFF = 60  # stands for "none"


class Lines(NamedTuple):
    """The lines of a text that are still there, those that may be its headline, and where its story lines stand."""

    alive: Sequence[Block]
    stories: Sequence[int]  # positions in `alive`
    candidates: Sequence[int]


def is_story(block: Block) -> bool:
    """True for a line of prose, also in scripts that end no sentence with a mark."""
    return block.words >= LONG_LINE or (block.words >= PROSE_WORDS and block.ends_sentence and not _asks(block))


def _asks(block: Block) -> bool:
    """True for a question, which headlines are as well."""
    return block.text[-1] in "?？؟"


def lines_of(page: Page) -> Lines:
    """The candidates of a text page: open lines of a headline's length above the first lines of story, the likeliest."""
    alive = page.alive()
    stories = [at for at, block in enumerate(alive) if block.words >= PROSE_WORDS and is_story(block)]
    places: dict[int, tuple[int, int]] = {}  # position → lines to the next story line, story lines above
    for passed, end in enumerate(stories[:RUNS] or [min(len(alive), REACH) - 1]):
        for at in range(max(0, end - REACH), end + 1):
            places[at] = places.get(at, (end - at, passed))
    for end in _main_story(stories):
        places |= {at: (end - at, 0) for at in range(max(0, end - REACH), end)}
    for at in range(min(TOP, len(alive))):
        places.setdefault(at, (REACH, 0))
    times = Counter(block.folded for block in alive if block.words <= MOST_WORDS)
    if alive and EXTRACTED.fullmatch(alive[0].text):
        places.pop(0, None)
    likely = []
    for at, (gap, passed) in places.items():
        block = alive[at]
        if _may_be(block) and page.verdicts[block.index] is None:
            likely.append((_likelihood(page, block, at, gap, passed, times[block.folded]), at))
    likely.sort(reverse=True)
    most = min(LIKELIEST + len(alive) // LINES_FOR_ONE, MOST_LIKELIEST)
    least = likely[0][0] - FAR_LESS_LIKELY if likely else 0.0
    return Lines(alive, stories, sorted(at for likelihood, at in likely[:most] if likelihood >= least))


def _main_story(stories: Sequence[int]) -> Sequence[int]:
    """Where the thickest part of the text begins, when that is further down, and the two story lines before it."""
    if len(stories) <= RUNS:
        return ()
    thick = [bisect_right(stories, at + THICK) - place for place, at in enumerate(stories)]
    first = next(place for place, count in enumerate(thick) if count >= MOSTLY * max(thick))
    return stories[max(0, first - 2) : first + 1] if first >= RUNS else ()


def _likelihood(page: Page, block: Block, at: int, gap: int, passed: int, times: int) -> float:
    """How likely a line is the headline by what is cheaply known, in log-odds fitted on the training pages."""
    dropped = page.verdicts[block.index + 1] if block.index + 1 < len(page.verdicts) else None
    return (
        min(block.words, 6) * 0.35
        + (1.5 if block.words >= 3 else 0.0)
        - (2.4 if block.words >= 20 else 0.0)
        + (3.7 if at == 0 else 0.0)
        - min(gap, 16) * 0.25
        + (0.5 if gap <= 1 else 0.0)
        - min(passed, 6) * 0.75
        - (1.2 if passed else 0.0)
        + (2.2 if dropped is not None and dropped.reason == Reason.BYLINE else 0.0)
        + min(times - 1, 2) * 1.25
        - (1.0 if block.ends_sentence else 0.0)
        + min(len(block.text), 60) * 0.04
        - (0.6 if page.hits[block.index] else 0.0)
    )


def _may_be(block: Block) -> bool:
    text = block.text
    return (
        block.words <= MOST_WORDS
        and 2 < len(text) <= MOST_CHARACTERS
        and (block.words > 1 or len(text) > 7)
        and any(map(str.isalnum, text[:12]))
        and not (block.words > LONG_LINE and block.ends_sentence)
    )


@lru_cache(maxsize=4_096)
def stems(folded: str) -> frozenset[str]:
    """The longer words of a folded line by their first letters; in scripts without spaces its pairs of characters."""
    if _SPACELESS.search(folded):
        return frozenset(a + b for a, b in pairwise(folded) if a.isalnum() and b.isalnum())
    return frozenset(word[:STEM] for word in _WORD.findall(folded) if len(word) >= SHORTEST)


@lru_cache(maxsize=64)
def _address_stems(url: str) -> frozenset[str]:
    return stems(_plain(unquote(urlsplit(url).path).casefold()))


def _plain(text: str) -> str:
    """Without accents, as addresses are written."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _share(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / len(words) if words else 0.0


def facts(page: Page, lines: Lines) -> npt.NDArray[np.float32]:
    """One row for each candidate, one column for each of NAMES."""
    alive, stories, candidates = lines
    text = _Text(
        [block.words for block in alive],
        [block.folded for block in alive],
        ["" if verdict is None else verdict.reason for verdict in page.verdicts],
    )
    address = _address_stems(page.url) if page.url else frozenset()
    beginnings: dict[int, frozenset[str]] = {}
    rows: list[list[float]] = []
    shared: list[tuple[float, float]] = []
    for at in candidates:
        passed = bisect_right(stories, at)
        if passed not in beginnings:
            below = [stems(alive[place].folded[:BEGINNING]) for place in stories[passed : passed + NEAR]]
            beginnings[passed] = frozenset().union(*below)
        own = stems(alive[at].folded)
        slug = _share(stems(_plain(alive[at].folded)), address) if address else 0.0
        shared.append((_share(own, beginnings[passed]), slug))
        rows.append(_row(page, lines, at, passed, text))
    most, closest = (max(column) for column in zip(*shared, strict=True)) if shared else (0.0, 0.0)
    for row, (near, slug) in zip(rows, shared, strict=True):
        row += (near, near - most, slug, slug - closest)
    return np.array(rows, np.float32).reshape(len(rows), len(NAMES))


class _Text(NamedTuple):
    """What is asked of many lines: the words of each one alive, and itself folded, and why others of the page went."""

    words: Sequence[int]
    keys: Sequence[str]
    reasons: Sequence[str]


def _row(page: Page, lines: Lines, at: int, passed: int, text: _Text) -> list[float]:
    alive, stories, _ = lines
    block = alive[at]
    index, words, key = block.index, text.words, text.keys[at]
    has_story = passed < len(stories)
    end = stories[passed] if has_story else min(len(alive), at + REACH)
    start = max(stories[passed - 1] + 1 if passed else 0, at - REACH)
    last = min(alive[end].index if has_story else len(page.blocks), index + REACH)
    own = stems(block.folded)
    following = alive[at + 1] if at + 1 < len(alive) else None
    before = alive[at - 1] if at else None
    around = text.keys[max(0, at - 4) : at + 7]
    return [
        *_looks(block),
        len(page.hits[index]),
        min(at, _FAR_OFF),
        index == 1 and EXTRACTED.fullmatch(page.blocks[0].text) is not None,
        min(passed, 6),
        min(end - at, _FAR_OFF),
        text.reasons[index + 1 : last].count(Reason.BYLINE),
        index + 1 < len(text.reasons) and text.reasons[index + 1] == Reason.BYLINE,
        index > 0 and text.reasons[index - 1] == Reason.BYLINE,
        following.words if following else -1.0,
        following is not None and following.ends_sentence,
        before.words if before else -1.0,
        before is not None and before.ends_sentence,
        _share(own, stems(before.folded)) if before else 0.0,
        _share(own, stems(following.folded)) if following else 0.0,
        max(words[start:at], default=0) - block.words,
        max(words[at + 1 : end], default=0) - block.words,
        min(text.keys.count(key) - 1, 4),
        len(key) > 8 and "\n" + key in "\n" + "\n".join(text.keys[at + 1 : min(end, at + 7)]),
        _run(stories, passed),
        log1p(len(alive)),
        sum(words[max(0, at - 4) : at]) / 4,
        min(len(alive) - at, 12),
        any(8 < len(other) < len(key) and other in key for other in around),
        len(key) > 8 and "\n".join(around).count(key) > around.count(key),
        stories[:1] == [0],
        len(stories) / len(alive),
        min(sum(words[story] for story in stories[:passed]), 200),
    ]


def _run(stories: Sequence[int], passed: int) -> int:
    """How many of the next lines of story stand close together."""
    near = stories[passed : passed + 6]
    return sum(at - near[0] <= 2 * (place + 1) for place, at in enumerate(near))


def _looks(block: Block) -> list[float]:
    text = block.text
    starts = [token[0] for token in text.split() if token[0].isalpha()]
    return [
        min(block.words, 60),
        len(text),
        block.ends_sentence,
        text[-1] in ":：,、，;",
        text[-1] in "?!？！؟",
        text.count(",") + text.count("，") + text.count("、") + text.count("،"),
        sum(map(str.isdigit, text)) / len(text),
        sum(map(str.isupper, starts)) / len(starts) if starts else 0.0,
        text[0] in QUOTES,
        " - " in text or " – " in text or " — " in text,
    ]
