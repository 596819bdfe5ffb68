"""Runs the command with a clock at every stage: `python -m benchmarks.staged RAW CLEAN WORKERS` prints JSON.

The stages run in this process as in that of the command, so its CPU time is theirs; the workers' is not in it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flows.run import stages
from flows.run.learn_sites import learn as learn_sites
from flows.run.options import Options
from flows.run.run import Stage, run
from flows.run.summary import Summary

Figures = dict[str, dict[str, float]]

LESSONS = "lessons"  # part of the stages that clean and learn
AGAIN = " again"  # ends the name of a stage that comes once more, for what the sites taught


def peak() -> float:
    """The most memory in MB that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def clocked(figures: Figures) -> Callable[[Stage], Stage]:
    """A step for `run` that takes down CPU and wall seconds of each stage, and the peak of memory behind it."""

    def step(stage: Stage) -> Stage:
        def timed(*args: Any) -> None:
            name = stage.__name__ + (AGAIN if stages.learn.__name__ in figures and stage.__name__ in figures else "")
            with clock(figures, name):
                stage(*args)

        return timed

    return step


def counted(figures: Figures) -> Callable[..., int]:
    """Learning from sites, each time it is done: at the end, and on the way while pages are cleaned."""

    def learn(*args: Any) -> int:
        with clock(figures, LESSONS):
            return learn_sites(*args)

    return learn


@contextmanager
def clock(figures: Figures, name: str) -> Iterator[None]:
    """Add what happens here to the figures of this name."""
    cpu, wall = time.process_time(), time.monotonic()
    yield
    spent = figures.setdefault(name, {"cpu": 0.0, "wall": 0.0, "peak": 0.0})
    spent["cpu"] += time.process_time() - cpu
    spent["wall"] += time.monotonic() - wall
    spent["peak"] = peak()


def staged(options: Options) -> dict[str, Any]:
    """What a run did and what each of its stages took."""
    figures: Figures = {}
    with patch.object(stages, "learn_sites", counted(figures)):
        summary: Summary = run(options, clocked(figures))
    return {
        "stages": figures, "peak": peak(), "cleaned": summary.cleaned, "again": summary.again,
        "wall": summary.seconds, "counts": summary.counts,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(staged(Options(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), quiet=True))))
