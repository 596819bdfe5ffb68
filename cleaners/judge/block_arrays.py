"""Arrays of one field of all blocks of a page, and of groups of equal blocks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaners._speedups import speedups
from cleaners.page import Block

Whole = npt.NDArray[np.int64]
_PLACES = {name: place for place, name in enumerate(Block._fields)}


def places_of(*names: str) -> tuple[int, ...]:
    """The positions of these fields in a block."""
    return tuple([_PLACES[name] for name in names])


def field_arrays(blocks: tuple[Block, ...], *names: str) -> Whole:
    """These fields of all blocks as whole numbers, a row each."""
    places = places_of(*names)
    if speedups is None:
        return _py_field_arrays(blocks, places)
    rows = np.empty((len(places), len(blocks)), np.int64)
    speedups.field_arrays(blocks, places, rows)
    return rows


def _py_field_arrays(blocks: tuple[Block, ...], places: tuple[int, ...]) -> Whole:
    return np.array([[block[place] for block in blocks] for place in places], np.int64).reshape(len(places), -1)


def group_numbers(blocks: tuple[Block, ...], *names: str) -> Whole:
    """For each block the number of its group: blocks that are equal in these fields. The first group is 0."""
    places = places_of(*names)
    if speedups is None:
        return _py_group_numbers(blocks, places)
    numbers = np.empty(len(blocks), np.int64)
    speedups.group_numbers(blocks, places, numbers)
    return numbers


def _py_group_numbers(blocks: tuple[Block, ...], places: tuple[int, ...]) -> Whole:
    numbers: dict[tuple[object, ...], int] = {}
    keys = [tuple([block[place] for place in places]) for block in blocks]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
