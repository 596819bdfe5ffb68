"""What a disk can do to a run: a stop between any two of its file operations, an error from each, no room left."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import CannotRun
from flows.run import dispatch, stages
from flows.run.options import Options
from flows.run.run import run as run_here
from flows.store import atomic, checksums
from flows.store.disk import ROOM, told
from flows.store.state import forget_everything
from running import COMMAND, KILLED, PATHS, HerePool, in_a_process_of_its_own, lines, outputs, page, run


def of_sqlite(code: int) -> sqlite3.OperationalError:
    """An error as SQLite raises it."""
    error = sqlite3.OperationalError("unhappy")
    error.sqlite_errorcode = code
    return error


class Faulty:
    """The os module as flows/store uses it, with something happening before or after its n-th operation."""

    def __init__(self, number: int, happens: Callable[[], None], *, before: bool = True) -> None:
        self.number, self.happens, self.before = number, happens, before
        self.operations = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return self._counted(real) if name in ("fsync", "replace", "open") else real

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def work(*given: Any) -> Any:
            self.operations += 1
            if self.operations != self.number:
                return real(*given)
            if self.before:
                self.happens()
                return real(*given)
            done = real(*given)
            self.happens()
            return done

        return work


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder of three sites, two of them containers: what a run writes is a dozen atomic."""
    for number in range(4):
        page(tmp_path / "raw" / "a.example" / f"{number}.html", text=f"text {number}", chrome="yes")
    for site in ("b", "c"):
        lines(tmp_path / "raw" / f"{site}.jsonl", {"text": f"one of {site}"}, "no json", {"text": f"two of {site}"})
    return tmp_path / "raw"


@pytest.fixture
def again(raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A run in this process."""
    monkeypatch.setattr(stages, "Pool", HerePool)
    monkeypatch.setattr(dispatch, "PAGES_A_CHECKPOINT", 1)
    return lambda: run_here(Options(raw, clean, 1, quiet=True)) and None


def put_in_place(patch: pytest.MonkeyPatch, faulty: Faulty) -> None:
    for module in (atomic, checksums):
        patch.setattr(module, "os", faulty)


def operations(again: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many file operations a run has."""
    counting = Faulty(0, lambda: None)
    with monkeypatch.context() as patch:
        put_in_place(patch, counting)
        again()
    return counting.operations


@pytest.mark.parametrize(("before", "memory"), [(True, "stays"), (False, "stays"), (False, "is lost")])
def test_a_kill_between_any_two_file_operations_loses_nothing(
    clean: Path, again: Callable[[], None], monkeypatch: pytest.MonkeyPatch, before: bool, memory: str
) -> None:
    number = operations(again, monkeypatch)
    expected = outputs(clean)
    assert number > 40
    for at in range(1, number + 1):
        shutil.rmtree(clean)
        with monkeypatch.context() as patch:
            put_in_place(patch, Faulty(at, lambda: os._exit(KILLED), before=before))
            assert in_a_process_of_its_own(again) == KILLED
        if memory == "is lost":
            forget_everything(clean / ".state")
        again()
        assert outputs(clean) == expected, at
        assert not list((clean / ".state" / "tmp").iterdir())


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_an_error_from_any_file_operation_is_said_and_can_be_mended(
    clean: Path,
    again: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: int,
) -> None:
    def fail() -> None:
        raise OSError(error, os.strerror(error))

    number = operations(again, monkeypatch)
    expected = outputs(clean)
    for at in range(1, number + 1):
        shutil.rmtree(clean)
        with monkeypatch.context() as patch:
            put_in_place(patch, Faulty(at, fail))
            with pytest.raises(CannotRun, match=os.strerror(error)) as caught:
                again()
            assert (ROOM in str(caught.value)) == (error == errno.ENOSPC)
        again()
        assert outputs(clean) == expected, at
        assert "damaged" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "x", "a/b"), "cannot be written (No space left on device: 'a/b'): make room there and run again"),
        (OSError(errno.EDQUOT, "x"), "make room there and run again"),
        (OSError(errno.EROFS, "x"), "have it mounted for writing"),
        (OSError(errno.EACCES, "x"), "correct its permissions"),
        (OSError(errno.EPERM, "x"), "correct its permissions"),
        (OSError(errno.EIO, "x"), "check the disk it is on"),
        (OSError(errno.ENAMETOOLONG, "x"), "a folder with a shorter path"),
        (OSError(errno.ELOOP, "x"), "name the folder itself"),
        (OSError(errno.EFBIG, "x"), "raise the limit of a file's size (ulimit -f)"),
        (OSError(errno.EMFILE, "x"), "raise the limit of open files (ulimit -n)"),
        (OSError(errno.EISDIR, "x", "\x1b[2J"), "'\\x1b[2J'): move away what stands there"),
        (OSError(errno.EISDIR, "x", "from", None, "to"), "'to'): move away what stands there"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "Invalid cross-device link): correct what that names"),
        (of_sqlite(sqlite3.SQLITE_FULL), "No space left on device): make room there and run again"),
        (of_sqlite(sqlite3.SQLITE_BUSY_RECOVERY), "another program holds"),
        (of_sqlite(sqlite3.SQLITE_LOCKED), "another program holds"),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), "Input/output error): check the disk it is on"),
        (of_sqlite(sqlite3.SQLITE_READONLY), "correct its permissions"),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), "(unhappy): correct what that names"),
        (sqlite3.OperationalError("unhappy"), "(unhappy): correct what that names"),
    ],
)  # fmt: skip
def test_what_a_disk_does_is_said_as_it_is(tmp_path: Path, error: Exception, said: str) -> None:
    (tmp_path / atomic.PRIVATE).mkdir()
    line = told(error, tmp_path)
    assert said in line and str(tmp_path) in line and "\n" not in line
    assert (ROOM in line) == (ROOM in said)
    assert not list((tmp_path / atomic.PRIVATE).iterdir())


def test_what_sqlite_does_not_tell_is_asked_of_the_disk(tmp_path: Path) -> None:
    """A limit on the size of files that the state has reached, which SQLite calls an I/O error."""
    (tmp_path / atomic.PRIVATE).mkdir()
    (tmp_path / atomic.PRIVATE / checksums.DATABASE).write_bytes(bytes(5_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, before[1]))
    try:
        line = told(of_sqlite(sqlite3.SQLITE_IOERR_WRITE), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "File too large" in line and "ulimit -f" in line


@pytest.mark.parametrize("bytes_", [0, 4_096, 30_000])
def test_a_limit_of_a_file_s_size_is_said_and_mended_by_the_next_run(raw: Path, clean: Path, bytes_: int) -> None:
    page(raw / "long.txt", text="long " * 8_000)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(bytes_), str(raw), str(clean)],
        env=os.environ | {"PYTHONPATH": PATHS, "PREFECT_API_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert "File too large" in done.stderr and "ulimit -f" in done.stderr and ROOM not in done.stderr
    assert "damaged" not in run(raw, clean)
    roomy = clean.with_name("roomy")
    run(raw, roomy)
    assert outputs(clean) == outputs(roomy)


LIMITED = """
import resource, sys
from flows.clean import main
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
sys.exit(main([*sys.argv[2:], "--quiet"], pipeline="scripted_pipeline"))
"""


IN_A_SMALL_PLACE = r"""
mount -t tmpfs -o size=$1 none "$2" || exit 77
"$3" -c "$4" "$5" "$2/clean" --quiet; first=$?
mount -o remount,size=64m "$2"
"$3" -c "$4" "$5" "$2/clean" --quiet; second=$?
cp -r "$2/clean" "$6"
echo "exit codes $first $second"
"""


@pytest.mark.parametrize("kilobytes", [64, 160, 256, 400])
def test_a_full_disk_is_said_and_once_there_is_room_nothing_is_missing(tmp_path: Path, kilobytes: int) -> None:
    """On a real small disk, which takes a mount in a name space of its own."""
    if not sys.platform.startswith("linux") or not shutil.which("unshare"):
        pytest.skip("needs Linux and unshare")
    raw, place, kept = (tmp_path / name for name in ("raw", "place", "kept"))
    place.mkdir()
    for number in range(40):
        page(raw / f"s{number % 4}.example" / f"{number}.txt", text=f"{number} " * 2_000, chrome="yes")
    words = [f"{kilobytes}k", place, sys.executable, COMMAND, raw, kept]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", IN_A_SMALL_PLACE, "sh", *map(str, words)],
        env=os.environ | {"PYTHONPATH": PATHS, "PREFECT_API_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this machine lets no one mount")
    assert "exit codes 2 0" in done.stdout and ROOM in done.stderr, done.stdout + done.stderr
    roomy = tmp_path / "roomy"
    run(raw, roomy)
    assert outputs(kept) == outputs(roomy)
