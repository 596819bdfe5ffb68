"""What a line of prose is, and where the prose of a page begins and ends, so that rules about edges keep to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cleaners.page import CLOSERS, SENTENCE_ENDS, Block

MOSTLY_LINK = 0.5  # of a line's characters
PROSE_WORDS = 12  # of a line of prose, at least: the median teaser or subhead has 9 to 11, the median paragraph 37
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
QUOTES = "\"'“”„‟‘’‚«»‹›「『"


def is_sentence(block: Block) -> bool:
    """True for a line as long as prose that ends like a sentence, linked or not: buttons and menus are shorter."""
    return block.words >= PROSE_WORDS and block.ends_sentence


def sentences_of(blocks: Iterable[Block]) -> list[Block]:
    """The blocks for which `is_sentence` is true, asked without a call a block: pages have thousands."""
    return [block for block in blocks if block.words >= PROSE_WORDS and block.ends_sentence]


def is_prose(block: Block) -> bool:
    """True for a long line that ends like a sentence and is not mostly a link."""
    return block.words >= PROSE_WORDS and block.link_chars * 2 < len(block.text) and block.ends_sentence


def count_words(text: str) -> int:
    """Words of a line; in scripts without spaces two characters count as one."""
    words = len(text.split())
    return words if text.isascii() else words + len(_CJK.findall(text)) // 2


def has_unspaced(text: str) -> bool:
    """True where characters stand in it of which two count as one word."""
    return not text.isascii() and _CJK.search(text) is not None


def ends_sentence(text: str) -> bool:
    """True when the last character, closing quotes and brackets aside, ends a sentence in its script."""
    return (text.rstrip(CLOSERS) or " ")[-1] in SENTENCE_ENDS


def has_words(blocks: Iterable[Block]) -> bool:
    """True when there is a letter or a digit in one of the blocks."""
    return any(any(map(str.isalnum, block.text)) for block in blocks)


def is_titlelike(block: Block, most_words: int) -> bool:
    """True for a short line that ends like a label or headline, not like a sentence."""
    return block.words <= most_words and not block.ends_sentence


def is_quoted(block: Block) -> bool:
    """True when somebody is quoted: the line begins with a quotation mark or holds a pair of double ones."""
    return block.text[:1] in QUOTES or block.folded.count('"') > 1


def first_prose(blocks: Sequence[Block], start: int = 0) -> int:
    """Position in `blocks` of the first prose line from `start` on, or their number when there is none."""
    for at in range(start, len(blocks)):
        if is_prose(blocks[at]):
            return at
    return len(blocks)


def last_prose(blocks: Sequence[Block]) -> int:
    """Position in `blocks` of the last prose line, or -1 when there is none."""
    for at in range(len(blocks) - 1, -1, -1):
        if is_prose(blocks[at]):
            return at
    return -1
