"""Fingerprints of a page's lines for learning: a key a line, where it stands, and whether the page would keep it.

They are taken before anything learned of the site is used, so they never depend on other pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import xxhash

from cleaners.page import Page
from cleaners.rules.phrases import settings_of
from cleaners.zones import Zone

_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_NUMBERS = re.compile(rb"00+")
_ZERO = ord("0")  # asked for as a number: `bytes in bytes` first raises an error inside, half a microsecond each
_NO_EDGES = bytes.maketrans(b".,;:()|-", b" " * 8)
_LONGEST_DATED = 100  # bytes; a longer line is a sentence, and another one on another day
LONGEST = 65_535  # words of a line, as far as they are counted
PLACES = (
    "body", "consent", "menu", "header", "footer", "figure", "comments", "aside", "article",
    "title part", "caption label", "caption credit",
)  # fmt: skip
CONVENTIONS = PLACES.index("title part")  # from here on no places but kinds of conventions
REQUESTED = 0x80  # added to the place of a convention that the page requests and does not confirm
_ZONES = (
    Zone.CONSENT,
    Zone.NAV,
    Zone.HEADER,
    Zone.FOOTER,
    Zone.FIGURE | Zone.FIGCAPTION,
    Zone.COMMENTS,
    Zone.ASIDE | Zone.RELATED,
    Zone.ARTICLE,
)
_HEAD, _PACKED = 4, 12  # bytes before the lines, and of each

Keys = npt.NDArray[np.uint64]
_Columns = tuple[Keys, npt.NDArray[np.uint16], npt.NDArray[np.uint8], npt.NDArray[np.bool_]]


class LineFingerprints(NamedTuple):
    """The distinct lines of one page: `keys` in order of size; beside each its `words`, its `place` and whether `kept`.

    The place is a number in PLACES. Conventions are there as lines without words, kept when the page would follow them;
    `texts` is what the page calls them, in order of their keys.
    """

    keys: Keys
    words: npt.NDArray[np.uint16]
    place: npt.NDArray[np.uint8]
    kept: npt.NDArray[np.bool_]
    texts: tuple[str, ...] = ()


def line_fingerprints(page: Page, keys: list[int]) -> LineFingerprints:
    """The fingerprints of a page on which rules and judge have decided; its open blocks are the ones that would be kept."""
    every = np.array(keys, np.uint64)
    kept = np.zeros(len(every), np.bool_)
    kept[[block.index for block in page.alive()]] = True
    # Of lines with one key the last stands for all: a kept one rather than a dropped one, then a later rather than an earlier.
    order = np.lexsort((kept, every))
    every = every[order]
    last = every != 0
    last[:-1] &= every[1:] != every[:-1]
    chosen = order[last]
    blocks = [page.blocks[index] for index in chosen.tolist()]
    return LineFingerprints(
        every[last],
        np.minimum(np.array([block.words for block in blocks], np.int64), LONGEST).astype(np.uint16),
        np.array([place_of(block.zone) for block in blocks], np.uint8),
        kept[chosen],
    )


@lru_cache(maxsize=4096)
def place_of(zone: int) -> int:
    """Where on a page a block of these zones stands, as a number in PLACES."""
    return next((at for at, zones in enumerate(_ZONES, start=1) if zone & zones), 0)


def pack(found: LineFingerprints) -> bytes:
    """Fingerprints as the bytes that the state database keeps; `unpack` reads them."""
    keys, words = found.keys.astype("<u8", copy=False), found.words.astype("<u2", copy=False)
    parts = (keys, words, found.place, found.kept)
    texts = [text.encode("utf-8", "replace").decode() for text in found.texts]
    return b"".join((
        len(keys).to_bytes(_HEAD, "little"), *[part.tobytes() for part in parts], orjson.dumps(texts) if texts else b"",
    ))  # fmt: skip


def unpack(packed: bytes) -> LineFingerprints:
    """The fingerprints that `pack` wrote."""
    end = _HEAD + _PACKED * int.from_bytes(packed[:_HEAD], "little")
    return LineFingerprints(
        *_columns(packed[_HEAD:end]), tuple(orjson.loads(packed[end:])) if len(packed) > end else ()
    )


def _columns(packed: bytes) -> _Columns:
    size = len(packed) // _PACKED
    keys = np.frombuffer(packed, "<u8", size)
    words = np.frombuffer(packed, "<u2", size, 8 * size)
    place = np.frombuffer(packed, np.uint8, size, 10 * size)
    return keys, words, place, np.frombuffer(packed, np.bool_, size, 11 * size)


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
    names = fingerprint_lines([block.folded for block in page.blocks])
    return [name if block.words else 0 for name, block in zip(names, page.blocks, strict=True)]


def fingerprint(folded: str) -> int:
    """64 bits that name a folded line, never 0: the same for lines that differ in numbers alone, and for short ones in dates."""
    return fingerprint_lines([folded])[0]


def fingerprint_lines(lines: Sequence[str]) -> list[int]:
    """As `fingerprint`, for many lines."""
    encoded = "\n".join(lines).encode("utf-8", "replace").translate(_ZEROS)
    calendar, digest = _calendar(), xxhash.xxh3_64_intdigest
    undated = [_undated(line, calendar) if _ZERO in line else line for line in _NUMBERS.sub(b"0", encoded).split(b"\n")]
    return [digest(line) or 1 for line in undated]


def _undated(line: bytes, calendar: frozenset[bytes]) -> bytes:
    """The line with a zero for each name of a month or day, where it is short."""
    if len(line) > _LONGEST_DATED:
        return line
    words = line.translate(_NO_EDGES).split()
    if calendar.isdisjoint(words):
        return line
    return b" ".join([b"0" if word in calendar else word for word in words])


@lru_cache(maxsize=1)
def _calendar() -> frozenset[bytes]:
    """The names of months and days in all the languages that the rules have."""
    rows = settings_of("metadata")["months"].values()
    months = (form for row in rows for name in row for form in name.split("|"))
    return frozenset(name.encode() for name in (*months, *settings_of("bylines")["weekdays"]))
