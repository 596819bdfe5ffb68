"""Compresses what a page became, the line of its article and the lines of its ledger, into one piece with a checksum."""

from __future__ import annotations

from collections.abc import Iterable

import zstandard

from flows.errors import DamagedBody

COMPRESSOR = zstandard.ZstdCompressor(level=1, write_checksum=True)  # 3 saves 3 % of the room and costs a third more
DECOMPRESSOR = zstandard.ZstdDecompressor()


def pack(lines: Iterable[bytes]) -> bytes:
    """The article's line and the ledger's lines, compressed."""
    return COMPRESSOR.compress(b"\n".join(lines))


def unpack(body: bytes) -> bytes:
    """The article's line and the ledger's lines of a page, parted by line ends. Raises DamagedBody."""
    try:
        return DECOMPRESSOR.decompress(body)
    except zstandard.ZstdError as error:
        raise DamagedBody(str(error)) from error
