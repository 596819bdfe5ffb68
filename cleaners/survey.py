"""This file takes down what a page shows its sister pages: a fingerprint of each line, and which of them it would keep.

A survey is taken before anything known of the site is used, so it never depends on what other pages taught.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from cleaners import page as z
from cleaners.native import native
from cleaners.page import Page
from cleaners.rules import settings_of

_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_NO_EDGES = bytes.maketrans(b".,;:()|-", b" " * 8)
_LONGEST_DATED = 100  # bytes; a longer line is a sentence, and another one on another day
LONGEST = 65_535  # words of a line, as far as they are counted
PLACES = tuple("body consent menu header footer figure comments aside article".split())
_ZONES = (z.CONSENT, z.NAV, z.HEADER, z.FOOTER, z.FIGURE | z.FIGCAPTION, z.COMMENTS, z.ASIDE | z.RELATED, z.ARTICLE)
_PACKED = 12  # bytes of a line

Keys = npt.NDArray[np.uint64]


class Survey(NamedTuple):
    """The distinct lines of one page: `keys` in order of size; beside each its `words`, its `place` and whether `kept`.

    The place is a number in PLACES.
    """

    keys: Keys
    words: npt.NDArray[np.uint16]
    place: npt.NDArray[np.uint8]
    kept: npt.NDArray[np.bool_]


def survey(page: Page, fingerprints: list[int]) -> Survey:
    """The survey of a page on which rules and judge have decided; its open blocks are those that would be kept."""
    if native is not None:
        return unpack(native.shown(fingerprints, page.blocks, page.verdicts, _ZONES))
    return _taken(page, fingerprints)


def _taken(page: Page, fingerprints: Sequence[int]) -> Survey:
    judged = zip(fingerprints, page.blocks, page.verdicts, strict=True)
    kept = {name: block for name, block, verdict in judged if verdict is None or verdict.keep}
    lines = dict(zip(fingerprints, page.blocks, strict=True)) | kept
    lines.pop(0, None)
    keys = sorted(lines)
    blocks = [lines[key] for key in keys]
    return Survey(
        np.array(keys, np.uint64),
        np.array([min(block.words, LONGEST) for block in blocks], np.uint16),
        np.array([place_of(block.zone) for block in blocks], np.uint8),
        np.array([key in kept for key in keys], np.bool_),
    )


@lru_cache(maxsize=4096)
def place_of(zone: int) -> int:
    """Where on a page a block of these zones stands, as a number in PLACES."""
    return next((at for at, zones in enumerate(_ZONES, start=1) if zone & zones), 0)


def pack(found: Survey) -> bytes:
    """A survey as the bytes a state keeps; `unpack` reads them."""
    keys, words = found.keys.astype("<u8", copy=False), found.words.astype("<u2", copy=False)
    parts = (keys, words, found.place, found.kept)
    return b"".join(part.tobytes() for part in parts)


def unpack(packed: bytes) -> Survey:
    """The survey that `pack` wrote."""
    size = len(packed) // _PACKED
    keys = np.frombuffer(packed, "<u8", size)
    words = np.frombuffer(packed, "<u2", size, 8 * size)
    place = np.frombuffer(packed, np.uint8, size, 10 * size)
    return Survey(keys, words, place, np.frombuffer(packed, np.bool_, size, 11 * size))


def among(keys: Keys, wanted: Keys) -> npt.NDArray[np.bool_]:
    """Which of the keys are wanted, these in order of size; a page has too few for numpy's isin."""
    if not len(wanted):
        return np.zeros(len(keys), np.bool_)
    at = np.searchsorted(wanted, keys)
    found: npt.NDArray[np.bool_] = wanted[np.minimum(at, len(wanted) - 1)] == keys
    return found


def fingerprints(page: Page) -> list[int]:
    """Of each block 64 bits that name its line, or 0 where it has no word."""
    if not page.blocks:
        return []
    named = _names([block.folded for block in page.blocks])
    return [name if block.words else 0 for name, block in zip(named, page.blocks, strict=True)]


def fingerprint(folded: str) -> int:
    """64 bits that name a folded line, never 0: the same for lines that differ in numbers alone, short ones in dates."""
    return _names([folded])[0]


def _names(lines: Sequence[str]) -> list[int]:
    digest, encoded = xxhash.xxh3_64_intdigest, "\n".join(lines).encode("utf-8", "replace")
    named = _plain_undated(encoded) if native is None else native.undated(encoded, _calendar())
    return [digest(line) or 1 for line in named]


def _plain_undated(lines: bytes) -> list[bytes]:
    calendar = _calendar()
    return [_undated(line, calendar) if b"0" in line else line for line in lines.translate(_ZEROS).split(b"\n")]


def _undated(line: bytes, calendar: frozenset[bytes]) -> bytes:
    """The line with one zero for each number, and for each name of a month or day where it is short."""
    while b"00" in line:
        line = line.replace(b"00", b"0")
    if len(line) > _LONGEST_DATED:
        return line
    words = line.translate(_NO_EDGES).split()
    if calendar.isdisjoint(words):
        return line
    return b" ".join([b"0" if word in calendar else word for word in words])


@lru_cache(maxsize=1)
def _calendar() -> frozenset[bytes]:
    """The names of months and days in all the languages known."""
    rows = settings_of("metadata")["months"].values()
    months = (form for row in rows for name in row for form in name.split("|"))
    return frozenset(name.encode() for name in (*months, *settings_of("bylines")["weekdays"]))
