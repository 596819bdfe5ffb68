"""Splits a caption at the credit that closes it: a label with a name, an agency, a © with a name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cleaners.rules.phrases import Rules
from cleaners.text.credit_grammar import (
    EDGE,
    LABEL_REACH,
    LONGEST,
    LONGEST_CREDIT,
    OPENERS,
    TAIL_REACH,
    Grammar,
    grammar_of,
)
from cleaners.text.credit_names import JOINTS, cut_name, ends_with, is_agency, is_name, opens_label, starts_with
from cleaners.text.fold import fold
from cleaners.text.prose import ends_sentence

_LABEL_MARKS = (":", "：", "＝")
_WIRE_JOINTS = ("/", " via ")  # "AP | 12 | 3" is a row of a table
_JAPANESE_CREDIT = re.compile(r"[=＝]([^=＝。、]{1,24})$")
_JAPANESE_DATE = re.compile(r"[=＝][^=＝。]{0,30}?[0-9０-９]{1,4}[日時分月年][^=＝。]{0,20}$")  # "…の会見＝3日、町役場"
_CHINESE_CREDIT = re.compile(
    r"(?:^|[\s。！？”」』）/])([^\s。，、！？：；“”（）]{0,16}(?:\s[^\s。，、！？：；“”（）]{1,6})?)\s?[摄攝]$"
)
_GLUED_AGENCY = re.compile(r"[a-zß-ÿ)][.!?]([A-Za-z][A-Za-z/ -]{1,30})$")  # "… of the fire.dpa"
_LEAST_BEFORE_GLUED = 4  # spaces; "ze.tt" is a name
_LEAST_DATED = 5  # characters of a caption before its sign and date
_SHORT_CHINESE = 60  # characters of a full sentence that closes with who took its picture; longer ones are paragraphs
_LEAST_OLD = 5  # words before "(File)"
_SHORT_CREDIT = 24  # characters
_AGENCY_REACH = 40  # characters; no agency is longer
_LONE_NAMES = 3
_LONGEST_UNMARKED = 5  # words of a name that no colon parts from its label
_LEAST_BARRED = 3  # words before "| Source: X"
_COLONS = 3  # a name may hold colons of its own: a web address, a picture title


class Credit(NamedTuple):
    """A line split at its credit: the caption before it, the name, and whether the shape alone proves a caption."""

    caption: str
    name: str
    sure: bool


@lru_cache(maxsize=4_096)
def line_credit(text: str, rules: Rules, worded: bool) -> Credit | None:
    """`split_credit` for whole lines, remembered: a page repeats them when it is read as text, and a site on every page."""
    return split_credit(text, grammar_of(rules), worded=worded)


def split_credit(text: str, grammar: Grammar, *, worded: bool = True) -> Credit | None:
    """The line split at the credit that closes it, or None when it closes with none.

    `worded` is False when the line is known to hold no word for a picture, which saves a search.
    """
    text = _without_tail(text.rstrip(), grammar)
    if not text or len(text) > LONGEST:
        return None
    found = (
        _bracketed(text, grammar)
        or _after_label(text, grammar)
        or (_after_by(text, grammar) or _unmarked(text, grammar) if worded else None)
        or _after_copyright(text, grammar)
        or _unlabelled(text, grammar)
    )
    return None if found and grammar.written_by.match(found.caption) else found


def _without_tail(text: str, grammar: Grammar) -> str:
    tail = ends_with(text[-TAIL_REACH:].lower(), grammar.tails)
    return text[: -len(tail)].rstrip(" …") if tail and len(tail) < len(text) else text


def _bracketed(text: str, grammar: Grammar) -> Credit | None:
    """`… (Image: X)`, `… (Foto X/dpa)`, `… [사진 = X]`, `… (Getty)`, `… (Name/AFP)`, `… (Archivbild)`."""
    parts = parts_at_bracket(text)
    if parts is None:
        return None
    before, inside, bracket = parts
    folded = fold(inside)
    by = grammar.by.match(inside)
    after_by = Credit(before, by[2].strip(), True) if by else None
    if folded in grammar.notes:
        proven = len(before.split()) > 1 and (folded not in grammar.doubtful_notes or _is_old_picture(before, inside))
        return split_credit(before, grammar) or Credit(f"{before} {bracket}", "", proven)
    label = starts_with(folded, grammar.labels_from)
    if label:
        rest = inside[len(label) :].lstrip()
        if rest[:1] in _LABEL_MARKS or (rest[:1] in ("=", "/") and not label.isascii()):
            return Credit(before, rest.lstrip(EDGE + "："), True)
        if after_by:
            return after_by
        known = is_agency(fold(rest), grammar.photo + grammar.wire) and is_name(rest, grammar)
        between = grammar.joined if before else frozenset()
        if rest and (known or (before and _is_unmarked_name(inside[: len(label)], rest, grammar, between))):
            return Credit(before, rest.strip(EDGE), True)
    if folded.endswith(grammar.taken_by_bracketed) and len(inside) <= _SHORT_CREDIT:
        return Credit(before, inside, not before.endswith("。") or len(before) <= _SHORT_CHINESE)
    if after_by:
        return after_by
    if "©" in inside[:2] and is_name(inside[1:], grammar):
        return Credit(before, inside.lstrip("© "), True)
    of_pictures = is_agency(folded, grammar.photo) or inside.startswith(grammar.picture_desks)
    if not (of_pictures or is_agency(folded, grammar.wire)) or not is_name(inside, grammar):
        return None
    if of_pictures:
        return Credit(before, inside, True)
    joined = any(joint in inside for joint in _WIRE_JOINTS)
    return Credit(before, inside, bool(before) and (joined or not ends_sentence(before)))


def _is_old_picture(before: str, inside: str) -> bool:
    """True of "… at the new quay (File)": a note with a capital behind words that are no sentence."""
    return inside[0].isupper() and len(before.split()) >= _LEAST_OLD and not ends_sentence(before)


def parts_at_bracket(text: str) -> tuple[str, str, str] | None:
    """A line that closes with a bracket: what stands before it, what inside, and the bracket with it."""
    bare = text.rstrip(".")
    opener = OPENERS.get(bare[-1:])
    at = bare.rfind(opener, max(0, len(bare) - LONGEST_CREDIT)) if opener else -1
    return (bare[:at].rstrip(), bare[at + 1 : -1].strip(), bare[at:]) if at >= 0 else None


def _after_label(text: str, grammar: Grammar) -> Credit | None:
    """`… Photo: X`, `…CupCredit: PA`, `Foto: X/dpa`, `… 사진=X`, `… Quelle: dpa`."""
    floor = max(0, len(text) - LONGEST_CREDIT)
    at = len(text)
    for _ in range(_COLONS):
        at = max(text.rfind(":", floor, at), text.rfind("：", floor, at), text.rfind("=", floor, at))
        if at < 0:
            break
        low = text[max(0, at - LABEL_REACH) : at].rstrip().lower()
        if text[at] == "=" and low.isascii():
            continue  # "root=/dev/sda" is code; Korean and Japanese papers set the sign
        label = ends_with(low, grammar.labels)
        weak = "" if label else ends_with(low, grammar.weak)
        if not (label or weak):
            continue
        name = text[at + 1 :].strip(" ([")
        start = len(text[:at].rstrip()) - len(label or weak)
        if not is_name(name, grammar) or not opens_label(text, start, grammar):
            continue
        caption = text[:start].rstrip(" ([（【|/–—-,·")
        if label:
            return Credit(caption, name, True)
        if text.count("|") == 1 and text[:start].rstrip().endswith("|") and len(caption.split()) >= _LEAST_BARRED:
            return Credit(caption, name, True)
        if caption and ("/" in name or is_agency(fold(name), grammar.photo + grammar.wire)):
            return Credit(caption, name, not ends_sentence(caption))
    return None


def _after_by(text: str, grammar: Grammar) -> Credit | None:
    """`… Photo by X`, `Photograph courtesy of X`, `— Picture by X`."""
    found = grammar.by.search(text, max(0, len(text) - LONGEST_CREDIT))
    if not found or not is_name(found[2], grammar):
        return None
    caption = text[: found.start(1)].rstrip(EDGE + "([")
    if fold(f"{found[1]}{found[2]}") in grammar.notes:
        return Credit(caption or text, "", bool(caption))
    return Credit(caption, found[2].strip(), True)


def _unmarked(text: str, grammar: Grammar) -> Credit | None:
    """`… - Illustration X`, `… | Foto Ann Poe`, `…. Photo Ann Poe`: a label without a colon, behind a mark."""
    found = grammar.unmarked.search(text, max(0, len(text) - LONGEST_CREDIT))
    if not found or not found.start() or not _is_unmarked_name(found[1], found[2], grammar):
        return None
    caption = text[: found.start() + 1].rstrip(EDGE)
    return Credit(caption, found[2].strip(), len(caption.split()) >= 2)


def lone_credit(text: str, grammar: Grammar) -> str:
    """The name in a line that is a label without a colon and two or three names, as "Photo Ann Poe", or an empty string."""
    found = grammar.alone.match(text)
    if found and is_agency(fold(found[2]), grammar.photo + grammar.wire) == fold(found[2]):
        return found[2].strip()
    if not found or not _is_unmarked_name(found[1], found[2], grammar):
        return ""
    return found[2].strip() if 2 <= len(found[2].split()) <= _LONE_NAMES else ""


def _is_unmarked_name(label: str, name: str, grammar: Grammar, joined: frozenset[str] = frozenset()) -> bool:
    """True when the words behind a label without a colon can only be a name: each begins with a capital.

    `joined` are words that may stand between two names here, as in "(foto Vigili del Fuoco)".
    """
    words = name.replace("/", " ").split()
    if len(words) > 2:
        words = [words[0], *[word for word in words[1:-1] if word not in joined], words[-1]]
    if fold(label) not in grammar.unmarked_labels or not 1 <= len(words) <= _LONGEST_UNMARKED:
        return False
    if label == "Credit" and len(words) < 2:
        return False  # "Credit Application" is a title
    if not grammar.unnamed.isdisjoint(word.lower() for word in words):
        return False
    if name.casefold() in grammar.archives:
        return True
    return is_name(" ".join(words), grammar) and all(word[0].isupper() or word in grammar.small for word in words)


def _after_copyright(text: str, grammar: Grammar) -> Credit | None:
    """`… © X | Y`; a year after the sign is a page's own notice."""
    if text.isascii():
        return None
    floor = max(0, len(text) - LONGEST_CREDIT)
    at = max(text.rfind("©", floor), text.rfind("ⓒ", floor))
    if at < 0:
        return None
    name, caption = text[at + 1 :].strip(EDGE), text[:at].rstrip(EDGE + "(")
    if name[:1].isdigit() or not is_name(name, grammar) or caption.lower().endswith(grammar.copyright):
        return None
    low = text.lower()
    if any(word in low for word in grammar.reserved):
        return None
    labelled = _after_label(f"{caption}:", grammar)
    return Credit(labelled.caption if labelled else caption, name, len(caption.split()) >= 2)


def _unlabelled(text: str, grammar: Grammar) -> Credit | None:
    """`…＝ＡＰ`, `… REUTERS/Name`, `… X nuotr.`, or an agency."""
    equals = None if text.isascii() else _JAPANESE_CREDIT.search(text)
    if equals:
        name = equals[1].strip()
        known = is_agency(fold(name), grammar.wire) or name.endswith(grammar.taken_by)
        if known:
            return Credit(text[: equals.start()], name, True)
    dated = _JAPANESE_DATE.search(text) if "=" in text or "＝" in text else None
    if dated and dated.start() >= _LEAST_DATED and not text.isascii():
        return Credit(text, "", True)
    taken = _CHINESE_CREDIT.search(text) if text[-1] in "摄攝" else None
    if taken and taken[1].strip():
        return Credit(text[: taken.start(1)].strip(EDGE), taken[1].strip(), True)
    slashed = "/" in text[-LONGEST_CREDIT:] and grammar.leading.search(text, max(0, len(text) - LONGEST_CREDIT))
    if slashed and is_name(slashed[1], grammar):
        return Credit(text[: slashed.start(1)].rstrip(EDGE), slashed[1], True)
    if text.endswith(grammar.behind):
        caption, name = cut_name(text[: text.rfind(" ")], grammar)
        return Credit(caption, name, bool(name))
    return None if ends_sentence(text) else _agency(text, grammar)


def _agency(text: str, grammar: Grammar) -> Credit | None:
    """`… Name/AFP`, `… Name | Moment | Getty Images`, `Getty Images`."""
    folded = fold(text[-_AGENCY_REACH:])
    photo = is_agency(folded, grammar.photo)
    if not photo and not is_agency(folded, grammar.wire):
        return None
    if photo == folded:
        return Credit("", text, True)
    glued = _GLUED_AGENCY.search(text)
    agency = glued and is_agency(fold(glued[1]), grammar.photo + grammar.wire)
    if glued and agency == fold(glued[1]) and text.count(" ", 0, glued.start()) >= _LEAST_BEFORE_GLUED:
        return Credit(text[: glued.start(1)], glued[1], True)
    caption, name = cut_name(text, grammar)
    if any(joint in name for joint in (JOINTS if photo else _WIRE_JOINTS)) and is_name(name, grammar):
        return Credit(caption, name, True)
    return Credit(caption, name, ends_sentence(caption)) if photo and caption and name else None
