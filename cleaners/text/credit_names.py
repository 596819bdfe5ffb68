"""Names of people and agencies, and the labels before them, at the ends of a line."""

from __future__ import annotations

from collections.abc import Mapping

from cleaners.text.credit_grammar import CREDIT_WORDS, EDGE, LONGEST_CREDIT, Grammar

LONGEST_ARCHIVE = 4  # words of "archiwum biblioteki"
JOINTS = ("/", "|", " via ")  # between a photographer and an agency
_BEFORE_LABEL = '([|/–—.,;:!?"”'
_PARTS = '.!?…:;,)”"'


def is_name(name: str, grammar: Grammar) -> bool:
    """True when this reads as people, agencies or a web address, and not as part of a sentence."""
    name = name.strip(" .)]）】")
    if not 2 <= len(name) <= LONGEST_CREDIT:
        return False
    words = name.replace("/", " ").split()
    if len(words) > CREDIT_WORDS or name[-1] in "?!;:":
        return False
    if name.casefold() in grammar.archives or (len(words) <= LONGEST_ARCHIVE and words[0].lower() in grammar.kept_in):
        return True
    letters = [word for word in words if word[0].isalpha()]
    if not letters:
        return any(char.isalpha() for char in name)
    named = sum(not word[0].islower() or word.isupper() or "." in word[1:-1] or "@" in word for word in letters)
    small = sum(word in grammar.small for word in letters)
    if named and named + small >= len(letters) - len(letters) // 4:
        return True
    return len(words) == 1  # a handle or an address in lower case, or "privat"


def cut_name(text: str, grammar: Grammar) -> tuple[str, str]:
    """Caption and the capitalised names that close the line, back to a sentence end, a dash or a lower-case word.

    Where no mark parts caption and name, the name keeps two words before its first slash: photographers have two.
    """
    words = text.split(" ")
    first = len(words)
    parted = False
    while first > 0 and len(words) - first < CREDIT_WORDS and not parted:
        word = words[first - 1]
        inner = first < len(words)
        if inner and (word in ("–", "—", "-") or (word[-1:] in _PARTS and len(word.rstrip(".")) > 2)):
            parted = True
        elif word[:1].isupper() or not word[:1].isalpha() or "/" in word or (inner and word in grammar.small):
            first -= 1
        else:
            break
    name = " ".join(words[first:])
    joint = min((name.find(mark) for mark in JOINTS if mark in name), default=-1)
    if joint > 0 and first > 0 and not parted:
        name = " ".join(name[:joint].split(" ")[-2 - name[:joint].endswith(" ") :]) + name[joint:]
    return text[: len(text) - len(name)].rstrip(EDGE), name.strip(EDGE)


def is_agency(folded: str, agencies: tuple[str, ...]) -> str | None:
    """The agency that ends a folded line at a word boundary, or None."""
    folded = folded.rstrip(" .)")
    if not folded.endswith(agencies):
        return None
    for agency in agencies:
        if folded.endswith(agency):
            rest = folded[: -len(agency)]
            if not rest or not rest[-1].isalnum() or not agency[0].isascii():
                return agency
    return None


def starts_with(folded: str, labels: Mapping[str, tuple[str, ...]]) -> str:
    """The first of the labels that begins a folded line and ends with its word, or an empty string."""
    for label in labels.get(folded[:1], ()):
        if folded.startswith(label) and not folded[len(label) : len(label) + 1].isalpha():
            return label
    return ""


def ends_with(low: str, phrases: tuple[str, ...]) -> str:
    """The first of the phrases that ends a line in lower case, or an empty string."""
    if not low.endswith(phrases):
        return ""
    return next(phrase for phrase in phrases if low.endswith(phrase))


def opens_label(text: str, start: int, grammar: Grammar) -> bool:
    """True when a label begins here: after nothing, a space or a mark, or as a capital glued to the word before."""
    if start <= 0:
        return True
    before, first = text[start - 1], text[start]
    if before.isalnum() and before.isascii():
        return first.isupper() and not before.isupper()
    earlier = text[:start].rstrip()
    if earlier.endswith(grammar.joining):
        return False  # a label in the middle of a phrase is a word of it: "what makes a good photo: light"
    return first.isupper() or not first.isascii() or before in _BEFORE_LABEL or earlier[-1:] in _BEFORE_LABEL
