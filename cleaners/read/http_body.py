"""Undoes the codings of HTTP: the body of a response without chunks and compression, as web archives keep them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

MOST_BYTES = 64 * 1024 * 1024  # of a page; the largest of 1,497 real ones had 5 MB
STEP = 16_384  # bytes unpacked at once: 16 MB of text at the most
MOST_PART = 1024 * 1024  # bytes given at once, where the library lets us say so

_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_GLANCE = 512  # bytes
_LINE_END = re.compile(rb"\r?\n")


def decoded_body(body: bytes, headers: Mapping[str, Any]) -> tuple[bytes, bool]:
    """The content of a response by its headers, whose names are in lower case; True when it breaks off.

    Many crawlers keep the headers and undo the coding: a body that is not coded as they say is taken as it is.
    """
    cut = _is_short(body, headers)
    if "chunked" in str(headers.get("transfer-encoding", "")).lower():
        body, broke = _dechunked(body)
        cut = cut or broke
    for coding in reversed(str(headers.get("content-encoding", "")).lower().split(",")[:4]):
        body, broke = _unpacked(body, coding.strip())
        cut = cut or broke
    return body, cut


def _is_short(body: bytes, headers: Mapping[str, Any]) -> bool:
    length = str(headers.get("content-length", ""))
    return (
        "transfer-encoding" not in headers
        and length.isascii()
        and length.isdigit()
        and len(length) < 16
        and len(body) < int(length)
    )


def _dechunked(body: bytes) -> tuple[bytes, bool]:
    """The content of a chunked body, and whether its last chunk is missing."""
    parts: list[bytes] = []
    at = 0
    while head := _CHUNK.match(body, at):
        size = int(head[1], 16)
        if not size:
            return b"".join(parts), False
        parts.append(body[head.end() : head.end() + size])
        end = _LINE_END.match(body, head.end() + size)
        if end is None:
            break
        at = end.end()
    return (b"".join(parts), True) if parts else (body, False)


def _unpacked(body: bytes, coding: str) -> tuple[bytes, bool]:
    """The body without one compression, and whether it breaks off or is cut for its size."""
    if not _CONTROL.search(body, 0, _GLANCE):
        return body, False  # no compression looks like text
    for decoder in _decoders(coding):
        parts: list[bytes] = []
        size, whole, broken = 0, False, False
        try:
            for part in decoder(body):
                whole = part is None
                if part is None or size > MOST_BYTES:
                    break
                parts.append(part)
                size += len(part)
        except _Broken:
            broken = True
        if size or not broken:
            return b"".join(parts)[:MOST_BYTES], not whole or size > MOST_BYTES
    return body, False


class _Broken(Exception):
    """The bytes are not packed as they should be, or no more from here on."""


# Gives the parts of what a body unpacks to, and None behind the last when it is whole; raises _Broken.
_Decoder = Callable[[bytes], Iterator[bytes | None]]


def _decoders(coding: str) -> tuple[_Decoder, ...]:
    """The readers to try, in order."""
    match coding:
        case "gzip" | "x-gzip":
            return (lambda body: _inflated(body, 31),)
        case "deflate":  # as the standard has it, and as some servers send it
            return (lambda body: _inflated(body, 15), lambda body: _inflated(body, -15))
        case "br":
            return (_unbrotlied,)
        case "zstd":
            return (_unzstd,)
        case _:
            return ()


def _inflated(body: bytes, bits: int) -> Iterator[bytes | None]:
    decoder = zlib.decompressobj(bits)
    try:
        for at in range(0, len(body), STEP):
            yield decoder.decompress(body[at : at + STEP])
            if decoder.eof:
                yield None
                return
    except zlib.error as error:
        raise _Broken from error


def _unbrotlied(body: bytes) -> Iterator[bytes | None]:
    import brotli  # not at the top: few pages are packed like this

    decoder = brotli.Decompressor()
    try:
        for at in range(0, len(body), STEP):
            yield decoder.process(body[at : at + STEP], output_buffer_limit=MOST_PART)
            while not decoder.can_accept_more_data():
                yield decoder.process(b"", output_buffer_limit=MOST_PART)
            if decoder.is_finished():
                yield None
                return
    except brotli.error as error:
        raise _Broken from error


def _unzstd(body: bytes) -> Iterator[bytes | None]:
    import zstandard  # not at the top: few pages are packed like this

    decoder = zstandard.ZstdDecompressor(max_window_size=MOST_BYTES).decompressobj()
    try:
        for at in range(0, len(body), STEP // 8):
            yield decoder.decompress(body[at : at + STEP // 8])
            if decoder.eof:
                yield None
                return
    except zstandard.ZstdError as error:
        raise _Broken from error
