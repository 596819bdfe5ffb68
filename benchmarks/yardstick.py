"""This file tells how fast the machine is while something else is measured: `with yardstick() as speed`.

A process of its own cleans the same invented page again and again, with pauses. Figures taken at different hours on a
machine that others use too can be compared once each is divided by what that page took meanwhile.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.command import HOME
from benchmarks.growth import page, paragraphs

PAUSE = 0.5  # seconds
SIZE = 30_000  # bytes of the page


@contextmanager
def yardstick() -> Iterator[Callable[[], float]]:
    """While it is open, calling it gives the median CPU milliseconds of the page so far; it takes 2 % of a core."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.yardstick"], cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        took = [float(process.stdout.readline())]  # once it is there it is warm
        lines = process.stdout
        reader = threading.Thread(target=lambda: took.extend(float(line) for line in lines), daemon=True)
        reader.start()
        yield lambda: median(took)
        process.stdin.close()
        reader.join()


def main() -> None:
    """Print what the page took, line by line, until standard input is closed."""
    from cleaners.article import clean_raw, warm_up  # not at the top: who reads the figures may do without the cleaners

    payload = page(paragraphs, SIZE)
    warm_up()
    clean_raw(payload, source="page.html", record=None, media="html")
    closed = threading.Thread(target=sys.stdin.read)
    closed.start()
    while closed.is_alive():
        started = time.process_time()
        clean_raw(payload, source="page.html", record=None, media="html")
        print((time.process_time() - started) * 1000, flush=True)
        closed.join(PAUSE)


if __name__ == "__main__":
    main()
