"""Measures how the time for a flood grows with its size: `PYTHONPATH=.:tests python -m hostile.growth`.

Each kind of page that may be had in any size is made 1 MB large, half and a quarter of that, and cleaned from bytes to
article in a process of its own with a worker's limits. What counts is CPU time, less that of a page with one unit of the
flood; the exponent is 1 where twice the page takes twice the time. Where it is more than that, caches may be what a larger
page no longer fits into: such a kind is measured at 2 and 4 MB too, and its exponent is that of the larger pages.

Each step of the pipeline may take a second for 1 MB. The whole page may, or 100 microseconds for each of its lines: there are
floods with a line every five bytes, and the ledger has a row for each. What libraries take counts there too: the parser, the
detectors of encodings, and the reference extractor where it is asked, which it never is about more than 150,000 characters
of markup. Kinds that are known to take longer have limits of their own, in SLOWER. Ends with 1 when a kind is over the
limits that is not in UNMENDED.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple
from unittest.mock import patch

from benchmarks.growth import exponent
from cleaners import pipeline
from cleaners.errors import UnreadablePage
from cleaners.page import Page, Step
from cleaners.pipeline import clean_with_page, warm_up
from flows.run.options import A_PAGE
from flows.run.worker import MEGABYTE, OBJECTS_A_COLLECTION, UNUSED, allow_cpu, limit
from hostile import broken, floods, metadata, texts
from hostile.kinds import Kind

BYTES = 1_000_000  # of the largest page of a kind
EXPONENT = 1.2  # at most
SECONDS = 1.0  # of CPU for 1 MB, of the page and of each step
A_LINE = 100e-6  # CPU seconds for a line; most take 10 to 20 microseconds, those that read like a byline 70
SLOWER = {  # CPU seconds for 1 MB of what is known to take longer, though no more than twice as long for twice the page
    "binary_after_a_page": 5.0,  # ftfy tries the encodings of each line of noise
    "deep_in_turn": 3.0,  # the parser walks up 512 open elements of each name at each tag
    "deep_of_all_names": 5.0,  # the same
    "misnested_formatting": 2.5,  # the parser moves what stands in links
}
UNMENDED = frozenset(
    ["table_with_text_between"]
)  # the parser puts all of the text before the table, and copies it each time
TELLING = 0.1  # CPU seconds of the largest page; below, noise hides how the time grows
SIZES = 3  # pages of a kind: the largest, half and a quarter of it
LARGER = 4  # times as large are those by which a kind that grows too fast is judged
TAKES = 2  # of a page; the least counts
LONG = 2.0  # CPU seconds; a page that takes so long is measured once
PATIENCE = 20.0  # CPU seconds; after a page that took longer, larger ones of its kind are not tried
ENOUGH = 60.0  # CPU seconds; a page that takes longer ends its process
LEAST_GROWTH = 0.1  # bytes a unit; what grows less is a page of one size
MEDIA = {".html": "html", ".txt": "text"}

KINDS = {
    kind.name: kind
    for family in (floods, broken, metadata, texts)
    for kind in family.KINDS
    if kind.suffix in MEDIA and len(kind.make(400)) - len(kind.make(200)) > 200 * LEAST_GROWTH
}


class Cost(NamedTuple):
    """CPU seconds of a page, its lines, and the step that took longest, with its seconds."""

    seconds: float
    lines: int
    step: str
    of_step: float


class Figure(NamedTuple):
    """What the pages of a kind cost by their bytes, and what ended the measurement, if anything."""

    name: str
    costs: dict[int, Cost]
    ended: str

    @property
    def largest(self) -> int:
        """Bytes of the largest page that was tried."""
        return max(self.costs, default=0)

    @property
    def exponent(self) -> float:
        """As in benchmarks/growth.py; 0 where all is too quick to tell."""
        if len(self.costs) < 2 or self.costs[self.largest].seconds < TELLING:
            return 0.0
        return exponent({size: max(self.costs[size].seconds, 1e-3) for size in sorted(self.costs)[-SIZES:]})

    @property
    def a_megabyte(self) -> float:
        """CPU seconds by the largest page."""
        return self.costs[self.largest].seconds / self.largest * 1e6 if self.costs else 0.0

    @property
    def over(self) -> bool:
        """Whether it is over the limits."""
        if self.ended or not self.costs:
            return bool(self.ended)
        cost, megabytes = self.costs[self.largest], self.largest / 1e6
        whole = max(SLOWER.get(self.name, SECONDS) * megabytes, A_LINE * cost.lines)
        return self.exponent > EXPONENT or cost.seconds > whole or cost.of_step > SECONDS * megabytes

    def __str__(self) -> str:
        pages = ", ".join(f"{size / 1e6:.2f} MB {cost.seconds:.2f} s" for size, cost in self.costs.items())
        lines = step = ""
        if self.costs:
            cost = self.costs[self.largest]
            lines, step = f"{cost.lines:,} lines", f"{cost.step} {cost.of_step:.2f} s"
        said = ", ".join(part for part in (pages, lines, step, self.ended) if part)
        return f"{self.exponent:8.2f} {self.a_megabyte:6.2f}  {self.name}: {said}{'  OVER' if self.over else ''}"


def sizes(kind: Kind, largest: int) -> list[int]:
    """So many units that the largest page has about these bytes; and half, and a quarter of them."""
    units = largest * 200 / (len(kind.make(400)) - len(kind.make(200)))
    try:
        units *= largest / len(kind.make(round(units)))  # numbers have more digits in a larger page
    except RecursionError:
        return []  # no page of such a kind can be made so large
    return [max(round(units / 2**halved), 2) for halved in reversed(range(SIZES))]


def clean(kind: Kind, page: bytes) -> int:
    """The lines of a page of this kind, once it is cleaned."""
    try:
        return len(clean_with_page(page, source="page", record=None, media=MEDIA[kind.suffix])[1].blocks)
    except UnreadablePage:
        return 0


def cost(kind: Kind, page: bytes) -> Cost:
    """What a page costs, the least of some takes."""
    least = Cost(ENOUGH, 0, "", ENOUGH)
    for _ in range(TAKES):
        spent: dict[str, float] = {"none": 0.0}
        started = time.process_time()
        with patch.object(pipeline, "STEPS", tuple(timed(step, spent) for step in pipeline.STEPS)):
            lines = clean(kind, page)
        step = max(spent, key=spent.__getitem__)
        least = min(least, Cost(time.process_time() - started, lines, step, spent[step]))
        if least.seconds > LONG:
            break
    return least


def timed(step: Step, spent: dict[str, float]) -> Step:
    """The step, adding its CPU seconds to what its like has spent."""

    name = getattr(step, "__name__", repr(step))

    def work(page: Page) -> Page:
        started = time.process_time()
        try:
            return step(page)
        finally:
            spent[name] = spent.get(name, 0.0) + time.process_time() - started

    return work


def measure(kind: Kind, largest: int, to: Connection) -> None:
    """Send size and cost of one page after another, with the limits of a worker."""
    limit(resource.RLIMIT_AS, (A_PAGE.memory + UNUSED) * MEGABYTE)
    limit(resource.RLIMIT_CORE, 0)
    gc.set_threshold(OBJECTS_A_COLLECTION)
    gc.freeze()
    alone = cost(kind, kind.make(1)).seconds
    for units in sizes(kind, largest):
        page = kind.make(units)
        allow_cpu(TAKES * LONG + ENOUGH)
        took = cost(kind, page)
        to.send((len(page), took._replace(seconds=max(took.seconds - alone, 0.0))))
        if took.seconds > PATIENCE:
            break


def figures(kinds: Iterable[Kind], largest: int, processes: int) -> Iterator[Figure]:
    """What each kind costs, as its process ends."""
    context = multiprocessing.get_context("fork")
    waiting = list(kinds)[::-1]
    running: dict[Any, tuple[Kind, BaseProcess, Connection]] = {}
    while waiting or running:
        while waiting and len(running) < processes:
            kind = waiting.pop()
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=measure, args=(kind, largest, theirs))
            process.start()
            theirs.close()
            running[process.sentinel] = (kind, process, ours)
        for sentinel in wait(list(running)):
            kind, ended, ours = running.pop(sentinel)
            ended.join()
            yield Figure(kind.name, dict(received(ours)), f"ended with {ended.exitcode}" if ended.exitcode else "")


def received(ours: Connection) -> Iterator[tuple[int, Cost]]:
    """What a process that has ended sent."""
    try:
        while True:
            yield ours.recv()
    except EOFError:
        return


def together(first: Figure, again: Figure) -> Figure:
    """Two measurements of a kind; the least counts, for others may have used the machine."""
    costs = dict(first.costs)
    for size, cost in again.costs.items():
        costs[size] = min(cost, costs.get(size, cost))
    return Figure(first.name, costs, again.ended)


def table(found: list[Figure], rows: int) -> Iterator[str]:
    """The worst kinds by exponent, and by seconds."""
    for order in ("exponent", "a_megabyte"):
        yield f"exponent   s/MB  the worst by {'exponent' if order == 'exponent' else 'seconds'}"
        yield from map(str, sorted(found, key=lambda figure: getattr(figure, order), reverse=True)[:rows])
    over = [figure for figure in found if figure.over]
    yield f"{len(found)} kinds, {len(over)} over the limits{':' if over else ''}"
    yield from map(str, over)


def main() -> None:
    command = argparse.ArgumentParser(prog="python -m hostile.growth", description=__doc__)
    command.add_argument("names", nargs="*", metavar="KIND", help="what to measure (default: all kinds that grow)")
    command.add_argument("--bytes", type=int, default=BYTES, metavar="N", help="of the largest page (default: 1000000)")
    command.add_argument("--processes", type=int, default=1, metavar="N", help="kinds measured at a time (default: 1)")
    command.add_argument("--rows", type=int, default=20, metavar="N", help="of each table (default: 20)")
    args = command.parse_args()
    unknown = set(args.names) - set(KINDS)
    if unknown:
        command.error(f"no such kinds: {', '.join(sorted(unknown))}")
    warm_up()
    kinds = {name: KINDS[name] for name in args.names or KINDS}
    for kind in kinds.values():  # what few pages need is loaded by the first that does
        clean(kind, kind.make(1))
    found = {figure.name: figure for figure in figures(kinds.values(), args.bytes, args.processes)}
    over = [figure for figure in found.values() if figure.over]
    for larger in (1, LARGER):
        again = [kinds[figure.name] for figure in over if (figure.exponent > EXPONENT) is (larger > 1)]
        for figure in figures(again, args.bytes * larger, args.processes):
            found[figure.name] = together(found[figure.name], figure)
    print("\n".join(table(list(found.values()), args.rows)))
    sys.exit(any(figure.over and figure.name not in UNMENDED for figure in found.values()))


if __name__ == "__main__":
    main()
