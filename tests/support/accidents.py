"""What happens to a folder of pages and to what was made of it, and walks through many such accidents."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from damage import damage
from flows.run import stages
from flows.run.options import Options
from flows.run.run import run as run_here
from flows.store import atomic, checksums
from flows.store.paths import RECOVERY
from flows.store.state import State, forget_everything
from running import KILLED, HerePool, everything, in_a_process_of_its_own, lines, page

Accident = Callable[[Options, random.Random], None]


def walk(
    tmp_path: Path,
    clean: Path,
    monkeypatch: pytest.MonkeyPatch,
    chance: random.Random,
    accidents: Sequence[Accident],
    steps: int,
    enough: Callable[[], bool] = lambda: False,
) -> None:
    """Have accidents happen, run, and compare with a run into a new folder, step after step."""
    monkeypatch.setattr(stages, "Pool", HerePool)
    monkeypatch.setattr(stages, "FIRST_LESSON", 4)
    monkeypatch.setattr(checksums, "MOST_LOG", 1 << 16)  # some log is settled amid the run
    monkeypatch.setattr(os, "fsync", lambda _: None)
    raw = tmp_path / "raw"
    raw.mkdir()
    for number in range(12):
        showing(raw, number, chance)
    again, taught = Options(raw, clean, 1, quiet=True), []
    run_here(again)
    for step in range(steps):
        if enough():
            break
        for accident in chance.sample(accidents, chance.randint(1, 3)):
            accident(again, chance)
        run_here(again)
        fresh = tmp_path / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        run_here(Options(raw, fresh, 1, quiet=True))
        assert everything(clean) == everything(fresh), step
        assert learned(clean) == learned(fresh), step
        taught.append(len(learned(clean)))
    assert len(set(taught)) > 1


def showing(raw: Path, number: int, chance: random.Random) -> None:
    """Write a page of one of four sites: two sentences of its own, and some of the lines that its site or all sites show."""
    site = number % 4
    house = [f"line {letter} that stands under many stories of site {site}" for letter in "abc"]
    shared = [f"line {letter} that the makers of all these sites have them show" for letter in "de"]
    shown = chance.sample([*house, *shared], chance.randint(1, 4))
    own = [" ".join("".join(chance.choices("abcdefgh", k=6)) for _ in range(9)) for _ in range(2)]
    page(raw / f"s{site}.example" / f"{number}.txt", shows="|".join([*own, *shown]))


def pages_change(options: Options, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 4)):
        number = chance.randrange(24)
        path = options.raw / f"s{number % 4}.example" / f"{number}.txt"
        if path.exists() and chance.random() < 0.4:
            path.unlink()
        else:
            showing(options.raw, number, chance)


def a_run_is_killed(options: Options, chance: random.Random) -> None:
    """At any of the calls by which files come into place, or of those that make the memory durable."""
    left = chance.randint(1, 30)

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def work(*given: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if not left:
                os._exit(KILLED)
            return real(*given, **named)

        return work

    def killed() -> None:
        for owner, name in (
            (atomic.os, "replace"),
            (atomic.os, "fsync"),
            (State, "keep"),
            (State, "store"),
            (State, "settle"),
        ):
            setattr(owner, name, counted(getattr(owner, name)))
        run_here(options)

    code = in_a_process_of_its_own(killed)
    assert code in (0, KILLED)
    kills.extend([code] if code else [])


kills: list[int] = []


def the_recipe_changes(_: Options, chance: random.Random) -> None:
    os.environ["SCRIPTED_PIPELINE"] = chance.choice(("one", "two"))


def shards_change(options: Options, chance: random.Random) -> None:
    """Pages move to another folder, or a container of them comes, grows, shrinks or goes."""
    number = chance.randrange(3)
    container = options.raw / f"of{number}.jsonl"
    match chance.randrange(3):
        case 0:
            container.unlink(missing_ok=True)
        case 1:
            told = (
                {"url": f"https://c.example/{number}/{n}", "text": f"told {n}"} for n in range(chance.randint(1, 6))
            )
            lines(container, *told)
        case _:
            here, there = options.raw / "s1.example", options.raw / "s1.example" / "moved"
            for path in sorted((here if chance.random() < 0.5 else there).glob("*.txt"))[:2]:
                target = (there if path.parent == here else here) / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)


def the_memory_is_lost(options: Options, _: random.Random) -> None:
    forget_everything(options.clean / ".state")


def the_memory_is_damaged(options: Options, chance: random.Random) -> None:
    if (options.clean / ".state").exists():
        damage(options.clean / ".state", chance)


def a_file_is_damaged(options: Options, chance: random.Random) -> None:
    folders = ("articles", "removed", RECOVERY)
    there = sorted(path for folder in folders for path in (options.clean / folder).rglob("*") if path.is_file())
    if there:
        path = chance.choice(there)
        content = bytearray(path.read_bytes())
        content[chance.randrange(len(content))] ^= 4
        path.write_bytes(content)


ACCIDENTS: Sequence[Accident] = (
    pages_change, pages_change, a_run_is_killed, the_memory_is_lost, the_memory_is_damaged, a_file_is_damaged
)  # fmt: skip
CHANGES_AND_KILLS: Sequence[Accident] = (
    pages_change, the_recipe_changes, shards_change, a_run_is_killed, a_run_is_killed, a_run_is_killed
)  # fmt: skip


def learned(clean: Path) -> list[tuple[object, ...]]:
    """All that sites taught."""
    with closing(sqlite3.connect(clean / ".state" / checksums.DATABASE)) as sql:
        return sql.execute("SELECT * FROM lines ORDER BY site, key").fetchall()
