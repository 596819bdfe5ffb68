"""The user's cache folder, where a model stands unpacked, so that processes map one file and need not unpack it each.

It is the one place outside CLEAN that Copydesk writes to. Nothing depends on it: where it cannot be written, or holds
damage, a process gets None and unpacks for itself. Versions of Copydesk share the folder. A file that another one
made is left alone while anybody used it in the last month; a process that has it mapped keeps it even when it goes.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import platformdirs
import xxhash

FOLDER = "COPYDESK_CACHE"  # in the environment: the folder to use in place of the user's
DAY = 86_400  # seconds
UNUSED = 30 * DAY  # a file that nobody used for so long belongs to a version that is gone
ABANDONED = DAY  # a file half written for so long was left by a process that was killed
_PREFIX = "copydesk-"  # of every file here: the folder may hold others, which are none of our business
_PROOF = 16  # bytes at the end of a file: a hash of all that stands before
_AT_ONCE = 1 << 20  # bytes

Record = npt.NDArray[Any]


def folder() -> Path | None:
    """The folder, which need not exist; None for a user without a home."""
    named = os.environ.get(FOLDER)
    place = Path(named).absolute() if named else platformdirs.user_cache_path("copydesk", appauthor=False)
    return place if place.is_absolute() else None


def load(name: str) -> Record | None:
    """The record that was saved under a name, mapped: read when it is looked at, and shared by all processes.

    None where it is not there, cannot be read, or is not what was written: a damaged one would give wrong answers.
    """
    place = _place(name)
    try:
        if place is None or not place.is_file():
            return None
        facts = place.stat()
        if not _is_whole(place, facts.st_size, (facts.st_ino, facts.st_mtime_ns)):
            return None
        return np.asarray(np.load(place, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError):
        return None


def save(name: str, make: Callable[[], Record]) -> None:
    """Save under a name what `make` gives, unless it is there already. Any number of processes may do so at once.

    A folder or disk that refuses is no error: the record is then not there.
    """
    place = _place(name)
    if place is None:
        return
    with suppress(OSError):
        if load(name) is not None:
            _mark_as_used(place)
            return
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_unused(place.parent)
        _remove(place)  # damaged
        fresh = place.with_suffix(f".{secrets.token_hex(8)}.part")
        try:
            with open(fresh, "x+b") as file:
                np.save(file, make())
                size = file.tell()
                file.seek(0)
                file.write(_proof(file, size))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(place)
        finally:
            fresh.unlink(missing_ok=True)


def _place(name: str) -> Path | None:
    place = folder()
    return place and place / f"{_PREFIX}{name}.npy"


@lru_cache(maxsize=1)
def _is_whole(place: Path, size: int, _version: tuple[int, int]) -> bool:
    """True when the file bears out its proof; takes 0.02 s for 87 MB, so each version of it is asked once."""
    with open(place, "rb") as file:
        return size > _PROOF and _proof(file, size - _PROOF) == file.read(_PROOF)


def _proof(file: BinaryIO, size: int) -> bytes:
    """The hash of the next bytes of a file: read, for mapped memory counts as that of the process once it is seen."""
    digest = xxhash.xxh3_128()
    while size > 0 and (part := file.read(min(size, _AT_ONCE))):
        digest.update(part)
        size -= len(part)
    return digest.digest()


def _mark_as_used(place: Path) -> None:
    """Date the file anew, once a day."""
    if time.time() - place.stat().st_mtime > DAY:
        os.utime(place)


def _remove_unused(cache: Path) -> None:
    """Remove what versions that are gone, and processes that were killed, left here."""
    for ending, longest in ((".npy", UNUSED), (".part", ABANDONED)):
        for path in cache.glob(f"{_PREFIX}*{ending}"):
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > longest:
                    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
