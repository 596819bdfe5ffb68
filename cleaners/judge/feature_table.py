"""The feature table of a page while it grows: named columns, one number for each line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float32]
Column = npt.NDArray[np.number[Any] | np.bool_]
Floats = npt.NDArray[np.float32]

_ROOM = 320  # columns; a little more than there are


class FeatureTable:
    """Columns by name. Each is a row of one array, so that adding and reading many at once are single steps."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        self._rows = np.empty((_ROOM, lines), np.float32)
        self._place: dict[str, int] = {}

    def __setitem__(self, name: str, values: Column | float) -> None:
        """Add a column; one number stands for all lines."""
        place = len(self._place)
        if name in self._place or place == len(self._rows):
            self.room([name])[0] = values
        else:
            self._place[name] = place
            self._rows[place] = values

    def __getitem__(self, name: str) -> Floats:
        row: Floats = self._rows[self._place[name]]
        return row

    @property
    def names(self) -> list[str]:
        """The columns in the order in which they came."""
        return list(self._place)

    def add(self, names: Sequence[str], rows: Iterable[npt.ArrayLike]) -> None:
        """Add several columns: one row of `rows` each."""
        for row, values in zip(self.room(names), rows, strict=True):
            row[:] = values

    def room(self, names: Sequence[str]) -> Floats:
        """Add several columns without their numbers: one row each, to be written to at once."""
        first, last = len(self._place), len(self._place) + len(names)
        self._place.update(zip(names, range(first, last), strict=True))
        if len(self._place) < last:
            raise ValueError(f"one of the columns {', '.join(names)} is there already")
        if last > len(self._rows):
            self._rows = np.concatenate((self._rows, np.empty_like(self._rows, shape=(last, self.lines))))
        return self._rows[first:last]

    def rows(self, names: Sequence[str]) -> Floats:
        """Several columns, one a row."""
        return self._rows[[self._place[name] for name in names]]

    def copy(self) -> FeatureTable:
        """The same columns, to add others to."""
        other = FeatureTable(0)
        other.lines, other._rows, other._place = self.lines, self._rows.copy(), dict(self._place)
        return other

    def table(self) -> Table:
        """Lines × columns, a view of what is here."""
        return self._rows[: len(self._place)].T
