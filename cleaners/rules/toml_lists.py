"""Reads TOML that is mostly lists of texts, such as the rules, several times faster than tomllib alone."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import orjson

_MARK = "\ue000"  # begins what stands for a list until the rest is read
_LIST = re.compile(r"^([a-z_]+) = (\[\n(?:  .*\n)+\]|\[\".*\"\])$", re.M)
_LAST_COMMA = re.compile(r",\s*\]\Z")
# Of texts with one of these JSON and TOML think differently, or a list may stand where it is none.
_LEFT_ALONE = (_MARK, '"""', "'''", "[[", "\\/", "\x7f", "\r")


def read_toml(text: str) -> dict[str, Any]:
    """What `tomllib.loads` tells of the text. Raises tomllib.TOMLDecodeError as it does."""
    if any(sign in text for sign in _LEFT_ALONE):
        return tomllib.loads(text)
    lists: list[list[str]] = []

    def taken(found: re.Match[str]) -> str:
        """The key with a number instead of its list; as it was where that is no list of texts in JSON too."""
        try:
            read = orjson.loads(_LAST_COMMA.sub("]", found[2]))
        except orjson.JSONDecodeError:
            return found[0]
        if not all(isinstance(item, str) for item in read):
            return found[0]
        lists.append(read)
        return f'{found[1]} = "{_MARK}{len(lists) - 1}"'

    rest = _LIST.sub(taken, text)
    try:
        tables = tomllib.loads(rest)
    except tomllib.TOMLDecodeError:
        return tomllib.loads(text)  # whose error names the line and column of the whole
    _fill(tables, lists)
    return tables


def _fill(table: dict[str, Any], lists: list[list[str]]) -> None:
    """Put the lists into their places."""
    for key, value in table.items():
        if isinstance(value, dict):
            _fill(value, lists)
        elif isinstance(value, str) and value.startswith(_MARK):
            table[key] = lists[int(value[len(_MARK) :])]
