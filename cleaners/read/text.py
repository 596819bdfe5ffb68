"""Turns already-extracted text into blocks, one a paragraph or line, with the same fields as those of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from cleaners.page import Block
from cleaners.read.glued import MIN_CHARACTERS, unglued
from cleaners.read.wrapped import unwrapped
from cleaners.text.fold import fold, fold_lines
from cleaners.text.prose import count_words, has_unspaced
from cleaners.text.repair import is_whole, repair

# What one extractor writes before the first line of a text: " date 2019-03-08", or the month alone.
DATED_LEAD = re.compile(r"\s*date (\d{4}-\d{2}(?:-\d{2})?)(?!\S)")


def text_blocks(text: str) -> tuple[Block, ...]:
    """One block for each line that shows anything, hard-wrapped ones joined; without markup, `path` and `zone` stay empty.

    The date that an extractor left before the first line is a block of its own.
    """
    lines = [line for line in _lines(text) if line]
    read = _read_whole(lines) if lines and is_whole(lines) else map(read_line, lines)
    shown = [line for line in read if line[0]]
    return tuple(
        [
            Block(index, text, folded, "paragraph", "line", "", 0, words)
            for index, (text, folded, words) in enumerate(shown)
        ]
    )


def _lines(text: str) -> Iterator[str]:
    lead = DATED_LEAD.match(text)
    if lead:
        yield lead[0]
    for line in unwrapped(text[lead.end() if lead else 0 :]):
        if len(line) < MIN_CHARACTERS:
            yield line
        else:
            yield from unglued(line)


def read_line(raw: str) -> tuple[str, str, int]:
    """A line repaired, the same folded, and how many words it has; one that shows nothing is empty."""
    return _measured(repair(raw))


def _read_whole(lines: Sequence[str]) -> Iterable[tuple[str, str, int]]:
    """As `read_line` for lines that need no repair, which are folded and searched all at once."""
    shown = [" ".join(line.split()) for line in lines]
    together = "\n".join(shown)
    words = map(count_words, shown) if has_unspaced(together) else [line.count(" ") + 1 for line in shown]
    return zip(shown, fold_lines(together), words, strict=True)


def _measured(text: str) -> tuple[str, str, int]:
    if text.isascii():  # what is repaired has one space between two words, so that nothing is left to do but this
        return text, text.lower(), text.count(" ") + 1
    return text, fold(text), count_words(text)
