"""This file is `python -m flows.clean`: the story of a run on one screen, and its command line."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flows.errors import CannotRun, OldLayout
from flows.publish.formats import FORMATS
from flows.run.options import (
    A_PAGE,
    CLOCK_TO_CPU,
    PIPELINE,
    USUAL,
    Limits,
    Options,
    PageLimits,
    cores,
)
from flows.run.progress import CommandLine, one_line, ready, say
from flows.run.stages import (
    Summary,
    batches,
    clean_batch,
    damaged,
    discover,
    learn,
    opened,
    publish,
    relate,
    start_afresh,
    withdraw,
)

Stage = Callable[..., None]
CLOSED = 3  # a gate is: exit code
INTERRUPTED = 130  # what a shell reports for Ctrl-C
LEAST_MEGABYTES = 256  # of a page; a worker alone takes a hundred

EXAMPLES = """examples:
  python -m flows.clean                       clean raw/ into clean/
  python -m flows.clean pages/ out/           other folders
  python -m flows.clean --workers 4           leave the other cores alone
  python -m flows.clean --format txt          a readable .txt an article as well
  python -m flows.clean --rules ours/         with rules of your own; python -m flows.sites --check tries them first
  python -m flows.clean --page-timeout 30 --retry-quarantined
                                              give slow pages a second, longer chance
  python -m flows.clean --max-withdrawn 1     pages were taken out of raw/ on purpose: let their articles go
  python -m flows.clean --keep-withdrawn      pages are moved away once they are cleaned: keep their articles
  python -m flows.clean --fail-on-drift       for schedules: exit code 3 when a site is no longer what it was
  PREFECT_API_URL=http://127.0.0.1:4200/api python -m flows.clean
                                              the same, seen in Prefect

exit codes: 0 every page has its outcome; 2 the run cannot be as asked; 3 a gate is closed: all was written but what the
message holds back, look at the report before using the output
"""


def run(options: Options, step: Callable[[Stage], Stage] = lambda stage: stage) -> Summary:
    """Clean RAW into CLEAN: every stage goes through `step`, which may make a task of it but changes nothing."""
    try:
        return _run(options, step)
    except Exception as error:
        if not damaged(error):
            raise
        what = "is of an earlier version" if isinstance(error, OldLayout) else "is damaged"
        say(f"{options.clean}/.state {what} ({error}): making it again from what it wrote\n", sys.stderr)
        start_afresh(options)
        try:
            return _run(options, step)
        except Exception as again:
            if not damaged(again):
                raise
            raise CannotRun(
                f"{options.clean}/.state is damaged as soon as it is made ({again}): check the disk it is on, or name "
                "another folder for the output"
            ) from again


def _run(options: Options, step: Callable[[Stage], Stage]) -> Summary:
    with opened(options) as this:
        step(discover)(this)
        for seconds in batches(this):
            step(clean_batch)(this, seconds)
        step(withdraw)(this)
        step(learn)(this)
        for seconds in batches(this):
            step(clean_batch)(this, seconds)
        step(relate)(this)
        step(publish)(this)
    return this.summary


def told(summary: Summary, options: Options) -> str:
    """What a run did and where to look, in three lines, or four where a site drifted."""
    figures = {name: f"{count:,}" for name, count in summary.counts.items()}
    if summary.nothing_new:
        first = f"nothing new in {options.raw}/: {figures['article']} articles stand, nothing was written"
    else:
        first = (
            f"{summary.cleaned:,} pages cleaned in {summary.seconds:.1f} s, of {figures['inputs']} in {options.raw}/"
        )
        if summary.again:
            first += f", {summary.again:,} again for what their sites taught or your rules say"
    if summary.drifted:
        more = f" and {len(summary.drifted) - 1:,} more" if len(summary.drifted) > 1 else ""
        first += f"\ndrifted: {summary.drifted[0].told()}{more}; earlier takes of its pages stand"
    figures["withdrawn"] = f"{summary.withdrawn:,}"
    rest = ("article", "duplicate", "superseded", "skipped", "withdrawn", "quarantined")
    quarantined = sorted(summary.reasons.get("quarantined", {}).items(), key=lambda row: -row[1])
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in quarantined)
    outcomes = ", ".join(f"{figures[name]} {name}" for name in rest) + (f": {reasons}" if reasons else "")
    if summary.counts["standing"]:
        outcomes += f"; {figures['standing']} of the articles stand without their input"
    return "\n".join(
        [
            first,
            outcomes,
            f"articles: {options.clean}/articles/   all figures, flagged pages: {options.clean}/report.html",
        ]
    )


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = CommandLine(
        prog="python -m flows.clean",
        description="Clean scraped pages: RAW in, articles and a ledger of everything removed out. "
        "Only new and changed pages are cleaned; a stopped run goes on where it was.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add("raw", nargs="?", default="raw", type=Path, metavar="RAW", help="folder with your pages (default: raw)")
    add("clean", nargs="?", default="clean", type=Path, metavar="CLEAN", help="folder for the output (default: clean)")
    add("--workers", type=at_least_one, default=cores(), metavar="N", help="pages cleaned at once (default: all cores)")
    add("--format", choices=FORMATS, default=FORMATS[0], help="txt adds a readable file an article (default: jsonl)")
    add(
        "--rules",
        type=Path,
        metavar="DIR",
        help="folder with your own rules: words for families in *.toml, a file a site in sites/HOST.toml "
        "(default: rules beside RAW, if there is one)",
    )
    add("--retry-quarantined", action="store_true", help="clean quarantined pages again, after a fix")
    add_page_limits(command)
    add(
        "--max-withdrawn",
        type=share_of,
        metavar="SHARE",
        help="share of the articles that may go because their pages are gone from RAW; more stand, with exit code 3, as when "
        "RAW is away for a night (default: 0.1, where that is more than 20 articles, a whole site of ten, or all). An empty "
        "RAW always counts as away",
    )
    add(
        "--keep-withdrawn",
        action="store_true",
        help="keep the articles whose pages are gone from RAW, for who moves pages away once they are cleaned; the manifest "
        "lists them under `standing`",
    )
    add(
        "--max-quarantined",
        type=share_of,
        metavar="SHARE",
        help="share of the pages that may become no article before the run ends with exit code 3 (default: a half from "
        "three pages on, a fifth from 21 on)",
    )
    add(
        "--min-confidence",
        type=share_of,
        metavar="NUMBER",
        help="end with exit code 3 when more than half of the articles have less confidence than this, as in 0.7",
    )
    add(
        "--fail-on-drift",
        action="store_true",
        help="end with exit code 3 when the last pages of a site are no longer what its pages were: fewer whole articles or "
        "words, far more or less kept, less confidence",
    )
    add(
        "--drift-pages",
        type=at_least_one,
        default=USUAL.pages,
        metavar="N",
        help=f"pages of a site, in days by fetched_at, that are compared with earlier ones (default: {USUAL.pages})",
    )
    add(
        "--drift-history",
        type=at_least_one,
        default=USUAL.history,
        metavar="N",
        help=f"pages of a site that must be known before any are compared with them (default: {USUAL.history})",
    )
    add(
        "--drift-tail",
        type=small_share,
        default=USUAL.tail,
        metavar="SHARE",
        help="a site has drifted when its new pages' median lies among this share of the earlier ones at either end "
        f"(default: {USUAL.tail:g})",
    )
    add("--prefect", action="store_true", help="run as a Prefect flow even when no PREFECT_API_URL is set (slower)")
    add("--quiet", action="store_true", help="no progress, only the three lines at the end")
    return command


def add_page_limits(command: argparse.ArgumentParser) -> None:
    """The options that say what a page may take."""
    add = command.add_argument
    add(
        "--page-timeout",
        type=seconds_of,
        default=A_PAGE.cpu,
        metavar="SECONDS",
        help=f"CPU time after which a page is given up and quarantined (default: {A_PAGE.cpu:g})",
    )
    add(
        "--page-wall",
        type=seconds_of,
        metavar="SECONDS",
        help=f"time by the clock after which it is, for one that waits (default: {CLOCK_TO_CPU} times --page-timeout)",
    )
    add(
        "--page-memory",
        type=megabytes_of,
        default=A_PAGE.memory,
        metavar="MB",
        help=f"memory of a worker above which its page is quarantined as out_of_memory (default: {A_PAGE.memory})",
    )


def at_least_one(text: str) -> int:
    """A whole number above 0, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("needs at least 1, as in --workers 2")
    return number


def seconds_of(text: str) -> float:
    """A number of seconds above 0, for argparse."""
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("needs seconds above 0, as in --page-timeout 30")
    return seconds


def megabytes_of(text: str) -> int:
    """A whole number of megabytes in which a worker can start, for argparse."""
    number = int(text)
    if number < LEAST_MEGABYTES:
        raise argparse.ArgumentTypeError(f"needs at least {LEAST_MEGABYTES}, as in --page-memory 1024")
    return number


def share_of(text: str) -> float:
    """A number from 0 to 1, for argparse."""
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("needs a share from 0 to 1, as in --max-withdrawn 0.3")
    return share


def small_share(text: str) -> float:
    """A number from 0 to below one half, for argparse."""
    share = float(text)
    if not 0 <= share < 0.5:
        raise argparse.ArgumentTypeError("needs a share from 0 to below 0.5, as in --drift-tail 0.02")
    return share


def main(words: Sequence[str] | None = None, *, pipeline: str = PIPELINE) -> int:
    """Run the command and give its exit code. `pipeline` names the module that cleans a page."""
    ready()
    asked = vars(parser().parse_args(words))
    with_prefect = asked.pop("prefect") or bool(os.environ.get("PREFECT_API_URL"))
    limits = Limits(*(asked.pop(f"drift_{name}") for name in Limits._fields))
    page = PageLimits.asked(*(asked.pop(f"page_{name}") for name in ("timeout", "wall", "memory")))
    options = Options(**asked, page=page, drift=limits, pipeline=pipeline)
    signal.signal(signal.SIGTERM, _interrupt)  # a scheduler's stop is as clean as Ctrl-C
    try:
        if with_prefect:
            from flows.prefect_flow import run_as_flow  # not at the top: Prefect alone takes longer to load than we do

            summary = run_as_flow(options)
        else:
            summary = run(options)
    except CannotRun as error:
        say(f"{one_line(str(error))}\n", sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        say("stopped; what is cleaned is kept, the same command goes on from here\n", sys.stderr)
        return INTERRUPTED
    say(f"{told(summary, options)}\n", sys.stdout)
    for gate in summary.closed:
        say(f"{one_line(gate.told(options))}\n", sys.stderr)
    return CLOSED if summary.closed else 0


def answered(work: Callable[[], int]) -> int:
    """The exit code of a command that shows pages: its own, or that of what kept it from its work, which is said."""
    try:
        return work()
    except CannotRun as error:
        say(f"{one_line(str(error))}\n", sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
