"""Captions of already-extracted text, which no markup shows: the shape of a line and the lines beside it must do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

from cleaners.page import Block, Page
from cleaners.read.text import DATED_LEAD
from cleaners.steps._caption_lines import (
    CLOSING_CREDIT,
    DOUBLED_CAPTION,
    LONGEST_WORDS,
    REASON,
    STEP,
    Caption,
    twice_in_a_row,
)
from cleaners.steps._caption_pairs import CLOSING_NAME, PAIR_RULES, paired
from cleaners.steps._picture_words import FAMILIES, KIND_OF_PICTURE, PLACES, by_words
from cleaners.text.credit_grammar import Grammar
from cleaners.text.credit_hints import COLON, FAINT, TWICE
from cleaners.text.credit_names import is_agency
from cleaners.text.credits import lone_credit
from cleaners.text.fold import fold
from cleaners.text.prose import QUOTES, ends_sentence, is_sentence
from cleaners.verdict import Rule

ABOVE_CREDIT = Rule(STEP, "above_credit", REASON, "stands among paragraphs, right above a picture's credit")
SHOWN_TWICE = Rule(STEP, "shown_twice", REASON, "stands twice among paragraphs: once to be read out, once to be read")
FILE_NAME = Rule(STEP, "file_name", REASON, "is the file name of a picture")
TEXT_RULES = (PLACES, KIND_OF_PICTURE, ABOVE_CREDIT, SHOWN_TWICE, FILE_NAME, *PAIR_RULES)

LEAST_WORDS = 4  # of a caption that says itself twice
LEAST_TWICE = 6  # words of a line shown twice in a row; a subhead that its own list repeats has fewer
LEAST_ABOVE_CREDIT = 6  # subheads stand above pictures too
LONGEST_PLAIN = 40  # words of a caption that the lines beside it prove
LEAST_CHARS = 20
LEAST_SAID = 6  # words of a sentence, on a page that has no longer ones
LONGEST_FILE = 8  # words of a file's name
LONGEST_LONE = 6  # words of a credit without a colon on a line of its own
LEAST_BARRED = 5  # words before a bar and a wire service; a row of a table has fewer
SAME_SHARE = 0.4  # of the longer of two lines, which the shorter opens
NEAR = 2  # lines between a paragraph and what stands among paragraphs
MOST_COPIES = 3
TITLE_CASE = 0.7  # of a line's words begin with a capital where it is a headline in title case
_FILE = re.compile(
    r"(?:[\w\s()./-]{1,60}\.(?:jpe?g|png|gif|webp|heic|tiff?|bmp)"
    r"|(?:img|dsc[nf_]?|dji|pxl|mvi|gopr|fb_img|imgp|p10[0-9]{2}|photo-20)[ _-]?\d[\w ()-]{2,30}"
    r"|(?:whatsapp (?:image|video)|screenshot|screen shot|schermafbeelding|bildschirmfoto|captura de pantalla) (?:\w+ )?20\d\d[\w .():-]{4,30}"
    r"|(?=.*(?:[a-z]\d|\d[a-wyz]|_).*x\d)[\w .()-]{3,100}[ _-]\d{3,4}x\d{3,4}"
    r"|[a-z]{1,2} ?[a-z]?\d{5,8}[ _-]\d{2}(?: \(\d\))?)",
    re.I,
)
_FILE_ENDS = (*"0123456789)", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".tif", ".tiff", ".bmp")
_NAME = r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){1,2}"
_CAPITAL_LEAD = re.compile(rf"[A-Z][A-Z0-9 ,'’&-]{{3,40}}: .{{20,}}[.!?”\"] ({_NAME})$")
_NAME_AND_PAPER = re.compile(rf".{{15,}}\w[.!?”\"] \(?({_NAME} ?[/|] ?[^\W\d_a-z][\w .'’&-]{{2,40}})\)?$")
_PAPER_IN_BRACKETS = re.compile(
    rf"(?:[^\s():]+ ){{3,}}[^():]*\w ?\(({_NAME}(?:/|, )[^\W\d_a-z][\w'’.&-]*(?: [^\W\d_a-z][\w'’.&-]*){{0,3}})\)$"
)
_SLASHED_CAPITALS = re.compile(r".{15,}[a-zà-ÿ]\w* ?/ ([A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?: [A-ZÀ-Þ.'’-]+){1,3})$")
_NAME_BEHIND_BAR = re.compile(rf".{{15,}}\w[.”\"»] ?[/|] ?({_NAME}|[A-ZÀ-Þ]{{2,5}})$")
_GIVEN_IN_KOREAN = re.compile(r"[^/=]{3,60}[가-힣] ?[/=] ?([^/=]{1,24}[^/=\s]) ?제공$")
_NAMED_WITHOUT_BAR = (_CAPITAL_LEAD, _PAPER_IN_BRACKETS)
_NAMED = (_CAPITAL_LEAD, _NAME_AND_PAPER, _PAPER_IN_BRACKETS, _SLASHED_CAPITALS, _NAME_BEHIND_BAR, _GIVEN_IN_KOREAN)
_NAMED_ABOVE = (_NAME_AND_PAPER, _NAME_BEHIND_BAR, _GIVEN_IN_KOREAN, _PAPER_IN_BRACKETS)
_TEASER_MARKS = frozenset(":!?…" + QUOTES)


def text_captions(
    page: Page, found: Mapping[int, Caption], grammar: Grammar, seen: bytes
) -> tuple[dict[int, Caption], bool]:
    """Captions that neither a credit of their own nor markup proves, and the lines that those in `found` prove.

    None for HTML, whose figures say more; its finished text is read once more. `seen` are the hints of each line. And
    whether a line is left that may yet prove to be a caption when other lines are gone.
    """
    if page.media != "text":
        return {}, True
    body = _body(page)
    if not body:
        return {}, False
    more: dict[int, Caption] = {}

    def add(index: int, caption: Caption | None) -> None:
        if caption and page.is_open(index):
            more[index] = caption

    for index in page.saying(FAMILIES):
        block = page.blocks[index]
        if index not in found and block.words <= LONGEST_WORDS and index != _headline(page):
            add(index, by_words(page, block, grammar))
    for index in page.saying(("credit_labels",)):
        block = page.blocks[index]
        if index in body and index not in found and block.words <= LONGEST_LONE:
            name = lone_credit(block.text, grammar)
            add(index, Caption("", name, CLOSING_CREDIT, f"is the credit “{name}”") if name else None)
    short = [
        block
        for block in page.blocks[body.start : body.stop]
        if block.words <= LONGEST_PLAIN and block.index not in found
    ]
    for block in short:
        if block.words <= LONGEST_FILE and block.folded.endswith(_FILE_ENDS) and _FILE.fullmatch(block.text):
            add(block.index, Caption("", None, FILE_NAME, lift=False))
    top = _headline(page) + 1
    above = [
        block for block in page.blocks[top : body.start] if block.words <= LONGEST_PLAIN and block.index not in found
    ]
    for index, caption in paired(page, [*above, *short], body.start - 1, grammar):
        add(index, caption)
    twice = False
    for index in compress(range(body.stop), seen):  # few of the lines
        block = page.blocks[index]
        if index < top or index in found or block.words > LONGEST_PLAIN:
            continue
        if seen[index] & (FAINT | COLON):
            text = block.text
            barred = "/" in text or "|" in text
            inside = index >= body.start
            if barred or (text[-1] == ")" and ", " in text) or text[1:3].isupper():
                add(index, _named(text, (_NAMED if inside else _NAMED_ABOVE) if barred else _NAMED_WITHOUT_BAR))
            if inside and barred and index not in more:
                add(index, _barred_agency(text, grammar))
        if index >= body.start and seen[index] & TWICE:
            twice = True
            add(index, _spaced_double(page, block))
    copies = [places for places in _copies(short).values() if 2 <= len(places) <= MOST_COPIES]
    for places in copies:
        if _are_shown_twice(page, places):
            text = page.blocks[places[0]].text
            for index in places:
                add(index, Caption(text, None, SHOWN_TWICE, lift=index == places[0] and not _is_teaser(text)))
    more |= _beside_captions(page, {**found, **more})
    more |= _above_credits(page, body, {**found, **more})
    return more, twice or len(copies) > 0


def _body(page: Page) -> range:
    """The positions between the first sentence and the last; where no two are as long as prose, shorter ones count."""
    said = [block.index for block in page.blocks if is_sentence(block)]
    if len(said) < 2:
        said = [block.index for block in page.blocks if block.ends_sentence and block.words >= LEAST_SAID]
    return range(said[0] + 1, said[-1]) if len(said) > 1 else range(0)


def _headline(page: Page) -> int:
    """The position of the first line that is no extractor's date."""
    return int(DATED_LEAD.fullmatch(page.blocks[0].text) is not None)


def _named(text: str, shapes: Iterable[re.Pattern[str]]) -> Caption | None:
    """A sentence and then a name with a paper, names in brackets, a name in capitals."""
    for shape in shapes:
        named = shape.match(text)
        if named:
            return Caption(text[: named.start(1)].rstrip(" (/"), named[1], CLOSING_NAME)
    return None


def _barred_agency(text: str, grammar: Grammar) -> Caption | None:
    """`Workers clear the road | EFE`, `… / Europa Press`: a wire service behind a bar, and nothing else in the row."""
    before, bar, name = text.rpartition(" | ") if " | " in text else text.rpartition(" / ")
    agencies = grammar.photo + grammar.wire
    if not bar or bar in before or len(before.split()) < LEAST_BARRED or is_agency(fold(name), agencies) != fold(name):
        return None
    return Caption(before.rstrip(), name, CLOSING_NAME)


def _spaced_double(page: Page, block: Block) -> Caption | None:
    """A line near paragraphs that says the same twice, with a space between."""
    twice = twice_in_a_row(block.text)
    if not twice or twice[0] or twice[2] != len(block.text) or not _is_between(page, block.index, block.index, NEAR):
        return None
    half = twice[1]
    if len(half.split()) < LEAST_WORDS or half[-1] in ",;.!?…" or ends_sentence(half):
        return None
    return Caption(half, None, DOUBLED_CAPTION, lift=not _is_teaser(half))


def _is_between(page: Page, first: int, last: int, reach: int = 1) -> bool:
    """True when sentences stand right before and right behind these lines, or within `reach` lines."""
    above, below = page.blocks[max(0, first - reach) : first], page.blocks[last + 1 : last + 1 + reach]
    return any(map(is_sentence, above)) and any(map(is_sentence, below))


def _copies(short: Sequence[Block]) -> dict[str, list[int]]:
    """Where each line stands that is no sentence and no label, and too long for a subhead."""
    long = [block for block in short if block.words >= LEAST_TWICE and len(block.text) >= LEAST_CHARS]
    if len({block.folded for block in long}) == len(long):
        return {}
    places: dict[str, list[int]] = {}
    for block in long:
        if not block.ends_sentence:
            places.setdefault(block.folded, []).append(block.index)
    return places


def _are_shown_twice(page: Page, places: Sequence[int]) -> bool:
    """True of copies of one line that stand in a row between paragraphs."""
    first, last = page.blocks[places[0]], page.blocks[places[-1]]
    in_a_row = last.index - first.index == len(places) - 1
    return in_a_row and first.text[-1] != ":" and _is_between(page, first.index, last.index)


def _beside_captions(page: Page, found: Mapping[int, Caption]) -> dict[int, Caption]:
    """Lines right beside a caption that say a part of it, or more; and one said twice above a credit."""
    more: dict[int, Caption] = {}
    for index, caption in found.items():
        words = fold(caption.text).strip(" .")
        for beside in (index - 1, index + 1) if len(words) >= LEAST_CHARS else ():
            if not 0 <= beside < len(page.blocks) or beside in found or not page.is_open(beside):
                continue
            near = page.blocks[beside].folded.strip(" .")
            longer, shorter = max(near, words, key=len), min(near, words, key=len)
            enough = max(LEAST_CHARS, SAME_SHARE * len(longer))
            if enough <= len(shorter) < len(longer) and longer.startswith(shorter):
                more[beside] = caption._replace(text="", credit=None, rule=SHOWN_TWICE, why="", label="", lift=False)
        if caption.rule is CLOSING_CREDIT and caption.credit and not caption.text and index - 2 > _headline(page):
            first, second = page.blocks[index - 2 : index]
            twice = first.folded == second.folded and LEAST_WORDS <= first.words <= LONGEST_PLAIN
            if twice and all(page.is_open(at) and at not in found for at in (index - 2, index - 1)):
                more[index - 2] = Caption(first.text, caption.credit, SHOWN_TWICE)
                more[index - 1] = Caption("", None, SHOWN_TWICE, lift=False)
                more[index] = caption._replace(lift=False)
    return more


def _is_teaser(text: str) -> bool:
    """True of a headline of another story, which pages write out twice as well: once for its picture, once as its link."""
    words = [word for word in text.split() if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return not _TEASER_MARKS.isdisjoint(text) or text[0].isdigit() or capitals > TITLE_CASE * len(words)


def _above_credits(page: Page, body: range, found: Mapping[int, Caption]) -> dict[int, Caption]:
    """Lines right above a credit that has no words of its own, where neither a paragraph nor the headline stands there."""
    more: dict[int, Caption] = {}
    for index, caption in found.items():
        above = index - 1
        if caption.text or not caption.credit or caption.rule is not CLOSING_CREDIT or above not in body:
            continue
        block = page.blocks[above]
        if above in found:
            if found[above].text and not found[above].credit:
                more[above] = found[above]._replace(credit=caption.credit)
                more[index] = caption._replace(lift=False)
        elif page.is_open(above) and _may_stand_above_credit(block):
            more[above] = Caption(block.text, caption.credit, ABOVE_CREDIT)
            more[index] = caption._replace(lift=False)
    return more


def _may_stand_above_credit(block: Block) -> bool:
    """True of a line that is no paragraph, no quotation and too long for a subhead."""
    if block.ends_sentence or block.text[0] in QUOTES or block.text[-1] in ":;,":
        return False
    return LEAST_ABOVE_CREDIT <= block.words <= LONGEST_PLAIN
