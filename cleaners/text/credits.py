"""This file splits a caption at the credit that closes it: a label with a name, an agency, a © with a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cleaners.page import CLOSERS, SENTENCE_ENDS
from cleaners.rules.phrases import Rules
from cleaners.text.fold import fold

LONGEST = 1_200  # characters; longer lines are whole articles
LONGEST_CREDIT = 120  # characters
LONGEST_LABELLED = 60  # words before a bare label; a longer line is a paragraph that a label was glued to
LABEL_CHARS = 60  # characters before the colon of a paper's label
LABEL_WORDS = 8
CREDIT_WORDS = 12
EDGE = " |/·•*–—-,;:=＝\u00a0"

OPENERS = {")": "(", "]": "[", "）": "（", "】": "【", "］": "［"}
_LABEL_MARKS = (":", "：", "＝")
_BEFORE_LABEL = '([|/–—.,;:!?"”'
_GLUED = re.compile("(?:[^\\W_A-Z]|[\u200b\u00ad\ufeff])(?:[A-Z]|[^\\W\\x00-\\x7f])")  # whatever the labels are
_JOINTS = ("/", "|", " via ")
_WIRE_JOINTS = ("/", " via ")  # "AP | 12 | 3" is a row of a table
_PARTS = '.!?…:;,)”"'
_JAPANESE_CREDIT = re.compile(r"＝([^＝。、]{1,24})$")
_LABEL_REACH = 24  # characters before a colon; no label is longer
_SHORT_CREDIT = 24  # characters
_TAIL_REACH = 48  # characters; no tail is longer
_AGENCY_REACH = 40  # characters; no agency is longer
_COLONS = 3  # a name may hold colons of its own: a web address, a picture title


class Credit(NamedTuple):
    """A line split at its credit: the caption before it, the name, and whether the shape alone proves a caption."""

    caption: str
    name: str
    sure: bool


class Grammar(NamedTuple):
    """The words of cleaners/rules/captions.toml, ready for the end of a line."""

    labels: tuple[str, ...]
    labels_from: Mapping[str, tuple[str, ...]]  # by their first character, the longest first
    weak: tuple[str, ...]
    photo: tuple[str, ...]
    wire: tuple[str, ...]
    notes: frozenset[str]
    by: re.Pattern[str]
    leading: re.Pattern[str]
    led_by: tuple[str, ...]
    picture_desks: tuple[str, ...]
    behind: tuple[str, ...]
    taken_by: tuple[str, ...]
    taken_by_bracketed: tuple[str, ...]
    small: frozenset[str]
    joining: tuple[str, ...]
    reserved: tuple[str, ...]
    copyright: tuple[str, ...]
    sources: tuple[str, ...]
    tails: tuple[str, ...]
    gallery: frozenset[str]
    glued: re.Pattern[str]
    unspaced: tuple[str, ...]


@lru_cache(maxsize=8)
def grammar_of(rules: Rules) -> Grammar:
    """The credit grammar of a set of rules."""
    settings: dict[str, Any] = rules.settings.get("captions", {})

    def phrases(family: str) -> tuple[str, ...]:
        found = rules.families.get(family)
        return tuple(sorted({fold(p) for p in found.phrases}, key=len, reverse=True)) if found else ()

    def words(name: str) -> tuple[str, ...]:
        return tuple(settings.get(name, ()))

    def either(name: str) -> str:
        return "|".join(re.escape(word) for word in sorted(words(name), key=len, reverse=True))

    labels, weak = phrases("credit_labels"), phrases("credit_labels_weak")
    photo, wire = phrases("photo_agencies"), phrases("wire_agencies")
    foreign = {label[0] for label in labels + weak if not label[0].isascii()}
    capitals = {form for first in foreign for form in (first, first.upper(), first.title())}
    return Grammar(
        labels=labels,
        labels_from={first: tuple(x for x in labels if x[0] == first) for first in {x[0] for x in labels}},
        weak=weak,
        photo=photo,
        wire=wire,
        notes=frozenset(phrases("still_notes")),
        by=re.compile(
            r"(?:^|[.!?)\]”\"|–—,\-]\s*)"
            rf"((?:{either('by_labels')})s? (?:{either('by')}) |(?:{either('bare_labels')}) )"
            r"([^.!?]{2,80})\.?$",
            re.I,
        ),
        leading=re.compile(rf"(?:^|[\s(.,|–—-])((?:{either('leading')}) ?/ ?[^/]{{2,60}})$"),
        led_by=words("leading"),
        picture_desks=tuple(f"{desk}/" for desk in words("picture_desks")),
        behind=words("behind"),
        taken_by=words("taken_by"),
        taken_by_bracketed=words("taken_by") + words("taken_by_bracketed"),
        small=frozenset(words("small")),
        joining=words("joining"),
        reserved=words("reserved"),
        copyright=words("copyright"),
        sources=words("sources"),
        tails=tuple(map(fold, words("tails"))),
        gallery=frozenset(map(fold, words("gallery_lines"))),
        glued=re.compile(f"(?:[^\\W_A-Z]|[\u200b\u00ad\ufeff])[A-Z{''.join(map(re.escape, sorted(capitals)))}]"),
        unspaced=tuple(agency for agency in photo + wire if not agency[0].isascii()),
    )


# --- the shapes of a credit ------------------------------------------------------------------------------------------


def follows_glued(text: str, glued: re.Pattern[str] = _GLUED) -> bool:
    """True when a colon near the line's end follows a letter that a label may begin with, glued to the word before."""
    at = len(text)
    floor = max(0, at - LONGEST_CREDIT)
    while (at := text.rfind(":", floor, at)) >= 0:
        if glued.search(text, max(0, at - _LABEL_REACH - 1), at):
            return True
    return False


def may_close(text: str, grammar: Grammar, *, glued: bool) -> bool:
    """False only where a line closes with no credit though it holds a colon, a slash or a bar, or closes a bracket,
    besides which it shows nothing of one.

    For lines in which no label and no agency was found as a word of its own: what is left are those glued to a word,
    those that lead a slash, brackets without them, and what a tail may hide; `glued` is what `follows_glued` says. Far
    quicker than the grammar, and nearly all these lines end here.
    """
    if text[-1].isspace() or (text[-1] in " .)" and text[-2:-1] in " .)"):
        return True
    end = text[-_TAIL_REACH:]
    if end.lower().endswith(grammar.tails) or end.endswith(grammar.behind):
        return True
    if not end.isascii() and end.casefold().rstrip(" .)").endswith(grammar.unspaced):
        return True
    tail = text[-LONGEST_CREDIT:]
    if "/" in tail and any(map(tail.count, grammar.led_by)):
        return True
    if (text[-1] in OPENERS or text[-2:-1] in OPENERS) and _may_close_in_brackets(text, grammar):
        return True
    return glued and follows_glued(text, grammar.glued)


def _may_close_in_brackets(text: str, grammar: Grammar) -> bool:
    parts = _parts_at_bracket(text)
    if parts is None:
        return False
    inside = parts[1]
    folded = fold(inside)
    return (
        folded in grammar.notes
        or folded.endswith(grammar.taken_by_bracketed)
        or inside.startswith(grammar.picture_desks)
        or grammar.by.match(inside) is not None
    )


@lru_cache(maxsize=4_096)
def line_credit(text: str, rules: Rules, worded: bool) -> Credit | None:
    """`split_credit` for whole lines, which a page says again when it is read as text, and a site on every page."""
    return split_credit(text, grammar_of(rules), worded=worded)


def split_credit(text: str, grammar: Grammar, *, worded: bool = True) -> Credit | None:
    """The line split at the credit that closes it, or None when it closes with none.

    `worded` is False when the line is known to hold no word for a picture, which spares a search.
    """
    text = _without_tail(text.rstrip(), grammar)
    if not text or len(text) > LONGEST:
        return None
    return (
        _bracketed(text, grammar)
        or _after_label(text, grammar)
        or (_after_by(text, grammar) if worded else None)
        or _after_copyright(text, grammar)
        or _unlabelled(text, grammar)
    )


def _without_tail(text: str, grammar: Grammar) -> str:
    tail = _ends_with(text[-_TAIL_REACH:].lower(), grammar.tails)
    return text[: -len(tail)].rstrip(" …") if tail and len(tail) < len(text) else text


def _bracketed(text: str, grammar: Grammar) -> Credit | None:
    """`… (Image: X)`, `… (Foto X/dpa)`, `… [사진 = X]`, `… (Getty)`, `… (Name/AFP)`, `… (Archivbild)`."""
    parts = _parts_at_bracket(text)
    if parts is None:
        return None
    before, inside, bracket = parts
    folded = fold(inside)
    by = grammar.by.match(inside)
    after_by = Credit(before, by[2].strip(), True) if by else None
    label = _starts_with(folded, grammar.labels_from)
    if label:
        rest = inside[len(label) :].lstrip()
        if rest[:1] in _LABEL_MARKS or (rest[:1] in ("=", "/") and not label.isascii()):
            return Credit(before, rest.lstrip(EDGE + "："), True)
        if after_by:
            return after_by
        if rest and _is_agency(fold(rest), grammar.photo + grammar.wire) and is_name(rest, grammar):
            return Credit(before, rest, True)
    if folded in grammar.notes:
        return split_credit(before, grammar) or Credit(f"{before} {bracket}", "", False)
    if folded.endswith(grammar.taken_by_bracketed) and len(inside) <= _SHORT_CREDIT:
        return Credit(before, inside, not before.endswith("。"))
    if after_by:
        return after_by
    if "©" in inside[:2] and is_name(inside[1:], grammar):
        return Credit(before, inside.lstrip("© "), True)
    of_pictures = _is_agency(folded, grammar.photo) or inside.startswith(grammar.picture_desks)
    if not (of_pictures or _is_agency(folded, grammar.wire)) or not is_name(inside, grammar):
        return None
    if of_pictures:
        return Credit(before, inside, True)
    joined = any(joint in inside for joint in _WIRE_JOINTS)
    return Credit(before, inside, bool(before) and (joined or not ends_sentence(before)))


def _parts_at_bracket(text: str) -> tuple[str, str, str] | None:
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
        low = text[max(0, at - _LABEL_REACH) : at].rstrip().lower()
        if text[at] == "=" and low.isascii():
            continue  # "root=/dev/sda" is code; Korean and Japanese papers set the sign
        label = _ends_with(low, grammar.labels)
        weak = "" if label else _ends_with(low, grammar.weak)
        if not (label or weak):
            continue
        name = text[at + 1 :].strip(" ([")
        start = len(text[:at].rstrip()) - len(label or weak)
        if not is_name(name, grammar) or not _opens_label(text, start, grammar):
            continue
        caption = text[:start].rstrip(" ([（【|/–—-,·")
        if label:
            return Credit(caption, name, True)
        if caption and ("/" in name or _is_agency(fold(name), grammar.photo + grammar.wire)):
            return Credit(caption, name, not ends_sentence(caption))
    return None


def _after_by(text: str, grammar: Grammar) -> Credit | None:
    """`… Photo by X`, `Photograph courtesy of X`, `— Picture by X`."""
    found = grammar.by.search(text, max(0, len(text) - LONGEST_CREDIT))
    if not found or not is_name(found[2], grammar):
        return None
    return Credit(text[: found.start(1)].rstrip(EDGE + "(["), found[2].strip(), True)


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
    equals = _JAPANESE_CREDIT.search(text) if "＝" in text else None
    if equals:
        name = equals[1].strip()
        known = _is_agency(fold(name), grammar.wire) or name.endswith(grammar.taken_by)
        return Credit(text[: equals.start()], name, True) if known else None
    slashed = "/" in text[-LONGEST_CREDIT:] and grammar.leading.search(text, max(0, len(text) - LONGEST_CREDIT))
    if slashed and is_name(slashed[1], grammar):
        return Credit(text[: slashed.start(1)].rstrip(EDGE), slashed[1], True)
    if text.endswith(grammar.behind):
        caption, name = _cut_name(text[: text.rfind(" ")], grammar)
        return Credit(caption, name, bool(name))
    return None if ends_sentence(text) else _agency(text, grammar)


def _agency(text: str, grammar: Grammar) -> Credit | None:
    """`… Name/AFP`, `… Name | Moment | Getty Images`, `Getty Images`."""
    folded = fold(text[-_AGENCY_REACH:])
    photo = _is_agency(folded, grammar.photo)
    if not photo and not _is_agency(folded, grammar.wire):
        return None
    if photo == folded:
        return Credit("", text, True)
    caption, name = _cut_name(text, grammar)
    if any(joint in name for joint in (_JOINTS if photo else _WIRE_JOINTS)) and is_name(name, grammar):
        return Credit(caption, name, True)
    return Credit(caption, name, ends_sentence(caption)) if photo and caption and name else None


# --- names, labels, agencies -----------------------------------------------------------------------------------------


def is_name(name: str, grammar: Grammar) -> bool:
    """True when this reads as people, agencies or a web address, and not as part of a sentence."""
    name = name.strip(" .)]）】")
    if not 2 <= len(name) <= LONGEST_CREDIT:
        return False
    words = name.replace("/", " ").split()
    if len(words) > CREDIT_WORDS or name[-1] in "?!;:":
        return False
    letters = [word for word in words if word[0].isalpha()]
    if not letters:
        return any(char.isalpha() for char in name)
    named = sum(not word[0].islower() or word.isupper() or "." in word[1:-1] or "@" in word for word in letters)
    small = sum(word in grammar.small for word in letters)
    if named and named + small >= len(letters) - len(letters) // 4:
        return True
    return name.isascii() and len(words) == 1  # a handle or an address in lower case


def _cut_name(text: str, grammar: Grammar) -> tuple[str, str]:
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
    joint = min((name.find(mark) for mark in _JOINTS if mark in name), default=-1)
    if joint > 0 and first > 0 and not parted:
        name = " ".join(name[:joint].split(" ")[-2 - name[:joint].endswith(" ") :]) + name[joint:]
    return text[: len(text) - len(name)].rstrip(EDGE), name.strip(EDGE)


def _is_agency(folded: str, agencies: tuple[str, ...]) -> str | None:
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


def _starts_with(folded: str, labels: Mapping[str, tuple[str, ...]]) -> str:
    """The first of the labels that begins a folded line and ends with its word, or an empty string."""
    for label in labels.get(folded[:1], ()):
        if folded.startswith(label) and not folded[len(label) : len(label) + 1].isalpha():
            return label
    return ""


def _ends_with(low: str, phrases: tuple[str, ...]) -> str:
    """The first of the phrases that ends a line in lower case, or an empty string."""
    if not low.endswith(phrases):
        return ""
    return next(phrase for phrase in phrases if low.endswith(phrase))


def _opens_label(text: str, start: int, grammar: Grammar) -> bool:
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


def ends_sentence(text: str) -> bool:
    """True when the last character, closing quotes and brackets aside, ends a sentence in its script."""
    return (text.rstrip(CLOSERS) or " ")[-1] in SENTENCE_ENDS
