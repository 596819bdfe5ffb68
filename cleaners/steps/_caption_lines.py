"""What a single line shows of a caption: a caption glued to itself, a credit that closes it, gallery furniture."""

from __future__ import annotations

import re
from typing import NamedTuple

from cleaners.page import Block, Page
from cleaners.text.credit_grammar import CREDIT_WORDS, EDGE, LABEL_WORDS, LONGEST, LONGEST_LABELLED, Grammar
from cleaners.text.credit_hints import COUNTER, MIN_HALF, label_ends
from cleaners.text.credits import line_credit, split_credit
from cleaners.verdict import Rule
from cleaners.vocabulary import Reason

STEP, REASON = "captions", Reason.CAPTION
CLOSING_CREDIT = Rule(STEP, "closing_credit", REASON, "closes with a credit, as “(Photo: …)”")
CAPTION_OPENING = Rule(STEP, "caption_opening", REASON, "opens with words that only captions and credits open with")
DOUBLED_CAPTION = Rule(STEP, "doubled_caption", REASON, "says the same twice in one line")
GALLERY_LINE = Rule(STEP, "gallery_line", REASON, "a line that a gallery or viewer of pictures leaves behind")
PICTURE_NOTE = Rule(STEP, "picture_note", REASON, "says that the picture is old, posed, lent or of another day")
LINE_RULES = (CLOSING_CREDIT, CAPTION_OPENING, DOUBLED_CAPTION, GALLERY_LINE, PICTURE_NOTE)

MIN_SPAN = 0.4  # of the line; a paragraph may quote a slogan twice
MAX_SEAMS = 4  # places where the first words come again; a flood of them is no caption
LONGEST_WORDS = 90  # agency captions tell who, where, when and why; the longest seen had 70
_COUNTED = re.compile(
    r"^(?:image|photo|picture|bild|foto|imagen)?\s?\d{1,3} (?:of|von|de|di|sur|van|av) \d{1,3}[:.]?\s+", re.I
)
_DIGITS = re.compile(r"\d+")


class Caption(NamedTuple):
    """One caption found: its `text`, who is credited, by which rule and why, and the paper's `label` before it.

    Its text and credit go to the article's captions where `lift` is true.
    """

    text: str
    credit: str | None
    rule: Rule
    why: str = ""  # more than the rule says, where there is more to say of this line
    label: str = ""
    lift: bool = True


def gallery_line(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that a gallery or a viewer leaves behind."""
    phrase = page.says(block, "caption_furniture")
    if not phrase and _DIGITS.sub("#", block.folded).strip(" .[]()") in grammar.gallery:
        phrase = block.folded
    return Caption("", None, GALLERY_LINE, f"says only “{phrase}”", lift=False) if phrase else None


def doubled(block: Block, grammar: Grammar) -> Caption | None:
    """A caption glued to itself, with or without a label before and a credit behind."""
    twice = twice_in_a_row(block.text)
    if not twice:
        return None
    start, half, end = twice
    label, rest = _label(block.text[:start]), block.text[end:].strip(EDGE)
    closing = split_credit(f"{half} {rest}".strip(), grammar)
    glued = block.text[start + len(half)] != " "
    if not glued and (half[-1] in ",;" or not (closing or label)):
        return None
    if closing:
        text = min(closing.caption, half, key=len)
        return Caption(text.strip(EDGE), closing.name or None, DOUBLED_CAPTION, label=label)
    if len(rest.split()) > CREDIT_WORDS:
        return None
    return Caption(half.strip(EDGE), rest or None, DOUBLED_CAPTION)


def twice_in_a_row(text: str) -> tuple[int, str, int] | None:
    """Where a line says the same twice in a row: (start, what it says, end), or None.

    Looks from the line's start and from behind its first colons, at the next few places where the opening comes
    again, so the cost is linear in the line.
    """
    if not 2 * MIN_HALF <= len(text) <= LONGEST:
        return None
    for start in label_ends(text):
        opening = text[start : start + MIN_HALF]
        seam = start
        for _ in range(MAX_SEAMS):
            seam = text.find(opening, seam + MIN_HALF)
            if seam < 0:
                break
            half = text[start:seam].rstrip()
            end = seam + len(half)
            if (
                len(half) >= MIN_HALF
                and end - start >= MIN_SPAN * len(text)
                and text.startswith(half, seam)
                and half not in (half + half)[1:-1]
                and half not in f"{half} {half}"[1:-1]
            ):
                return start, half, end
    return None


def _label(prefix: str) -> str:
    """The publication label before a caption: a few words and a colon."""
    label = prefix.strip().rstrip(":").strip()
    return label if label and len(label.split()) <= LABEL_WORDS and prefix.rstrip().endswith(":") else ""


def credited(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that closes with a credit, or opens with words that call it a caption."""
    text = block.text
    if "\n" in text:
        return None
    opening = page.says(block, "caption_openings")
    if opening:
        rest = text[len(opening) :].strip(EDGE)
        why = f"opens with “{opening}”"
        if any(word in opening for word in grammar.sources):
            return Caption("", rest, CAPTION_OPENING, why)
        return Caption(rest, None, CAPTION_OPENING, why)
    credit = line_credit(text, page.rules, "credit_labels" in page.hits[block.index])
    if not credit or not credit.sure or not (credit.name or credit.caption):
        return None
    if len(credit.caption.split()) > (LONGEST_WORDS if text[-1] in ")]）】" else LONGEST_LABELLED):
        return None
    caption = _COUNTED.sub("", COUNTER.sub("", credit.caption)).strip(EDGE)
    if not credit.name:
        return Caption(caption, None, PICTURE_NOTE)
    return Caption(caption, credit.name.strip(" |"), CLOSING_CREDIT, f"closes with the credit “{credit.name}”")
