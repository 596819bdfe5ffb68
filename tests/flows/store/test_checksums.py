"""The proof of a state: whatever was not written by us is seen, whatever a stop leaves is not taken for damage."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from damage import WAYS
from flows.errors import Unproven
from flows.store import checksums
from flows.store.checksums import DATABASE, LOG, SUMS, Proven, forget, layout_of, prove, read_sums
from running import KILLED, in_a_process_of_its_own

LAYOUT = 9


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A database of some pages, closed as it should be."""
    folder = tmp_path / "state"
    folder.mkdir()
    with closing(Proven(folder, LAYOUT)) as proven:
        proven.sql.execute("CREATE TABLE texts (number INTEGER PRIMARY KEY, text TEXT)")
        add(proven, 0, 40)
    return folder


def add(proven: Proven, first: int, last: int) -> None:
    """Commit a text for each of these numbers, each in place of an earlier one."""
    proven.sql.execute("BEGIN")
    rows = ((number, f"a text about {first} and {number} " * 40) for number in range(first, last))
    proven.sql.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?)", rows)
    proven.sql.execute("COMMIT")


def texts(folder: Path) -> list[tuple[Any, ...]]:
    with closing(Proven(folder, LAYOUT)) as proven:
        return proven.sql.execute("SELECT * FROM texts ORDER BY number").fetchall()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stopped(folder: Path, work: Callable[[Proven], None]) -> None:
    """Have a process do this in a database and be killed."""

    def killed() -> None:
        work(Proven(folder, LAYOUT))
        os._exit(KILLED)

    assert in_a_process_of_its_own(killed) == KILLED


@pytest.fixture(params=["at rest", "with a log", "copied", "noted"])
def any_place(request: pytest.FixtureRequest, place: Path) -> Path:
    """A database as a run leaves it that ended, and as one that was killed before and amid what `settle` does."""

    def work(proven: Proven) -> None:
        add(proven, 30, 60)
        add(proven, 20, 90)
        if request.param == "copied":
            proven._checkpoint("PASSIVE")
        if request.param == "noted":
            proven._note = lambda sums: checksums.write_sums(place, sums)  # type: ignore[method-assign]
            proven.settle()

    if request.param != "at rest":
        stopped(place, work)
        assert (place / LOG).stat().st_size
    return place


def test_what_was_written_is_there_and_only_the_files_that_belong_there(place: Path) -> None:
    assert len(texts(place)) == 40
    assert files(place).keys() == {DATABASE, SUMS}
    assert layout_of(place) == LAYOUT


def test_what_is_not_kept_is_undone(place: Path) -> None:
    before = texts(place)
    proven = Proven(place, LAYOUT)
    proven.sql.execute("BEGIN")
    proven.sql.execute("DELETE FROM texts")
    proven.close()
    assert texts(place) == before


def test_opening_without_news_writes_nothing(place: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in place.iterdir()}
    texts(place)
    assert {path: path.stat().st_mtime_ns for path in place.iterdir()} == before


def test_a_stopped_run_is_no_damage(any_place: Path) -> None:
    first = texts(any_place)
    assert len(first) in (40, 90)
    assert texts(any_place) == first


def test_every_damage_is_seen_or_undoes_whole_commits(any_place: Path) -> None:
    """What is read after damage was there at the end of some commit, exactly."""
    whole = files(any_place)
    chance = random.Random(any_place.name)
    good = commits(any_place, whole)
    seen = 0
    for name in sorted(whole) * 3:
        for way in WAYS:
            content = bytearray(whole[name])
            way(content, chance)
            for other, as_it_was in (whole | {name: bytes(content)}).items():
                (any_place / other).write_bytes(as_it_was)
            try:
                with closing(Proven(any_place, LAYOUT)) as proven:
                    assert state_of(proven) in good, (name, way.__name__)
            except Unproven:
                seen += 1
            forget(any_place)
    assert seen


def state_of(proven: Proven) -> list[tuple[Any, ...]]:
    there = proven.sql.execute("SELECT name FROM sqlite_schema").fetchall()
    return proven.sql.execute("SELECT * FROM texts ORDER BY number").fetchall() if there else []


def commits(folder: Path, whole: dict[str, bytes]) -> list[list[tuple[Any, ...]]]:
    """What the database held at the end of each commit in it or its log, and nothing, which is what is made again."""
    held: list[list[tuple[Any, ...]]] = [[]]
    if LOG in whole and read_sums(folder):
        for end in range(checksums.LOG_HEAD, len(whole[LOG]) + 1, PAGE_AND_HEAD):
            copy = folder.with_name("copy")
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            (copy / LOG).write_bytes(whole[LOG][:end])
            try:
                with closing(Proven(copy, LAYOUT)) as proven:
                    held.append(state_of(proven))
            except Unproven:
                continue
    copy = folder.with_name("whole")
    shutil.copytree(folder, copy)
    held.append(texts(copy))
    return [state for at, state in enumerate(held) if state not in held[:at]]


PAGE_AND_HEAD = 4096 + checksums.FRAME.size


@pytest.mark.parametrize("name", [DATABASE, LOG, SUMS])
@pytest.mark.parametrize("way", ["gone", "folder", "link", "pipe"])
def test_a_file_that_is_gone_or_none(any_place: Path, name: str, way: str) -> None:
    path = any_place / name
    path.unlink(missing_ok=True)
    match way:
        case "folder":
            (path / "more").mkdir(parents=True)
        case "link":
            path.symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(path)
    if way == "gone":
        with suppress(Unproven), closing(Proven(any_place, LAYOUT)) as proven:
            assert len(state_of(proven)) in (0, 40, 90)
    else:
        with pytest.raises(Unproven, match=f"^{name} is no file$"):
            Proven(any_place, LAYOUT)
    forget(any_place)
    assert not list(any_place.iterdir())


class Stop:
    """Counts the steps of `settle`, and has something happen before one of them."""

    def __init__(self, number: int, happens: Callable[[], None]) -> None:
        self.number, self.happens, self.steps = number, happens, 0

    def counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def work(*given: Any) -> Any:
            self.steps += 1
            if self.steps == self.number:
                self.happens()
            return real(*given)

        return work


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def killed() -> None:
    os._exit(KILLED)


def test_each_step_of_settling_may_be_the_last(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk and a kill before each statement and file operation of it: nothing is lost or taken for damage."""

    def settled(proven: Proven, number: int, happens: Callable[[], None]) -> int:
        add(proven, 10, 70)
        stop = Stop(number, happens)
        with monkeypatch.context() as patch:
            patch.setattr(Proven, "_checkpoint", stop.counted(Proven._checkpoint))
            for name in ("fsync", "replace"):
                patch.setattr(os, name, stop.counted(getattr(os, name)))
            proven.settle()
        return stop.steps

    before = files(place)
    with closing(Proven(place, LAYOUT)) as proven:
        steps = settled(proven, 0, full)
    assert steps == 5  # copied, the sums written and in place and their name kept, emptied
    expected = texts(place)
    for number in range(1, steps + 1):
        for happens in (full, killed):
            forget(place)
            for name, content in before.items():
                (place / name).write_bytes(content)
            if happens is killed:
                stopped(place, lambda proven, at=number: settled(proven, at, killed))  # type: ignore[misc]
            else:
                with closing(Proven(place, LAYOUT)) as proven, pytest.raises(OSError, match="No space"):
                    settled(proven, number, full)
            assert texts(place) == expected, (number, happens)
            assert files(place).keys() == {DATABASE, SUMS}


def test_closing_copies_nothing_that_is_not_noted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite would, and leave a database that nothing proves; and what a full disk kept from being noted is not lost."""
    before = files(place)
    proven = Proven(place, LAYOUT)
    add(proven, 0, 90)
    with monkeypatch.context() as patch:
        patch.setattr(Proven, "_checkpoint", lambda *_: full())
        proven.close()
    assert (place / DATABASE).read_bytes() == before[DATABASE] and (place / LOG).stat().st_size
    assert len(texts(place)) == 90


@pytest.mark.parametrize("step", ["written", "emptied"])
def test_a_disk_that_stays_full_while_it_closes_is_no_damage(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What is copied and not noted stays in the log, which SQLite removes when it finds nothing left to copy."""
    proven = Proven(place, LAYOUT)
    add(proven, 0, 90)
    with monkeypatch.context() as patch:
        if step == "written":
            patch.setattr(checksums, "write_sums", lambda *_: full())
        else:
            patch.setattr(proven, "_note", lambda sums: (checksums.write_sums(place, sums), full()))
        proven.close()
    assert len(texts(place)) == 90
    assert files(place).keys() == {DATABASE, SUMS}


def test_a_kill_while_it_closes_is_no_damage(place: Path) -> None:
    stopped(place, lambda proven: add(proven, 0, 90))
    (place / LOG).rename(place / checksums.ASIDE)
    assert len(texts(place)) == 90
    assert files(place).keys() == {DATABASE, SUMS}


def test_who_reads_after_a_kill_changes_nothing(place: Path) -> None:
    stopped(place, lambda proven: add(proven, 0, 90))
    before = files(place)
    with closing(sqlite3.connect(f"{(place / DATABASE).as_uri()}?mode=ro", uri=True)) as sql:
        assert sql.execute("SELECT count(*) FROM texts").fetchone() == (90,)
    after = files(place)
    assert {name: after[name] for name in before} == before
    assert len(texts(place)) == 90
    assert files(place).keys() == {DATABASE, SUMS}


def test_a_database_that_grows_past_a_page_which_sqlite_skips(tmp_path: Path) -> None:
    """The page at 1 GiB is never written, so the sums of the log must know it."""
    sums = checksums.Sums(LAYOUT, 4096, checksums.NO_SALTS, checksums.array("Q", [1, 2]))
    log = tmp_path / LOG
    frame = checksums.FRAME.pack(5, 6) + b"x" * 4096
    log.write_bytes(b"h" * checksums.LOG_HEAD + frame)
    pages = checksums.followed(sums, log, 1).pages
    empty = checksums._hash(bytes(4096))
    assert list(pages) == [1, 2, empty, empty, checksums._hash(b"x" * 4096), empty]


def test_another_program_that_holds_it_is_no_damage(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **asked: connect(path, timeout=0, **asked))
    with closing(sqlite3.connect(place / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM texts").fetchone()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Proven(place, LAYOUT)


def test_what_is_proven_is_read_page_by_page(place: Path) -> None:
    sums = read_sums(place)
    assert sums
    content = bytearray((place / DATABASE).read_bytes())
    file = os.open(place / DATABASE, os.O_RDONLY)
    try:
        for page in range(len(sums.pages)):
            changed = bytearray(content)
            changed[page * sums.page_size + 100] ^= 1
            (place / DATABASE).write_bytes(changed)
            with pytest.raises(Unproven, match=f"^page {page + 1} of"):
                prove(file, sums)
        (place / DATABASE).write_bytes(content)
        prove(file, sums)
    finally:
        os.close(file)
