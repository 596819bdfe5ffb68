"""The gates of a run: figures beyond which somebody should look before the output is used.

One list decides the exit code and the state of a Prefect run, and stands on top of the report. A gate looks at all that
CLEAN accounts for, and where it is about pages at what this run read as well; the manifest has the first alone, so that
it does not depend on the runs in which pages came.
"""

from __future__ import annotations

from typing import NamedTuple

from cleaners.vocabulary import QuarantineReason
from flows.publish.findings import Drift, Gate
from flows.run.options import Options
from flows.store.state import STANDING, State, listed

# Faults of ours or of the page, not of its source.
FAULTS = (
    QuarantineReason.TIMEOUT, QuarantineReason.OUT_OF_MEMORY, QuarantineReason.CRASHED, QuarantineReason.CLEANER_ERROR,
)  # fmt: skip
BROKEN_PAGES, BROKEN_SHARE = 20, 0.1  # so many and this share of all is a broken installation rather than bad pages
HALF, FEW = 0.5, 3  # more than this share and at least so many pages in quarantine: nothing of use came, ...
FIFTH, SOME = 0.2, 20  # ... or more than this share and more than so many: a source has changed
LOST_SHARE, LOST_ARTICLES, LOST_SITE = 0.1, 20, 10  # of articles that would go; of one site, when it goes as a whole
STILL_AWAY = 0.5  # of what the gate held back last time: a source of which less is missing has come back
EVERYTHING = "TRUE"


class Missing(NamedTuple):
    """Articles whose input is gone from RAW: how many of how many that stood, whether a site lost all of ten or more, and
    whether RAW holds no page at all. `kept` is true where the user wants them to stay, `still` where the gate was closed
    and most of what it held back has not come back: pages that come meanwhile do not make what is away a small share.
    `closed` is what all that led to; some of the articles may be found to be superseded after it."""

    articles: int = 0
    of: int = 0
    whole_site: bool = False
    empty: bool = False
    kept: bool = False
    still: bool = False
    closed: bool = False


def closes_on(missing: Missing, most: float | None) -> bool:
    """True when so many articles would go that their source is more likely away than emptied on purpose.

    `most` is the share that may go; None asks for the usual rule.
    """
    if not missing.articles or missing.kept:
        return False
    if missing.empty:
        return True
    share = missing.articles / missing.of
    if most is not None:
        return share > most
    many = missing.articles > LOST_ARTICLES or missing.whole_site or missing.articles == missing.of
    return missing.still or (share > LOST_SHARE and many)


class Read(NamedTuple):
    """Pages that were read, by this run or ever: how many, how many became no article, how many broke the cleaners."""

    pages: int
    quarantined: int
    broken: int


def gates(
    state: State, options: Options, missing: Missing, drifting: list[Drift], *, standing: int, run: int | None
) -> list[Gate]:
    """All gates in order, over what this run read, or over everything where `run` is None.

    `standing` is how many articles CLEAN has.
    """
    where = EVERYTHING if run is None else f"run = {run}"
    read = _read(state, where)
    found = [_withdrawn(missing, standing), _quarantined(read, options), _broken(read)]
    if options.fail_on_drift:
        found.append(_drifted(drifting))
    if options.min_confidence is not None:
        found.append(_unsure(state, where, options.min_confidence))
    return found


def _read(state: State, where: str) -> Read:
    figures = state.rows(
        f"""SELECT count(*) FILTER (WHERE held = ''), count(*) FILTER (WHERE outcome = 'quarantined'),
        count(*) FILTER (WHERE reason IN ({listed(FAULTS)})) FROM pages WHERE {where}"""
    )
    return Read(*next(figures))


def closed(of_run: list[Gate], of_all: list[Gate]) -> list[Gate]:
    """The gates that are closed for this run, or else for all that CLEAN has."""
    return [
        run if run.closed else whole for run, whole in zip(of_run, of_all, strict=True) if run.closed or whole.closed
    ]


def _withdrawn(missing: Missing, standing: int) -> Gate:
    if missing.empty:
        way = "bring it back and run again; --keep-withdrawn keeps them without it; removing CLEAN starts afresh"
        why = "RAW holds no page"
    else:
        way = "bring the input back and run again, or let them go with --max-withdrawn 1, or keep them with --keep-withdrawn"
        why = "their input is gone from RAW"
    shut = missing.closed and missing.articles > 0
    said = f"withdrawn: {missing.articles:,} of {standing:,} articles would go and stand nevertheless, {why}: {way}"
    return Gate("withdrawn", shut, missing.articles, standing, said if shut else "")


def _quarantined(read: Read, options: Options) -> Gate:
    count, share = read.quarantined, read.quarantined / read.pages if read.pages else 0.0
    if options.max_quarantined is not None:
        shut = share > options.max_quarantined
    else:
        shut = (share > HALF and count >= FEW) or (share > FIFTH and count > SOME)
    said = (
        f"quarantined: {count:,} of {read.pages:,} pages became no article: CLEAN/report.html says why; correct the "
        "cause and run again with --retry-quarantined, or allow it with --max-quarantined 1"
    )
    return Gate("quarantined", shut, count, read.pages, said if shut else "")


def _broken(read: Read) -> Gate:
    shut = read.broken >= BROKEN_PAGES and read.broken >= BROKEN_SHARE * read.pages
    said = (
        f"broken: {read.broken:,} of {read.pages:,} pages broke the cleaners: look at CLEAN/report.html, correct the cause, "
        "run again with --retry-quarantined"
    )
    return Gate("broken", shut, read.broken, read.pages, said if shut else "")


def _drifted(drifting: list[Drift]) -> Gate:
    latest = [drift.told() for drift in drifting if drift.latest]
    more = f" and {len(latest) - 1:,} more sites" if len(latest) > 1 else ""
    said = (
        f"drifted: {latest[0]}{more}: look at CLEAN/report.html; when the pages are as they should be, write "
        "normal_since = DATE in rules/sites/HOST.toml"
        if latest
        else ""
    )
    return Gate("drifted", bool(latest), len(latest), len({drift.site for drift in drifting}), said)


def _unsure(state: State, where: str, least: float) -> Gate:
    """Closed when the middle article is one of which the cleaner is less sure than asked for."""
    articles = state.one(f"SELECT count(*) FROM pages WHERE {where} AND {STANDING}")
    doubtful = state.one(f"SELECT count(*) FROM pages WHERE {where} AND {STANDING} AND confidence < ?", least)
    shut = 2 * doubtful > articles
    said = (
        f"confidence: {doubtful:,} of {articles:,} articles are below {least:g}: look at the least sure ones in "
        f"CLEAN/report.html, and explain a page of these sites"
    )
    return Gate("confidence", shut, doubtful, articles, said if shut else "")
