"""The stages of a run as plain functions over one open Run; flows/run/run.py puts them in order."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from cleaners.article import SCHEMA
from flows.errors import DamagedBody
from flows.publish.data_card import write_card
from flows.publish.formats import FORMATS
from flows.publish.manifest import counts, reasons, schema_of, write_manifest
from flows.publish.report import write_report
from flows.publish.shards import ASIDE, sweep, write_shard
from flows.read.scan import walk
from flows.run import standing, versions
from flows.run.dispatch import Cleaning
from flows.run.drift import drifts
from flows.run.gates import Missing, closed, gates
from flows.run.learn_sites import index_file, learn_sites, remove_old_indexes
from flows.run.learn_sites import learn as learn_anew
from flows.run.options import Options, check_places, cores
from flows.run.pool import Pool
from flows.run.progress import Progress, say
from flows.run.summary import Summary
from flows.run.user_rules import UserRuleFiles, clean_changed, note_rules, read_user_rules
from flows.store.atomic import alone_in, unchanged
from flows.store.disk import writing
from flows.store.recovery import recover
from flows.store.salvage import salvage
from flows.store.shards import note_tampering
from flows.store.state import State, forget_everything

BATCH_SECONDS = 15.0  # as a task this costs a scheduler less than 1 %
BATCHES_FULL_LENGTH = 50  # later batches grow with the run, so that even a day's run is a few hundred
FIRST_LESSON, LESSONS_APART = 256, 3  # pages; then after three times as many: what is known early is not cleaned twice


@dataclass
class Run:
    """Everything a run holds open, handed from stage to stage."""

    options: Options
    state: State
    pool: Pool
    progress: Progress
    own: UserRuleFiles
    began: float
    fingerprint: str = ""  # of the pipeline
    work: Cleaning | None = None
    missing: Missing = field(default_factory=Missing)  # articles whose input is gone
    lesson: int = 0  # the number of cleaned pages at which sites are learned from before all are
    summary: Summary = field(default_factory=Summary)


@contextmanager
def opened(options: Options) -> Iterator[Run]:
    """Check the places, take the lock, open the state and start the first worker; let go of all at the end.

    Raises CannotRun when the run cannot be, or when the disk fills up or fails on the way.
    """
    check_places(options)
    own = read_user_rules(options.rules, options.raw)
    with writing(options.clean), ExitStack() as stack:
        private = stack.enter_context(alone_in(options.clean))
        pool = Pool(options.pipeline, options.workers or cores(), options.page, own.for_worker())
        stack.callback(pool.close)
        progress = Progress(quiet=options.quiet)
        stack.callback(progress.done)
        state = State(private)
        stack.callback(state.close)
        yield Run(options, state, pool, progress, own, time.monotonic())
        state.settle()


def discover(run: Run) -> None:
    """Note what RAW holds, and have pages read again that another pipeline, other rules or another format made."""
    if run.state.fact("recipe") is None:
        _remember_output(run)
    remove_old_indexes(run.options.clean, run.state)
    run.state.note_found(walk(run.options.raw))
    run.fingerprint = run.pool.fingerprint()
    if run.state.fact("recipe") != run.fingerprint:
        run.state.unfinish("TRUE")
        run.state.remember("recipe", run.fingerprint)
    clean_changed(run.state, run.own)
    if run.options.retry_quarantined:
        run.state.unfinish("path IN (SELECT path FROM pages WHERE outcome = 'quarantined')")
    if run.state.fact("format") != run.options.format or schema_of(run.options.clean) not in (None, SCHEMA):
        run.state.sql.execute("INSERT OR IGNORE INTO dirty SELECT DISTINCT shard FROM pages")
        run.state.remember("format", run.options.format)
    run.state.keep()
    run.progress.expect(run.state.one("SELECT coalesce(sum(size), 0) FROM found"))
    run.work, run.lesson = _cleaning(run), FIRST_LESSON


def _remember_output(run: Run) -> None:
    """Fill an empty state with what stands in CLEAN, should there be anything, and learn its sites' lines from it."""
    pages = recover(run.options.clean, run.state, run.own.digests())
    salvage(run.options.clean, run.state)
    if not pages:
        return
    learn_sites(run.options.clean, run.state)  # every page is compared with that at the end, when all are there
    note_rules(run.state, run.own)
    run.state.remember("format", FORMATS[0])
    say(f"{run.options.clean}/.state is made again: {pages:,} pages stand as they were\n", sys.stderr)


def _cleaning(run: Run) -> Cleaning:
    index = index_file(run.options.clean, run.state)
    return Cleaning(run.options, run.state, run.pool, run.fingerprint, index, run.progress)


def batches(run: Run) -> Iterator[float]:
    """How many seconds the next batch of cleaning should take, until all pages are clean."""
    while not (run.work and run.work.done):
        yield max(BATCH_SECONDS, (time.monotonic() - run.began) / BATCHES_FULL_LENGTH)


def clean_batch(run: Run, seconds: float) -> None:
    """Clean new and changed pages for about this long, and learn from them now and then."""
    if run.work:
        run.work.advance(seconds, run.lesson)
        if not run.work.done and run.work.cleaned >= run.lesson:
            run.lesson *= LESSONS_APART
            learn_anew(run.options.clean, run.state)
            run.work.use_index(index_file(run.options.clean, run.state))
            run.state.keep()
        if run.work.done:
            run.summary.cleaned += run.work.cleaned - run.work.again
            run.summary.again += run.work.again


def withdraw(run: Run) -> None:
    """Take back what RAW no longer gives, unless so much is gone that it is more likely away."""
    run.missing, run.summary.withdrawn = standing.withdraw(run.state, run.options)
    run.state.keep()


def learn(run: Run) -> None:
    """Learn what repeats across the pages of each site; articles that this changes are cleaned again."""
    again = learn_anew(run.options.clean, run.state)
    run.lesson = sys.maxsize
    run.state.keep()
    if again:
        run.work = _cleaning(run)


def relate(run: Run) -> None:
    """Notice which sites drifted, decide which version of an article stands and which texts are copies."""
    limits = str(run.options.drift)
    if run.state.one("SELECT count(*) FROM dirty") or run.state.fact("drift_limits") != limits:
        known = set(drifts(run.state))
        gone = True
        while gone:  # an article that goes is none of its site's history any more
            standing.relate_to_drift(run.state, run.options, run.own.of_sites())
            gone = versions.relate(run.state) > 0
        run.summary.drifted = sorted(set(drifts(run.state)) - known)
        run.state.remember("drift_limits", limits)
        run.state.keep()


def publish(run: Run) -> None:
    """Write the shards that changed or were touched, then card and report, the manifest last."""
    note_tampering(run.options.clean, run.state)
    dirty = [shard for (shard,) in run.state.rows("SELECT shard FROM dirty ORDER BY shard")]
    rules = run.own.digests()
    if dirty:
        run.state.remember("accounted", None)  # a run that is stopped behind the last shard has this to write too
        run.state.settle()  # which files are to be written is known before any is, come what may
    for shard in dirty:
        write_shard(run.options.clean, run.state, shard, format=run.options.format, rules=rules)
        run.state.keep()
    run.summary.counts = counts(run.state)
    run.summary.reasons = reasons(run.state)
    untouched = all(
        unchanged(run.options.clean, *row)
        for row in run.state.rows("SELECT path, size, mtime_ns FROM outputs WHERE shard = ''")
    )
    drifting = drifts(run.state)
    run.missing = standing.now_missing(run.state, run.missing)
    articles = run.summary.counts["article"] + run.summary.counts["duplicate"]
    of_run, of_all = (
        gates(run.state, run.options, run.missing, drifting, standing=articles, run=number)
        for number in (run.state.run, None)
    )
    run.summary.closed = closed(of_run, of_all)
    accounted = str((run.fingerprint, run.summary.counts, drifting, of_all))
    if dirty or not untouched or run.state.fact("accounted") != accounted:
        _set_aside(run)
        write_card(run.options.clean, run.state, run.summary.counts)
        write_report(run.options.clean, run.state, run.summary.counts, run.summary.reasons, of_all, drifting)
        write_manifest(
            run.options.clean, run.state, run.fingerprint, run.summary.counts, run.summary.reasons, of_all, drifting
        )
        run.state.remember("accounted", accounted)
    else:
        run.summary.nothing_new = not run.summary.cleaned and not run.summary.again
    run.state.remember(standing.HELD_BACK, None)
    if run.state.one("SELECT 1 FROM pages WHERE run = ? LIMIT 1", run.state.run):
        run.state.remember("run", run.state.run + 1)
    run.state.keep()
    run.summary.seconds = time.monotonic() - run.began


def _set_aside(run: Run) -> None:
    files = sweep(run.options.clean, run.state)
    if files:
        say(
            f"{files:,} files of {run.options.clean} are of no page in {run.options.raw}, and were put into "
            f"{run.options.clean / ASIDE}: bring their inputs back and run again, or delete them there\n",
            sys.stderr,
        )


def damaged(error: Exception) -> bool:
    """True for an error that says the state file is not what we wrote."""
    if isinstance(error, DamagedBody):
        return True
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def start_afresh(options: Options) -> None:
    """Throw a damaged state away; the next run fills an empty one with what stands in CLEAN."""
    with writing(options.clean), alone_in(options.clean) as private:
        forget_everything(private)
