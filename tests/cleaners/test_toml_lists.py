"""What is read of a list must be what tomllib reads."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaners.rules import phrases
from cleaners.rules.toml_lists import read_toml

SHIPPED = sorted(Path(phrases.__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_rules_are_read_as_tomllib_reads_them(path: Path) -> None:
    text = path.read_text("utf-8")
    assert read_toml(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        'a = [\n  "x", "y",\n]\n',
        'a = [\n  "x", # why\n  "y"\n]\n',
        "a = [\n  'x'\n]\n",
        "a = [\n  1, 2,\n]\n",
        'a = ["x", 2, "y"]\n',
        'a = ["x]", "[y"]\nb = "z"\n',
        'a = ["\\u00e9\\t", "\\\\"]\n',
        'a = """\nb = ["x"]\n"""\n',
        '[t]\na = ["x"]\n[t.u]\na = ["y"]\n',
        '[[t]]\na = ["x"]\n[[t]]\na = ["y"]\n',
        'a = ["x",, "y"]\n',
        'a = ["x"]\na = ["y"]\n',
        'a = ["x"] b\n',
        'a = ["\\/"]\n',
        "a = [\n]\n",
        'a = [\n  "x",\n  ,\n]\n',
        'a = [\n  "x",\n',
    ],
)
def test_other_texts_are_read_or_refused_as_tomllib_does(text: str) -> None:
    assert _told(read_toml, text) == _told(tomllib.loads, text)


def _told(read: Callable[[str], dict[str, Any]], text: str) -> dict[str, Any] | str:
    """The tables, or what is said to be wrong."""
    try:
        return read(text)
    except tomllib.TOMLDecodeError as error:
        return str(error)
