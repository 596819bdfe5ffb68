"""What the words of a line of extracted text show of a picture: who stands where, what kind of picture it is."""

from __future__ import annotations

import re

from cleaners.page import Block, Page
from cleaners.steps._caption_lines import PICTURE_NOTE, REASON, STEP, Caption
from cleaners.text.credit_grammar import EDGE, Grammar
from cleaners.text.credits import split_credit
from cleaners.text.prose import QUOTES
from cleaners.verdict import Rule

PLACES = Rule(STEP, "places_in_picture", REASON, "says where people stand in a picture")
KIND_OF_PICTURE = Rule(
    STEP, "kind_of_picture", REASON, "opens with the kind of picture it describes, as “File photo of …”"
)
FAMILIES = ("still_notes", "place_openings", "picture_openings", "kind_openings", "places_in_picture")

LEAST_WORDS = 4  # of a line with a place in it; less is an item of a list
LEAST_BESIDE_LETTER = 8  # words of a line whose place is one letter, as "(l)"
_MARK = re.compile(r"[\s)]*(?:[:;,(：、，=]|–\s|-\s)")
_LAST_WORD = re.compile(r"[^\W\d_][\w'’.-]*(?=,?\s?$)")
_BRACKETS = ("(", "（")
_CODE = frozenset(";{}=#<>")


def by_words(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that its words alone prove, which is not the headline."""
    return _noted(page, block, grammar) or _opened(page, block, grammar) or _placed(page, block, grammar)


def _noted(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that says no more than that the picture above is old, posed or lent."""
    note = page.says(block, "still_notes")
    if not note or note in grammar.doubtful_notes:
        return None
    return Caption(block.text.strip(EDGE + "()[]"), None, PICTURE_NOTE)


def _opened(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """`From left: …`, `Im Bild: …`, `An artist's impression of …`."""
    if block.text.endswith(":"):
        return None
    place = page.says(block, "place_openings")
    if place and (not place[0].isascii() or _marked(block, place)):
        return _read(block, grammar, PLACES, f"opens with “{place}”")
    picture = page.says(block, "picture_openings")
    if (
        picture
        and block.words >= LEAST_WORDS
        and (not block.ends_sentence or ":" in block.text[: len(picture) + 3])
        and _marked(block, picture)
    ):
        return _read(block, grammar, PLACES, f"opens with “{picture}”")
    kind = page.says(block, "kind_openings")
    if kind and not block.ends_sentence and block.words >= LEAST_WORDS:
        return _read(block, grammar, KIND_OF_PICTURE, f"opens with “{kind}”")
    return None


def _marked(block: Block, opening: str) -> bool:
    return _MARK.match(block.folded, block.folded.find(opening) + len(opening)) is not None


def _placed(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """`Ann Poe (left) with …`, `Ann Poe, left, and …`, in a line that is no sentence."""
    place = page.says(block, "places_in_picture")
    if not place or block.ends_sentence or not block.text[0].isalpha() or block.text[0].islower():
        return None
    letter = len(place.strip("(). ")) == 1 and place.isascii()
    if block.words < (LEAST_BESIDE_LETTER if letter else LEAST_WORDS) or not _CODE.isdisjoint(block.text):
        return None
    return _read(block, grammar, PLACES, f"says “{place}”") if _follows_name(block, place) else None


def _follows_name(block: Block, place: str) -> bool:
    """True when a word with a capital stands before a place in brackets or commas, and no colon beside it."""
    if not place.startswith((*_BRACKETS, ",")):
        return True
    if len(block.text) != len(block.folded) or block.text[:1] in QUOTES:
        return False
    at = block.folded.find(place)
    word = _LAST_WORD.search(block.text[:at])
    colon = ":" in block.text[:at] or block.text[at + len(place) : at + len(place) + 1] == ":"
    return word is not None and not word[0][0].islower() and (not colon or " " in place.strip(" ,"))


def _read(block: Block, grammar: Grammar, rule: Rule, why: str) -> Caption:
    credit = split_credit(block.text, grammar)
    if credit and credit.name and credit.caption:
        return Caption(credit.caption.strip(EDGE), credit.name, rule, why)
    return Caption(block.text, None, rule, why)
