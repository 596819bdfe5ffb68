"""Words of all lines of a page at once, each as a number, found with whole-array steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
_KNOWN = 0x10000  # characters; beyond are emoji, which are no words, and rare ideographs, which are
_IDEOGRAPHS = 0x20000
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_INVERSE = pow(_BASE, -1, 1 << 64)
_USUAL = 1 << 17  # characters of all lines together
NEXT, BEGIN = np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F)  # of the numbers of pairs, and first pairs


class Words(NamedTuple):
    """The words of the lines of a page in order: the number of each, and where each line's words begin.

    A word is a run of letters, digits and underscores; its digits count as 0. Equal words have equal numbers; unequal
    ones nearly always differ (a polynomial hash modulo 2⁶⁴, Karp and Rabin 1987). `begins` has one entry more than
    there are lines.
    """

    number: Numbers
    begins: Places

    @property
    def line(self) -> Places:
        """The line of each word."""
        return np.repeat(np.arange(len(self.begins) - 1), np.diff(self.begins))

    def count_in(self, known: Numbers) -> npt.NDArray[np.float64]:
        """How many words of each line are among these (sorted)."""
        if speedups is None:
            return self._py_count_in(known)
        counts = np.empty(len(self.begins) - 1)
        speedups.count_among(self.number, self.begins, known, counts)
        return counts

    def _py_count_in(self, known: Numbers) -> npt.NDArray[np.float64]:
        among = is_among(self.number, known).astype(np.float64)
        counts: npt.NDArray[np.float64] = np.bincount(self.line, among, len(self.begins) - 1)  # type: ignore[assignment]
        return counts

    @property
    def counts(self) -> npt.NDArray[np.float64]:
        """How many words each line has."""
        return (self.begins[1:] - self.begins[:-1]).astype(np.float64)


def _word_characters() -> npt.NDArray[np.bool_]:
    table = np.fromiter(map(str.isalnum, map(chr, range(_KNOWN))), np.bool_, _KNOWN)
    table[ord("_")] = True
    return table


_WORD = _word_characters()


def words_of(lines: list[str]) -> Words:
    """The words of these lines, none of which holds a line break; upper and lower case differ."""
    if speedups is None:
        return _py_words_of(lines)
    begins = np.empty(len(lines) + 1, np.intp)
    number = np.empty((sum(map(len, lines)) + len(lines)) // 2, np.uint64)  # a word is followed by something else
    speedups.spell(lines, _WORD, _IDEOGRAPHS, _BASE, number, begins)
    return Words(number[: begins[-1]], begins)


def _py_words_of(lines: Sequence[str]) -> Words:
    codes = np.frombuffer(("\n".join(lines) + "\n").encode("utf-32-le", "surrogatepass"), np.uint32)
    is_word = _WORD.take(codes, mode="clip")
    if len(codes) and codes.max() >= _KNOWN:
        is_word |= codes >= _IDEOGRAPHS
        is_word &= (codes < _KNOWN) | (codes >= _IDEOGRAPHS)
    edges = np.flatnonzero(is_word[1:] != is_word[:-1]) + 1
    if is_word[0]:
        edges = np.concatenate(([0], edges))
    start, end = edges[::2], edges[1::2]  # the last character is a line break, so every word ends
    values = codes.astype(np.uint64)
    values[(codes >= ord("0")) & (codes <= ord("9"))] = ord("0")
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values * _powers(_BASE, len(codes)), dtype=np.uint64)))
    number = (sums[end] - sums[start]) * _powers(_INVERSE, len(codes))[start]
    number ^= number >> np.uint64(32)
    line = np.cumsum(codes == ord("\n"), dtype=np.intp)[start]
    return Words(number, np.searchsorted(line, np.arange(len(lines) + 1)))


def _powers(base: int, count: int) -> Numbers:
    """The first powers of a base, from the first on; those of a page of usual length are computed once."""
    return _usual_powers(base)[:count] if count <= _USUAL else _all_powers(base, count)


@cache
def _usual_powers(base: int) -> Numbers:
    return _all_powers(base, _USUAL)


def _all_powers(base: int, count: int) -> Numbers:
    return np.cumprod(np.full(count, base, np.uint64), dtype=np.uint64)


def numbers_of(words: Iterable[str]) -> Numbers:
    """The numbers of single words, sorted, each once."""
    return np.array(sorted({*words_of(list(words)).number.tolist()}), np.uint64)


def wordings(words: Words, first: int, last: int) -> tuple[Places, npt.NDArray[np.uint32]]:
    """The single words and pairs of neighbours among the first and last words of each line: the line and number of each.

    The first pair of a line counts once more as its beginning.
    """
    line, number = words.line, words.number
    rank = np.arange(len(line)) - words.begins[line]
    left = words.begins[line + 1] - 1 - np.arange(len(line))
    read = (rank < first) | (left < last)
    pair = np.flatnonzero(read[:-1] & read[1:] & (line[1:] == line[:-1]))
    pairs = number[pair] * NEXT + number[pair + 1]
    opens = rank[pair] == 0
    lines = np.concatenate((line[read], line[pair], line[pair][opens]))
    numbers = np.concatenate((number[read], pairs, pairs[opens] * BEGIN))
    return lines, (numbers >> np.uint64(32)).astype(np.uint32)


def is_among(values: npt.NDArray[np.unsignedinteger], known: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.bool_]:
    """Which of the values are in the sorted array `known`."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    found: npt.NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
    return found
