"""Reads files of one record a line, a line at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cleaners.vocabulary import QuarantineReason
from flows.errors import Trouble, Unreadable
from flows.read.files import LONGEST_PAGE, Line, broken_off, decompressed, opened


def read_lines(path: Path, codec: str) -> Iterator[Line]:
    """Every line of a container in order; a break in the file comes last, as trouble with the number it broke at."""
    record = 0
    try:
        with opened(path) as file:
            for payload in split(decompressed(file, codec)):
                if payload is None:
                    yield Line(
                        record,
                        trouble=Trouble(QuarantineReason.TOO_LARGE, f"a line of more than {LONGEST_PAGE:,} bytes"),
                    )
                else:
                    content = payload.strip(b" \t\r")
                    yield Line(record, content, skipped=not content, media="jsonl")
                record += 1
        if not record:
            yield Line(0, trouble=Trouble(QuarantineReason.EMPTY, "there is no line in it; remove it"), last=True)
    except Unreadable as error:
        yield broken_off(record, error, "lines")


def split(chunks: Iterator[bytes], longest: int = LONGEST_PAGE) -> Iterator[bytes | None]:
    """The lines of a stream without their ends; None for one longer than `longest`, of which nothing is held."""
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:  # bytes.split() takes three times as long to find the same
            size += end - start
            parts.append(chunk[start:end])
            yield b"".join(parts) if size <= longest else None
            parts, size, start = [], 0, end + 1
        size += len(chunk) - start
        parts = [*parts, chunk[start:]] if size <= longest else []
    if size:
        yield b"".join(parts) if size <= longest else None
