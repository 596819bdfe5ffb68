"""This file takes picture captions out of the text and keeps them: their words, their credit, the paper's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from cleaners import page as z
from cleaners.fold import fold
from cleaners.page import Block, Lift, Page, Verdict
from cleaners.rules import Rules

STEP, REASON = "captions", "caption"
MIN_HALF = 20  # characters; shorter doubles are refrains and names, from here on none stood in real news
MIN_SPAN = 0.4  # of the line; a paragraph may quote a slogan twice
MAX_SEAMS = 4  # places where the first words come again; a flood of them is no caption
LONGEST = 1_200  # characters; longer lines are whole articles
LONGEST_WORDS = 90  # agency captions tell who, where, when and why; the longest seen had 70
LONGEST_LABELLED = 60  # words before a bare label; a longer line is a paragraph that a label was glued to
LONGEST_CREDIT = 120  # characters
CREDIT_WORDS = 12
LONGEST_COUNT = 40  # characters of a line like "View 6 images"
LABEL_CHARS = 60
LABEL_WORDS = 8
AGAIN_LINES = 3  # captions come again at once or in the gallery's own list, standfirsts far away
ALT_WORDS = 4  # shorter alt texts are names of products and logos, which the text says too
AGAIN_CHARS = 20  # a shorter line that equals a caption may be a subhead of its own
ESSAY_CAPTIONS = 3  # so many captions with more words than the sentences around them are a photo essay
SENTENCE_WORDS = 12
RUN_WORDS = 90  # a figure's caption blocks together; a container with more is named by mistake
RUN_BLOCKS = 4

_OPENERS = {")": "(", "]": "[", "）": "（", "】": "【", "］": "［"}
_LABEL_MARKS = (":", "：", "＝")
_EDGE = " |/·•*–—-,;:=＝\u00a0"
_CREDIT_MARKS = re.compile("[:：©ⓒ/|＝=]")
_FAMILIES = frozenset(("credit_labels", "photo_agencies", "wire_agencies", "caption_openings", "caption_furniture"))
_COUNTED = frozenset("[(0123456789")
_COUNTER = re.compile(r"^[\[(]?\d{1,3} ?/ ?\d{1,3}[\])]?\s+")
_JOINTS = ("/", "|", " via ")
_WIRE_JOINTS = ("/", " via ")
_PARTS = '.!?…:;,)”"'
_DIGITS = re.compile(r"\d+")
_JAPANESE_CREDIT = re.compile(r"＝([^＝。、]{1,24})$")
_CHROME = z.CHROME | z.HEADER | z.COMMENTS | z.RELATED | z.PROMO


class Credit(NamedTuple):
    """A line split at its credit: the caption before it, the name, and whether the shape alone proves a caption."""

    caption: str
    name: str
    sure: bool


class Caption(NamedTuple):
    """One caption found: what the reader is told, who is credited, and how it was recognised."""

    text: str
    credit: str | None
    rule: str
    why: str
    label: str = ""
    lift: bool = True


class Grammar(NamedTuple):
    """The words of cleaners/rules/captions.toml, ready for the end of a line."""

    labels: tuple[str, ...]
    weak: tuple[str, ...]
    photo: tuple[str, ...]
    wire: tuple[str, ...]
    notes: frozenset[str]
    by: re.Pattern[str]
    leading: re.Pattern[str]
    tails: tuple[str, ...]
    gallery: frozenset[str]


def captions(page: Page) -> Page:
    """Drop captions, their credits and gallery lines, and lift them; photo essays keep theirs undecided."""
    grammar = grammar_of(page.rules)
    proven = _proven_lines(page, grammar)
    figures = {index: caption for index, caption in _in_figures(page, grammar).items() if index not in proven}
    if not (proven or figures):
        return page
    sentences = {
        block.index: block.words for block in page.blocks if block.words >= SENTENCE_WORDS and block.ends_sentence
    }
    if _is_essay(page, proven, sentences):
        proven = {index: caption for index, caption in proven.items() if not caption.text}
    if _is_essay(page, proven | figures, sentences):
        figures = {}
    found = proven | figures
    found |= _again(page, found)
    if not found:
        return page
    verdicts = {
        index: Verdict(False, STEP, REASON, caption.rule, caption.why) for index, caption in sorted(found.items())
    }
    return page.decide(verdicts, lifts=_lifts(found))


# --- the square: a caption glued to itself ---------------------------------------------------------------------------


def square(text: str) -> tuple[int, str, int] | None:
    """Where a line says the same twice in a row: (start, what it says, end), or None.

    Looks from the line's start and from behind its first colons, at the next few places where the opening comes
    again, so the cost is linear in the line.
    """
    if not 2 * MIN_HALF <= len(text) <= LONGEST:
        return None
    for start in _label_ends(text):
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


def _label_ends(text: str) -> list[int]:
    """The line's start and the places behind its first colons, where a label may end."""
    counter = _COUNTER.match(text) if text[0] in _COUNTED else None
    starts = [counter.end() if counter else 0]
    at = text.find(":", 0, LABEL_CHARS)
    while at >= 0 and len(starts) < 3:
        starts.append(at + 1 + (text[at + 1 : at + 2] == " "))
        at = text.find(":", at + 1, LABEL_CHARS)
    return starts


# --- the credit grammar ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def grammar_of(rules: Rules) -> Grammar:
    """The credit grammar of a set of rules."""

    def phrases(family: str) -> tuple[str, ...]:
        found = rules.families.get(family)
        return tuple(sorted({fold(p) for p in found.phrases}, key=len, reverse=True)) if found else ()

    settings: dict[str, Any] = rules.settings.get("captions", {})

    def either(name: str) -> str:
        return "|".join(re.escape(word) for word in sorted(settings.get(name, ()), key=len, reverse=True))

    return Grammar(
        labels=phrases("credit_labels"),
        weak=phrases("credit_labels_weak"),
        photo=phrases("photo_agencies"),
        wire=phrases("wire_agencies"),
        notes=frozenset(phrases("still_notes")),
        by=re.compile(
            r"(?:^|[.!?)\]”\"|–—,\-]\s*)"
            rf"((?:{either('by_labels')})s? (?:{either('by')}) |(?:{either('bare_labels')}) )"
            r"([^.!?]{2,80})\.?$",
            re.I,
        ),
        leading=re.compile(rf"(?:^|[\s(.,|–—-])((?:{either('leading')}) ?/ ?[^/]{{2,60}})$"),
        tails=tuple(fold(tail) for tail in settings.get("tails", ())),
        gallery=frozenset(fold(line) for line in settings.get("gallery_lines", ())),
    )


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
        or _agency(text, grammar)
    )


def _without_tail(text: str, grammar: Grammar) -> str:
    low = text[-48:].lower()
    tail = next((tail for tail in grammar.tails if low.endswith(tail)), "") if low.endswith(grammar.tails) else ""
    return text[: -len(tail)].rstrip(" …") if tail and len(tail) < len(text) else text


def _bracketed(text: str, grammar: Grammar) -> Credit | None:
    """`… (Image: X)`, `… (Foto X/dpa)`, `… [사진 = X]`, `… (Getty)`, `… (Name/AFP)`, `… (Archivbild)`."""
    bare = text.rstrip(".")
    opener = _OPENERS.get(bare[-1:])
    if not opener:
        return None
    at = bare.rfind(opener, max(0, len(bare) - LONGEST_CREDIT))
    if at < 0:
        return None
    inside, before = bare[at + 1 : -1].strip(), bare[:at].rstrip()
    folded = fold(inside)
    label = _starts_with(folded, grammar.labels)
    if label:
        rest = inside[len(label) :].lstrip()
        if rest[:1] in _LABEL_MARKS or (rest[:1] in ("=", "/") and not label.isascii()):
            return Credit(before, rest.lstrip(_EDGE + "：="), True)
        by = grammar.by.match(inside)
        if by:
            return Credit(before, by[2].strip(), True)
        if rest and _is_agency(fold(rest), grammar.photo + grammar.wire) and _is_name(rest):
            return Credit(before, rest, True)
    if folded in grammar.notes:
        deeper = split_credit(before, grammar) if before else None
        return (
            Credit(deeper.caption, deeper.name, deeper.sure) if deeper else Credit(f"{before} {bare[at:]}", "", False)
        )
    if folded.endswith(("撮影", "提供", "摄", "攝")) and len(inside) <= 24:
        return Credit(before, inside, not before.endswith("。"))
    by = grammar.by.match(inside)
    if by:
        return Credit(before, by[2].strip(), True)
    if "©" in inside[:2] and _is_name(inside[1:]):
        return Credit(before, inside.lstrip("© "), True)
    if not _is_name(inside):
        return None
    if _is_agency(folded, grammar.photo) or inside.startswith(("AP Photo/", "REUTERS/")):
        return Credit(before, inside, True)
    if _is_agency(folded, grammar.wire):
        joined = "/" in inside or " via " in inside
        return Credit(before, inside, bool(before) and (joined or not _ends_sentence(before)))
    return None


def _after_label(text: str, grammar: Grammar) -> Credit | None:
    """`… Photo: X`, `…CupCredit: PA`, `Foto: X/dpa`, `… 사진=X`, `… Ljósmynd/X`, `… X nuotr.`"""
    floor = max(0, len(text) - LONGEST_CREDIT)
    at = len(text)
    for _ in range(3):  # a name may hold colons of its own: a web address, a picture title
        at = max(text.rfind(":", floor, at), text.rfind("：", floor, at), text.rfind("=", floor, at))
        if at < 0:
            break
        low = text[max(0, at - 24) : at].rstrip().lower()
        if text[at] == "=" and low.isascii():
            continue  # "root=/dev/sda" is code; Korean and Japanese papers set the sign
        label = _ends_with(low, grammar.labels)
        weak = None if label else _ends_with(low, grammar.weak)
        if not (label or weak):
            continue
        name = text[at + 1 :].strip(" ([")
        if not _is_name(name):
            continue
        start = len(text[:at].rstrip()) - len(label or weak or "")
        caption = text[:start].rstrip(" ([（【|/–—-,·")
        agency = _is_agency(fold(name), grammar.photo + grammar.wire) or "/" in name
        if label and _opens_label(text, start):
            return Credit(caption, name, True)
        if weak and agency and caption and _opens_label(text, start):
            return Credit(caption, name, not _ends_sentence(caption))
    return None


def _after_by(text: str, grammar: Grammar) -> Credit | None:
    """`… Photo by X`, `Photograph courtesy of X`, `— Picture by X`."""
    found = grammar.by.search(text, max(0, len(text) - LONGEST_CREDIT))
    if not found or not _is_name(found[2]):
        return None
    return Credit(text[: found.start(1)].rstrip(_EDGE + "(["), found[2].strip(), True)


def _after_copyright(text: str, grammar: Grammar) -> Credit | None:
    """`… © X | Y`; a year after the sign is a page's own notice."""
    at = max(text.rfind(sign, max(0, len(text) - LONGEST_CREDIT)) for sign in ("©", "ⓒ"))
    if at < 0:
        return None
    name, caption = text[at + 1 :].strip(_EDGE), text[:at].rstrip(_EDGE + "(")
    low = text.lower()
    if name[:1].isdigit() or not _is_name(name) or "rights" in low or "vorbehalten" in low or "droits" in low:
        return None
    if caption.lower().endswith(("copyright", "(c)")):
        return None
    deeper = _after_label(f"{caption}:", grammar)
    return Credit(deeper.caption if deeper else caption, name, len(caption.split()) >= 2)


def _agency(text: str, grammar: Grammar) -> Credit | None:
    """`… Name/AFP`, `… Name | Moment | Getty Images`, `… REUTERS/Name`, `…＝ＡＰ`, `… X nuotr.`"""
    found = _JAPANESE_CREDIT.search(text) if "＝" in text else None
    if found:
        name = found[1].strip()
        return (
            Credit(text[: found.start()], name, True)
            if _is_agency(fold(name), grammar.wire) or name.endswith(("撮影", "提供"))
            else None
        )
    slashed = (
        grammar.leading.search(text, max(0, len(text) - LONGEST_CREDIT)) if "/" in text[-LONGEST_CREDIT:] else None
    )
    if slashed and _is_name(slashed[1]):
        return Credit(text[: slashed.start(1)].rstrip(_EDGE), slashed[1], True)
    if text.endswith(("nuotr.", "nuotrauka")):
        caption, name = _cut_name(text[: text.rfind(" ")])
        return Credit(caption, name, bool(name))
    if _ends_sentence(text):
        return None
    folded = fold(text[-40:])
    agency = _is_agency(folded, grammar.photo)
    if not agency and not _is_agency(folded, grammar.wire):
        return None
    if agency and agency == folded:
        return Credit("", text, True)
    caption, name = _cut_name(text)
    joined = any(mark in name for mark in (_JOINTS if agency else _WIRE_JOINTS))  # "AP | 12 | 3" is a row of a table
    if not joined or not _is_name(name):
        return Credit(caption, name, bool(agency) and _ends_sentence(caption)) if agency and caption and name else None
    return Credit(caption, name, True)


def _cut_name(text: str) -> tuple[str, str]:
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
        elif word[:1].isupper() or not word[:1].isalpha() or "/" in word or (inner and word in _SMALL):
            first -= 1
        else:
            break
    name = " ".join(words[first:])
    joint = min((name.find(mark) for mark in _JOINTS if mark in name), default=-1)
    if joint > 0 and first > 0 and not parted:
        name = " ".join(name[:joint].split(" ")[-2 - name[:joint].endswith(" ") :]) + name[joint:]
    return text[: len(text) - len(name)].rstrip(_EDGE), name.strip(_EDGE)


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


def _starts_with(folded: str, labels: tuple[str, ...]) -> str | None:
    if not folded.startswith(labels):
        return None
    return next(
        (label for label in labels if folded.startswith(label) and not folded[len(label) : len(label) + 1].isalpha()),
        None,
    )


def _ends_with(low: str, labels: tuple[str, ...]) -> str | None:
    if not low.endswith(labels):
        return None
    return next((label for label in labels if low.endswith(label)), None)


def _opens_label(text: str, start: int) -> bool:
    """True when a label begins here: after nothing, a space or a mark, or as a capital glued to the word before."""
    if start <= 0:
        return True
    before, first = text[start - 1], text[start]
    if not before.isalnum() or not before.isascii():
        # A label in the middle of a phrase is a word of it: "what makes a good photo: light".
        if text[:start].rstrip().endswith(("&", " and", " und", " y", " et")):
            return False
        return (
            first.isupper()
            or not first.isascii()
            or before in '([|/–—.,;:!?"”'
            or text[:start].rstrip()[-1:] in '([|/–—.,;:!?"”'
        )
    return first.isupper() and not before.isupper()


def _is_name(name: str) -> bool:
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
    small = sum(word in _SMALL for word in letters)
    if named and named + small >= len(letters) - len(letters) // 4:
        return True
    return name.isascii() and len(words) == 1  # a handle or an address in lower case


_SMALL = frozenset(
    "via of the and for by von van de der den di da do du la le el y e und et of/ i og och in at on dpa epa".split()
)


def _ends_sentence(text: str) -> bool:
    return (text.rstrip(z.CLOSERS) or " ")[-1] in z.SENTENCE_ENDS


# --- lines that prove themselves -------------------------------------------------------------------------------------


def _proven_lines(page: Page, grammar: Grammar) -> dict[int, Caption]:
    """Captions that their words alone prove, in HTML and text alike, and the lines their label takes along."""
    found: dict[int, Caption] = {}
    halves: list[Block] = []
    for block, hits, verdict in zip(page.blocks, page.hits, page.verdicts, strict=True):
        text = block.text
        length = len(text)
        if verdict is not None or length > LONGEST:
            continue
        # Nearly every line ends here, after a few look-ups: this loop is most of what the cleaner costs.
        worded = bool(hits) and not _FAMILIES.isdisjoint(hits)
        marked = (
            worded
            or text[-1] in _OPENERS
            or text[-2:-1] in _OPENERS
            or _CREDIT_MARKS.search(text, max(0, length - LONGEST_CREDIT))
        )
        twice = length >= 2 * MIN_HALF and (
            text.find(text[:MIN_HALF], MIN_HALF) > 0 or text[0] in _COUNTED or ":" in text[:LABEL_CHARS]
        )
        if not (worded or marked or twice):
            continue
        caption = _furniture(page, block, grammar) if worded and length <= LONGEST_COUNT else None
        caption = caption or (_doubled(block, grammar) if twice else None)
        caption = caption or (_credited(page, block, grammar) if worded or marked else None)
        if not caption and block.words <= 3 and text[0] in "([" and text[-1] in ":(":
            halves.append(block)
        if caption:
            found[block.index] = caption
    for block in halves:
        found |= _split_credit(page, block, grammar)
    return found | _same_label(page, found)


def _furniture(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    phrase = page.says(block, "caption_furniture")
    if not phrase:
        shape = _DIGITS.sub("#", block.folded).strip(" .[]()")
        phrase = block.folded if shape in grammar.gallery else ""
    return Caption("", None, "gallery line", f"says only “{phrase}”", lift=False) if phrase else None


def _doubled(block: Block, grammar: Grammar) -> Caption | None:
    """A caption glued to itself, with or without a label before and a credit behind."""
    twice = square(block.text)
    if not twice:
        return None
    start, half, end = twice
    label, rest = _label(block.text[:start]), block.text[end:].strip(_EDGE)
    closing = split_credit(f"{half} {rest}".strip(), grammar)
    glued = block.text[start + len(half)] != " "
    if not (glued or closing or label) or (not glued and half[-1] in ",;"):
        return None
    if rest and not closing and len(rest.split()) > CREDIT_WORDS:
        return None
    text, credit = (closing.caption, closing.name or None) if closing else (half, rest or None)
    if text != half and len(text) > len(half):
        text = half
    return Caption(
        text.strip(_EDGE), credit, "doubled caption", "says the same twice in one line", label if closing else ""
    )


def _label(prefix: str) -> str:
    """The publication label before a caption: a few words and a colon."""
    label = prefix.strip().rstrip(":").strip()
    return label if label and len(label.split()) <= LABEL_WORDS and prefix.rstrip().endswith(":") else ""


def _credited(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that closes with a credit, or opens with words that call it a caption."""
    text = block.text
    if "\n" in text:
        return None
    opening = page.says(block, "caption_openings")
    if opening:
        rest = text[len(opening) :].strip(_EDGE)
        sourced = "source" in opening or "copyright" in opening
        why = f"opens with “{opening}”"
        return Caption("" if sourced else rest, rest if sourced else None, "caption opening", why)
    credit = split_credit(text, grammar, worded="credit_labels" in page.hits[block.index])
    if not credit or not credit.sure or not credit.name:
        return None
    words = len(credit.caption.split())
    if words > LONGEST_WORDS or (words > LONGEST_LABELLED and text[-1] not in ")]）】"):
        return None
    caption = _COUNTER.sub("", credit.caption)
    return Caption(caption.strip(_EDGE + ","), credit.name, "credit", f"closes with the credit “{credit.name}”")


def _split_credit(page: Page, block: Block, grammar: Grammar) -> dict[int, Caption]:
    """`(Image:` / `X` / `)` over two or three lines, from the line that opens the bracket."""
    if block.folded.strip(" ([:") not in grammar.labels:
        return {}
    parts: list[str] = []
    why = "a credit parted over several lines"
    for near in page.blocks[block.index + 1 : block.index + 3]:
        if not page.is_open(near.index) or near.words > CREDIT_WORDS:
            break
        parts.append(near.text)
        if near.text.endswith((")", "]")):
            rest = Caption("", None, "split credit", why, lift=False)
            name = " ".join(parts).strip(" ()[]")
            more = dict.fromkeys(range(block.index + 1, near.index + 1), rest)
            return {block.index: Caption("", name, "split credit", why)} | more
    return {}


def _same_label(page: Page, found: dict[int, Caption]) -> dict[int, Caption]:
    """Other lines with the label that a doubled caption proved, and lines whose label comes again before credits."""
    if not any(caption.text and (caption.label or ":" in caption.text) for caption in found.values()):
        return {}
    starts: dict[int, str] = {}
    for block in page.blocks:
        at = block.text.find(":", 0, LABEL_CHARS)
        if at > 0:
            starts[block.index] = block.text[:at].strip()
    proved = {caption.label for caption in found.values() if caption.label}
    credited = Counter(
        starts[index] for index, caption in found.items() if index in starts and caption.text.startswith(starts[index])
    )
    proved |= {label for label, times in credited.items() if times >= 2 and len(label.split()) >= 2}
    more: dict[int, Caption] = {}
    for index, label in starts.items():
        if label not in proved or not page.is_open(index):
            continue
        known = found.get(index)
        if known and not known.label and known.text.startswith(label):
            more[index] = known._replace(text=known.text[len(label) :].strip(_EDGE), label=label)
        elif not known and page.blocks[index].words <= LONGEST_LABELLED:
            text = page.blocks[index].text[len(label) :].strip(_EDGE)
            why = f"has the label “{label}” of the page's captions"
            more[index] = Caption(text, None, "caption label", why, lift=bool(text))
    return more


# --- figures ---------------------------------------------------------------------------------------------------------


def _in_figures(page: Page, grammar: Grammar) -> dict[int, Caption]:
    """Lines that markup shows to be captions: <figcaption>, small caption containers, the words of an image's alt."""
    found: dict[int, Caption] = {}
    if page.media != "html":
        return found
    for run in _caption_runs(page.blocks):
        tagged = "figcaption" in run[0].path
        if _closes_a_quote(page, run[0]):
            continue
        if not tagged and (len(run) > RUN_BLOCKS or sum(block.words for block in run) > RUN_WORDS):
            continue
        rule, why = (
            ("figcaption", "stands in a figcaption")
            if tagged
            else ("caption container", "stands in a caption container")
        )
        for block in run:
            if page.is_open(block.index) and (tagged or _is_caption_block(block, grammar)):
                found[block.index] = _read(block, grammar, rule, why)
        _join_credit(run, found)
    for block in page.open():
        if block.alt and -3 < len(block.text) - len(block.alt) < 3 and block.index not in found and _says_alt(block):
            found[block.index] = _read(block, grammar, "alt text", "says what the alt text of the image says")
    return found


def _caption_runs(blocks: Iterable[Block]) -> list[list[Block]]:
    """Unbroken runs of blocks in caption containers."""
    runs: list[list[Block]] = []
    last = -2
    for block in blocks:
        if block.zone & z.FIGCAPTION:
            if block.index == last + 1 and ("figcaption" in block.path) == ("figcaption" in runs[-1][-1].path):
                runs[-1].append(block)
            else:
                runs.append([block])
            last = block.index
    return runs


def _closes_a_quote(page: Page, block: Block) -> bool:
    """True when the figure holds a quotation or text, and its caption names who said it."""
    if block.inside(z.QUOTE) or not block.index:
        return block.inside(z.QUOTE)
    before = page.blocks[block.index - 1]
    if before.inside(z.FIGCAPTION):
        return False
    return (before.inside(z.QUOTE) and not block.alt) or (before.words >= SENTENCE_WORDS and ">figure" in before.path)


def _is_caption_block(block: Block, grammar: Grammar) -> bool:
    """True in a container that a class names, when the line is credited too or says what the image's alt text says."""
    if block.kind != "paragraph" or not block.inside(z.FIGURE) or block.inside(_CHROME):
        return False
    alt = fold(block.alt)[:40]
    return (len(alt) >= AGAIN_CHARS and block.folded.startswith(alt)) or split_credit(block.text, grammar) is not None


def _says_alt(block: Block) -> bool:
    alt = fold(block.alt)
    if block.kind != "paragraph" or len(alt) < AGAIN_CHARS or block.words < ALT_WORDS or block.link_share > 0.5:
        return False
    if block.inside(_CHROME | z.LIST) or not block.inside(z.ARTICLE | z.MAIN | z.FIGURE):
        return False
    return block.folded.strip(" .") == alt.strip(" .")


def _read(block: Block, grammar: Grammar, rule: str, why: str) -> Caption:
    """The caption of a block that stands in a figure: its credit is cut off when it can be told."""
    lift = not block.inside(_CHROME)
    twice = square(block.text)
    text = block.text if not twice else block.text[twice[0] : twice[0] + len(twice[1])] + block.text[twice[2] :]
    credit = split_credit(text, grammar)
    if credit and credit.name:
        return Caption(credit.caption.strip(_EDGE), credit.name, rule, why, lift=lift)
    alt = block.alt.strip(" .")
    rest = text[len(alt) :].strip(" .") if alt and len(alt) >= MIN_HALF and text.startswith(alt) else ""
    if rest and len(rest.split()) <= CREDIT_WORDS and _is_name(rest):
        return Caption(text[: len(text) - len(rest)].rstrip(" "), rest, rule, why, lift=lift)
    return Caption(text, None, rule, why, lift=lift)


def _join_credit(run: list[Block], found: dict[int, Caption]) -> None:
    """Give a caption the credit that stands in its own element behind it."""
    for block, after in pairwise(run):
        caption, credit = found.get(block.index), found.get(after.index)
        if not caption or not credit or caption.credit or not caption.text:
            continue
        name = credit.credit
        if credit.text:
            name = credit.text if not name and after.words <= CREDIT_WORDS and _is_name(credit.text) else None
        if name:
            found[block.index] = caption._replace(credit=name)
            found[after.index] = credit._replace(lift=False)


# --- what the page as a whole says -----------------------------------------------------------------------------------


def _is_essay(page: Page, found: dict[int, Caption], sentences: dict[int, int]) -> bool:
    """True when captions make up most of what the page tells, so that they are the article."""
    told = [page.blocks[index].words for index, caption in found.items() if caption.lift and caption.text]
    around = sum(words for index, words in sentences.items() if index not in found)
    return bool(told) and sum(told) > around and (len(told) >= ESSAY_CAPTIONS or not around)


def _again(page: Page, found: dict[int, Caption]) -> dict[int, Caption]:
    """Lines that repeat a caption word for word."""
    told: dict[str, list[int]] = {}
    for index, caption in found.items():
        if len(caption.text) >= AGAIN_CHARS:
            told.setdefault(fold(caption.text).strip(" ."), []).append(index)
    more: dict[int, Caption] = {}
    for block in page.open() if told else ():
        key = block.folded.strip(" .")
        if key not in told or block.index in found or block.kind != "paragraph":
            continue
        near = [index for index in told[key] if abs(index - block.index) <= AGAIN_LINES]
        if near and (near[0] < block.index or not block.ends_sentence):
            caption = found[near[0]]
            more[block.index] = caption._replace(
                rule="caption again", why="repeats the caption beside it", label="", lift=False
            )
    return more


def _lifts(found: dict[int, Caption]) -> tuple[Lift, ...]:
    """Each distinct caption once, with the first credit it comes with; each publication label once."""
    kept: dict[str, Lift] = {}
    names: dict[str, Lift] = {}
    for index, caption in sorted(found.items()):
        if caption.label and caption.label not in names:
            names[caption.label] = Lift("site_name", caption.label, index)
        if not caption.lift or not (caption.text or caption.credit):
            continue
        key = fold(caption.text).strip(" .") or f"\n{caption.credit}"
        if key not in kept:
            kept[key] = Lift("caption", caption.text, index, caption.credit)
        elif caption.credit and not kept[key].credit:
            kept[key] = kept[key]._replace(credit=caption.credit)
    return (*kept.values(), *names.values())
