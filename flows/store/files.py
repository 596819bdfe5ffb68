"""This file writes so that no reader and no crash ever sees half a file, and keeps a second run out of CLEAN."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from flows.options import CannotRun

PRIVATE = ".state"


class Written(NamedTuple):
    """What a file was when we put it in place, to notice later that someone changed or removed it."""

    size: int
    mtime_ns: int
    sha256: str


@contextmanager
def alone_in(clean: Path) -> Iterator[Path]:
    """Hold CLEAN's lock and give its private folder with an empty tmp/ in it. Raises CannotRun when it is taken."""
    private = clean / PRIVATE
    try:
        private.mkdir(exist_ok=True)
        number = os.open(private / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise CannotRun(f"{clean} cannot be written ({error.strerror}): correct its permissions") from error
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotRun(f"another run is writing to {clean}: wait for it to end, then run again") from error
        shutil.rmtree(private / "tmp", ignore_errors=True)
        (private / "tmp").mkdir()
        yield private
    finally:
        os.close(number)


def put(clean: Path, name: str, chunks: Iterable[bytes]) -> Written | None:
    """Write CLEAN/name by temporary file, fsync and rename; with no chunks at all, remove it and give None."""
    target = clean / name
    temporary = clean / PRIVATE / "tmp" / "writing"
    digest = hashlib.sha256()
    with open(temporary, "wb") as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        size = file.tell()
        if size:
            file.flush()
            os.fsync(file.fileno())
    if not size:
        remove(clean, name)
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, target)
    keep_names(target.parent)
    return Written(size, os.lstat(target).st_mtime_ns, digest.hexdigest())


def remove(clean: Path, name: str) -> None:
    """Take CLEAN/name away, and the folders that are empty without it."""
    target = clean / name
    with suppress(FileNotFoundError, NotADirectoryError):
        target.unlink()
    for folder in target.parents:
        if folder == clean:
            return
        with suppress(FileNotFoundError):
            if any(folder.iterdir()):
                return
            folder.rmdir()


def keep_names(folder: Path) -> None:
    """Make renames inside this folder survive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def unchanged(clean: Path, name: str, size: int, mtime_ns: int) -> bool:
    """True when CLEAN/name still is the file we put there, by its size and time."""
    try:
        info = os.lstat(clean / name)
    except OSError:
        return False
    return (info.st_size, info.st_mtime_ns) == (size, mtime_ns)
