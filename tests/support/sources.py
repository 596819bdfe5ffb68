"""Sources that go and come back, and what is looked at of CLEAN then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.run.options import Options
from flows.run.run import run as run_here
from flows.run.summary import Summary
from running import everything, lines, page, rows

Again = Callable[..., Summary]


def sources(raw: Path) -> Path:
    """RAW with fifteen pages of two sites and three records."""
    for number in range(15):
        site = f"site{number % 2}.example"
        page(raw / site / f"p{number}.html", url=f"https://{site}/{number}", text=f"text {number}", chrome="yes")
    lines(raw / "news.jsonl", *({"url": f"https://c.example/{n}", "text": f"record {n}"} for n in range(3)))
    return raw


def repeatedly(raw: Path, clean: Path) -> Again:
    """A run in this process, with the options given to it each time."""
    return lambda **asked: run_here(Options(raw, clean, 1, quiet=True, **asked))


def from_scratch(raw: Path, clean: Path, **asked: Any) -> dict[str, bytes]:
    """What a first run gives, account and report included."""
    fresh = clean.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    run_here(Options(raw, fresh, 1, quiet=True, **asked))
    return everything(fresh)


def texts(clean: Path) -> set[str]:
    """The texts of all articles."""
    return {row["text"] for row in rows(clean)}


def closed(summary: Summary) -> list[str]:
    """The names of the gates that are closed."""
    return [gate.name for gate in summary.closed]


def because(clean: Path) -> list[str]:
    """What keeps the articles that stand without their input, as the manifest says."""
    return [row["because"] for row in json.loads((clean / "manifest.json").read_text())["standing"]]


def empty(raw: Path) -> None:
    """Remove all that RAW holds."""
    for entry in raw.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def story(number: int, **says: Any) -> dict[str, Any]:
    """A page of a site that tells something of its own."""
    return {"url": f"https://s.example/{number}", "text": f"story {number} tells of the bridge", **says}
