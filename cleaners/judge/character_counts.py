"""Counts of the characters of each line by class: digits, capitals, quotes, stops and others, and those at its ends."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups
from cleaners.page import CLOSERS, SENTENCE_ENDS

STOP_WORDS: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "stop_words.toml").read_text("utf-8"))
_STOP_CHARACTERS = STOP_WORDS.pop("without_spaces")

CLASS_COUNT, END_COUNT = 16, 4  # classes of characters; ends of a line that are told
(
    DIGIT, COMMA, QUOTE, SEPARATOR, BRACKET, SIGN, UPPER, LOWER, EXCLAMATION, COPYRIGHT, AT, STOP, WIDE_STOP,
    EVERYDAY, CLOSER, SENTENCE_END,
) = range(CLASS_COUNT)  # fmt: skip
_KNOWN = 0x10000  # characters beyond are of no class
_WITH_CASE = 0x3000  # beyond, scripts have no capitals, or few write in them


def _classes() -> npt.NDArray[np.uint16]:
    """For each character the bits of its classes; the last entry is of all characters beyond."""
    table = np.zeros(_KNOWN + 1, np.uint16)
    for bit, characters in (
        (DIGIT, "0123456789"), (COMMA, ",،、"), (QUOTE, '"“”„«»'), (SEPARATOR, "|•·"), (BRACKET, "()"),
        (SIGN, "/@©"), (EXCLAMATION, "!"), (COPYRIGHT, "©"), (AT, "@"), (STOP, ".!?"), (WIDE_STOP, "。！？।؟۔"),
        (EVERYDAY, _STOP_CHARACTERS), (CLOSER, CLOSERS), (SENTENCE_END, "".join(SENTENCE_ENDS)),
    ):  # fmt: skip
        for character in characters:
            table[ord(character)] |= 1 << bit
    with_case = list(map(chr, range(_WITH_CASE)))
    for bit, has in ((UPPER, str.isupper), (LOWER, str.islower)):
        table[:_WITH_CASE] |= np.fromiter(map(has, with_case), np.uint16, _WITH_CASE) << bit
    return table


CLASSES = _classes()
OPENS_QUOTE = np.zeros(_KNOWN + 1, np.bool_)  # characters that a quote begins with
OPENS_QUOTE[[ord(mark) for mark in "\"“„«'‘–—-"]] = True
_MOST_CLOSERS = 4  # at the end of a line that are looked through


class CharacterCounts(NamedTuple):
    """What the characters of the lines are: how many of each class (a row each), and those at the ends of a line.

    A stop counts only before a space, where another sentence begins. The ends are a line's first character, its last,
    its final one (closing quotes and brackets aside), and the one two before that.
    """

    counts: npt.NDArray[np.intp]
    ends: npt.NDArray[np.uint32]


def count_characters(lines: list[str]) -> CharacterCounts:
    if speedups is None:
        return _py_count_characters(lines)
    found = CharacterCounts(np.empty((CLASS_COUNT, len(lines)), np.intp), np.empty((END_COUNT, len(lines)), np.uint32))
    speedups.count_characters(lines, CLASSES, CLOSER, _MOST_CLOSERS, STOP, *found)
    return found


def _py_count_characters(lines: list[str]) -> CharacterCounts:
    text = "\n".join(lines) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    chars = np.array([len(line) for line in lines], np.intp)
    starts = np.concatenate(([0], np.cumsum(chars[:-1] + 1)))
    bits = CLASSES.take(codes, mode="clip")
    end = starts + chars - 1
    last = end
    for _ in range(_MOST_CLOSERS):
        last = np.where((bits[last] >> CLOSER & 1 == 1) & (last > starts), last - 1, last)
    counted = np.array([bits >> bit & 1 for bit in range(CLASS_COUNT)], np.uint8)
    counted[STOP, :-1] &= codes[1:] == ord(" ")
    counts = np.add.reduceat(counted, starts, axis=1, dtype=np.intp)
    return CharacterCounts(counts, codes[np.array([starts, end, last, np.maximum(last - 2, 0)])])
