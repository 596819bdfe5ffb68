"""Captions of already-extracted text, which no markup shows: the shape of a line and the lines beside it must do."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
from cleaners.steps._picture_words import FAMILIES, KIND_OF_PICTURE, PLACES, by_words
from cleaners.text.credit_grammar import Grammar
from cleaners.text.credits import lone_credit
from cleaners.text.prose import QUOTES, ends_sentence, is_sentence
from cleaners.verdict import Rule

ABOVE_CREDIT = Rule(STEP, "above_credit", REASON, "stands among paragraphs, right above a picture's credit")
SHOWN_TWICE = Rule(STEP, "shown_twice", REASON, "stands twice among paragraphs: once to be read out, once to be read")
CLOSING_NAME = Rule(STEP, "closing_name", REASON, "closes with a photographer's name behind its sentence")
FILE_NAME = Rule(STEP, "file_name", REASON, "is the file name of a picture")
TEXT_RULES = (PLACES, KIND_OF_PICTURE, ABOVE_CREDIT, SHOWN_TWICE, CLOSING_NAME, FILE_NAME)

LEAST_WORDS = 4  # of a caption that says itself twice
LEAST_TWICE = 6  # words of a line shown twice in a row; a subhead that its own list repeats has fewer
LEAST_APART = 8  # words of a line that is shown twice at two places
LEAST_ABOVE_CREDIT = 6  # subheads stand above pictures too
LONGEST_PLAIN = 40  # words of a caption that the lines beside it prove
LEAST_CHARS = 20
LEAST_SHAPED = 8  # characters of the shortest file name and credit
NEAR = 2  # lines between a paragraph and what stands among paragraphs
MOST_COPIES = 3
TITLE_CASE = 0.7  # of a line's words begin with a capital where it is a headline in title case
_FILE = re.compile(
    r"(?:[\w\s()./-]{1,60}\.(?:jpe?g|png|gif|webp|heic|tiff?|bmp)"
    r"|(?:img|dsc[nf_]?|dji|pxl|mvi|gopr|fb_img|imgp|p10[0-9]{2}|photo-20)[ _-]?\d[\w ()-]{2,30}"
    r"|(?:whatsapp (?:image|video)|screenshot|screen shot|schermafbeelding|bildschirmfoto|captura de pantalla) (?:\w+ )?20\d\d[\w .():-]{4,30}"
    r"|[a-z]{1,2} ?[a-z]?\d{5,8}[ _-]\d{2}(?: \(\d\))?)",
    re.I,
)
_NAME = r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){1,2}"
_CAPITAL_LEAD = re.compile(rf"[A-Z][A-Z0-9 ,'’&-]{{3,40}}: .{{20,}}[.!?”\"] ({_NAME})$")
_NAME_AND_PAPER = re.compile(rf".{{15,}}\w[.!?”\"] \(?({_NAME} ?[/|] ?[^\W\d_a-z][\w .'’&-]{{2,40}})\)?$")
_PAPER_IN_BRACKETS = re.compile(
    rf"[^():]{{15,}}\w ?\(({_NAME}(?:/|, )[^\W\d_a-z][\w'’.&-]*(?: [^\W\d_a-z][\w'’.&-]*){{0,3}})\)$"
)
_SLASHED_CAPITALS = re.compile(r".{15,}[a-zà-ÿ]\w* ?/ ([A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?: [A-ZÀ-Þ.'’-]+){1,3})$")
_NAMED = (_CAPITAL_LEAD, _NAME_AND_PAPER, _PAPER_IN_BRACKETS, _SLASHED_CAPITALS)
_TEASER_MARKS = frozenset(":!?…" + QUOTES)


def text_captions(page: Page, found: Mapping[int, Caption], grammar: Grammar) -> dict[int, Caption]:
    """Captions that neither a credit of their own nor markup proves, and the lines that those in `found` prove.

    Empty for HTML, whose figures say more.
    """
    prose = [block.index for block in page.blocks if is_sentence(block)] if page.media == "text" else []
    if not prose:
        return {}
    body = range(prose[0] + 1, prose[-1])
    more: dict[int, Caption] = {}
    for index in page.saying(FAMILIES):
        block = page.blocks[index]
        if page.is_open(index) and index not in found and block.words <= LONGEST_WORDS and index != _headline(page):
            caption = by_words(page, block, grammar)
            if caption:
                more[index] = caption
    for index in body:
        block = page.blocks[index]
        if (
            block.words <= LONGEST_PLAIN
            and len(block.text) >= LEAST_SHAPED
            and index not in found
            and page.is_open(index)
        ):
            caption = _by_shape(page, block, grammar)
            if caption:
                more[index] = caption
    more |= _shown_twice(page, body, found)
    return more | _above_credits(page, body, {**found, **more})


def _headline(page: Page) -> int:
    """The position of the first line that is no extractor's date."""
    return int(DATED_LEAD.fullmatch(page.blocks[0].text) is not None)


def _by_shape(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A file's name, a label and names, a sentence and then a name, a line that says itself twice."""
    text = block.text
    last = text[-1]
    if block.words <= LEAST_WORDS + 2:
        if any(map(str.isdigit, text)) and _FILE.fullmatch(text):
            return Caption("", None, FILE_NAME, lift=False)
        name = lone_credit(text, grammar) if "credit_labels" in page.hits[block.index] else ""
        if name:
            return Caption("", name, CLOSING_CREDIT, f"is the credit “{name}”")
    if last.isalpha() or last in ").":
        for shape in _NAMED:
            named = shape.match(text)
            if named:
                return Caption(text[: named.start(1)].rstrip(" (/"), named[1], CLOSING_NAME)
    if len(text) > 2 * LEAST_CHARS and text.find(text[:LEAST_CHARS], LEAST_CHARS) > 0:
        return _spaced_double(page, block)
    return None


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


def _shown_twice(page: Page, body: range, found: Mapping[int, Caption]) -> dict[int, Caption]:
    """Lines without a full stop that stand twice or three times between paragraphs: alt text and caption."""
    places: dict[str, list[int]] = {}
    for index in body:
        block = page.blocks[index]
        if LEAST_TWICE <= block.words <= LONGEST_PLAIN and len(block.text) >= LEAST_CHARS and not block.ends_sentence:
            places.setdefault(block.folded, []).append(index)
    more: dict[int, Caption] = {}
    for copies in places.values():
        first, last = copies[0], copies[-1]
        text = page.blocks[first].text
        if not 2 <= len(copies) <= MOST_COPIES or text[-1] == ":":
            continue
        if any(index in found or not page.is_open(index) for index in copies):
            continue
        if last - first == len(copies) - 1:
            shown = _is_between(page, first, last)
        else:
            long = len(copies) == 2 and page.blocks[first].words >= LEAST_APART
            shown = long and all(_is_between(page, index, index) for index in copies)
        if shown:
            caption = Caption(text, None, SHOWN_TWICE)
            more |= {index: caption._replace(lift=index == first and not _is_teaser(text)) for index in copies}
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
