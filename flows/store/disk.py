"""Says in one line what keeps CLEAN from being written, and the next step."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import CannotRun
from flows.store.checksums import DATABASE, LOG, MOST_LOG, code_of, remove_any
from flows.store.paths import PRIVATE

ROOM = "make room there and run again"
PERMISSIONS = "correct its permissions, or name another folder for the output"
IN_THE_WAY = "move away what stands there and run again"
OPEN_FILES = "raise the limit of open files (ulimit -n) and run again"
NEXT_STEPS = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EACCES: PERMISSIONS,
    errno.EPERM: PERMISSIONS,
    errno.EROFS: "have it mounted for writing, or name another folder for the output",
    errno.EIO: "check the disk it is on, then run again, or name another folder for the output",
    errno.ENAMETOOLONG: "name a folder with a shorter path for the output",
    errno.ELOOP: "name the folder itself for the output instead of a link",
    errno.EFBIG: "raise the limit of a file's size (ulimit -f) and run again",
    errno.EMFILE: OPEN_FILES,
    errno.ENFILE: OPEN_FILES,
    errno.EISDIR: IN_THE_WAY,
    errno.ENOTDIR: IN_THE_WAY,
    errno.EEXIST: IN_THE_WAY,
    errno.ENOENT: "leave the folder to the run while it lasts, and run again",
}
# What SQLite tells of itself, where it does; for all else it is asked of the disk.
SQLITE = {sqlite3.SQLITE_FULL: errno.ENOSPC}
NO_ANSWER = {sqlite3.SQLITE_IOERR: errno.EIO, sqlite3.SQLITE_READONLY: errno.EACCES, sqlite3.SQLITE_PERM: errno.EACCES}
HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
AHEAD = MOST_LOG  # bytes by which a file may be about to grow


@contextmanager
def writing(clean: Path) -> Iterator[None]:
    """Turn errors of the disk or of SQLite while CLEAN is written into CannotRun, with what they mean."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise CannotRun(told(error, clean)) from error


def told(error: Exception, clean: Path) -> str:
    """What this error, an OSError or one of SQLite's, means for the run into CLEAN."""
    if isinstance(error, sqlite3.Error) and code_of(error) in HELD:
        return f"another program holds {clean / PRIVATE / DATABASE} ({error}): wait for it or end it, then run again"
    number = number_of(error, clean)
    step = NEXT_STEPS.get(number)
    if step is None:
        return f"{clean} cannot be written ({error}): correct what that names and run again"
    if isinstance(error, OSError) and error.filename is not None:
        name = error.filename2 or error.filename  # of a rename: where to
        return f"{clean} cannot be written ({os.strerror(number)}: {name!r}): {step}"
    return f"{clean} cannot be written ({os.strerror(number)}): {step}"


def number_of(error: Exception, clean: Path) -> int:
    """The system's number for what happened; 0 for none."""
    if isinstance(error, OSError):
        return error.errno or 0
    code = code_of(error) if isinstance(error, sqlite3.Error) else 0
    return SQLITE.get(code) or refused(clean / PRIVATE) or NO_ANSWER.get(code, 0)


def refused(private: Path) -> int:
    """The system's number for why a file as long as those of the state cannot be written beside them; 0 when it can.

    SQLite says only that something went wrong; this finds out what.
    """
    probe = private / "probe"
    try:
        remove_any(probe)
        files = [private / name for name in (DATABASE, LOG)]
        longest = max(file.stat().st_size if file.exists() else 0 for file in files)
        file = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.pwrite(file, b"x", longest + AHEAD)
            os.fsync(file)
        finally:
            os.close(file)
            probe.unlink()
    except OSError as error:
        return error.errno or 0
    return 0
