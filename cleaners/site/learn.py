"""Learns each site's boilerplate lines from the fingerprints of its pages: pure functions from these to counts.

What is learned depends on the set of pages alone, whatever the order or the portions in which they came. A line
counts once a story: the same article under five addresses says nothing five times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners.site.fingerprints import PLACES, REQUESTED, Keys, LineFingerprints

SKETCH = 8  # the smallest keys of a page's prose: a bottom-k MinHash of its story (Broder 1997)
SKETCH_WORDS = 8  # a line of prose has as many
ALIKE = 0.5  # of the shorter sketch; versions of one story share more, and sister pages next to nothing
MOST_TOLD = 8  # stories remembered of one line; a line that more stories have is no sign of kinship
LEAST_STORIES = 3  # the second page may show the first's headline as a teaser, and both may tell of one event
LEAST_SHARE = 0.02  # of a site's stories; on a large one, sentences that reporters use again stay below it
TITLE_SHARE = 0.3  # of a site's stories; a paper signs most of its headlines, and a rubric few


class Counts(NamedTuple):
    """Of each line of a site, `keys` in order of size: how many stories and pages show it, and how many would keep it.

    `place` is where most pages show it, of lines in LEAST_STORIES, else where one does; `total` is the stories of the
    site. Conventions are counted as lines are; a page that only requests one does not show it.
    """

    keys: Keys
    stories: npt.NDArray[np.int64]
    pages: npt.NDArray[np.int64]
    kept: npt.NDArray[np.int64]
    place: npt.NDArray[np.uint8]
    total: int


def learned(counts: Counts) -> npt.NDArray[np.bool_]:
    """Which lines are the site's own and no article's: those that enough different stories show."""
    share = np.where(counts.place == PLACES.index("title part"), TITLE_SHARE, LEAST_SHARE)
    needed = np.maximum(LEAST_STORIES, np.ceil(share * counts.total))
    known: npt.NDArray[np.bool_] = (counts.stories >= needed) & (counts.kept > 0)
    return known


def sketch(page: LineFingerprints) -> tuple[int, ...]:
    """The smallest keys of the page's kept prose, smallest first."""
    prose = page.keys[page.kept & (page.words >= SKETCH_WORDS)]
    return tuple(prose[:SKETCH].tolist())


def stories(sketches: Iterable[tuple[int, ...]]) -> list[int]:
    """The number of the story of each page, in the order given; a story is a cluster of near copies.

    A page without prose is a story of its own.
    """
    tellers: dict[int, list[int]] = {}  # key → the stories first known to tell it
    firsts: list[frozenset[int]] = []  # of each story, what its first page tells
    found = []
    for told in sketches:
        own = frozenset(told)
        seen = dict.fromkeys(story for key in told for story in tellers.get(key, ()))
        alike = (story for story in seen if _alike(own, firsts[story]))
        story = next(alike, None)
        if story is None:
            story = len(firsts)
            firsts.append(own)
            for key in told:
                known = tellers.setdefault(key, [])
                if len(known) < MOST_TOLD:
                    known.append(story)
        found.append(story)
    return found


def _alike(some: frozenset[int], others: frozenset[int]) -> bool:
    return len(some & others) >= ALIKE * min(len(some), len(others))


def count(pages: Sequence[LineFingerprints], stories_of: Sequence[int]) -> Counts:
    """The counts of all lines of these pages of one site; `stories_of` gives the story of each page."""
    if not pages:
        nothing = np.zeros(0, np.int64)
        return Counts(np.zeros(0, np.uint64), nothing, nothing, nothing, np.zeros(0, np.uint8), 0)
    sizes = [len(page.keys) for page in pages]
    every = np.concatenate([page.keys for page in pages])
    story = np.repeat(np.array(stories_of, np.int64), sizes)
    kept = np.concatenate([page.kept for page in pages])
    place = np.concatenate([page.place for page in pages])
    order = np.lexsort((story, place >= REQUESTED, every))
    every, story, kept, place = every[order], story[order], kept[order], place[order]
    shown = place < REQUESTED
    new_key = np.ones(len(every), np.bool_)
    new_key[1:] = every[1:] != every[:-1]
    new_story = new_key.copy()
    new_story[1:] |= story[1:] != story[:-1]
    new_story &= shown
    at = np.flatnonzero(new_key)

    def summed(values: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        return np.add.reduceat(values.astype(np.int64), at) if len(at) else np.zeros(0, np.int64)

    stories = summed(new_story)
    places = place[at] & ~np.uint8(REQUESTED)
    often = stories >= LEAST_STORIES
    line = np.cumsum(new_key) - 1
    counted = often[line] & shown
    number = np.cumsum(often) - 1
    table = np.bincount(number[line[counted]] * len(PLACES) + place[counted], minlength=len(PLACES) * int(often.sum()))
    places[often] = table.reshape(-1, len(PLACES)).argmax(axis=1)
    return Counts(every[at], stories, summed(shown), summed(kept), places, len(set(stories_of)))
