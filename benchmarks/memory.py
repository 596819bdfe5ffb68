"""Measures whether memory grows with a run: `python -m benchmarks.memory`, on an invented corpus.

The command runs over it as a user would run it, and twice a second the resident memory of its process and of each of its
workers is read, pages shared with others counted in full. Exit code 1 when a figure is over its limit. Needs Linux's /proc.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import corpus
from benchmarks.command import HOME, CommandFailed, environment
from benchmarks.figures import table
from flows.run.pool import PAGES_A_WORKER

PAGES, SITES, WORKERS = 20_000, 500, 2
SAMPLED = 0.5  # seconds between two looks
WARM = 5.0  # seconds after which a worker counts: by then it has loaded its models and cleaned its first hundred pages
QUARTERS = 4
PARENT_MB, WORKER_MB = 300.0, 1536.0
GROWN = 0.05  # from the second quarter to the last; the first is spent on filling what a run always needs
WORKER_GROWN = 0.10  # in the second half of a worker's life
PAGE_MB = resource.getpagesize() / (1 << 20)
PROC = Path("/proc")
WORKER = b"flows.run.worker"


class Look(NamedTuple):
    """What was seen at one moment: seconds since the run began, MB of its own process, MB of each worker."""

    at: float
    parent: float
    workers: Mapping[int, float]


class Quarter(NamedTuple):
    """Median and peak in MB of the run's own process, the parent, and of a worker; 0 where there was nothing to see."""

    parent: float
    parent_peak: float
    worker: float
    worker_peak: float


def watched(raw: Path, clean: Path, workers: int) -> list[Look]:
    """All looks at one run. Raises CommandFailed when it ended badly, or before a worker could be seen."""
    words = ["-m", "flows.clean", str(raw), str(clean), "--workers", str(workers), "--quiet"]
    looks: list[Look] = []
    with tempfile.TemporaryFile("w+") as said:
        began = time.monotonic()
        with subprocess.Popen(
            [sys.executable, *words], cwd=HOME, env=environment(HOME), stdout=said, stderr=said
        ) as run:
            while run.poll() is None:
                if parent := resident(run.pid):
                    looks.append(Look(time.monotonic() - began, parent, workers_of(run.pid)))
                time.sleep(SAMPLED)
        said.seek(0)
        if run.returncode:
            raise CommandFailed(f"{' '.join(words)} ended with {run.returncode}:\n{said.read()[-4000:]}")
    if not any(look.workers for look in looks):
        raise CommandFailed(f"{' '.join(words)}: no worker was seen in {len(looks)} looks; try more pages")
    return looks


def workers_of(parent: int) -> dict[int, float]:
    """MB of each worker process that this one has now.

    A process that was just started is still a likeness of its parent, and no worker yet.
    """
    children = [int(child) for child in told_of(parent, f"task/{parent}/children").split()]
    workers = [child for child in children if WORKER in told_of(child, "cmdline").split(b"\0")]
    return {worker: size for worker in workers if (size := resident(worker))}


def resident(process: int) -> float:
    """MB of memory that a process has now; 0 when it has ended."""
    sizes = told_of(process, "statm").split()
    return int(sizes[1]) * PAGE_MB if sizes else 0.0


def told_of(process: int, what: str) -> bytes:
    """What the system tells of a process; nothing when it has ended."""
    try:
        return (PROC / str(process) / what).read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def lives(looks: Sequence[Look]) -> dict[int, list[tuple[float, float]]]:
    """When each worker was seen, and at how many MB."""
    found: dict[int, list[tuple[float, float]]] = {}
    for look in looks:
        for worker, size in look.workers.items():
            found.setdefault(worker, []).append((look.at, size))
    return found


def quarters(looks: Sequence[Look]) -> list[Quarter]:
    """The figures of each quarter of the run's time.

    A worker that was just started would lower the median of all: only those that are warm are in it. Peaks are of all.
    """
    length = looks[-1].at
    sizes: list[list[float]] = [[] for _ in range(QUARTERS)]
    warm: list[list[float]] = [[] for _ in range(QUARTERS)]
    for life in lives(looks).values():
        for at, size in life:
            sizes[quarter_of(at, length)].append(size)
            if at - life[0][0] >= WARM:
                warm[quarter_of(at, length)].append(size)
    parents = [[look.parent for look in looks if quarter_of(look.at, length) == number] for number in range(QUARTERS)]
    return [
        Quarter(middle(parent), max(parent, default=0.0), middle(settled), max(seen, default=0.0))
        for parent, settled, seen in zip(parents, warm, sizes, strict=True)
    ]


def quarter_of(at: float, length: float) -> int:
    """The quarter in which a moment of a run of this length is."""
    return min(QUARTERS - 1, int(QUARTERS * at / length))


def middle(sizes: Sequence[float]) -> float:
    """The median, 0 of nothing."""
    return median(sizes) if sizes else 0.0


def growth(before: float, after: float) -> float:
    """How much more it is than before, as a share; a quarter in which nothing was seen tells of none."""
    return after / before - 1 if before and after else 0.0


def grown_in_life(looks: Sequence[Look]) -> list[float]:
    """How much each worker that was replaced grew at most in the second half of its life, as a share."""
    found = lives(looks)
    last_start = max((life[0][0] for life in found.values()), default=0.0)
    halves = [life[len(life) // 2 :] for life in found.values() if life[-1][0] < last_start]
    return [max(size for _, size in half) / half[0][1] - 1 for half in halves]


def over(found: Sequence[Quarter], grown: Sequence[float]) -> list[str]:
    """What is over its limit, a line each; where no worker was replaced, growth is not judged."""
    figures = [
        ("peak of the parent", max(row.parent_peak for row in found), PARENT_MB, "{:.0f} MB"),
        ("peak of a worker", max(row.worker_peak for row in found), WORKER_MB, "{:.0f} MB"),
    ]
    if grown:
        figures += [
            ("growth of the parent", growth(found[1].parent, found[-1].parent), GROWN, "{:+.1%}"),
            ("growth of workers", growth(found[1].worker, found[-1].worker), GROWN, "{:+.1%}"),
            ("growth of one worker", max(grown), WORKER_GROWN, "{:+.1%}"),
        ]
    return [
        f"{name} is {shown.format(figure)}, more than {shown.format(most)}"
        for name, figure, most, shown in figures
        if figure > most
    ]


def told(found: Sequence[Quarter], grown: Sequence[float]) -> str:
    """The figures as people read them."""
    rows = ((number, *(f"{figure:.1f}" for figure in row)) for number, row in enumerate(found, start=1))
    lines = [table(("quarter", "parent MB", "peak", "worker MB", "peak"), rows)]
    if not grown:
        return "\n".join([*lines, "no worker was replaced: too few pages to judge growth"])
    parent, worker = growth(found[1].parent, found[-1].parent), growth(found[1].worker, found[-1].worker)
    return "\n".join(
        [
            *lines,
            f"the last quarter against the second: parent {parent:+.1%}, workers {worker:+.1%}",
            f"a worker in the second half of its {PAGES_A_WORKER:,} pages: {max(grown):+.1%} at most, "
            f"of {len(grown)} that were replaced",
        ]
    )


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; gives the exit code."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    add = command.add_argument
    add("--pages", type=int, default=PAGES, metavar="N", help=f"of the corpus (default: {PAGES})")
    add("--workers", type=int, default=WORKERS, metavar="W", help=f"pages cleaned at once (default: {WORKERS})")
    args = command.parse_args(words)
    if not (PROC / "self/statm").exists():
        command.error(f"nothing tells the memory of processes here: {PROC}/self/statm is missing")
    with tempfile.TemporaryDirectory(prefix="copydesk-memory-") as folder:
        raw = Path(folder) / "raw"
        corpus.write(raw, args.pages, SITES)
        looks = watched(raw, Path(folder) / "clean", args.workers)
    found, grown = quarters(looks), grown_in_life(looks)
    print(f"{args.pages:,} invented pages of {SITES} sites, {args.workers} workers, {looks[-1].at:.0f} s")
    print(told(found, grown))
    failed = over(found, grown)
    print("\n".join(failed or ["all figures are within their limits"]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
