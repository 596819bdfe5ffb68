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
        shown = repair(line)
        if shown:
            blocks.append(
                Block(index=len(blocks), text=shown, folded=fold(shown), tag="line", words=count_words(shown))
            )
    return tuple(blocks)
