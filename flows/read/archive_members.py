"""Decompresses an archive of many members and goes on behind a broken one, saying which bytes are lost.

Web archives are packed record by record, so that one bad byte costs one record. Python's own readers stop there.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

from cleaners.vocabulary import QuarantineReason
from flows.errors import Unreadable
from flows.read.files import BOMB_RATIO, CHUNK, LONGEST_PAGE, ZST_STEP, ZST_WINDOW

FIRST_PIECE = 4096  # bytes; most of what only looks like a member breaks within them
LONGEST_MEMBER = 2 * LONGEST_PAGE  # bytes unpacked, from which its ratio is looked at
PATIENCE = 8  # times the file's size: bytes read and unpacked in vain before the rest is given up
SPARE = 4 * LONGEST_MEMBER  # bytes on top
PADDING = b"\0\r\n"  # bytes that may stand between members, and mean nothing


class Lost(NamedTuple):
    """Bytes that could not be read, from the first to before the last, why, and of what they are bytes."""

    first: int
    last: int
    why: str
    of: str = "the file"


class Sound(NamedTuple):
    """A member ended, and its checksum was right."""


class _Packing(NamedTuple):
    """How one kind of archive is read."""

    name: str
    magic: bytes
    step: int  # bytes read at once: what they unpack to must fit into memory
    decoder: Callable[[], Any]
    faults: tuple[type[Exception], ...]


def archive_members(file: BinaryIO, codec: str) -> Iterator[bytes | Lost | Sound]:
    """The content of a seekable archive in pieces, member by member: "gz" or "zst", or "" for a file that is none.

    Raises Unreadable when nothing more can be found in it with reasonable effort.
    """
    if not codec:
        while piece := file.read(CHUNK):
            yield piece
        return
    packing = _gzip() if codec == "gz" else _zstd()
    size = os.fstat(file.fileno()).st_size
    spent = at = 0
    lost: Lost | None = None
    while at < size:
        start = _find(file, at, packing.magic)
        if start > at and not _is_padding(file, at, start):
            lost = Lost(lost.first if lost else at, start, lost.why if lost else f"no {packing.name} data")
        if start == size:
            break
        member = _Member(file, packing, start)
        pieces = member.pieces()
        first = next(pieces, None)
        if lost and (first or not member.fault):
            yield lost
            lost = None
        if first:
            yield first
            yield from pieces
        if not member.fault:
            yield Sound()
            at = member.end
            continue
        spent += member.work
        lost = Lost(lost.first if lost else start, size, lost.why if lost else member.fault)
        at = start + 1
        if spent > PATIENCE * size + SPARE:
            raise Unreadable(
                QuarantineReason.BROKEN_ARCHIVE,
                f"{packing.name}: {lost.why}; bytes {lost.first:,} to {size:,} are lost, fetch it again",
            )
    if lost:
        yield lost


class _Member:
    """One member, from its first byte; after its pieces, where it ended or the fault that ended it, and its work."""

    def __init__(self, file: BinaryIO, packing: _Packing, start: int) -> None:
        self.end = start
        self.fault = ""
        self.work = 0  # bytes read and unpacked
        self._file = file
        self._packing = packing

    def pieces(self) -> Iterator[bytes]:
        """What it unpacks to, until it ends or breaks."""
        start = self.end
        decoder = self._packing.decoder()
        self._file.seek(start)
        made = 0
        step = min(FIRST_PIECE, self._packing.step)
        while not decoder.eof:
            piece = self._file.read(step)
            if not piece:
                self.fault = "it ends inside a member"
                return
            step = self._packing.step
            self.work += len(piece)
            try:
                unpacked = decoder.decompress(piece)
            except self._packing.faults as error:
                self.fault = str(error)
                return
            self.end += len(piece)
            made += len(unpacked)
            self.work += len(unpacked)
            if made > LONGEST_MEMBER and made > BOMB_RATIO * (self.end - start):
                self.fault = f"it unpacks to more than {BOMB_RATIO} times its size"
                return
            if unpacked:
                yield unpacked
        self.end -= len(decoder.unused_data)


def _gzip() -> _Packing:
    return _Packing("gzip", b"\x1f\x8b\x08", CHUNK // 16, lambda: zlib.decompressobj(wbits=31), (zlib.error,))


def _zstd() -> _Packing:
    import zstandard  # not at the top: most runs read no .zst, and every run waits for imports

    library = zstandard.ZstdDecompressor(max_window_size=ZST_WINDOW)
    return _Packing("zstd", b"\x28\xb5\x2f\xfd", ZST_STEP, library.decompressobj, (zstandard.ZstdError,))


def _find(file: BinaryIO, at: int, magic: bytes) -> int:
    """Where the next member may begin; the size of the file when none does."""
    file.seek(at)
    kept = b""
    piece_size = FIRST_PIECE  # most members stand one behind another
    while piece := file.read(piece_size):
        found = (kept + piece).find(magic)
        if found >= 0:
            return at - len(kept) + found
        at += len(piece)
        kept = (kept + piece)[1 - len(magic) :]
        piece_size = CHUNK
    return at


def _is_padding(file: BinaryIO, first: int, last: int) -> bool:
    """True when all bytes from the first to before the last are zeros and line ends."""
    file.seek(first)
    while first < last and (piece := file.read(min(CHUNK, last - first))):
        if piece.strip(PADDING):
            return False
        first += len(piece)
    return True
