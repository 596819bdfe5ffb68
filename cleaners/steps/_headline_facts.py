"""What is measured of each line that may be the headline of an extracted text: where it stands, how it looks, what recurs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache, reduce
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import numpy as np
import numpy.typing as npt

from cleaners.judge.block_arrays import field_arrays, group_numbers
from cleaners.judge.character_counts import (
    CLASSES,
    COMMA,
    DIGIT,
    EXCLAMATION,
    LOWER,
    OPENS_QUOTE,
    SENTENCE_END,
    SEPARATOR,
    STOP,
    UPPER,
    WIDE_STOP,
    count_characters,
)
from cleaners.judge.feature_table import Floats
from cleaners.judge.words import numbers_of, words_of
from cleaners.page import Block, Page
from cleaners.read.text import DATED_LEAD as EXTRACTED
from cleaners.text.prose import PROSE_WORDS, is_sentence
from cleaners.vocabulary import Reason

MOST_WORDS = 40  # of a headline; the longest of 1,300 real ones has 33
MOST_CHARACTERS = 300
LONG_LINE = 26  # words of a line that is story even where no mark ends its sentences, as in Thai
DOUBT = 0.3  # what the words of a line count as story that says what furniture says
WINDOWS_BELOW, WINDOWS_ABOVE = (3, 8, 20, 60), (4, 15)  # lines
WIDEST = 60
RUN = 6  # lines from a line of story on in which more of them make a run
MENU_WORDS = 4  # of an entry of a menu, at most
MAIN = 0.7  # of the most words of story that any window has, from which on the main part begins
NEAR = 3  # lines of story that are read for what a headline shares with its beginning
BEGINNING = 250  # characters of such a line
STEM = 5  # letters that are compared, so that endings do not matter
SHORTEST = 4  # letters of a word that is compared
AROUND = 4  # lines above and below that may hold a candidate, or stand in it
LEAST_SLUG = 3  # words of a part of an address that may be a headline's
_ABOVE, _BELOW = range(AROUND), range(AROUND + 1, 2 * AROUND + 1)  # starts of slices of a padded row
FAR = 60.0  # stands for "none"
_ASKS, _COLONS = (np.isin(np.arange(len(CLASSES)), list(map(ord, marks))) for marks in ("?？؟", ":：,、，;"))
_WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"[^\W\d_]{2,}")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")

NAMES = (
    "words", "characters", "ends_sentence", "ends_colon", "asks", "calls", "commas", "digits", "capitals", "all_caps",
    "starts_upper", "starts_lower", "starts_quote", "starts_digit", "separators", "stops", "phrases", "at", "lines",
    "from_end", "behind_date", "first_is_story", "story_share", "repeated",
    "words-1", "words-2", "words+1", "words+2", "words+3", "ends-1", "ends-2", "ends+1", "ends+2",
    *(f"story+{width}" for width in WINDOWS_BELOW), *(f"story-{width}" for width in WINDOWS_ABOVE),
    "story_below", "thick_20", "thick_60", "from_thick_20", "from_last_20", "from_thick_60", "from_last_60", "passed", "words_passed", "gap", "since", "run",
    "menu-6", "menu+6", "longer_above", "longer_below", "byline_next", "bylines_below", "byline_before", "dropped_above",
    "dropped_below", "of_address",
)  # fmt: skip
CLOSER_NAMES = (
    "likelihood", "behind_best", "before_next", "rank", "from_best", "in_first", "in_first_most", "in_main", "in_main_most",
    "in_address", "in_address_most", "covers_address", "covers_address_most", "address", "echoed", "echoed_above", "shared_above", "shared_below", "holds_other", "held_by_other", "begins_next",
    "title_case", "dash",
)  # fmt: skip


class Lines(NamedTuple):
    """The lines of a text that are still there, those that may be its headline, and where its story lines stand.

    `table` has one row for each line and one column for each of NAMES.
    """

    alive: Sequence[Block]
    stories: npt.NDArray[np.intp]  # positions in `alive`
    candidates: npt.NDArray[np.intp]
    table: Floats


def is_story(block: Block) -> bool:
    """True for a line of prose, also in scripts that end no sentence with a mark."""
    return block.words >= LONG_LINE or (is_sentence(block) and not _asks(block))


def _asks(block: Block) -> bool:
    """True for a question, which headlines are as well."""
    return block.text[-1] in "?？؟"


def lines_of(page: Page) -> Lines:
    """The lines of a text page with what is cheaply known of them; candidates are open lines of a headline's length."""
    alive = page.alive()
    if not alive:
        nothing = np.empty(0, np.intp)
        return Lines(alive, nothing, nothing, np.empty((0, len(NAMES)), np.float32))
    n = len(alive)
    index, words = field_arrays(alive, "index", "words")
    lines = [block.text for block in alive]
    chars = np.fromiter(map(len, lines), np.int64, n)
    counts, (first, last, final, _) = count_characters(lines)
    sentence = CLASSES.take(final, mode="clip") >> SENTENCE_END & 1 == 1
    asks = _ASKS.take(last, mode="clip")
    story = (words >= LONG_LINE) | ((words >= PROSE_WORDS) & sentence & ~asks)
    opening = CLASSES.take(first, mode="clip")
    said = np.fromiter([len(page.hits[at]) for at in index.tolist()], np.int64, n)
    columns: list[Column] = [
        words, chars, sentence, _COLONS.take(last, mode="clip"), asks, counts[EXCLAMATION] > 0, counts[COMMA],
        counts[DIGIT] / chars, counts[UPPER] / np.maximum(words, 1), counts[LOWER] == 0, opening >> UPPER & 1,
        opening >> LOWER & 1, OPENS_QUOTE.take(first, mode="clip"), opening >> DIGIT & 1, counts[SEPARATOR],
        counts[STOP] + counts[WIDE_STOP], said,
        *_places(page, alive, story),
        *_neighbours(words, sentence),
        *_masses(words * np.where(said > 0, DOUBT, 1.0) * story),
        *_surroundings(words, story),
        *_decided(page, index),
        _of_address(page, alive),
    ]  # fmt: skip
    table = np.empty((n, len(NAMES)), np.float32)
    for row, column in zip(table.T, columns, strict=True):
        row[:] = column
    is_open = np.fromiter([page.verdicts[at] is None for at in index.tolist()], np.bool_, n)
    fits = is_open & (words <= MOST_WORDS) & (chars > 2) & (chars <= MOST_CHARACTERS) & ((words > 1) | (chars > 7))
    fits &= ~(sentence & (words > LONG_LINE)) & (counts[LOWER] + counts[UPPER] + words > 0)
    if page.blocks[0].index == index[0] and EXTRACTED.fullmatch(lines[0]):
        fits[0] = False
    return Lines(alive, np.flatnonzero(story), np.flatnonzero(fits), table)


Column = npt.NDArray[np.generic] | float


def _places(page: Page, alive: Sequence[Block], story: npt.NDArray[np.bool_]) -> list[Column]:
    """Where a line stands on its page, and what kind of page it is."""
    n = len(alive)
    at = np.arange(n)
    same = group_numbers(tuple(alive), "folded")
    behind_date = EXTRACTED.fullmatch(page.blocks[0].text) is not None
    return [
        at, float(np.log1p(n)), n - 1 - at, at == behind_date if behind_date else 0.0,
        float(story[0]), int(np.count_nonzero(story)) / n, np.bincount(same)[same] - 1,
    ]  # fmt: skip


def _padded(values: npt.NDArray[np.generic], missing: float) -> Floats:
    """The values of all lines with AROUND missing ones before and behind, so that shifting them is a slice."""
    found = np.full(len(values) + 2 * AROUND, missing, np.float32)
    found[AROUND:-AROUND] = values
    return found


def _neighbours(words: npt.NDArray[np.int64], sentence: npt.NDArray[np.bool_]) -> list[Column]:
    n = len(words)
    lengths, ends = _padded(words, -1.0), _padded(sentence, -1.0)
    return [
        *[lengths[AROUND + step :][:n] for step in (-1, -2, 1, 2, 3)],
        *[ends[AROUND + step :][:n] for step in (-1, -2, 1, 2)],
    ]


def _masses(mass: npt.NDArray[np.float64]) -> list[Column]:
    """Words of story in windows below and above each line, and where the thickest part of the text begins."""
    n = len(mass)
    sums = np.zeros(n + 1 + 2 * WIDEST)
    np.cumsum(mass, out=sums[WIDEST + 1 : WIDEST + 1 + n])
    sums[WIDEST + 1 + n :] = total = sums[WIDEST + n]
    before, behind = sums[WIDEST:][:n], sums[WIDEST + 1 :][:n]
    below = [sums[WIDEST + 1 + width :][:n] - behind for width in WINDOWS_BELOW]
    above = [before - sums[WIDEST - width :][:n] for width in WINDOWS_ABOVE]
    at = np.arange(n)
    shares: list[Column] = []
    distances: list[Column] = []
    for window in below[2:]:
        share = window / max(float(window.max()), 1.0)
        thick = np.flatnonzero(share >= MAIN)
        first, last = (int(thick[0]), int(thick[-1])) if len(thick) else (0, 0)
        first += int(np.argmax(mass[first:] > 0))
        shares.append(share)
        distances += [at - first, at - last]
    return [*below, *above, (total - behind) / max(float(total), 1.0), *shares, *distances]


def _surroundings(words: npt.NDArray[np.int64], story: npt.NDArray[np.bool_]) -> list[Column]:
    """The lines of story above and below, whether they make a run, entries of menus, and longer lines that are no story."""
    n = len(words)
    at = np.arange(n)
    stories = np.flatnonzero(story)
    passed = np.searchsorted(stories, at)  # above each line
    ends = np.append(stories, n + int(FAR))
    gap = ends[passed + story] - at
    since = at - np.concatenate(([-FAR], stories))[passed]
    of_run = np.append(np.searchsorted(stories, stories + RUN) - np.arange(len(stories)), 0)
    words_of_story = np.concatenate(([0], np.cumsum(words[stories])))
    menu = np.zeros(n + 13, np.float64)
    np.cumsum(words <= MENU_WORDS, out=menu[7 : 7 + n])
    menu[7 + n :] = menu[6 + n]
    other = _padded(np.where(story, 0, words), 0.0)
    above, below = (reduce(np.maximum, [other[step:][:n] for step in steps]) for steps in (_ABOVE, _BELOW))
    return [
        passed, words_of_story[passed], gap, since, of_run[passed + story],
        menu[6:][:n] - menu[:n], menu[13:][:n] - menu[7:][:n], above - words, below - words,
    ]  # fmt: skip


def _decided(page: Page, index: npt.NDArray[np.int64]) -> list[Column]:
    """What rules took out around each line: bylines, and anything."""
    reasons = {at: verdict.reason for at, verdict in enumerate(page.verdicts) if verdict and verdict.reason}
    sums = np.zeros((2, len(page.verdicts) + 13), np.int64)
    bylines, dropped = sums
    if reasons:
        bylines[[at + 7 for at, reason in reasons.items() if reason == Reason.BYLINE]] = 1
        dropped[[at + 7 for at in reasons]] = 1
        sums.cumsum(axis=1, out=sums)
    here = index + 7  # the sum up to and with a line; before it, one less
    return [
        bylines[here + 1] - bylines[here], bylines[here + 6] - bylines[here], bylines[here - 1] - bylines[here - 3],
        dropped[here - 1] - dropped[here - 7], dropped[here + 6] - dropped[here],
    ]  # fmt: skip


@lru_cache(maxsize=4_096)
def stems(folded: str) -> frozenset[str]:
    """The longer words of a folded line by their first letters; in scripts without spaces its pairs of characters."""
    if not folded.isascii() and _SPACELESS.search(folded):
        return frozenset(a + b for a, b in pairwise(folded) if a.isalnum() and b.isalnum())
    return frozenset([word[:STEM] for word in _WORD.findall(folded) if len(word) >= SHORTEST])


def _of_address(page: Page, alive: Sequence[Block]) -> Column:
    """How much of the page's address each line says; -1 where no address says anything."""
    slug = _slug(page.url) if page.url else ""
    if not slug:
        return -1.0
    wanted = numbers_of(_WORD.findall(slug))
    said = words_of([block.folded for block in alive]).count_in(wanted)
    return np.minimum(said / len(wanted), 1.0)


@lru_cache(maxsize=64)
def _slug(url: str) -> str:
    """The part of an address that has the most words, as lines are folded; empty where none has several."""
    try:
        path = urlsplit(url).path
    except ValueError:  # no address at all
        return ""
    parts = _plain(unquote(path).casefold()).split("/")
    longest = max(parts, key=lambda part: len(_NAME.findall(part)), default="")
    return longest if len(_NAME.findall(longest)) >= LEAST_SLUG else ""


def _plain(text: str) -> str:
    """Without accents, as addresses are written."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _share(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / len(words) if words else 0.0


def closer_facts(page: Page, lines: Lines, chosen: npt.NDArray[np.intp], likelihood: Floats) -> Floats:
    """One row for each chosen line, best first, one column for each of NAMES and CLOSER_NAMES."""
    alive = lines.alive
    address = stems(_slug(page.url)) if page.url else frozenset()
    places, odds = chosen.tolist(), likelihood.tolist()
    thick = int(places[0] - lines.table[places[0], NAMES.index("from_thick_60")]) if places else 0
    main = _beginning(lines, max(thick, 0))
    beginnings: dict[int, frozenset[str]] = {}
    said = []
    owns: list[frozenset[str]] = []
    for at in places:
        passed = int(np.searchsorted(lines.stories, at, side="right"))
        if passed not in beginnings:
            beginnings[passed] = _beginning(lines, at + 1)
        own = stems(alive[at].folded)
        plain = stems(_plain(alive[at].folded)) if address else own
        said.append(
            (_share(own, beginnings[passed]), _share(own, main), _share(plain, address), _share(address, plain))
        )
        owns.append(own)
    most = [max(column) for column in zip(*said, strict=True)]
    rows = []
    for rank, (at, mine, (near, far, slug, covers)) in enumerate(zip(places, odds, said, strict=True)):
        others = max(odds[:rank] + odds[rank + 1 :], default=mine - 8.0)
        echoes = [(_share(owns[rank], owns[other]), at > place) for other, place in enumerate(places) if other != rank]
        rows.append([
            mine, mine - odds[0], mine - others, rank, at - places[0], near, near - most[0],
            far, far - most[1], slug, slug - most[2], covers, covers - most[3], bool(address),
            max((share for share, _ in echoes), default=0.0), max((share for share, above in echoes if above), default=0.0),
            *_beside(alive, at),
        ])  # fmt: skip
    return np.concatenate((lines.table[chosen], np.array(rows, np.float32)), axis=1)


def _beginning(lines: Lines, at: int) -> frozenset[str]:
    """The stems of the first lines of story from a position on."""
    place = int(np.searchsorted(lines.stories, at))
    below = [stems(lines.alive[story].folded[:BEGINNING]) for story in lines.stories[place : place + NEAR].tolist()]
    return frozenset().union(*below)


def _beside(alive: Sequence[Block], at: int) -> list[float]:
    """What a line has in common with those around it, and two of its looks."""
    key = alive[at].folded
    own = stems(key)
    above = [block.folded for block in alive[max(0, at - AROUND) : at]]
    below = [block.folded for block in alive[at + 1 : at + 1 + AROUND]]
    around = [*above, *below]
    starts = [word[0] for word in alive[at].text.split() if word[0].isalpha()]
    return [
        _share(own, stems(above[-1])) if above else 0.0,
        _share(own, stems(below[0])) if below else 0.0,
        any(8 < len(other) < len(key) and other in key for other in around),
        len(key) > 8 and any(len(other) > len(key) and key in other for other in around),
        len(key) > 8 and any(other.startswith(key) for other in below),
        sum(map(str.isupper, starts)) / len(starts) if starts else 0.0,
        " - " in key or " – " in key or " — " in key,
    ]
