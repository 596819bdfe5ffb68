"""Runs `python -m flows.clean` as a user would, on this package or on a copy with another model."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from cleaners.judge.model import MODEL

HOME = Path(__file__).resolve().parent.parent
PACKAGES = ("cleaners", "flows")


class CommandFailed(Exception):
    """The command ended with another exit code than 0, or left out or doubled a page; the message has its last words."""


def package_copy(to: Path, model: Path) -> Path:
    """The package in another folder with this model in place of the shipped one; gives the folder."""
    for name in PACKAGES:
        shutil.copytree(HOME / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(model, to / MODEL.relative_to(HOME))
    return to


def environment(home: Path) -> dict[str, str]:
    """What the command finds in its environment when it is run from this folder, whatever Prefect is set to here."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {
        "PYTHONPATH": str(home)
    }


def run(command: list[str], home: Path) -> tuple[str, float]:
    """What a command prints when run from this folder, and its CPU seconds with those of its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=home, env=environment(home), capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr[-4000:]}")
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def clean(raw: Path, to: Path, home: Path = HOME) -> float:
    """The CPU seconds of cleaning RAW into a folder with one worker."""
    words = [str(raw.resolve()), str(to.resolve()), "--workers", "1", "--quiet"]
    return run([sys.executable, "-m", "flows.clean", *words], home)[1]


def articles(folder: Path) -> dict[str, dict[str, Any]]:
    """The articles in a CLEAN folder by the id their page was exported with."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / "articles").rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            article = json.loads(line)
            if article["source"]["id"] in found:
                raise CommandFailed(f"{article['source']['id']} was written twice")
            found[article["source"]["id"]] = article
    return found
