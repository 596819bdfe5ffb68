"""Reads whole numbers of JSON that are longer than Python reads by itself."""

from __future__ import annotations

MOST_DIGITS = 500  # no field needs as many; Python refuses from 4,300 on, and takes time by their square


def whole_number(digits: str) -> int | str:
    """The number, for `parse_int` of a JSON reader; one that is too long stays a string of its digits."""
    return int(digits) if len(digits) <= MOST_DIGITS else digits
