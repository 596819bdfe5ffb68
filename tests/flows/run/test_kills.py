"""A run killed at any moment, all its processes at once: the next one ends where an undisturbed one does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from running import everything, rows, run, start

KILLS = int(os.environ.get("COPYDESK_KILLS", "200"))  # spread over the length of a run; some minutes
TWICE_IN_A_ROW = 4  # every so many times the next run is killed too
SHORTER = 0.9


def killed_after(raw: Path, clean: Path, seconds: float) -> bool:
    """True when the run was still going after so long; then it and its workers get no chance to tidy up."""
    process = start(raw, clean, "--workers", "2")
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)  # its workers are killed by the kernel, with it
        process.communicate()
        return True
    process.communicate()
    return False


@pytest.mark.soak  # by the clock; tests/flows/store/test_disk.py kills before and after every file operation
def test_a_run_killed_at_any_moment_loses_nothing_and_has_nothing_twice(raw: Path, clean: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    started = time.monotonic()
    run(raw, whole, "--workers", "2")
    length = time.monotonic() - started
    expected = everything(whole)
    killed = 0
    while killed < KILLS:
        shutil.rmtree(clean, ignore_errors=True)
        moment = length * (killed + 0.5) / KILLS
        if not killed_after(raw, clean, moment):
            length *= SHORTER  # this run was quicker than the first
            continue
        if killed % TWICE_IN_A_ROW == 0:
            killed_after(raw, clean, length - moment)
        killed += 1
        run(raw, clean, "--workers", "2")
        assert everything(clean) == expected, f"killed after {moment:.3f} s"
        ids = [row["id"] for row in rows(clean)]
        assert len(ids) == len(set(ids))
