"""Decides which articles stand although their input does not give them now, and which go.

Three things keep an article: its input is gone from RAW and so much is gone that RAW is more likely away; its input
cannot be read; or its site drifted, and what was fetched in its place is no article of the site as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cleaners.vocabulary import QuarantineReason
from flows.publish.findings import ALIKE
from flows.publish.manifest import Stood, stood
from flows.run.drift import note_drift
from flows.run.gates import LOST_SITE, STILL_AWAY, Missing, closes_on
from flows.run.options import Options
from flows.store.state import HAS_HELD, ONE_ADDRESS, SAME_ADDRESS, STANDING, Held, State, listed

# Reasons for which an input gave nothing though it may still be what it was.
TRANSIENT = (QuarantineReason.UNREADABLE, QuarantineReason.UNREADABLE_FOLDER, QuarantineReason.CHANGED_WHILE_READ)
_TRANSIENT = listed(TRANSIENT)
HELD_BACK = "held_back"  # the fact how many articles the gate held back, until the manifest says so
# A notice tells nothing of the article, so one page of it is enough.
_WALLS = listed((QuarantineReason.CONSENT_WALL, QuarantineReason.BLOCKED))
_VANISHED = """path NOT IN (SELECT path FROM found WHERE kind <> 'skipped')
    AND path NOT IN (SELECT sidecar FROM found)"""
# Of a row that has a held article before it: it may still be what it was; it shows nothing that its site used to show.
_UNSEEN = f"now.outcome = 'quarantined' AND now.reason IN ({_TRANSIENT})"
_DRIFTED = f"""(now.page IN (SELECT page FROM walls) OR coalesce(now.reason, '') IN ({_WALLS}) OR EXISTS (SELECT 1 FROM drifted
    WHERE drifted.site = coalesce(now.site, pages.site) AND measure <> '{ALIKE}'
    AND substr(now.fetched, 1, 10) BETWEEN first AND last))"""
_ALONE = """NOT EXISTS (SELECT 1 FROM pages AS now
    WHERE now.path = pages.path AND now.record = pages.record AND now.held = '')"""
# A page that moved, or that another input gives as well, is not lost: another article has its text or its address.
_MOVED = """EXISTS (SELECT 1 FROM pages AS now
    WHERE now.held = '' AND now.outcome = 'article' AND now.text_hash = pages.text_hash)"""
_GIVEN = f"""EXISTS (SELECT 1 FROM pages AS now
    WHERE now.held = '' AND now.outcome = 'article' AND {SAME_ADDRESS} AND {{}})"""
_TAKEN = _GIVEN.format("TRUE")
_GONE = f"held = '{Held.AWAY}' AND NOT {_MOVED} AND NOT {_TAKEN}"
# Nor does an article count as lost of which an older version is there: that one stands again.
_LOST = f"""{_GONE} AND NOT EXISTS (SELECT 1 FROM pages AS now
    WHERE now.held = '' AND now.outcome = 'article' AND {ONE_ADDRESS})"""


def withdraw(state: State, options: Options) -> tuple[Missing, int]:
    """Take back the articles whose input is gone, unless that closes the gate; returns what is missing, and how many went.

    Called when all that RAW holds was read.
    """
    _set_aside(state)
    missing = _missing(state, options)
    state.sql.execute(f"DELETE FROM pages WHERE held = '{Held.AWAY}' AND {_MOVED}")
    # what has its address now may be a wall: that is known when drift is
    state.sql.execute(f"UPDATE pages SET held = '{Held.REPLACED}' WHERE held = '{Held.AWAY}' AND {_TAKEN}")
    state.forget_line_fingerprints(f"held = '{Held.REPLACED}' AND {_ALONE}")
    missing = missing._replace(closed=closes_on(missing, options.max_withdrawn))
    if missing.kept or missing.closed:
        # some of these may be superseded before the run ends; should it be stopped then, the next decides the same
        state.remember(HELD_BACK, now_missing(state, missing).articles if missing.closed else None)
        return missing, 0
    state.sql.execute(f"DELETE FROM pages WHERE held = '{Held.AWAY}'")
    return missing._replace(articles=0), missing.articles


def now_missing(state: State, missing: Missing) -> Missing:
    """What is missing once it is decided which articles stand: of some there may be newer versions elsewhere."""
    return missing._replace(articles=state.one(f"SELECT count(*) FROM pages WHERE held = '{Held.AWAY}'"))


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
        f"""UPDATE pages SET held = why_held(path) WHERE held <> '' AND held <> why_held(path) AND {_ALONE}
        AND NOT (held = '{Held.DRIFTED}' AND {_TAKEN})"""
    )
    state.sql.execute(
        f"""UPDATE pages SET held = '{Held.UNREADABLE}' FROM pages AS now WHERE now.path = pages.path
        AND now.record = pages.record AND now.held = '' AND pages.held = '{Held.AWAY}' AND {_UNSEEN}"""
    )


def _around(path: str) -> Iterator[str]:
    """A path and the folders around it; "." is RAW itself."""
    yield "."
    while path:
        yield path
        path = path.rpartition("/")[0]


def _missing(state: State, options: Options) -> Missing:
    lost = state.one(f"SELECT count(*) FROM pages WHERE {_LOST}")
    if not lost:
        return Missing(of=state.one(f"SELECT count(*) FROM pages WHERE {STANDING}"), kept=options.keep_withdrawn)
    before = stood(options.clean) or Stood(state.one(f"SELECT count(*) FROM pages WHERE {STANDING}"), {}, 0)
    left = f"SELECT count(*) FROM pages AS now WHERE {STANDING} AND held <> '{Held.AWAY}' AND now.site = lost.site"
    whole = any(
        not remaining or of_site >= before.sites.get(site, of_site + remaining)
        for site, of_site, remaining in state.rows(
            f"""SELECT site, lost, ({left}) FROM (SELECT site, count(*) AS lost FROM pages
                WHERE {_LOST} AND site <> '' GROUP BY site HAVING count(*) >= ?) AS lost""",
            LOST_SITE,
        )
    )
    empty = not state.one("SELECT count(*) FROM found WHERE kind NOT IN ('skipped', 'rejected')")
    gone = state.one(f"SELECT count(*) FROM pages WHERE {_GONE}")
    still = any(0 < count <= gone / STILL_AWAY for count in (before.held_back, state.fact(HELD_BACK) or 0))
    return Missing(lost, max(lost, before.articles), whole, empty, options.keep_withdrawn, still)


def relate_to_drift(state: State, options: Options, site_files: Mapping[str, str]) -> None:
    """Note which sites drifted, and decide which articles stand before pages of these.

    What is let go belongs to no history any more, so then it is looked at once again.
    """
    note_drift(state, options.drift, site_files)
    while _let_go(state):
        note_drift(state, options.drift, site_files)


def _let_go(state: State) -> int:
    """Hold the articles in whose place comes what cannot be read or drifted; let the others go, and say how many."""
    state.sql.execute(
        f"""UPDATE pages SET held = CASE WHEN {_UNSEEN} THEN '{Held.UNREADABLE}'
            WHEN {_DRIFTED} THEN '{Held.DRIFTED}'
            WHEN pages.held = '{Held.AWAY}' AND now.outcome = 'quarantined' THEN '{Held.AWAY}'
            ELSE '{Held.REPLACED}' END
        FROM pages AS now WHERE now.path = pages.path AND now.record = pages.record AND now.held = '' AND pages.held <> ''"""
    )
    state.sql.execute(
        f"""UPDATE pages SET held = CASE WHEN {_GIVEN.format(_DRIFTED)} AND NOT {_GIVEN.format(f"NOT {_DRIFTED}")}
            THEN '{Held.DRIFTED}' ELSE '{Held.REPLACED}' END
        WHERE held IN ('{Held.REPLACED}', '{Held.DRIFTED}') AND {_ALONE}"""
    )
    return state.sql.execute(f"DELETE FROM pages WHERE held = '{Held.REPLACED}'").rowcount
