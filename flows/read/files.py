"""Opens raw files safely and decompresses them; reads a page or a sidecar whole.

Nothing here trusts a file: it may be a link or a pipe, change while it is read, end too soon, or unpack to terabytes.
"""

from __future__ import annotations

import gzip
import json
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from cleaners.vocabulary import QuarantineReason
from flows.errors import Trouble, Unreadable

CHUNK = 256 * 1024
LONGEST_PAGE = 64 * 1024 * 1024  # bytes; the largest of 1,497 real pages had 5 MB
LONGEST_SIDECAR = 1024 * 1024
BOMB_FLOOR = 64 * 1024 * 1024  # below this, any ratio is harmless
BOMB_RATIO = 500  # pages of one site pack 5 to 60 times
ZST_STEP = 2048  # 2 KB of a hostile frame unpack to 64 MB at most, 64 KB would to 2 GB
ZST_WINDOW = 128 * 1024 * 1024


class Line(NamedTuple):
    """One line or record of a container: its index counting from 0, its bytes, or what is wrong with it.

    `media` is what the cleaners are told that the bytes are, see cleaners/read/record.py. `last` is True for trouble that
    ended the reading of the whole file. `skipped` stands for a blank line, or a record that is no page. `fields` is what
    the container says of the page, as a sidecar would.
    """

    record: int
    payload: bytes = b""
    trouble: Trouble | None = None
    last: bool = False
    skipped: bool = False
    fields: dict[str, Any] | None = None
    media: str = ""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The regular file at this path, open for reading; never a link, never blocking.

    Raises Unreadable when it is anything else, or when it changed between opening and closing.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Unreadable(QuarantineReason.UNREADABLE, f"{error.strerror}; make it readable and run again") from error
    with os.fdopen(number, "rb", buffering=0) as file:
        before = os.fstat(number)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable(QuarantineReason.NOT_A_FILE, "it became a device, pipe or folder; remove it")
        try:
            yield file
        except OSError as error:
            raise Unreadable(
                QuarantineReason.UNREADABLE, f"{error.strerror or error}; run again when it can be read"
            ) from error
        after = os.fstat(number)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Unreadable(QuarantineReason.CHANGED_WHILE_READ, "it was being written; the next run reads it again")


def read_page(path: Path, codec: str) -> bytes:
    """The whole content of a file that holds one page. Raises Unreadable."""
    with opened(path) as file:
        parts: list[bytes] = []
        size = 0
        for chunk in decompressed(file, codec):
            parts.append(chunk)
            size += len(chunk)
            if size > LONGEST_PAGE:
                raise Unreadable(
                    QuarantineReason.TOO_LARGE, f"more than {LONGEST_PAGE:,} bytes; no article is that long"
                )
        return b"".join(parts)


def read_sidecar(path: Path) -> dict[str, Any]:
    """The fields of a sidecar. Raises Unreadable when it is not a JSON object."""
    from cleaners.read.limits import DEEPEST, too_deep
    from cleaners.text.numerals import whole_number  # not at the top: a run with nothing to read needs no cleaners

    with opened(path) as file:
        raw = b"".join(decompressed(file, "", most=LONGEST_SIDECAR + 1))
    if len(raw) > LONGEST_SIDECAR:
        raise Unreadable(
            QuarantineReason.BROKEN_SIDECAR, f"more than {LONGEST_SIDECAR:,} bytes; the page was cleaned without it"
        )
    try:
        fields = json.loads(raw, parse_int=whole_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            QuarantineReason.BROKEN_SIDECAR, f"not JSON ({error}); the page was cleaned without it"
        ) from error
    if not isinstance(fields, dict):
        raise Unreadable(QuarantineReason.BROKEN_SIDECAR, "not a JSON object; the page was cleaned without it")
    if too_deep(fields):
        raise Unreadable(
            QuarantineReason.BROKEN_SIDECAR, f"nested more than {DEEPEST} deep; the page was cleaned without it"
        )
    return fields


def broken_off(record: int, error: Unreadable, what: str) -> Line:
    """What ended the reading of a container at this record; `what` its records are called."""
    reason, detail = error.trouble
    kept = f" (the {record:,} {what} before are kept)" if record else ""
    return Line(record, trouble=Trouble(reason, detail + kept), last=True)


def decompressed(file: BinaryIO, codec: str, most: int | None = None) -> Iterator[bytes]:
    """The content in chunks, until `most` bytes or more came. `codec` is one of CODECS, or "" for a file that is plain.

    Raises Unreadable where an archive breaks off or unpacks to absurd sizes.
    """
    chunks = CODECS[codec](file) if codec else plain(file)
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if codec and total > BOMB_FLOOR and total > BOMB_RATIO * max(1, file.tell()):
            raise Unreadable(
                QuarantineReason.DECOMPRESSION_BOMB, f"it unpacks to more than {BOMB_RATIO} times its size; remove it"
            )
        yield chunk
        if most is not None and total >= most:
            return


def plain(file: BinaryIO) -> Iterator[bytes]:
    """The file as it is."""
    while chunk := file.read(CHUNK):
        yield chunk


def gunzipped(file: BinaryIO) -> Iterator[bytes]:
    """The content of a gzip file of any number of members."""
    try:
        with gzip.GzipFile(fileobj=file) as archive:
            while chunk := archive.read1(CHUNK):  # read() would lose what stands just before a break
                yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unreadable(QuarantineReason.BROKEN_ARCHIVE, f"gzip: {error}; fetch it again") from error


def unzstd(file: BinaryIO) -> Iterator[bytes]:
    """The content of a zstd file of any number of frames; unlike the library's own reader, it notices a cut."""
    import zstandard  # not at the top: most runs read no .zst, and every run waits for imports

    library = zstandard.ZstdDecompressor(max_window_size=ZST_WINDOW)
    frame = library.decompressobj()
    inside = False
    try:
        while piece := file.read(ZST_STEP):
            while piece:
                inside = True
                if chunk := frame.decompress(piece):
                    yield chunk
                piece = frame.unused_data if frame.eof else b""
                if frame.eof:
                    frame, inside = library.decompressobj(), False
    except zstandard.ZstdError as error:
        raise Unreadable(QuarantineReason.BROKEN_ARCHIVE, f"zstd: {error}; fetch it again") from error
    if inside:
        raise Unreadable(QuarantineReason.BROKEN_ARCHIVE, "zstd: it ends inside a frame; fetch it again")


CODECS = {"gz": gunzipped, "zst": unzstd}  # by the last suffix of a file's name
