"""This file holds what a run was asked to do, and the ways in which it can refuse."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flows.errors import CannotRun
from flows.publish.formats import Format

ADDRESS = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]+:)(?:/|$)"
)  # how the address of a store begins, as a path spells it: s3:/
CLOCK_TO_CPU = 6  # seconds by the clock for a second of CPU: what a page may take must not depend on what else runs
PIPELINE = (
    "cleaners.pipeline"  # the module whose user_rules(), fingerprint(), warm_up() and clean_raw() the workers call
)


class Limits(NamedTuple):
    """When a site counts as drifted: pages that are looked at together, pages known before that, and the share of these
    at either end beyond which the middle of the new ones must not lie."""

    pages: int = 10
    history: int = 30
    tail: float = 0.05


USUAL = Limits()


class PageLimits(NamedTuple):
    """What a page may take before it is given up: seconds of CPU, seconds by the clock, megabytes of memory."""

    cpu: float
    wall: float
    memory: int

    @classmethod
    def asked(cls, cpu: float, wall: float | None, memory: int) -> PageLimits:
        """These limits; the clock is not stopped before a page had its CPU time unless that is asked for."""
        return cls(cpu, wall or CLOCK_TO_CPU * cpu, memory)


# The slowest real page of 1,497 took half of the seconds under load, the worst page measured needed 1.3 GB.
A_PAGE = PageLimits.asked(cpu=10.0, wall=None, memory=1536)


@dataclass(frozen=True)
class Options:
    """One run: where from, where to, how. `page` is what a page may take; `pipeline` names the module that cleans.

    `rules` is the folder with the user's own rules; None is the one beside RAW, where there is one. `max_withdrawn` is
    the share of the articles that may go in one run, `max_quarantined` the share of pages that may become none; None asks
    for the usual rules of flows/run/gates.py. `min_confidence` is the least confidence of the middle article, if any.
    """

    raw: Path
    clean: Path
    workers: int
    format: Format = "jsonl"
    retry_quarantined: bool = False
    page: PageLimits = A_PAGE
    quiet: bool = False
    rules: Path | None = None
    drift: Limits = USUAL
    fail_on_drift: bool = False
    max_withdrawn: float | None = None
    keep_withdrawn: bool = False
    max_quarantined: float | None = None
    min_confidence: float | None = None
    pipeline: str = PIPELINE


def cores() -> int:
    """The cores this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_local(*places: Path | None) -> None:
    """Raise CannotRun when one of these is the address of a store, of which a path would make a folder of that name."""
    for place in places:
        if place and ADDRESS.match(str(place)):
            address = ADDRESS.sub(r"\1//", str(place))
            raise CannotRun(f"{address} is not supported yet by this version: name a folder on this machine")


def check_places(options: Options) -> None:
    """Raise CannotRun unless RAW is a folder and CLEAN one of ours, empty or new, and neither inside the other."""
    check_local(options.raw, options.clean, options.rules)
    if not options.raw.is_dir():
        raise CannotRun(
            f"{options.raw} is not a folder: name the folder with your pages, python -m flows.clean RAW CLEAN"
        )
    try:
        os.listdir(options.raw)
    except OSError as error:
        raise CannotRun(f"{options.raw} cannot be read ({error.strerror}): make it readable and run again") from error
    raw, clean = (Path(os.path.realpath(place)) for place in (options.raw, options.clean))
    if raw == clean or raw in clean.parents or clean in raw.parents:
        raise CannotRun(f"{options.raw} and {options.clean} lie inside each other: choose two separate folders")
    if options.clean.exists() and not options.clean.is_dir():
        raise CannotRun(f"{options.clean} is a file: choose another folder for the output")
    try:
        options.clean.mkdir(parents=True, exist_ok=True)
        # a .gitignore or .DS_Store is nobody's output
        names = {name for name in os.listdir(clean) if name == ".state" or not name.startswith(".")}
    except OSError as error:
        raise CannotRun(
            f"{options.clean} cannot be made or opened ({error.strerror}): choose another folder"
        ) from error
    if names and not names & {".state", "manifest.json"}:
        raise CannotRun(f"{options.clean} holds files that no earlier run made: choose an empty or a new folder")
