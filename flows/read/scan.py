"""Walks RAW and says of each entry what it is, opening nothing: links, devices and pipes are only named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cleaners.vocabulary import QuarantineReason, SkipReason
from flows.read.kinds import KINDS, LATER, ManyPages, kind_of
from flows.read.paths import shard_of, spelled

REJECTED, SKIPPED = "rejected", "skipped"  # in place of a kind: goes to quarantine unread; is left alone
SIDECAR = ".meta.json"
UNSEEN = "+0.0.0.0"  # in place of the mark of a sidecar that cannot be looked at
JUST_WRITTEN_NS = 2_000_000_000  # a file this fresh may be written again within one tick of the file system's clock


class Found(NamedTuple):
    """One entry of RAW, by its relative path.

    `kind` is the name of one of KINDS, or REJECTED or SKIPPED, for which `reason` and `detail` say why. `stat` changes when
    the file or its sidecar does; `sidecar` is that file's path or empty. `codec` is how it is compressed, if it is.
    """

    path: str
    shard: str
    kind: str
    codec: str = ""
    stat: str = ""
    size: int = 0
    sidecar: str = ""
    reason: str = ""
    detail: str = ""


def walk(raw: Path) -> Iterator[Found]:
    """Every file under RAW at any depth, sorted within its folder. Links are never followed."""
    base = raw.resolve()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            names = sorted(os.listdir(base / folder))
        except OSError as error:
            yield rejected(
                folder, QuarantineReason.UNREADABLE_FOLDER, f"{error.strerror}; make it readable and run again"
            )
            continue
        present = frozenset(names)
        below = []
        for name in names:
            path = f"{folder}/{name}" if folder else name
            info = _lstat(base / path)
            if isinstance(info, OSError):
                if name.lower().endswith(SIDECAR) and name[: -len(SIDECAR)] in present:
                    continue  # who reads the page beside it will tell
                yield rejected(
                    path, QuarantineReason.UNREADABLE, f"{info.strerror}; make it readable or rename it, and run again"
                )
            elif name.startswith("."):
                yield skipped(path, SkipReason.HIDDEN)
            elif stat.S_ISDIR(info.st_mode):
                below.append(path)
            elif stat.S_ISREG(info.st_mode):
                yield from regular(base, path, name, info, present)
            else:
                yield special(base, path, info)
        folders += reversed(below)


def regular(base: Path, path: str, name: str, info: os.stat_result, present: frozenset[str]) -> Iterator[Found]:
    """What a regular file is, by its suffix; a sidecar that belongs to a page is that page's and yields nothing."""
    if name.lower().endswith(SIDECAR):
        owner = kind_of(name[: -len(SIDECAR)])[0] if name[: -len(SIDECAR)] in present else None
        if isinstance(owner, ManyPages):
            yield rejected(
                path,
                QuarantineReason.ORPHAN_SIDECAR,
                "it stands beside a file of many records; put its fields into them",
            )
        elif owner is None:
            yield rejected(
                path, QuarantineReason.ORPHAN_SIDECAR, "there is no page beside it with the name before .meta.json"
            )
        return
    kind, codec, ending = kind_of(name)
    if kind is None and ending in LATER:
        yield rejected(
            path,
            QuarantineReason.NOT_READ_YET,
            f"{LATER[ending]} is not read yet by this version; convert it to .jsonl",
        )
        return
    if kind is None:
        known = " ".join(f".{suffix}" for kind in KINDS.values() for suffix in kind.suffixes)
        yield rejected(path, QuarantineReason.UNKNOWN_KIND, f"not one of {known}; rename or remove it")
        return
    if spelled(path) != path:
        yield rejected(path, QuarantineReason.UNREADABLE_NAME, "its name is not UTF-8; rename it and run again")
        return
    sidecar = path + SIDECAR if not isinstance(kind, ManyPages) and name + SIDECAR in present else ""
    mark = mark_of(info)
    if sidecar:
        beside = _lstat(base / sidecar)
        if isinstance(beside, OSError):
            mark += UNSEEN  # reading it will tell
        elif stat.S_ISREG(beside.st_mode):
            mark += "+" + mark_of(beside)
        else:
            sidecar = ""
    shard = shard_of(path, container=isinstance(kind, ManyPages))
    yield Found(path, shard, kind.name, codec, mark, info.st_size, sidecar)


def special(base: Path, path: str, info: os.stat_result) -> Found:
    """What is neither file nor folder: a link, a device, a pipe, a socket. None is opened."""
    if not stat.S_ISLNK(info.st_mode):
        return rejected(path, QuarantineReason.NOT_A_FILE, "a device, pipe or socket; remove it")
    target = os.path.realpath(base / path)
    if target == str(base) or target.startswith(f"{base}{os.sep}"):
        return skipped(path, SkipReason.LINK)  # what it points to is read where it stands
    return rejected(path, QuarantineReason.LINK_LEAVES_RAW, "a link to a place outside; copy the file here instead")


def rejected(path: str, reason: QuarantineReason, detail: str) -> Found:
    """An entry that goes to quarantine unread."""
    name = spelled(path) or "."
    return Found(
        name, shard_of(name, container=False), REJECTED, stat=f"{reason}: {detail}", reason=reason, detail=detail
    )


def skipped(path: str, reason: SkipReason) -> Found:
    """An entry that is counted and left alone."""
    return Found(spelled(path), "", SKIPPED, reason=reason)


def _lstat(path: Path) -> os.stat_result | OSError:
    try:
        return os.lstat(path)
    except OSError as error:
        return error


def mark_of(info: os.stat_result) -> str:
    """Size, times and number of a file in one word: while it stays the same, so has the content."""
    return f"{info.st_size}.{info.st_mtime_ns}.{info.st_ctime_ns}.{info.st_ino}"


def settled(mark: str, now_ns: int) -> bool:
    """True when a file was old enough at `now_ns` that a later change must show in its mark."""
    return all(now_ns - int(part.split(".")[2]) > JUST_WRITTEN_NS for part in mark.split("+"))
