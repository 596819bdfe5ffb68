"""Captions of extracted text that a line beside them proves, or a name or a note behind their sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cleaners.page import Block, Page
from cleaners.steps._caption_lines import REASON, STEP, Caption
from cleaners.text.credit_grammar import Grammar
from cleaners.text.credit_names import is_name
from cleaners.text.fold import fold
from cleaners.verdict import Rule

COPY_WITH_NAME = Rule(STEP, "copy_with_name", REASON, "stands twice in a row, the second time with a credit behind it")
BELOW_CREDIT = Rule(STEP, "below_credit", REASON, "stands right below a picture's credit in capitals")
CLOSING_NOTE = Rule(STEP, "closing_note", REASON, "closes with a note on where the picture is from")
CLOSING_AUTHOR = Rule(STEP, "closing_author", REASON, "closes with the name of the author above, who took the picture")
CLOSING_NAME = Rule(STEP, "closing_name", REASON, "closes with a photographer's name behind its sentence")
PAIR_RULES = (CLOSING_NAME, COPY_WITH_NAME, BELOW_CREDIT, CLOSING_NOTE, CLOSING_AUTHOR)

LEAST_CHARS = 20  # of a caption
LONGEST_PLAIN = 40  # words
LONGEST_NOTE = 4  # words behind a sentence
LEAST_CREDIT, LONGEST_CREDIT = 3, 8  # words of a credit in capitals; "EUR/USD" is none
LONGEST_BELOW = 25  # words of a caption below it
CREDIT_REACH = 14  # lines from the top in which a picture's credit stands above its caption
LONGEST_BYLINE = 8  # words
_BEHIND = re.compile(r"\s?(?:[-–—/|•]\s?([^-–—/|•()]{2,60})|\(([^()]{2,60})\)|\[([^\[\]]{2,60})\])\.?")
_CAPITALS = re.compile(r"[^\W\d_][^\W\d_.'’ -]+(?:[ .'’-]+[^\W\d_.]+)*\.? ?/ ?[^\W\d_][^\d_/:]{2,40}")
_NAME = re.compile(r"(?:[^\W\d_a-z][\w'’.-]*(?: |$)){2,3}")
_NAME_IN_CAPITALS = re.compile(
    r"(?:[A-ZÀ-Þ]\. ?){1,2}[A-ZÀ-Þ]{2,}(?:[ -][A-ZÀ-Þ]{2,})?|[A-ZÀ-Þ'’-]{3,}(?: [A-ZÀ-Þ'’.-]{2,}){1,2}"
)
_STOP = re.compile('[.!?…][”"»]? ')


def paired(page: Page, short: Sequence[Block], first: int, grammar: Grammar) -> Iterator[tuple[int, Caption]]:
    """The captions among `short` lines, which follow each other on the page; `first` is the position of the first
    sentence."""
    for one, two in pairwise(short):
        if two.text.startswith(one.text) and two.index == one.index + 1 and len(one.text) >= LEAST_CHARS:
            name = _name_behind(two.text[len(one.text) :], grammar)
            if name:
                yield one.index, Caption(one.text, name, COPY_WITH_NAME)
                yield two.index, Caption("", None, COPY_WITH_NAME, lift=False)
    for block in short:
        if block.text[-1].isalnum():  # so that it ends no sentence
            caption = _closed(page, block, first, grammar)
            if caption:
                yield block.index, caption
    for block in short[:CREDIT_REACH]:
        names = len(block.text.replace("/", " ").split()) if "/" in block.text else 0
        if LEAST_CREDIT <= names <= LONGEST_CREDIT and block.text.isupper():
            yield from _below_credit(page, block)


def _closed(page: Page, block: Block, first: int, grammar: Grammar) -> Caption | None:
    """`… on the deck. Submitted`, `… on the tower. P. MOLINA`, and `… at the pool. Ann Poe` where she wrote the text."""
    for stop in _STOP.finditer(block.text, LEAST_CHARS):
        caption, said = block.text[: stop.end()].rstrip(), block.text[stop.end() :]
        if said[:1].isupper() and fold(said) in grammar.notes and len(said.split()) <= LONGEST_NOTE:
            return Caption(caption, said, CLOSING_NOTE)
        if not caption.isupper() and _NAME_IN_CAPITALS.fullmatch(said):
            return Caption(caption, said, CLOSING_NAME)
        if block.index <= first and _NAME.fullmatch(said) and _is_author(page, fold(said), first, block.index):
            return Caption(caption, said, CLOSING_AUTHOR)
    return None


def _below_credit(page: Page, credit: Block) -> Iterator[tuple[int, Caption]]:
    """`ANN POE/THE POST` and the caption below it, above a longer line."""
    below = page.blocks[credit.index + 1 : credit.index + 3]
    if len(below) < 2 or not _CAPITALS.fullmatch(credit.text) or not page.is_open(below[0].index):
        return
    caption = below[0]
    longer = len(below[1].text) > len(caption.text) or not caption.ends_sentence
    if caption.words <= LONGEST_BELOW and len(caption.text) >= LEAST_CHARS and longer:
        yield credit.index, Caption(caption.text, credit.text, BELOW_CREDIT)
        yield caption.index, Caption("", None, BELOW_CREDIT, lift=False)


def _name_behind(rest: str, grammar: Grammar) -> str:
    """The name that the second copy of a caption has behind it."""
    found = _BEHIND.fullmatch(rest)
    name = next(filter(None, found.groups()), "").strip() if found else ""
    return name if name and is_name(name, grammar) else ""


def _is_author(page: Page, name: str, first: int, index: int) -> bool:
    """True where a short line above the text names the same person."""
    return any(
        name in block.folded and block.words <= LONGEST_BYLINE and block.index != index for block in page.blocks[:first]
    )
