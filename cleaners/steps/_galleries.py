"""What galleries leave between the words of their slides: counters like "3/12", and the one photographer of them all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from cleaners.page import Block, Page
from cleaners.steps._caption_lines import CLOSING_CREDIT, GALLERY_LINE, STEP, Caption
from cleaners.text.credit_grammar import EDGE, Grammar
from cleaners.text.credit_names import is_name
from cleaners.verdict import Rule
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

SLIDE_HEAD = Rule(STEP, "slide_head", None, "heads a slide of a gallery")
GALLERY_TEASER = Rule(STEP, "gallery_teaser", Reason.RELATED, "offers a gallery of pictures")

LONGEST = 12  # characters of a counter
LEAST_SLIDES = 3  # counters in order; two numbers of one sum are scores and fractions
LEAST_TOTAL = 3  # of a counter beside a caption
LEAST_CREDITS = 2  # times that a name stands right before a counter; it stands behind the last slide too
LONGEST_NAME = 5  # words
TEASER_WORDS = range(5, 20)  # of a line that offers a gallery
_ENDS = frozenset("0123456789)]")
_COUNTER = re.compile(r"[\[(]?(\d{1,3}) ?(?:/|of|von|de|sur|di|van|av|af|из|з|z|od|ze|/) ?(\d{1,3})[\])]?", re.I)


def gallery_lines(page: Page, found: Collection[int], grammar: Grammar) -> dict[int, Caption]:
    """Counters of a gallery's slides, the name that stands before each of them, and the slides' heads, which stay."""
    counters: dict[int, tuple[int, int]] = {}
    for block in [block for block in page.blocks if len(block.text) <= LONGEST and block.text[-1] in _ENDS]:
        counted = _COUNTER.fullmatch(block.text)
        if (
            counted
            and 0 < int(counted[1]) <= int(counted[2])
            and page.is_open(block.index)
            and not block.inside(Zone.TABLE)
        ):
            counters[block.index] = int(counted[1]), int(counted[2])
    if not counters:
        return {}
    slides = _in_order(counters)
    lone = {index for index in counters.keys() - slides if _beside(page, index, counters[index][1], found)}
    furniture = Caption("", None, GALLERY_LINE, "counts the pictures of a gallery", lift=False)
    heads = [page.blocks[index + 1] for index in slides if index + 1 < len(page.blocks)]
    stay = [block.index for block in heads if block.kind == "heading" and page.is_open(block.index)]
    return {
        **dict.fromkeys(stay, Caption("", None, SLIDE_HEAD, lift=False)),
        **dict.fromkeys(slides | lone, furniture),
        **_one_photographer(page, slides, grammar),
    }


def gallery_teaser(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line like "Photos: The harbour in winter", which offers a gallery and credits nobody."""
    opening = page.says(block, "gallery_teasers")
    if not opening or block.kind != "paragraph" or block.ends_sentence or block.words not in TEASER_WORDS:
        return None
    rest = block.text[block.folded.find(opening) + len(opening) :].strip(EDGE)
    if not rest[:1].isupper() or is_name(rest, grammar):
        return None
    return Caption("", None, GALLERY_TEASER, f"opens with “{opening}”", lift=False)


def _in_order(counters: dict[int, tuple[int, int]]) -> set[int]:
    """The positions of counters of one sum that count on by one."""
    runs: dict[int, list[int]] = {}
    for index, (number, total) in counters.items():
        run = runs.setdefault(total, [])
        if not run or counters[run[-1]][0] + 1 == number:
            run.append(index)
    return {index for run in runs.values() if len(run) >= LEAST_SLIDES for index in run}


def _beside(page: Page, index: int, total: int, found: Collection[int]) -> bool:
    """True of a counter in text that stands beside a caption."""
    return page.media == "text" and total >= LEAST_TOTAL and (index - 1 in found or index + 1 in found)


def _one_photographer(page: Page, slides: set[int], grammar: Grammar) -> dict[int, Caption]:
    """The lines that say one name at the end of slide after slide."""

    def may_credit(block: Block) -> bool:
        return block.words <= LONGEST_NAME and block.kind == "paragraph" and is_name(block.text, grammar)

    closing = [page.blocks[index - 1] for index in slides if index and page.is_open(index - 1)]
    said = Counter(block.folded for block in closing if may_credit(block))
    names = {name for name, times in said.items() if times >= LEAST_CREDITS}
    lines = [block for block in page.blocks if block.folded in names and page.is_open(block.index)] if names else []
    if len(lines) <= LEAST_CREDITS:
        return {}
    why = "names the photographer of slide after slide"
    return {block.index: Caption("", block.text.strip(EDGE), CLOSING_CREDIT, why) for block in lines}
