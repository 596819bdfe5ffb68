"""What a run found that somebody should look at, in one form for summary, manifest and report: gates, and drifted sites.

flows/run/gates.py and flows/run/drift.py find them; here is only how they are said.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

ALIKE = "alike"  # the measure of a site whose pages suddenly share one text, or show nothing but a notice
IN_WORDS = {
    "words": "words",
    "kept_ratio": "share of a page that is kept",
    "confidence": "confidence",
    "whole": "share of pages with a whole article",
}


class Places(Protocol):
    """The two folders of a run."""

    @property
    def raw(self) -> Path: ...

    @property
    def clean(self) -> Path: ...


class Gate(NamedTuple):
    """One gate: its name, whether it is closed, how many were found of how many, and what it says with the next step.

    It says RAW and CLEAN for the folders, as what is written must not depend on where these are.
    """

    name: str
    closed: bool
    found: int
    of: int
    said: str

    def told(self, places: Places) -> str:
        """What it says, with the folders of this run."""
        return self.said.replace("RAW", str(places.raw)).replace("CLEAN", str(places.clean))


class Drift(NamedTuple):
    """A window in which a site drifted: first and last day, its pages, and what is no longer as usual.

    `measure` is a field of `Look` in flows/run/drift.py, or ALIKE; `usual` and `now` are in its unit. `latest` is true of
    a site's last window.
    """

    site: str
    first: str
    last: str
    pages: int
    measure: str
    usual: float
    now: float
    latest: bool

    def told(self) -> str:
        """The drift in words."""
        if self.measure == ALIKE:
            since = f" since {self.first}" if self.first else ""
            return f"{self.site}{since} ({self.pages:,} pages with one text, or with nothing but a notice)"
        return f"{self.site} since {self.first} ({IN_WORDS[self.measure]} {self.usual:g} → {self.now:g})"
