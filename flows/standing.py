"""Decides which articles stand although their input does not give them now, and which go.

Three things keep an article: its input is gone from RAW and so much is gone that RAW is more likely away; its input
cannot be read; or its site drifted, and what was fetched in its place is no article of the site as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.drift import ALIKE, Drift, drifts, note_drift
from flows.gates import LOST_SITE, Missing, closes_on
from flows.manifest import Stood, stood
from flows.options import Options
from flows.store.state import HAS_HELD, STANDING, Held, State

# Reasons for which an input gave nothing though it may still be what it was.
TRANSIENT = ("unreadable", "unreadable_folder", "changed_while_read")
_TRANSIENT = ", ".join(f"'{reason}'" for reason in TRANSIENT)
# A notice tells nothing of the article, so one page of it is enough.
_WALLS = "'consent_wall', 'blocked'"
_VANISHED = """path NOT IN (SELECT path FROM found WHERE kind <> 'skipped')
    AND path NOT IN (SELECT sidecar FROM found)"""
# Of a row that has a held article before it: it may still be what it was; it shows nothing that its site used to show.
_UNSEEN = f"now.outcome = 'quarantined' AND now.reason IN ({_TRANSIENT})"
_DRIFTED = f"""now.page IN (SELECT page FROM walls) OR now.reason IN ({_WALLS}) OR EXISTS (SELECT 1 FROM drifted
    WHERE drifted.site = coalesce(now.site, pages.site) AND measure <> '{ALIKE}'
    AND substr(now.fetched, 1, 10) BETWEEN first AND last)"""
_ALONE = """NOT EXISTS (SELECT 1 FROM pages AS now
    WHERE now.path = pages.path AND now.record = pages.record AND now.held = '')"""
# A page that moved, or that another input gives as well, is not lost.
_LOST = f"""held = '{Held.AWAY}' AND NOT EXISTS (SELECT 1 FROM pages AS now WHERE now.held = \'\'
    AND now.outcome = 'article' AND now.id = pages.id) AND NOT EXISTS (SELECT 1 FROM pages AS now WHERE now.held = \'\'
    AND now.outcome = 'article' AND now.text_hash = pages.text_hash)"""


def withdraw(state: State, options: Options) -> tuple[Missing, int]:
    """Take back the articles whose input is gone, unless that closes the gate; gives what is missing, and how many went.

    Called when all that RAW holds was read.
    """
    _set_aside(state)
    missing = _missing(state, options)
    if options.keep_withdrawn or closes_on(missing, options.max_withdrawn):
        state.sql.execute(f"DELETE FROM pages WHERE held = '{Held.AWAY}' AND NOT ({_LOST})")
        return missing, 0
    state.sql.execute(f"DELETE FROM pages WHERE held = '{Held.AWAY}'")
    return missing._replace(articles=0), missing.articles


def _set_aside(state: State) -> None:
    """Hold the articles whose input gave nothing in this run; of such inputs nothing else is remembered."""
    closed = {
        path
        for (path,) in state.rows(
            f"""SELECT DISTINCT path FROM pages WHERE held = '' AND outcome = 'quarantined' AND reason IN ({_TRANSIENT})
            AND (path IN (SELECT path FROM found) OR path IN (SELECT sidecar FROM found))"""
        )
    }
    state.sql.create_function(
        "why_held", 1, lambda path: Held.UNREADABLE if closed.intersection(_around(path)) else Held.AWAY
    )
    state.sql.execute(
        f"""UPDATE pages SET held = why_held(path) WHERE held = '' AND {STANDING} AND {_VANISHED} AND NOT {HAS_HELD}"""
    )
    state.sql.execute(f"DELETE FROM pages WHERE held = '' AND {_VANISHED}")
    # not so a sidecar: it is counted with its page, and was a file of its own while it stood alone
    state.sql.execute("DELETE FROM files WHERE path NOT IN (SELECT path FROM found WHERE kind <> 'skipped')")
    state.sql.execute(
        f"UPDATE pages SET held = why_held(path) WHERE held <> '' AND held <> why_held(path) AND {_ALONE}"
    )


def _around(path: str) -> Iterator[str]:
    """A path and the folders around it; "." is RAW itself."""
    yield "."
    while path:
        yield path
        path = path.rpartition("/")[0]


def _missing(state: State, options: Options) -> Missing:
    articles = state.one(f"SELECT count(*) FROM pages WHERE {_LOST}")
    if not articles:
        return Missing(of=state.one(f"SELECT count(*) FROM pages WHERE {STANDING}"), kept=options.keep_withdrawn)
    before = stood(options.clean) or Stood(state.one(f"SELECT count(*) FROM pages WHERE {STANDING}"), {}, 0)
    left = f"SELECT count(*) FROM pages AS now WHERE {STANDING} AND held <> '{Held.AWAY}' AND now.site = lost.site"
    whole = any(
        not remaining or lost >= before.sites.get(site, lost + remaining)
        for site, lost, remaining in state.rows(
            f"""SELECT site, lost, ({left}) FROM (SELECT site, count(*) AS lost FROM pages
                WHERE {_LOST} AND site <> '' GROUP BY site HAVING count(*) >= ?) AS lost""",
            LOST_SITE,
        )
    )
    empty = not state.one("SELECT count(*) FROM found WHERE kind NOT IN ('skipped', 'rejected')")
    still = 0 < before.held_back <= articles
    return Missing(articles, max(articles, before.articles), whole, empty, options.keep_withdrawn, still)


def relate_to_drift(state: State, options: Options, site_files: Mapping[str, str]) -> list[Drift]:
    """Note which sites drifted, and decide which articles stand before pages of these; gives what is news.

    What is let go belongs to no history any more, so then it is looked at once again.
    """
    known = set(drifts(state))
    note_drift(state, options.drift, site_files)
    if _let_go(state):
        note_drift(state, options.drift, site_files)
    return sorted(set(drifts(state)) - known)


def _let_go(state: State) -> int:
    """Hold the articles in whose place comes what cannot be read or drifted; let the others go, and say how many."""
    state.sql.execute(
        f"""UPDATE pages SET held = CASE WHEN {_UNSEEN} THEN '{Held.UNREADABLE}'
            WHEN {_DRIFTED} THEN '{Held.DRIFTED}'
            WHEN pages.held = '{Held.AWAY}' AND now.outcome = 'quarantined' THEN '{Held.AWAY}'
            ELSE '{Held.REPLACED}' END
        FROM pages AS now WHERE now.path = pages.path AND now.record = pages.record AND now.held = '' AND pages.held <> ''"""
    )
    return state.sql.execute(f"DELETE FROM pages WHERE held = '{Held.REPLACED}'").rowcount
