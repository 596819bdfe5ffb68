"""Notices when the pages of a site are no longer what they were: a redesign, a consent wall, a block page.

A site's articles are looked at in windows of whole days, by when they were fetched, and each window is compared with the
good ones before it. So what counts as drift depends on the pages in RAW, and not on the runs in which they came; pages
that nobody says the date of are left out. Pages that suddenly share one text, or are nothing but a notice, need no
history: see `walls`.
"""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

from cleaners.vocabulary import Flag, QuarantineReason
from flows.publish.findings import ALIKE, Drift
from flows.run.options import Limits
from flows.store.state import SAME_ADDRESS, State, listed

REMEMBERED = 1_000  # pages of a site that a window is compared with, the last good ones
MOST_ROWS = (1 << 63) - 1  # SQLite counts no further
LEAST_CHANGE = 0.1  # of the usual; less is no change that anyone would see
LEAST_YIELD = 0.5  # of the usual share of pages that give a whole article
POOR = (Flag.SHORT, Flag.OVER_CLEANED)  # flags of a page that gave no whole article
ACCEPTED = "normal_since"  # in the rules of a site: the day from which on its pages are as they should be

FEW_ALIKE = 3  # pages that took the place of different articles; two may be one story told twice
NEW_ALIKE = 5  # pages at new addresses; a release is published under some
# Reasons for which a page of a site shows no article.
NOTICES = (QuarantineReason.CONSENT_WALL, QuarantineReason.BLOCKED, QuarantineReason.TOO_LITTLE)

_NOTICE = f"outcome = 'quarantined' AND reason IN ({listed(NOTICES)})"
DATED = f"""SELECT site, substr(fetched, 1, 10), words, kept_ratio, confidence, flags FROM pages
    WHERE (outcome = 'article' OR {_NOTICE}) AND fetched <> '' AND site IN (
        SELECT site FROM pages WHERE (outcome = 'article' OR {_NOTICE}) AND fetched <> '' AND site <> ''
        GROUP BY site HAVING count(*) > ?)
    ORDER BY 1, 2"""
# Sites with several pages that share one text or are notices.
SUSPECTS = f"""SELECT DISTINCT site FROM (
    SELECT site FROM pages WHERE outcome = 'article' AND held = '' AND site <> '' AND text_hash IN (
        SELECT text_hash FROM pages WHERE text_hash IS NOT NULL GROUP BY text_hash HAVING count(*) >= {FEW_ALIKE})
    GROUP BY site, text_hash HAVING count(*) >= {FEW_ALIKE}
    UNION ALL SELECT site FROM pages WHERE {_NOTICE} AND held = '' AND site <> ''
    GROUP BY site HAVING count(*) >= {FEW_ALIKE})"""
OF_SUSPECTS = f"""SELECT site, page, substr(fetched, 1, 10), CASE WHEN outcome = 'article' THEN hex(text_hash) ELSE '' END,
        coalesce((SELECT coalesce(hex(before.text_hash), '-') FROM pages AS before
                WHERE before.path = now.path AND before.record = now.record AND before.held <> ''),
            (SELECT coalesce(hex(pages.text_hash), '-') FROM pages
                WHERE pages.held <> '' AND {SAME_ADDRESS} ORDER BY path, record LIMIT 1))
    FROM pages AS now WHERE held = '' AND (outcome = 'article' OR {_NOTICE}) AND site IN ({SUSPECTS}) ORDER BY site, page"""


class Look(NamedTuple):
    """What is looked at of one article, or of a window as the median; `whole` is 1 for a whole article, a share of them."""

    words: float
    kept_ratio: float
    confidence: float
    whole: float


NOTHING = Look(0.0, 0.0, 0.0, 0.0)  # a page that shows no article


class Wall(NamedTuple):
    """Pages of a site that show one text, or nothing but a notice, where articles stood or were to be expected."""

    drift: Drift
    pages: list[int]


def note_drift(state: State, limits: Limits, site_files: Mapping[str, str]) -> None:
    """Record which sites drifted when, and which pages are walls.

    `site_files` are the rules of sites by host.
    """
    rows = state.rows(DATED, min(limits.history, MOST_ROWS))
    now = {
        drift
        for site, of_site in groupby(rows, key=lambda row: str(row[0]))
        for drift in watched(site, _looks(of_site, _accepted(site_files.get(site, ""))), limits)
    }
    state.sql.execute("DELETE FROM walls")
    for wall in walls(state, site_files):
        state.sql.executemany("INSERT INTO walls VALUES (?)", ((page,) for page in wall.pages))
        # two texts that begin on one day are one drift, as is what a window of days shows already
        if not any(drift.site == wall.drift.site and drift.first <= wall.drift.first <= drift.last for drift in now):
            now.add(wall.drift)
    state.sql.execute("DELETE FROM drifted")
    state.sql.executemany("INSERT INTO drifted VALUES (?, ?, ?, ?, ?, ?, ?, ?)", sorted(now))


def walls(state: State, site_files: Mapping[str, str]) -> Iterator[Wall]:
    """Where the pages of a site suddenly share one text, or show nothing but a notice.

    Either most of the pages that took an article's place do, or most of those since the first day on which any did.
    """
    rows = state.rows(OF_SUSPECTS)
    for site, of_site in groupby(rows, key=lambda row: str(row[0])):
        since = _accepted(site_files.get(site, ""))
        shown = [Shown(*row[1:]) for row in of_site if not since or "" < row[2] < since]
        for found in _walled(shown):
            days = sorted(page.day for page in found if page.day)
            first, last = (days[0], days[-1]) if days else ("", "")
            latest = not any(page.day > last for page in shown)
            share = round(len(found) / len(shown), 3)
            drift = Drift(site, first, last, len(found), ALIKE, 0.0, share, latest)
            yield Wall(drift, [page.page for page in found])


class Shown(NamedTuple):
    """A page of a site: the day it was fetched, the hash of its text, "" for a notice, and that of the article that stood
    before at its place, else at its address; None where none did."""

    page: int
    day: str
    text: str
    before: str | None


def _walled(shown: Sequence[Shown]) -> Iterator[list[Shown]]:
    """The pages that share a text, or show none, where articles stood or were to be expected; a list for each text."""
    by_text: dict[str, list[Shown]] = {}
    for page in shown:
        by_text.setdefault(page.text, []).append(page)
    alike = {text: pages for text, pages in sorted(by_text.items()) if len(pages) >= FEW_ALIKE}
    instead = [page for pages in alike.values() for page in pages if page.before not in (None, page.text)]
    renewed = sum(page.before is not None for page in shown)
    if len({page.before for page in instead}) >= FEW_ALIKE and 2 * len(instead) > renewed:
        places = {page.page for page in instead}
        yield from filter(None, ([page for page in pages if page.page in places] for pages in alike.values()))
        return
    for pages in alike.values():
        dated = [page for page in pages if page.day]
        if len(dated) < NEW_ALIKE:
            continue
        first, last = min(page.day for page in dated), max(page.day for page in dated)
        usual = {page.text for page in shown if page.day < first} - {""}
        during = sum(first <= page.day <= last for page in shown)
        if len(usual) >= NEW_ALIKE and 2 * len(dated) > during:
            yield dated


def drifts(state: State) -> list[Drift]:
    """All drift that was noted, by site and day."""
    rows = state.rows("SELECT * FROM drifted ORDER BY site, first, measure")
    return [Drift(*row)._replace(latest=bool(row[-1])) for row in rows]


def _looks(rows: Iterable[tuple[Any, ...]], since: str) -> Iterator[tuple[str, Look]]:
    for _, day, words, kept, sure, flags in rows:
        if day >= since and flags is None:
            yield day, NOTHING
        elif day >= since:
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
