"""Aligns the blocks of a page with a text: each word of the text is assigned to one block, in page order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaners.page import Block
from cleaners.zones import Zone

# One token a word, and one a character in scripts that write no spaces.
_TOKEN = re.compile("[^\\W_\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]+|[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]")
_SHINGLE = 3  # tokens; two are shared by unrelated lines, four miss lines of five words
_SHORT = 6  # tokens; shorter lines are looked for only between their long neighbours
_ENOUGH = 0.5  # share of a line's shingles that must stand in the text
_REACH = 80  # tokens before the first or after the last long line in which short ones are looked for


def align(blocks: Sequence[Block], text: str) -> dict[int, float]:
    """Block index → share of the block that stands in the text (0.5 to 1); blocks that do not are absent.

    Each word of the text is assigned to one block, visible blocks first, so that of two equal lines only as many
    count as the text has.
    """
    words = _TOKEN.findall(text.lower())
    tokens = {block.index: _TOKEN.findall(block.text.lower()) for block in blocks}
    found: dict[int, float] = {}
    places = _match_long(blocks, tokens, words, found)
    _match_short(blocks, tokens, words, places, found)
    return found


def aligned(blocks: Sequence[Block], text: str) -> npt.NDArray[np.float32]:
    """The shares of `align` as a column: one number a block, 0 for a block that does not stand in the text."""
    column = np.zeros(len(blocks), np.float32)
    for index, share in align(blocks, text).items():
        column[index] = share
    return column


def _match_long(
    blocks: Sequence[Block], tokens: dict[int, list[str]], words: list[str], found: dict[int, float]
) -> dict[int, tuple[int, int]]:
    """Match the long lines by their shingles; gives where in the text each one that follows the order stands."""
    shingles: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(words) - _SHINGLE + 1):
        shingles.setdefault(tuple(words[at : at + _SHINGLE]), []).append(at)
    free = dict.fromkeys(shingles, 0)  # how many of its places are used up, from the left
    taken = bytearray(len(words))
    places: dict[int, tuple[int, int]] = {}
    cursor = 0
    for block in sorted(blocks, key=lambda block: block.inside(Zone.HIDDEN | Zone.NOSCRIPT)):
        line = tokens[block.index]
        if len(line) < _SHORT:
            continue
        hits, at = [], cursor
        for start in range(len(line) - _SHINGLE + 1):
            shingle = tuple(line[start : start + _SHINGLE])
            spots = shingles.get(shingle)
            if spots is None:
                continue
            spot = _first_free(spots, taken, at, free, shingle)
            if spot is not None:
                hits.append(spot)
                at = spot + 1
        share = len(hits) / (len(line) - _SHINGLE + 1)
        if share < _ENOUGH:
            continue
        found[block.index] = share
        for spot in hits:
            taken[spot : spot + _SHINGLE] = b"\1" * _SHINGLE
        low, high = min(hits), max(hits) + _SHINGLE
        if cursor <= low and high - low < 2 * len(line) + 10:
            places[block.index] = (low, high)
            cursor = high
    return places


def _first_free(
    spots: list[int], taken: bytearray, at: int, used: dict[tuple[str, ...], int], shingle: tuple[str, ...]
) -> int | None:
    """The first free place of a shingle from `at` on, else the first at all; what is taken is never looked at again."""
    low = used[shingle]
    while low < len(spots) and taken[spots[low]]:
        low += 1
    used[shingle] = low
    if low == len(spots):
        return None
    first = bisect_left(spots, at, low)
    for index in range(first, min(first + 8, len(spots))):  # past eight taken ones the line is a flood
        if not taken[spots[index]]:
            return spots[index]
    return spots[low]


def _match_short(
    blocks: Sequence[Block],
    tokens: dict[int, list[str]],
    words: list[str],
    places: dict[int, tuple[int, int]],
    found: dict[int, float],
) -> None:
    """Match the short lines word for word, each between the places of the long lines around it."""
    by_word: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        by_word.setdefault(word, []).append(at)
    anchors = sorted(places)
    gap, at, stop = -1, 0, 0
    for block in blocks:
        line = tokens[block.index]
        if not line or len(line) >= _SHORT:
            continue
        here = bisect_left(anchors, block.index)
        if here != gap:
            gap = here
            at = places[anchors[here - 1]][1] if here else 0
            stop = places[anchors[here]][0] if here < len(anchors) else len(words)
            if anchors and not here:
                at = max(0, stop - _REACH)
            elif anchors and here == len(anchors):
                stop = min(len(words), at + _REACH)
        spots = by_word.get(line[0], [])
        for index in range(bisect_left(spots, at), len(spots)):
            spot = spots[index]
            if spot + len(line) > stop:
                break
            if words[spot : spot + len(line)] == line:
                found[block.index] = 1.0
                at = spot + len(line)
                break
