"""Reads TOML that a person wrote, and names the line of what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cleaners.errors import BadRules

_DIGITS = re.compile(r"[0-9_]+")
_AT_LINE = re.compile(r"\(?at line (\d+), column \d+\)?")
Step = str | int  # on the way to a value: a key, or a number in a list


@dataclass(frozen=True)
class TomlFile:
    """One file: the name it goes by, its text and its tables."""

    name: str
    text: str
    tables: dict[str, Any]

    def wrong(self, said: str, *path: Step) -> BadRules:
        """The error to raise for what stands at this path; `said` ends with the next step."""
        return BadRules(f"{self.name}, line {line_of(self.text, *path)}: {said}")

    def strings(self, value: Any, *path: Step) -> tuple[str, ...]:
        """The value as a list of texts that show something. Raises BadRules."""
        if not isinstance(value, list):
            raise self.wrong(f'{path[-1]} needs a list: {path[-1]} = ["...", "..."]', *path)
        for at, text in enumerate(value):
            if not isinstance(text, str) or not text.strip():
                raise self.wrong(f"{path[-1]} holds {text!r}; write a text in quotes, or delete it", *path, at)
        return tuple(value)


def toml_file(name: str, text: str) -> TomlFile:
    """The tables of a TOML text. Raises BadRules when it is none."""
    text = text.replace("\r\n", "\n")
    try:
        return TomlFile(name, text, tomllib.loads(text))
    except RecursionError as error:
        raise BadRules(f"{name}: its lists or tables are nested too deep to be read; write them flat") from error
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else len(text.rstrip("\n").split("\n"))
        said = _AT_LINE.sub("", str(error)).strip()
        raise BadRules(f"{name}, line {line}: not valid TOML ({said}); correct that line and run again") from error
    except ValueError as error:  # a number of more digits than Python reads
        line = _line_of_longest_number(text)
        raise BadRules(f"{name}, line {line}: a number is too long to be read; delete it and run again") from error


def _line_of_longest_number(text: str) -> int:
    longest = max(_DIGITS.finditer(text), key=lambda found: found.end() - found.start())
    return text.count("\n", 0, longest.start()) + 1


def line_of(text: str, *path: Step) -> int:
    """The line, from 1, on which a key or a value of a TOML text begins; that of its table where no closer one is known."""
    table: tuple[Step, ...] = ()
    counts: dict[tuple[Step, ...], int] = {}
    nearest = 1
    for line, piece, told in _statements(text):
        if piece.lstrip().startswith("["):
            table = _header(told, counts)
            if table[: len(path)] == path:
                return line
            nearest = line if table == path[: len(table)] else nearest
        elif table == path[: len(table)]:
            value: Any = told
            rest = list(path[len(table) :])
            while rest and isinstance(value, dict) and rest[0] in value:
                value = value[rest.pop(0)]
            if not rest:
                return line
            if isinstance(value, list) and isinstance(rest[0], int):
                return line + _lines_before(piece, rest[0])
            nearest = line if value is not told else nearest
    return nearest


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The parts of a TOML text that can be read alone, each with its first line: a header, a key with its value."""
    lines = text.split("\n")
    start = 0
    while start < len(lines):
        for end in range(start + 1, len(lines) + 1):
            piece = "\n".join(lines[start:end])
            try:
                told = tomllib.loads(piece)
            except tomllib.TOMLDecodeError:
                continue  # it goes on on the next line
            yield start + 1, piece, told
            break
        start = end


def _header(told: Any, counts: dict[tuple[Step, ...], int]) -> tuple[Step, ...]:
    """The path of a header, [family] or [[case]]; the tables of a list are counted as they come."""
    path: list[Step] = []
    while told:
        ((key, told),) = told.items()
        path.append(key)
        if isinstance(told, list):
            counts[tuple(path)] = counts.get(tuple(path), -1) + 1
            path.append(counts[tuple(path)])
            told = told[0]
    return tuple(path)


def _lines_before(piece: str, index: int) -> int:
    """How many lines of `key = [...]` come before this value."""
    lines = piece.split("\n")
    for end in range(1, len(lines)):
        try:
            told = tomllib.loads("\n".join([*lines[:end], "]"]))
        except tomllib.TOMLDecodeError:
            continue  # within a text of several lines
        value: Any = told
        while isinstance(value, dict):
            (value,) = value.values()
        if len(value) > index:
            return end - 1
    return len(lines) - 1
