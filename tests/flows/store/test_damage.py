"""States damaged at random: the next run mends them to the byte, and says of it what is so and nothing else."""

from __future__ import annotations

import os
import random
import re
import shutil
from pathlib import Path

import pytest

from accidents import a_run_is_killed, showing
from damage import damage
from flows.run import stages
from flows.run.options import Options
from flows.run.run import run as run_here
from flows.store import checksums
from running import HerePool, everything, lines, page, versions

TRUE = re.compile(
    r"/\.state is damaged \((page [0-9,]+ of pages\.db is not as it was written|pages\.db has [0-9,]+ bytes where [0-9,]+ "
    r"were written|pages\.sums is missing or damaged|SQLite cannot open pages\.db)\): making it again from what it wrote$"
    r"|/\.state is made again: [0-9,]+ pages stand as they were$"
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Versions of one article, copies, a container with a line that is no JSON, a page that is refused."""
    folder = tmp_path / "raw"
    versions(folder, 2)
    for name in ("a", "b"):
        page(folder / "copies" / f"{name}.html", text="the same", chrome="y")
    page(folder / "refused.html", do="refuse")
    lines(folder / "feed.jsonl", {"text": "one"}, "no json", "", {"text": "zwei \u2028 “quoted”"})
    return folder


@pytest.fixture
def some_states(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[Path]]:
    """RAW, and CLEAN as runs leave it: one that ended, some that were killed over what is in RAW now and was before."""
    monkeypatch.setattr(stages, "Pool", HerePool)
    monkeypatch.setattr(stages, "FIRST_LESSON", 4)
    monkeypatch.setattr(checksums, "MOST_LOG", 1 << 16)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    chance = random.Random("states")
    early = tmp_path / "early"
    for number in range(12):
        showing(raw, number, chance)
    run_here(Options(raw, early, 1, quiet=True))
    for number in range(6, 18):
        showing(raw, number, chance)
    found = [tmp_path / "ended"]
    run_here(Options(raw, found[0], 1, quiet=True))
    for number in range(5):
        stopped = tmp_path / f"stopped{number}"
        if number % 2:
            shutil.copytree(early, stopped)
        while not (stopped / ".state" / checksums.LOG).exists():
            a_run_is_killed(Options(raw, stopped, 1, quiet=True), chance)
        found.append(stopped)
    return raw, found


@pytest.mark.parametrize("draws", [12, pytest.param(200, marks=pytest.mark.soak)])
def test_a_state_damaged_at_random_is_mended_by_the_next_run(
    some_states: tuple[Path, list[Path]], tmp_path: Path, capsys: pytest.CaptureFixture[str], draws: int
) -> None:
    """To the byte, manifest and report included, and nothing is said that is not so."""
    raw, states = some_states
    expected = everything(states[0])
    told = 0
    for draw in range(draws):
        chance = random.Random(draw)
        clean = tmp_path / f"draw{draw}"
        shutil.copytree(states[draw % len(states)], clean)
        done = damage(clean / ".state", chance)
        capsys.readouterr()
        run_here(Options(raw, clean, 1, quiet=True))
        said = capsys.readouterr().err
        assert everything(clean) == expected, done
        assert all(TRUE.search(line) for line in said.splitlines()), (done, said)
        told += "is damaged" in said
        run_here(Options(raw, clean, 1, quiet=True))
        assert not capsys.readouterr().err and everything(clean) == expected, done
        shutil.rmtree(clean)
    assert draws / 4 < told < draws
