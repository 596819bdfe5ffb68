"""This file says when JSON from outside is nested deeper than what reads, sends and writes it can follow."""

from __future__ import annotations

from typing import Any

DEEPEST = 100  # lists and objects in each other; at 254 the fast writer gives up, at some 900 Python does


def too_deep(value: Any) -> bool:
    """Whether lists and objects are nested more than DEEPEST deep."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
