"""Reads whole numbers of JSON that are longer than Python, or the fast reader, reads by itself."""

from __future__ import annotations

from typing import Any

MOST_DIGITS = 500  # no field needs as many; Python refuses from 4,300 on, and takes time by their square
VAST = float(1 << 63)  # the fast reader makes a float, of 17 digits, of whole numbers from twice this on


def whole_number(digits: str) -> int | str:
    """The number, for `parse_int` of a JSON reader; one that is too long stays a string of its digits."""
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def holds_vast(value: Any) -> bool:
    """True when a number in these lists and objects, nested some deep, is so large that it may have lost digits."""
    if isinstance(value, dict):
        return any(map(holds_vast, value.values()))
    if isinstance(value, list):
        return any(map(holds_vast, value))
    return isinstance(value, float) and abs(value) >= VAST
