"""Measures what isolation costs: one worker process against the same run without any, in turns.

`python -m benchmarks.isolation DATA [SET]` prints CPU seconds of all processes and wall seconds of both, and the ratio of the
CPU seconds, round by round. Without isolation the run cleans pages in its own process: a page that hangs would hang it.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from types import ModuleType
from unittest.mock import patch

from benchmarks.command import HOME, run
from benchmarks.figures import table
from benchmarks.pages import read_set, write_export
from flows import clean
from flows.run import stages
from flows.run.pool import Answer, Job
from flows.run.worker import OBJECTS_A_COLLECTION, answer

ROUNDS = 5
ALONE = "--alone"


class NoPool:
    """Stands in for the pool of workers and cleans in this process, as a worker does."""

    def __init__(self, *_: object) -> None:
        from cleaners import pipeline  # not at the top: the isolated run's own process does without the cleaners

        self._cleaners: ModuleType = pipeline
        self._warm = False

    def fingerprint(self) -> str:
        """As the pool does."""
        return str(self._cleaners.fingerprint())

    def answers(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Answer]]:
        """As the pool does."""
        if not self._warm:
            self._cleaners.warm_up()
            gc.freeze()
            gc.set_threshold(OBJECTS_A_COLLECTION)
            self._warm = True
        clean_raw = partial(self._cleaners.clean_raw, own=None)
        for job in jobs:
            yield job, Answer(*answer(clean_raw, job.payload, job.named))

    def close(self) -> None:
        """As the pool does."""


def cleaned_alone(words: Sequence[str]) -> int:
    """The command's exit code, without workers."""
    with patch.object(stages, "Pool", NoPool):
        return clean.main(words)


def measure(raw: Path, rounds: int) -> list[tuple[float, float, float, float]]:
    """CPU and wall seconds with isolation and without, for each round."""
    commands = {"isolated": ["-m", "flows.clean"], "alone": ["-m", "benchmarks.isolation", ALONE]}
    rows = []
    with tempfile.TemporaryDirectory(prefix="copydesk-isolation-") as folder:
        for number in range(rounds):
            took: dict[str, tuple[float, float]] = {}
            for name in sorted(commands, reverse=number % 2 == 1):
                words = [
                    sys.executable,
                    *commands[name],
                    str(raw),
                    f"{folder}/{name}-{number}",
                    "--workers",
                    "1",
                    "--quiet",
                ]
                started = time.monotonic()
                took[name] = (run(words, HOME)[1], time.monotonic() - started)
            rows.append(took["isolated"] + took["alone"])
    return rows


def main() -> None:
    if sys.argv[1:2] == [ALONE]:
        sys.exit(cleaned_alone(sys.argv[2:]))
    command = argparse.ArgumentParser(prog="python -m benchmarks.isolation", description=__doc__)
    command.add_argument("folder", type=Path, metavar="DATA", help="folder with the sets, as benchmarks/README.md says")
    command.add_argument("set", nargs="?", default="articles", metavar="SET", help="(default: articles)")
    command.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"(default: {ROUNDS})")
    args = command.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-isolation-raw-") as folder:
        raw = Path(folder) / "raw"
        write_export(read_set(args.folder, args.set), raw)
        rows = measure(raw, args.rounds)
    shown = [[f"{figure:.2f}" for figure in (*row, row[0] / row[2] - 1)] for row in rows]
    print(table(("isolated cpu s", "wall s", "alone cpu s", "wall s", "cost"), shown))
    cpu, wall = (median(row[at] / row[at + 2] for row in rows) - 1 for at in (0, 1))
    print(f"median cost of isolation: {cpu:+.1%} of CPU, {wall:+.1%} of wall time, that is of throughput")


if __name__ == "__main__":
    main()
