"""Captions of already-extracted text, which no markup shows: the words of a line and the lines beside it must do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cleaners.page import Block, Page
from cleaners.read.text import DATED_LEAD
from cleaners.steps._caption_lines import (
    CLOSING_CREDIT,
    DOUBLED_CAPTION,
    LONGEST_WORDS,
    PICTURE_NOTE,
    REASON,
    STEP,
    Caption,
    twice_in_a_row,
)
from cleaners.text.credit_grammar import EDGE, Grammar
from cleaners.text.credits import split_credit
from cleaners.text.prose import QUOTES, ends_sentence, is_sentence
from cleaners.verdict import Rule

PLACES = Rule(STEP, "places_in_picture", REASON, "says where people stand in a picture")
ABOVE_CREDIT = Rule(STEP, "above_credit", REASON, "stands among paragraphs, right above a picture's credit")
SHOWN_TWICE = Rule(STEP, "shown_twice", REASON, "stands twice among paragraphs: once to be read out, once to be read")
CAPITAL_LEAD = Rule(STEP, "capital_lead", REASON, "opens in capitals and closes with a photographer's name")
FILE_NAME = Rule(STEP, "file_name", REASON, "is the file name of a picture")
TEXT_RULES = (PLACES, ABOVE_CREDIT, SHOWN_TWICE, CAPITAL_LEAD, FILE_NAME)

LEAST_TWICE = 6  # words of a line shown twice in a row; a subhead that its own list repeats has fewer
LEAST_WORDS = 4  # of a caption that the lines beside it prove; a subhead may be as short as a credit
LEAST_ABOVE_CREDIT = 6  # subheads stand above pictures too
LONGEST_PLAIN = 40  # words of a caption that the lines beside it prove
LEAST_CHARS = 20
LEAST_APART = 8  # words of a line that is shown twice at two places
LEAST_BESIDE_LETTER = 8  # words of a line whose place is one letter, as "(l)"
NEAR = 2  # lines between a paragraph and what stands among paragraphs
MOST_COPIES = 3
TITLE_CASE = 0.7  # of a line's words begin with a capital where it is a headline in title case
_MARK = re.compile(r"[\s)]*(?:[:;,(：、，=]|–\s|-\s)")
_LAST_WORD = re.compile(r"[^\W\d_][\w'’.-]*(?=\s?$)")
_CODE = frozenset(";{}=#<>")
_FILE = re.compile(
    r"(?:[\w\s()./-]{1,60}\.(?:jpe?g|png|gif|webp|heic|tiff?|bmp)"
    r"|(?:img|dsc[nf_]?|dji|pxl|mvi|gopr|fb_img|imgp|p10[0-9]{2}|photo-20)[ _-]?\d[\w ()-]{2,30}"
    r"|(?:whatsapp (?:image|video)|screenshot|screen shot|schermafbeelding|bildschirmfoto|captura de pantalla) (?:\w+ )?20\d\d[\w .():-]{4,30}"
    r"|[a-z]{1,2} ?[a-z]?\d{5,8}[ _-]\d{2}(?: \(\d\))?)",
    re.I,
)
_CAPITAL_LEAD = re.compile(r"[A-Z][A-Z0-9 ,'’&-]{3,40}: .{20,}[.!?”\"] ([A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){1,2})$")
_TEASER_MARKS = frozenset(":!?…" + QUOTES)


def text_captions(page: Page, found: Mapping[int, Caption], grammar: Grammar) -> dict[int, Caption]:
    """Captions that neither a credit of their own nor markup proves, and the lines that those in `found` prove.

    Empty for HTML, whose figures say more.
    """
    if page.media != "text":
        return {}
    prose = [block.index for block in page.blocks if is_sentence(block)]
    if not prose:
        return {}
    body = range(prose[0] + 1, prose[-1])
    more: dict[int, Caption] = {}
    for index in page.saying(("still_notes", "place_openings", "places_in_picture")):
        block = page.blocks[index]
        caption = None
        if page.is_open(index) and index not in found and block.words <= LONGEST_WORDS:
            caption = _noted(page, block, grammar) or _placed(page, block, grammar)
        if caption:
            more[index] = caption
    for block in page.blocks:
        if block.words > LONGEST_PLAIN or len(block.text) < 8 or block.index in found or not page.is_open(block.index):
            continue
        caption = _by_shape(page, block, in_body=block.index in body)
        if caption:
            more[block.index] = caption
    more |= _shown_twice(page, body, found)
    return more | _above_credits(page, body, {**found, **more})


def _noted(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that says no more than that the picture above is old, posed or lent."""
    note = page.says(block, "still_notes")
    if not note or note in grammar.doubtful_notes or block.index == _headline(page):
        return None
    return Caption(block.text.strip(EDGE + "()[]"), None, PICTURE_NOTE)


def _placed(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that says where people stand in the picture, as "From left: …" or "Ann Poe (left) with …"."""
    opening = page.says(block, "place_openings")
    if opening and block.index != _headline(page):
        at = block.folded.find(opening) + len(opening)
        if _MARK.match(block.folded, at) and not block.text.endswith(":"):
            return _read(block, grammar, f"opens with “{opening}”")
    place = page.says(block, "places_in_picture")
    if not place or block.text[:1] in QUOTES:
        return None
    letter = len(place.strip("().")) == 1 and place.isascii()
    if block.ends_sentence or block.words < (LEAST_BESIDE_LETTER if letter else LEAST_WORDS):
        return None
    if not block.text[0].isalpha() or block.text[0].islower() or not _CODE.isdisjoint(block.text):
        return None
    if block.index == _headline(page) or not _follows_name(block, place):
        return None
    return _read(block, grammar, f"says “{place}”")


def _follows_name(block: Block, place: str) -> bool:
    """True when a word with a capital stands before the place, and no colon behind it."""
    at = block.folded.find(place)
    if len(block.text) != len(block.folded) or not place.startswith(("(", "（")):
        return not place.startswith(("(", "（"))
    word = _LAST_WORD.search(block.text[:at])
    colon = block.text[at + len(place) : at + len(place) + 1] == ":"
    return word is not None and not word[0][0].islower() and (not colon or " " in place)


def _read(block: Block, grammar: Grammar, why: str) -> Caption:
    credit = split_credit(block.text, grammar)
    if credit and credit.name and credit.caption:
        return Caption(credit.caption.strip(EDGE), credit.name, PLACES, why)
    return Caption(block.text, None, PLACES, why)


def _headline(page: Page) -> int:
    """The position of the first line that is no extractor's date."""
    first = page.blocks[0].text if page.blocks else ""
    return int(DATED_LEAD.fullmatch(first) is not None)


def _is_between(page: Page, first: int, last: int, reach: int = 1) -> bool:
    """True when sentences stand right before and right behind these lines, or within `reach` lines."""
    above, below = page.blocks[max(0, first - reach) : first], page.blocks[last + 1 : last + 1 + reach]
    return any(map(is_sentence, above)) and any(map(is_sentence, below))


def _by_shape(page: Page, block: Block, *, in_body: bool) -> Caption | None:
    """A file's name, a line that says itself twice, a line in capitals and then a name."""
    text = block.text
    if in_body and any(map(str.isdigit, text)) and _FILE.fullmatch(text):
        return Caption("", None, FILE_NAME, lift=False)
    if text[0].isupper() and text[1:2].isupper() and ":" in text[:42]:
        lead = _CAPITAL_LEAD.match(text)
        if lead:
            return Caption(text[: lead.start(1)].rstrip(), lead[1], CAPITAL_LEAD)
    if in_body and len(text) > 2 * LEAST_CHARS and text.find(text[:LEAST_CHARS], LEAST_CHARS) > 0:
        twice = twice_in_a_row(text)
        if twice and twice[0] == 0 and twice[2] == len(text) and _is_between(page, block.index, block.index, NEAR):
            half = twice[1]
            if len(half.split()) >= LEAST_WORDS and half[-1] not in ",;.!?…" and not ends_sentence(half):
                return Caption(half, None, DOUBLED_CAPTION, lift=not _is_teaser(half))
    return None


def _shown_twice(page: Page, body: range, found: Mapping[int, Caption]) -> dict[int, Caption]:
    """Lines without a full stop that stand twice or three times between paragraphs: alt text and caption."""
    places: dict[str, list[int]] = {}
    for index in body:
        block = page.blocks[index]
        if len(block.text) >= LEAST_CHARS and LEAST_TWICE <= block.words <= LONGEST_PLAIN and not block.ends_sentence:
            places.setdefault(block.folded, []).append(index)
    more: dict[int, Caption] = {}
    for copies in places.values():
        first, last = copies[0], copies[-1]
        if not 2 <= len(copies) <= MOST_COPIES or not all(map(page.is_open, copies)) or page.blocks[first].text[-1] == ":":
            continue
        if last - first == len(copies) - 1:
            shown = _is_between(page, first, last)
        else:
            long = len(copies) == 2 and page.blocks[first].words >= LEAST_APART
            shown = long and all(_is_between(page, index, index) for index in copies)
        if shown and not any(index in found for index in copies):
            text = page.blocks[first].text
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
            continue
        if not page.is_open(above) or block.ends_sentence or block.text[0] in QUOTES or block.text[-1] in ":;,":
            continue
        if LEAST_ABOVE_CREDIT <= block.words <= LONGEST_PLAIN:
            more[above] = Caption(block.text, caption.credit, ABOVE_CREDIT)
            more[index] = caption._replace(lift=False)
    return more
