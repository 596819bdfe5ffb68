"""Turns already-extracted text into blocks, one a line, with the same fields as those of HTML."""

from __future__ import annotations

from cleaners.page import Block
from cleaners.text.fold import fold
from cleaners.text.prose import count_words
from cleaners.text.repair import repair


def text_blocks(text: str) -> tuple[Block, ...]:
    """One block for each line that shows anything; there is no markup, so `path` and `zone` stay empty."""
    blocks: list[Block] = []
    for line in text.splitlines():
        shown, folded, words = read_line(line)
        if shown:
            blocks.append(Block(index=len(blocks), text=shown, folded=folded, tag="line", words=words))
    return tuple(blocks)


def read_line(raw: str) -> tuple[str, str, int]:
    """A line repaired, the same folded, and how many words it has; one that shows nothing is empty."""
    text = repair(raw)
    if text.isascii():  # what is repaired has one space between two words, so that nothing is left to do but this
        return text, text.lower(), text.count(" ") + 1
    return text, fold(text), count_words(text)
