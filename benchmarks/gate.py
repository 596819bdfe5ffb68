"""The gate: it measures what floors.toml sets floors for, and fails where a figure has fallen below one.

Floors hold for the pages they were measured on. Where those are not at hand it says "skipped" and lets everything pass.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import quality, speed
from benchmarks.figures import table
from benchmarks.pages import digest, sets_in

FLOORS = Path(__file__).parent / "floors.toml"
SPEED = frozenset({"x"})  # floors that benchmarks.speed answers; benchmarks.quality answers the others
FELL, CANNOT_JUDGE = 1, 2  # exit codes


class Floor(NamedTuple):
    """The least a figure of a set may be."""

    figure: str
    set: str
    least: float


class Fall(NamedTuple):
    """A floor, and the figure that is below it; None when it was not measured though its pages are there."""

    floor: Floor
    value: float | None


def floors(path: Path = FLOORS) -> tuple[list[Floor], dict[str, str]]:
    """All floors, and by set the digest of the pages they were measured on."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    digests = tables.pop("digests")
    return [Floor(figure, name, least) for figure, row in tables.items() for name, least in row.items()], digests


def known(here: Mapping[str, str], digests: Mapping[str, str]) -> tuple[set[str], list[str]]:
    """The sets at hand that floors were measured on, and why the others are not judged, a line each."""
    same = {name for name, found in digests.items() if here.get(name) == found}
    others = [
        f"{name}: {'other pages than its floors were measured on' if name in here else 'its pages are not there'}"
        for name in digests
        if name not in same
    ]
    return same, others


def measured(folder: Path, wanted: Sequence[Floor]) -> list[Mapping[str, Any]]:
    """What benchmarks.quality and benchmarks.speed find for the sets that have floors."""
    reports = []
    for module, is_asked in ((quality, False), (speed, True)):
        names = sorted({floor.set for floor in wanted if (floor.figure in SPEED) is is_asked})
        if names:
            reports.append(module.measure(folder, names))
            print(module.told(reports[-1]), flush=True)
    return reports


def fallen(wanted: Sequence[Floor], reports: Sequence[Mapping[str, Any]]) -> list[Fall]:
    """The floors that the figures of these reports are below, or that none of them has a figure for."""
    found = []
    for floor in wanted:
        values = [
            report["sets"][floor.set]["copydesk"][floor.figure]
            for report in reports
            if floor.figure in report["sets"].get(floor.set, {}).get("copydesk", {})
        ]
        if not values or min(values) < floor.least:
            found.append(Fall(floor, min(values, default=None)))
    return found


def told(falls: Sequence[Fall]) -> str:
    """What fell, as a table for people."""
    rows = [
        (floor.figure, floor.set, f"{floor.least:.4f}", "not measured" if value is None else f"{value:.4f}")
        for floor, value in falls
    ]
    return table(("figure", "set", "floor", "measured"), rows)


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.gate", description=__doc__)
    add = command.add_argument
    add("folder", nargs="?", type=Path, metavar="DATA", help="folder of *.jsonl.zst with pages and gold text")
    add("--figures", nargs="+", default=[], type=Path, metavar="FILE",
        help="judge these, written by --json of benchmarks.quality and benchmarks.speed, instead of measuring again")  # fmt: skip
    return command


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    args = parser().parse_args(words)
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in args.figures]
    if any(report["sample"] for report in reports):
        print("figures of a sample: floors hold for whole sets, measure again without --sample", file=sys.stderr)
        return CANNOT_JUDGE
    here = {name: found for report in reports for name, found in report["digests"].items()}
    if not reports and args.folder:
        here = {name: digest(args.folder, name) for name in sets_in(args.folder)}
    wanted, digests = floors()
    same, others = known(here, digests)
    wanted = [floor for floor in wanted if floor.set in same]
    if not wanted:
        where = f"{args.folder} has none of" if args.folder else "nobody said where to find"
        print(f"skipped, nothing was judged: {where} the pages that floors were measured on")
        return 0
    falls = fallen(wanted, reports or measured(args.folder, wanted))
    for line in others:
        print(f"not judged: {line}")
    print(told(falls) if falls else f"all {len(wanted)} floors hold")
    return FELL if falls else 0


if __name__ == "__main__":
    sys.exit(main())
