"""Atomic writes into CLEAN: no reader and no crash ever sees half a file; and the lock that keeps a second run out."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from flows.errors import CannotRun
from flows.store.paths import FOLDERS, PRIVATE


class Written(NamedTuple):
    """Size, time and hash of a file as it was put in place, by which a later change or removal is noticed."""

    size: int
    mtime_ns: int
    sha256: str


@contextmanager
def alone_in(clean: Path) -> Iterator[Path]:
    """Hold the lock of CLEAN, and yield its private folder with an empty tmp/ in it.

    Raises CannotRun when it is taken, or when what is written there would land elsewhere.
    """
    private = clean / PRIVATE
    try:
        os.fspath(clean.resolve()).encode()
    except UnicodeEncodeError as error:
        raise CannotRun(f"{clean}: its name is not UTF-8, rename it or choose another folder for the output") from error
    if link := next(links(clean), None):
        raise CannotRun(f"{link} is a link, and what a run writes stays in {clean}: put a folder in its place")
    private.mkdir(exist_ok=True)
    number = os.open(private / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
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


def links(clean: Path) -> Iterator[Path]:
    """Links below CLEAN through which a run would write: folders that are one, and anything in the private folder.

    A file that is a link elsewhere is replaced as a whole, so that what it points to stays as it is.
    """
    for name in (PRIVATE, *FOLDERS):
        if (clean / name).is_symlink():
            yield clean / name
            continue
        for folder, folders, files in os.walk(clean / name):
            for below in folders + (files if name == PRIVATE else []):
                if os.path.islink(os.path.join(folder, below)):
                    yield Path(folder, below)


def put(clean: Path, name: str, chunks: Iterable[bytes]) -> Written | None:
    """Write CLEAN/name by temporary file, fsync and rename; where there are no bytes, remove it and return None."""
    return put_beside(clean, [name], ((chunk,) for chunk in chunks))[0]


def put_beside(clean: Path, names: Sequence[str], rows: Iterable[Sequence[bytes]]) -> list[Written | None]:
    """As `put` for several files at once: each row has a chunk for each of them."""
    temporaries = [clean / PRIVATE / "tmp" / f"writing-{number}" for number in range(len(names))]
    digests = [hashlib.sha256() for _ in names]
    with ExitStack() as stack:
        files = [stack.enter_context(open(temporary, "wb")) for temporary in temporaries]
        for row in rows:
            for file, digest, chunk in zip(files, digests, row, strict=True):
                digest.update(chunk)
                file.write(chunk)
        sizes = [file.tell() for file in files]
        for file, size in zip(files, sizes, strict=True):
            if size:
                file.flush()
                os.fsync(file.fileno())
    return [
        _in_place(clean, name, temporary, size, digest.hexdigest())
        for name, temporary, size, digest in zip(names, temporaries, sizes, digests, strict=True)
    ]


def _in_place(clean: Path, name: str, temporary: Path, size: int, sha256: str) -> Written | None:
    if not size:
        temporary.unlink()
        remove(clean, name)
        return None
    target = clean / name
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, target)
    keep_names(target.parent)
    return Written(size, os.lstat(target).st_mtime_ns, sha256)


def remove(clean: Path, name: str) -> None:
    """Delete CLEAN/name, and the folders that are empty without it."""
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
