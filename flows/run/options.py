"""The options of a run, and the checks of its places before it starts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Annotated, NamedTuple

from flows.errors import CannotRun
from flows.publish.formats import Format
from flows.run.option_type import Option, check_options
from flows.run.progress import called

LEAST_MEGABYTES = 256  # of a page; a worker alone takes a hundred
ADDRESS = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]+:)(?:/|$)"
)  # how the address of a store begins, as a path spells it: s3:/
CLOCK_TO_CPU = 6  # seconds by the clock for a second of CPU: what a page may take must not depend on what else runs
PIPELINE = "cleaners.pipeline"  # the module whose user_rules(), fingerprint(), warm_up() and clean_raw() workers call


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


SECONDS, SHARE = "SECONDS", "SHARE"

# What several commands offer, so that each is described once.
Raw = Annotated[Path, Option("folder with your pages", metavar="RAW", by_place=True)]
Clean = Annotated[Path, Option("folder for the output", metavar="CLEAN", by_place=True)]
Rules = Annotated[
    Path | None,
    Option(
        "folder with your own rules: words for families in *.toml, a file a site in sites/HOST.toml",
        example="--rules ours/",
        metavar="DIR",
        default="rules beside RAW, if there is one",
    ),
]
PageTimeout = Annotated[
    float,
    Option(
        "CPU time after which a page is given up and quarantined",
        example="--page-timeout 30",
        metavar=SECONDS,
        unit="seconds",
        above=0,
        below=inf,
    ),
]
PageWall = Annotated[
    float | None,
    Option(
        "time by the clock after which it is, for one that waits",
        example="--page-wall 300",
        metavar=SECONDS,
        default=f"{CLOCK_TO_CPU} times --page-timeout",
        unit="seconds",
        above=0,
        below=inf,
    ),
]
PageMemory = Annotated[
    int,
    Option(
        "memory of a worker above which its page is quarantined as out_of_memory",
        example="--page-memory 1024",
        metavar="MB",
        least=LEAST_MEGABYTES,
    ),
]


@dataclass(frozen=True)
class Options:
    """One run: where from, where to, how. A field with an Option is offered by the command, the Prefect flow and here.

    `pipeline` names the module that cleans a page. Raises ValueError, in words, for a number that is out of its bounds.
    """

    raw: Raw = Path("raw")
    clean: Clean = Path("clean")
    workers: Annotated[
        int | None, Option("pages cleaned at once", example="--workers 2", metavar="N", default="all cores", least=1)
    ] = None
    format: Annotated[Format, Option("txt adds a readable file an article", example="--format txt")] = "jsonl"
    retry_quarantined: Annotated[bool, Option("clean quarantined pages again, after a fix")] = False
    page_timeout: PageTimeout = A_PAGE.cpu
    page_wall: PageWall = None
    page_memory: PageMemory = A_PAGE.memory
    rules: Rules = None
    max_withdrawn: Annotated[
        float | None,
        Option(
            "share of the articles that may go because their pages are gone from RAW; more stand, with exit code 3, as "
            "when RAW is away for a night. An empty RAW always counts as away",
            example="--max-withdrawn 0.3",
            metavar=SHARE,
            default="0.1, where that is more than 20 articles, a whole site of ten, or all",
            unit="a share",
            least=0,
            most=1,
        ),
    ] = None
    keep_withdrawn: Annotated[
        bool,
        Option(
            "keep the articles whose pages are gone from RAW, for who moves pages away once they are cleaned; the "
            "manifest lists them under `standing`"
        ),
    ] = False
    max_quarantined: Annotated[
        float | None,
        Option(
            "share of the pages that may become no article before the run ends with exit code 3",
            example="--max-quarantined 0.2",
            metavar=SHARE,
            default="a half from three pages on, a fifth from 21 on",
            unit="a share",
            least=0,
            most=1,
        ),
    ] = None
    min_confidence: Annotated[
        float | None,
        Option(
            "end with exit code 3 when more than half of the articles have less confidence than this",
            example="--min-confidence 0.7",
            metavar="NUMBER",
            default="not asked",
            unit="a number",
            least=0,
            most=1,
        ),
    ] = None
    fail_on_drift: Annotated[
        bool,
        Option(
            "end with exit code 3 when the last pages of a site are no longer what its pages were: fewer whole articles "
            "or words, far more or less kept, less confidence"
        ),
    ] = False
    drift_pages: Annotated[
        int,
        Option(
            "pages of a site, in days by fetched_at, that are compared with earlier ones",
            example="--drift-pages 20",
            metavar="N",
            least=1,
        ),
    ] = USUAL.pages
    drift_history: Annotated[
        int,
        Option(
            "pages of a site that must be known before any are compared with them",
            example="--drift-history 50",
            metavar="N",
            least=1,
        ),
    ] = USUAL.history
    drift_tail: Annotated[
        float,
        Option(
            "a site has drifted when its new pages' median lies among this share of the earlier ones at either end",
            example="--drift-tail 0.02",
            metavar=SHARE,
            unit="a share",
            least=0,
            below=0.5,
        ),
    ] = USUAL.tail
    quiet: Annotated[bool, Option("no progress, only the three lines at the end", in_flow=False)] = False
    pipeline: str = PIPELINE

    def __post_init__(self) -> None:
        check_options(self)

    @property
    def page(self) -> PageLimits:
        """What a page may take."""
        return PageLimits.asked(self.page_timeout, self.page_wall, self.page_memory)

    @property
    def drift(self) -> Limits:
        """When a site counts as drifted."""
        return Limits(self.drift_pages, self.drift_history, self.drift_tail)


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
        raise CannotRun(f"{options.raw} is not a folder: name the folder with your pages, {called('clean')} RAW CLEAN")
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
