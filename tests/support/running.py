"""Lets tests run the real command in a process of its own, with scripted pages for a pipeline."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import scripted_pipeline
from flows.run.pool import Answer, Job
from flows.run.worker import answer

HERE = Path(__file__).parent
HOME = HERE.parents[1]
PATHS = os.pathsep.join(map(str, (HOME, HERE.parent, HERE)))  # where a process of its own finds the tests' modules
COMMAND = "import sys; from flows.clean import main; sys.exit(main(pipeline='scripted_pipeline'))"
KILLED = 9  # what a copy of this process ends with where a test stops it
OUTPUTS = ("articles", "removed", "quarantine")


def start(raw: Path, clean: Path, *options: str, **env: str) -> subprocess.Popen[str]:
    """The command, running."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(raw), str(clean), "--quiet", *options],
        env=os.environ | {"PYTHONPATH": PATHS, "PREFECT_API_URL": ""} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_ctrl_c,
    )


def _hear_ctrl_c() -> None:
    """A shell's background jobs ignore SIGINT, and what they start does too; the command under test must hear it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(raw: Path, clean: Path, *options: str, expect: int = 0, **env: str) -> str:
    """Everything the command said, once it ended with the exit code expected."""
    process = start(raw, clean, *options, **env)
    said, complained = process.communicate(timeout=100)
    assert process.returncode == expect, said + complained
    return said + complained


def in_a_process_of_its_own(work: Callable[[], None]) -> int:
    """The exit code of a copy of this process that does the work; 0 when it came to its end."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)  # nothing of the test must go on in the copy
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def cleaned_into(raw: Path, clean: Path) -> str:
    """What the command said at one worker, with the pipeline that users have."""
    words = [sys.executable, "-m", "flows.clean", str(raw), str(clean), "--workers", "1", "--quiet"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def outputs(clean: Path) -> dict[str, bytes]:
    """Every file of articles/, removed/ and quarantine/ by its path."""
    found = (path for folder in OUTPUTS for path in sorted((clean / folder).rglob("*")) if path.is_file())
    return {path.relative_to(clean).as_posix(): path.read_bytes() for path in found}


def everything(clean: Path) -> dict[str, bytes]:
    """Every file of CLEAN by its path, but for what is private."""
    return outputs(clean) | {path.name: path.read_bytes() for path in clean.iterdir() if path.is_file()}


def rows(clean: Path, folder: str = "articles") -> list[dict[str, Any]]:
    """All rows of one of these folders."""
    files = sorted((clean / folder).rglob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def counts(clean: Path) -> dict[str, int]:
    """The manifest's counts that are not zero."""
    figures = json.loads((clean / "manifest.json").read_text(encoding="utf-8"))["counts"]
    return {name: count for name, count in figures.items() if count}


def from_scratch(raw: Path, clean: Path, pipeline: str = "one") -> dict[str, bytes]:
    """What a run into a new folder gives."""
    fresh = clean.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    run(raw, fresh, SCRIPTED_PIPELINE=pipeline)
    return outputs(fresh)


def page(path: Path, **says: str) -> None:
    """Write a scripted page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{key}: {value}\n" for key, value in says.items()), encoding="utf-8")


def versions(raw: Path, days: int) -> None:
    """Write one article as it was fetched on so many days, a file each."""
    for day in range(1, days + 1):
        says = {"url": "https://t.example/1", "text": f"take {day}", "fetched_at": f"2026-03-0{day}T08:00:00Z"}
        page(raw / "takes" / f"{day}.html", chrome="y", **says)


def lines(path: Path, *says: dict[str, Any] | str) -> None:
    """Write a container, one line for each; a string is written as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in says), encoding="utf-8")


class HerePool:
    """Stands in for the pool of workers and cleans in this process: for tests of many runs over well-behaved pages."""

    def __init__(self, *_: object) -> None: ...

    def fingerprint(self) -> str:
        """As the pool does."""
        return scripted_pipeline.fingerprint()

    def answers(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Answer]]:
        """As the pool does."""
        for job in jobs:
            yield job, Answer(*answer(scripted_pipeline.clean_raw, job.payload, job.named))

    def close(self) -> None:
        """As the pool does."""


class StoppedConnection(sqlite3.Connection):
    """A state file whose run gets Ctrl-C right after its n-th statement, n being `stop_after`."""

    stop_after = 0
    statements = 0

    def execute(self, *asked: Any) -> sqlite3.Cursor:
        """As always, until it is time."""
        cursor = super().execute(*asked)
        StoppedConnection.statements += 1
        if self.statements == self.stop_after:
            raise KeyboardInterrupt
        return cursor


def command_of(process: str) -> bytes:
    """Its command line; a dead one that nobody has waited for has none."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""
