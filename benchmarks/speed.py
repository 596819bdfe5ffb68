"""Measures speed: the whole command beside trafilatura, single pages, start-up, and growth with page size.

All times are CPU seconds. On a machine that does other things too they move; the ratio, taken round by round, hardly.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.command import HOME, clean, run
from benchmarks.figures import table
from benchmarks.growth import LARGE, SHAPES, SIZES, grown, page, paragraphs
from benchmarks.pages import Record, asked_sets, digest, export_line, read_set, write_export
from cleaners.pipeline import clean_raw, warm_up
from flows.run.worker import OBJECTS_A_COLLECTION

ROUNDS = 3
SHARES = (0.5, 0.9, 0.99)  # of the pages, for the time that so many of them do not exceed
ONE_PAGE = 30_000  # bytes of the page that a run of one page has


def raced(records: Sequence[Record], rounds: int) -> dict[str, float]:
    """CPU seconds of the whole command at one worker and of trafilatura with metadata, in turns on the same export.

    `x` is the median of the rounds' ratios. Text pages are not raced: trafilatura reads HTML alone.
    """
    html = any("text" not in record for record in records)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="copydesk-speed-") as folder:
        raw = Path(folder) / "raw"
        write_export(records, raw)
        for number in range(rounds):
            ours.append(clean(raw, Path(folder) / f"clean-{number}"))
            if html:
                theirs.append(float(run([sys.executable, "-m", "benchmarks.baseline", str(raw)], HOME)[0]))
    if not html:
        return {"cpu": median(ours)}
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    return {
        "cpu": median(ours), "trafilatura_cpu": median(theirs),
        "x": median(ratios), "x_low": min(ratios), "x_high": max(ratios),
    }  # fmt: skip


def page_times(records: Sequence[Record], rounds: int) -> dict[str, float]:
    """CPU milliseconds in this process that half, nine tenths and 99 of 100 pages do not exceed.

    Each page is cleaned once a round and counts with its median: a moment in which the machine was slow is no page's.
    """
    took: list[list[float]] = [[] for _ in records]
    for _ in range(rounds):
        for number, record in enumerate(records):
            payload = export_line(record)
            started = time.process_time()
            clean_raw(payload, source="export.jsonl", record=number, media="jsonl")
            took[number].append(time.process_time() - started)
    middle = [median(times) for times in took]
    return {f"p{share * 100:g}": quantile(middle, share) * 1000 for share in SHARES}


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def start_up(rounds: int) -> dict[str, float]:
    """CPU seconds of a run that finds nothing, and of a run of one page."""
    nothing, one = [], []
    with tempfile.TemporaryDirectory(prefix="copydesk-start-") as folder:
        here = Path(folder)
        (here / "none").mkdir()
        (here / "one").mkdir()
        (here / "one" / "page.html").write_bytes(page(paragraphs, ONE_PAGE))
        clean(here / "one", here / "first")  # not counted: it may have to compile the package
        for number in range(rounds):
            nothing.append(clean(here / "none", here / f"none-{number}"))
            one.append(clean(here / "one", here / f"one-{number}"))
    return {"nothing": median(nothing), "one": median(one)}


def measure(folder: Path, names: Sequence[str], *, rounds: int = ROUNDS, sample: int | None = None) -> dict[str, Any]:
    """The figures of these sets, as they are written to JSON."""
    warm_up()
    gc.freeze()  # as a worker does with what it has loaded
    gc.set_threshold(OBJECTS_A_COLLECTION)
    sets = {name: read_set(folder, name, sample) for name in names}
    return {
        "sample": sample, "digests": {name: digest(folder, name) for name in names},
        "python": platform.python_version(), "trafilatura": version("trafilatura"), "rounds": rounds, "start_up": start_up(rounds),
        "sets": {
            name: {"pages": len(records), "copydesk": raced(records, rounds) | page_times(records, rounds)}
            for name, records in sets.items()
        },
    }  # fmt: skip


def told(figures: Mapping[str, Any]) -> str:
    """The figures of the sets as a table for people."""
    start = figures["start_up"]
    names = ("cpu", "trafilatura_cpu", "x", "x_low", "x_high", *(f"p{share * 100:g}" for share in SHARES))
    rows = [
        (name, found["pages"], *(_rounded(found["copydesk"].get(key)) for key in names))
        for name, found in figures["sets"].items()
    ]
    shares = [f"p{share * 100:g} ms" for share in SHARES]
    return "\n".join(
        [
            f"whole command at one worker beside trafilatura {figures['trafilatura']} with metadata, CPU seconds"
            + (f"; a sample of about {figures['sample']}" if figures["sample"] else ""),
            table(("set", "pages", "copydesk", "trafilatura", "x", "least", "most", *shares), rows),
            f"start-up, CPU seconds: {start['nothing']:.2f} with nothing to clean, {start['one']:.2f} with one page",
        ]
    )


def _rounded(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def growth() -> str:
    """How the time for a page grows with its size, as a table for people."""
    rows = []
    for shape in SHAPES:
        found = grown(shape)
        times = (f"{found.seconds[size]:.3f}" if size in found.seconds else None for size in SIZES)
        rows.append((shape.__name__, *times, _rounded(found.exponent), _rounded(found.large)))
    sizes = (f"{size // 1000} KB" for size in SIZES)
    return "CPU seconds by size of an invented page, and the exponent of their growth\n" + table(
        ("shape", *sizes, "exponent", f"from {LARGE // 1000} KB"), rows
    )


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    add = command.add_argument
    add("folder", type=Path, metavar="DATA", help="folder of *.jsonl.zst with pages")
    add("sets", nargs="*", metavar="SET", help="what to measure (default: every set)")
    add("--rounds", type=int, default=ROUNDS, metavar="N", help=f"of each measurement (default: {ROUNDS}), median")
    add("--sample", type=int, metavar="N", help="a quick look: about N pages a set")
    add("--no-growth", action="store_true", help="leave out the invented pages")
    add("--json", type=Path, metavar="FILE", help="write the figures of the sets here too")
    return command


def main() -> None:
    command = parser()
    args = command.parse_args()
    names = asked_sets(command, args.folder, args.sets)
    figures = measure(args.folder, names, rounds=args.rounds, sample=args.sample)
    print(told(figures), flush=True)
    if args.json:
        args.json.write_text(f"{json.dumps(figures, indent=1)}\n", encoding="utf-8")
    if not args.no_growth:
        print(growth())


if __name__ == "__main__":
    main()
