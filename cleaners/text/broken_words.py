"""Puts two lines together: with a space, without one in scripts that have none, and words broken by a hyphen whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

_BROKEN = re.compile(r"(?:^|[^\w'’])((?:[^\W\d_]+[-‐])*?)([^\W\d_]+)([-‐\u00ad])$")
_HEAD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
# What stands after the hyphen of half a compound ("Vor- und Nachteile").
_AND = frozenset("and und oder bzw sowie en og och eller oraz lub sekä или либо а e y i o ou és и і".split())
# Words that keep a hyphen of their own before or behind them.
_HYPHENATED_START = frozenset(
    "non self well vice ex co semi anti cross half кое чуть еле peut celui celle ceux celles demi recém".split()
)
_HYPHENATED_END = frozenset("lhe lhes vous nous elle elles ils moi toi lui être même mêmes либо нибудь таки".split())


class Words:
    """The words inside a text's lines, among which those torn at line ends are looked up."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines if isinstance(lines, list) else list(lines)

    def __contains__(self, word: str) -> bool:
        return word.lower() in self._all

    @cached_property
    def _all(self) -> frozenset[str]:
        inside = (line[line.find(" ") : line.rfind(" ") + 1] for line in map(str.strip, self._lines))
        return frozenset(word.lower() for line in inside for word in _WORDS.findall(line))


def joint(line: str, following: str, words: Words) -> str:
    """A line and the one that follows as one line."""
    if not line or not following:
        return line + following
    broken = _BROKEN.search(line)
    head = _HEAD.match(following)
    if broken and head:
        return _mended(line, following, broken, head[0], words)
    if line[-1] in "-‐\u2011" and line[-2:-1].isalnum() and following[0].isalnum():
        return line + following  # "2020-" and "21"
    return line + following if _touch(line[-1], following[0]) else f"{line} {following}"


def _mended(line: str, following: str, broken: re.Match[str], head: str, words: Words) -> str:
    """A word whose end stands on the next line, with its hyphen where that is the word's own."""
    prefix, start, hyphen = broken.groups()
    if hyphen == "\u00ad":
        return line[:-1] + following
    if head in _AND:
        return f"{line} {following}"
    if not head[0].islower() or prefix:
        return line + following
    if f"{start}-{head}" in words:
        return line + following
    if f"{start}{head}" in words:
        return line[:-1] + following
    own = start.lower() in _HYPHENATED_START or head in _HYPHENATED_END or (start in words and head in words)
    return line + following if own else line[:-1] + following


def _touch(last: str, first: str) -> bool:
    """True where no space belongs between two signs, as a script has none."""
    return (unspaced(last) and (unspaced(first) or first.isalnum())) or (unspaced(first) and last.isalnum())


def unspaced(sign: str) -> bool:
    """True for Chinese and Japanese signs and those of Thai, Lao, Burmese and Khmer."""
    return (
        "\u2e80" <= sign <= "\ua4cf" or "\uf900" <= sign <= "\ufaff" or "\uff00" <= sign <= "\uffef"
        or "\u0e00" <= sign <= "\u0eff" or "\u1000" <= sign <= "\u109f" or "\u1780" <= sign <= "\u17ff"
        or sign >= "\U00020000"
    )  # fmt: skip
