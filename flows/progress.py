"""This file shows how far a run is: a bar on a terminal, now and then a plain line in a log, nothing when asked."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from typing import TextIO

BAR = 24  # characters
ON_TERMINAL = 0.2  # seconds between two drawings
IN_LOG = 10.0  # seconds between two lines


def say(text: str, stream: TextIO) -> None:
    """Write it out; when its reader has left (`| head -1`), nothing more is said there, which is no fault of a run."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # what is still buffered would otherwise fail once more at the very end
        os.close(nowhere)


class Progress:
    """Counts pages as they get their outcome, and bytes of RAW as they are read."""

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._terminal = self._stream.isatty()
        self._counts: Counter[str] = Counter()
        self._total = self._read = 0
        self._began = time.monotonic()
        self._next = self._began + (ON_TERMINAL if self._terminal else IN_LOG)
        self._drawn = False

    def expect(self, size: int) -> None:
        """Say how many bytes there are to read."""
        self._total = size

    def read(self, size: int) -> None:
        """Count a file of this many bytes as read."""
        self._read += size

    def page(self, outcome: str) -> None:
        """Count a page, and show where we are when it is time."""
        self._counts[outcome] += 1
        now = time.monotonic()
        if now < self._next or self._quiet:
            return
        self._next = now + (ON_TERMINAL if self._terminal else IN_LOG)
        share = min(1.0, self._read / self._total) if self._total else 0.0
        done = sum(self._counts.values())
        said = f"{share:4.0%}  {done:,} pages  {done / (now - self._began):,.0f}/s"
        if self._counts["quarantined"]:
            said += f"  {self._counts['quarantined']:,} quarantined"
        if self._terminal:
            bar = "█" * round(share * BAR)
            say(f"\r{bar:░<{BAR}} {said}\x1b[K", self._stream)
            self._drawn = True
        else:
            say(f"{said}\n", self._stream)

    def done(self) -> None:
        """Take the bar away."""
        if self._drawn:
            say("\r\x1b[K", self._stream)
            self._drawn = False
