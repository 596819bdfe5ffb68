"""This file notices when the pages of a site are no longer what they were: a redesign, a consent wall, a block page.

A site's articles are looked at in windows of whole days, by when they were fetched, and each window is compared with the
good ones before it. So what counts as drift depends on the pages in RAW, and not on the runs in which they came; pages
that nobody says the date of are left out.
"""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

from flows.options import Limits
from flows.store.state import State

REMEMBERED = 1_000  # pages of a site that a window is compared with, the last good ones
LEAST_CHANGE = 0.1  # of the usual; less is no change that anyone would see
LEAST_YIELD = 0.5  # of the usual share of pages that give a whole article
POOR = ("short", "over_cleaned")  # flags of a page that gave no whole article
ACCEPTED = "normal_since"  # in the rules of a site: the day from which on its pages are as they should be

DATED = """SELECT site, substr(fetched, 1, 10), words, kept_ratio, confidence, flags FROM pages
    WHERE outcome = 'article' AND fetched <> '' AND site IN (
        SELECT site FROM pages WHERE outcome = 'article' AND fetched <> '' AND site <> ''
        GROUP BY site HAVING count(*) > ?)
    ORDER BY 1, 2"""


class Look(NamedTuple):
    """What is looked at of one article, or of a window as the median; `whole` is 1 for a whole article, a share of them."""

    words: float
    kept_ratio: float
    confidence: float
    whole: float


class Drift(NamedTuple):
    """A window in which a site drifted: first and last day, its pages, and what is no longer as usual.

    `measure` is a field of Look; `latest` is true of a site's last window.
    """

    site: str
    first: str
    last: str
    pages: int
    measure: str
    usual: float
    now: float
    latest: bool

    def told(self) -> str:
        """The drift in words."""
        return f"{self.site} since {self.first} ({self.measure} {self.usual:g} → {self.now:g})"


def note_drift(state: State, limits: Limits, site_files: Mapping[str, str]) -> list[Drift]:
    """Take down which sites drifted when; gives what is news. `site_files` are the rules of sites by host."""
    before = set(drifts(state))
    rows = state.rows(DATED, limits.history)
    now = {
        drift
        for site, of_site in groupby(rows, key=lambda row: str(row[0]))
        for drift in watched(site, _looks(of_site, _accepted(site_files.get(site, ""))), limits)
    }
    state.sql.execute("DELETE FROM drifted")
    state.sql.executemany("INSERT INTO drifted VALUES (?, ?, ?, ?, ?, ?, ?, ?)", sorted(now))
    return sorted(now - before)


def drifts(state: State) -> list[Drift]:
    """All drift that was noted, by site and day."""
    rows = state.rows("SELECT * FROM drifted ORDER BY site, first")
    return [Drift(*row)._replace(latest=bool(row[-1])) for row in rows]


def _looks(rows: Iterable[tuple[Any, ...]], since: str) -> Iterator[tuple[str, Look]]:
    for _, day, words, kept, sure, flags in rows:
        if day >= since:
            yield day, Look(words, kept, sure, float(not any(f'"{flag}"' in flags for flag in POOR)))


def _accepted(text: str) -> str:
    """The first day of a site's normal pages, from the text of its rules; they were checked when the run began."""
    return str(tomllib.loads(text).get(ACCEPTED, ""))


def watched(site: str, looks: Iterable[tuple[str, Look]], limits: Limits) -> Iterator[Drift]:
    """Where a site drifted, from its articles in order of day."""
    history: deque[Look] = deque(maxlen=REMEMBERED)
    found = None
    for first, last, window in windows(looks, limits.pages):
        if found:
            yield found._replace(latest=False)
        found = None
        changed = _changed(history, window, limits.tail) if len(history) >= limits.history else None
        if changed:
            found = Drift(site, first, last, len(window), *changed, latest=True)
        else:
            history.extend(window)
    if found:
        yield found


def windows(looks: Iterable[tuple[str, Look]], least: int) -> Iterator[tuple[str, str, list[Look]]]:
    """Whole days put together until they have enough pages: first day, last day, pages. Days too few at the end wait."""
    first, gathered = "", []
    for day, pages in groupby(looks, key=lambda look: look[0]):
        first = first or day
        gathered += [look for _, look in pages]
        if len(gathered) >= least:
            yield first, day, gathered
            first, gathered = "", []


def _changed(history: Sequence[Look], window: Sequence[Look], tail: float) -> tuple[str, float, float] | None:
    """The first measure in which the window is unlike its history: its name, the usual, the window's."""
    usual_share, share = (sum(look.whole for look in looks) / len(looks) for looks in (history, window))
    if share < LEAST_YIELD * usual_share:
        return "whole", round(usual_share, 3), round(share, 3)
    for name in ("words", "kept_ratio", "confidence"):
        known = sorted(getattr(look, name) for look in history)
        usual, now = median(known), median(getattr(look, name) for look in window)
        low, high = known[int(tail * len(known))], known[-1 - int(tail * len(known))]
        far = now < low or (name == "kept_ratio" and now > high)  # longer articles of more confidence are no drift
        if far and abs(now - usual) > LEAST_CHANGE * usual:
            return name, round(usual, 3), round(now, 3)
    return None
