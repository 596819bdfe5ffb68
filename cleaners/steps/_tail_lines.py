"""Tells, from a text's last line upward, what is furniture: words on comments, tags, notices, teasers."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from enum import Enum

from cleaners.page import Block, Page
from cleaners.rules.phrases import MARGIN
from cleaners.steps._other_stories import headlines_above, is_cut
from cleaners.text.prose import QUOTES, is_prose, is_titlelike


class Tail(Enum):
    """What a line below a text is."""

    COMMENTS = 1
    TAGS = 2
    NOTICE = 3
    CUT = 4
    HEADLINE = 5


MIN_SENTENCES = 2  # that stay above: a page of fewer may be the notice itself
NOTICE_WORDS = 90
HEAD_WORDS = 6  # of "Comments (12)"
TAG_WORDS = 40
TAG_HEAD_WORDS = 4
SHORT_WORDS = 4  # of a line that goes with the furniture above it: a tag, a number, a name
MOST_SHORT = 6  # such lines in a row, below a head of tags
FEW_SHORT = 2  # below other furniture
INVITE_WORDS = 14  # of "Share your thoughts in the comments below"; authors end their stories with longer ones
THREAD_PROSE = 3  # lines of prose above a thread
SIGNED_WORDS = 6  # of "1. Ann says:"
THREAD_SHARE = 8  # lines to one that shows a comment, at most
SLOGAN_WORDS = 30
STORY_PROSE = 3  # lines of prose above teasers
ADDRESS_REACH = 4  # lines from the end in which a lone e-mail address is that of the writer or the house
BARE_WORDS = 6  # of "Read more" alone
LEAST_LINKED = 2  # teasers with "Read more" right below them
_PARTS = ":：|"
_ADDRESS = re.compile(r"[(\[<]?(?:e-?mail:? ?)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[)\]>]?", re.I)


def comment_thread(page: Page) -> list[int]:
    """The lines from a head such as "12 comments" to the end, where those below show that readers wrote them."""
    for index in page.saying(("comments_sure",)):
        if page.blocks[index].words > HEAD_WORDS or not page.is_open(index):
            continue
        alive = page.alive()
        above = [block for block in alive if block.index < index]
        below = alive[len(above) + 1 :]
        marks = sum(line.words <= SIGNED_WORDS and _shows_comment(page, line) for line in below)
        if marks and marks * THREAD_SHARE >= len(below) and sum(map(is_prose, above)) >= THREAD_PROSE:
            return [index, *[line.index for line in below]]
    return []


def _shows_comment(page: Page, line: Block) -> bool:
    said = page.hits[line.index]
    return "comment_mark" in said or ("comment_signed" in said and line.text[-1] in ":：")


def furniture(page: Page) -> dict[int, Tail]:
    """What the lines below the text are, from the last upward until one is of the text."""
    alive = page.alive()
    floor = _floor(alive)
    linked = _linked(page, alive)
    found: dict[int, Tail] = {}
    short: list[Block] = []
    at = len(alive) - 1
    while at > floor:
        block = alive[at]
        kind = Tail.CUT if block.index in linked else _kind(page, alive, at, found)
        if kind:
            if kind is Tail.TAGS or len(short) <= FEW_SHORT:
                found |= dict.fromkeys([line.index for line in short], kind)
            found[block.index] = kind
            short = []
            at -= 1
        elif run := headlines_above(page, alive, at, floor):
            found |= dict.fromkeys([line.index for line in [*short, *run]], Tail.HEADLINE)
            short = []
            at -= len(run)
        elif is_titlelike(block, SHORT_WORDS) and len(short) < MOST_SHORT:
            short.append(block)
            at -= 1
        elif _is_sandwiched(page, alive, at, floor, found):
            found[block.index] = Tail.NOTICE
            at -= 1
        else:
            break
    return found


def _floor(alive: Sequence[Block]) -> int:
    """The position of the last line that must stay."""
    sentences = 0
    for at, block in enumerate(alive):
        sentences += block.ends_sentence
        if sentences == MIN_SENTENCES:
            return at
    return len(alive)


def _linked(page: Page, alive: Sequence[Block]) -> Set[int]:
    """The teasers that have "Read more" right below them, where several do below a story that does not."""
    bare = [index - 1 for index in page.saying(("related_bare",)) if page.blocks[index].words <= BARE_WORDS]
    linked = {index for index in bare if index >= 0 and page.is_open(index)}
    if len(linked) < LEAST_LINKED:
        return frozenset()
    story = [block for block in alive if block.index < min(linked) and is_prose(block)]
    return linked if len(story) >= STORY_PROSE else frozenset()


def _kind(page: Page, alive: Sequence[Block], at: int, found: dict[int, Tail]) -> Tail | None:
    block = alive[at]
    said = page.hits[block.index]
    if "comments_sure" in said and block.words <= HEAD_WORDS:
        return Tail.COMMENTS
    if "tag_start" in said and _is_tags(block, said["tag_start"]):
        return Tail.TAGS
    if block.words <= NOTICE_WORDS and block.text[0] not in QUOTES and "review_words" not in said:
        if "comment_rules" in said and _is_told(page, block, "comment_rules", found):
            return Tail.COMMENTS
        if "tail_notice" in said and _is_told(page, block, "tail_notice", found):
            return Tail.NOTICE
    if "@" in block.text and at > len(alive) - ADDRESS_REACH and _ADDRESS.fullmatch(block.text):
        return Tail.NOTICE
    if is_cut(block) and any(is_cut(alive[near]) for near in (at - 1, at + 1) if 0 <= near < len(alive)):
        return Tail.CUT
    return Tail.NOTICE if _is_repeated_below(alive, at, found) else None


def _is_sandwiched(page: Page, alive: Sequence[Block], at: int, floor: int, found: dict[int, Tail]) -> bool:
    """True for a slogan of the house: a line right below one of its notices and right above another."""
    if at + 1 >= len(alive) or alive[at + 1].index not in found or at - 1 <= floor:
        return False
    return alive[at].words <= SLOGAN_WORDS and _kind(page, alive, at - 1, found) is Tail.NOTICE


def _is_tags(block: Block, phrase: str) -> bool:
    """True for "Tags: harbour, fish" and for "Tags:" alone."""
    bare = block.folded.lstrip(MARGIN)
    rest = bare[len(phrase.strip(MARGIN)) :].lstrip()
    if not rest or not rest.strip(_PARTS):
        return block.words <= TAG_HEAD_WORDS and block.text[-1] in _PARTS
    return rest[0] in _PARTS and is_titlelike(block, TAG_WORDS)


def _is_told(page: Page, block: Block, family: str, found: dict[int, Tail]) -> bool:
    """True where the phrase proves it: a weak one needs another beside it, or furniture right below."""
    phrase = page.hits[block.index][family]
    asked = page.rules.ask_all([block.folded], (f"{family}_weak", "comment_invite"))[0]
    if asked.get("comment_invite") == phrase:
        return block.words <= INVITE_WORDS
    if asked.get(f"{family}_weak") != phrase:
        return True
    told = [phrase for phrase in page.rules.families[family].phrases if phrase in block.folded]
    distinct = [phrase for phrase in told if not any(phrase != other and phrase in other for other in told)]
    return len(distinct) > 1 or not block.ends_sentence or any(index > block.index for index in found)


def _is_repeated_below(alive: Sequence[Block], at: int, found: dict[int, Tail]) -> bool:
    """True for a short label, "Source: Isnar", or the house's name that a notice right below says again."""
    block = alive[at]
    if at + 1 >= len(alive) or not is_titlelike(block, SHORT_WORDS):
        return False
    below = alive[at + 1]
    if found.get(below.index) is not Tail.NOTICE:
        return False
    if block.words > 1 and block.folded.strip(MARGIN) in below.folded:
        return True
    labelled = any(part in block.text for part in _PARTS)
    return labelled and all(word.strip(MARGIN) in below.folded for word in block.folded.split())
