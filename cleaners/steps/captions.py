"""This file takes picture captions out of the text and keeps them: their words, their credit, the paper's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import compress, count, groupby, pairwise
from typing import NamedTuple

from cleaners._speedups import speedups
from cleaners.page import Block, Page
from cleaners.text.credits import (
    CREDIT_WORDS,
    EDGE,
    LABEL_CHARS,
    LABEL_WORDS,
    LONGEST,
    LONGEST_CREDIT,
    LONGEST_LABELLED,
    OPENERS,
    Grammar,
    follows_glued,
    grammar_of,
    is_name,
    line_credit,
    may_close,
    split_credit,
)
from cleaners.text.fold import fold
from cleaners.verdict import Lift, Verdict
from cleaners.zones import Zone

STEP, REASON = "captions", "caption"
MIN_HALF = 20  # characters; shorter doubles are refrains and names, from here on none stood in real news
MIN_SPAN = 0.4  # of the line; a paragraph may quote a slogan twice
MAX_SEAMS = 4  # places where the first words come again; a flood of them is no caption
LABELS = 2  # colons behind which a label may end
LONGEST_COUNT = 40  # characters of a line like "View 6 images"
LONGEST_WORDS = 90  # agency captions tell who, where, when and why; the longest seen had 70
AGAIN_LINES = 3  # captions come again at once or in the gallery's own list, standfirsts far away
ALT_WORDS = 4  # shorter alt texts are names of products and logos, which the text says too
AGAIN_CHARS = 20  # a shorter line that equals a caption may be a subhead of its own
ESSAY_CAPTIONS = 3  # so many captions with more words than the sentences around them are a photo essay
SENTENCE_WORDS = 12
RUN_WORDS = 90  # a figure's caption blocks together; a container with more is named by mistake
RUN_BLOCKS = 4
# Classes that name the element itself a caption. Of 114 lines so called on the measuring pages three were text; with a
# bare "caption" it would be 23 of 198.
CAPTION_CLASSES = frozenset(
    "wp-caption-text caption-text photo-caption image-caption img-caption picture-caption figure-caption media-caption".split()
)

_FAMILIES = frozenset(("credit_labels", "photo_agencies", "wire_agencies", "caption_openings", "caption_furniture"))
_COUNTED = frozenset("[(0123456789")
_MARKS = re.compile("[=：©ⓒ＝]")
_FAINT = re.compile("[/|]")
_COUNTER = re.compile(r"^[\[(]?\d{1,3} ?/ ?\d{1,3}[\])]?\s+")
_DIGITS = re.compile(r"\d+")
_CHROME = Zone.CHROME | Zone.HEADER | Zone.COMMENTS | Zone.RELATED | Zone.PROMO | Zone.EMBED


TWICE, MARK, COLON, GLUED, FAINT = 1, 2, 4, 8, 16  # signs of a caption, as in _credits.c


class Caption(NamedTuple):
    """One caption found: what the reader is told, who is credited, and how it was recognised."""

    text: str
    credit: str | None
    rule: str
    why: str
    label: str = ""
    lift: bool = True


def captions(page: Page) -> Page:
    """Drop captions, their credits and gallery lines, and lift them; photo essays keep theirs undecided.

    Where no line is left whose words may yet prove it a caption, the step is done with the page: the second pass may skip it.
    """
    grammar = grammar_of(page.rules)
    proven, left = _proven_lines(page, grammar)
    figures = {index: caption for index, caption in _in_figures(page, grammar).items() if index not in proven}
    if _is_essay(page, proven):
        proven, left = {index: caption for index, caption in proven.items() if not caption.text}, True
    if figures and _is_essay(page, proven | figures):
        figures = {}
    found = proven | figures
    found |= _again(page, found)
    verdicts = {index: Verdict(False, STEP, REASON, caption.rule, caption.why) for index, caption in found.items()}
    return page.decide(verdicts, lifts=_lifts(found), done="" if left else STEP)


# --- lines that prove themselves -------------------------------------------------------------------------------------


def _proven_lines(page: Page, grammar: Grammar) -> tuple[dict[int, Caption], bool]:
    """Captions that their words alone prove, in HTML and text alike, and the lines their label takes along.

    And whether lines are left that may yet prove to be a caption when other lines stand beside them.
    """
    found: dict[int, Caption] = {}
    halves: list[Block] = []
    objects = False
    seen = signs_of([block.text for block in page.blocks])
    spoken = {*page.saying(_FAMILIES)}
    for index in sorted(spoken.union(compress(range(len(seen)), seen))):  # few of the lines
        block, hits, signs, worded = page.blocks[index], page.hits[index], seen[index], index in spoken
        text = block.text
        if not page.is_open(index) or len(text) > LONGEST:
            continue
        if block.zone & Zone.EMBED:  # where that stays, as a page's text, it is read once more with the rest
            objects = True
            continue
        marked = (
            worded
            or signs & MARK
            or (
                signs & (COLON | FAINT)
                and ("credit_labels_weak" in hits or may_close(text, grammar, glued=signs & GLUED > 0))
            )
        )
        caption = _furniture(page, block, grammar) if worded and len(text) <= LONGEST_COUNT else None
        caption = caption or (_doubled(block, grammar) if signs & TWICE else None)
        caption = caption or (_credited(page, block, grammar) if marked else None)
        if caption:
            found[block.index] = caption
        elif block.words <= 3 and text[0] in "([" and text[-1] in ":(":
            halves.append(block)
    for block in halves:
        found |= _parted_credit(page, block, grammar)
    return found | _same_label(page, found), objects or len(halves) > 0


def signs_of(lines: list[str]) -> bytes:
    """For each line the signs of a caption in it: its opening comes again, or signs that credits are set with."""
    if speedups is None:
        return bytes(map(_signs, lines))
    found: bytes = speedups.signs(lines)
    return found


def _signs(text: str) -> int:
    if not 0 < len(text) <= LONGEST:
        return 0
    tail = text[-LONGEST_CREDIT:]
    faint = tail[-1] in OPENERS or tail[-2:-1] in OPENERS or _FAINT.search(tail)
    signs = (MARK if _MARKS.search(tail) else 0) | (COLON if ":" in tail else 0) | (FAINT if faint else 0)
    signs |= GLUED if follows_glued(text) else 0
    if len(text) < 2 * MIN_HALF:
        return signs
    starts = (at for at in _label_ends(text) if text.find(text[at : at + MIN_HALF], at + MIN_HALF) > 0)
    return signs | (TWICE if text[0] in _COUNTED or any(True for _ in starts) else 0)


def _furniture(page: Page, block: Block, grammar: Grammar) -> Caption | None:
    """A line that a gallery or a viewer leaves behind."""
    phrase = page.says(block, "caption_furniture")
    if not phrase and _DIGITS.sub("#", block.folded).strip(" .[]()") in grammar.gallery:
        phrase = block.folded
    return Caption("", None, "gallery line", f"says only “{phrase}”", lift=False) if phrase else None


def _doubled(block: Block, grammar: Grammar) -> Caption | None:
    """A caption glued to itself, with or without a label before and a credit behind."""
    twice = _square(block.text)
    if not twice:
        return None
    start, half, end = twice
    label, rest = _label(block.text[:start]), block.text[end:].strip(EDGE)
    closing = split_credit(f"{half} {rest}".strip(), grammar)
    glued = block.text[start + len(half)] != " "
    if not glued and (half[-1] in ",;" or not (closing or label)):
        return None
    why = "says the same twice in one line"
    if closing:
        text = min(closing.caption, half, key=len)
        return Caption(text.strip(EDGE), closing.name or None, "doubled caption", why, label)
    if len(rest.split()) > CREDIT_WORDS:
        return None
    return Caption(half.strip(EDGE), rest or None, "doubled caption", why)


def _square(text: str) -> tuple[int, str, int] | None:
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
    while at >= 0 and len(starts) <= LABELS:
        starts.append(at + 1 + (text[at + 1 : at + 2] == " "))
        at = text.find(":", at + 1, LABEL_CHARS)
    return starts


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
        rest = text[len(opening) :].strip(EDGE)
        why = f"opens with “{opening}”"
        if any(word in opening for word in grammar.sources):
            return Caption("", rest, "caption opening", why)
        return Caption(rest, None, "caption opening", why)
    credit = line_credit(text, page.rules, "credit_labels" in page.hits[block.index])
    if not credit or not credit.sure or not credit.name:
        return None
    if len(credit.caption.split()) > (LONGEST_WORDS if text[-1] in ")]）】" else LONGEST_LABELLED):
        return None
    caption = _COUNTER.sub("", credit.caption).strip(EDGE)
    return Caption(caption, credit.name, "credit", f"closes with the credit “{credit.name}”")


def _parted_credit(page: Page, block: Block, grammar: Grammar) -> dict[int, Caption]:
    """`(Image:` / `X` / `)` over two or three lines, from the line that opens the bracket."""
    if block.folded.strip(" ([:") not in grammar.labels:
        return {}
    parts: list[str] = []
    rest = Caption("", None, "split credit", "a credit parted over several lines", lift=False)
    for near in page.blocks[block.index + 1 : block.index + 3]:
        if not page.is_open(near.index) or near.words > CREDIT_WORDS:
            break
        parts.append(near.text)
        if near.text.endswith((")", "]")):
            first = rest._replace(credit=" ".join(parts).strip(" ()[]"), lift=True)
            return {block.index: first} | dict.fromkeys(range(block.index + 1, near.index + 1), rest)
    return {}


def _same_label(page: Page, found: Mapping[int, Caption]) -> dict[int, Caption]:
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
            more[index] = known._replace(text=known.text[len(label) :].strip(EDGE), label=label)
        elif not known and page.blocks[index].words <= LONGEST_LABELLED:
            text = page.blocks[index].text[len(label) :].strip(EDGE)
            why = f"has the label “{label}” of the page's captions"
            more[index] = Caption(text, None, "caption label", why, lift=bool(text))
    return more


# --- figures ---------------------------------------------------------------------------------------------------------


def _in_figures(page: Page, grammar: Grammar) -> dict[int, Caption]:
    """Lines that markup shows to be captions: <figcaption>, small caption containers, the words of an image's alt."""
    found: dict[int, Caption] = {}
    if page.media != "html":
        return found
    for rule, run in _caption_runs(page):
        tagged = rule == "figcaption"
        mistaken = not tagged and (len(run) > RUN_BLOCKS or sum(block.words for block in run) > RUN_WORDS)
        if mistaken or _closes_a_quote(page, run[0]):
            continue
        for block in run:
            if page.is_open(block.index) and (tagged or _is_caption_block(block, grammar)):
                found[block.index] = _read(block, grammar, rule, f"stands in a {rule}")
        _join_credit(run, found, grammar)
    for block in page.blocks:
        same = block.alt and -3 < len(block.text) - len(block.alt) < 3 and _says_alt(block)
        if same and page.is_open(block.index) and block.index not in found:
            found[block.index] = _read(block, grammar, "alt text", "says what the alt text of the image says")
    return found


def _caption_runs(page: Page) -> Iterator[tuple[str, list[Block]]]:
    """Unbroken runs of blocks in a <figcaption> or in another container for captions, and which of the two it is."""

    def container(block: Block) -> tuple[str, int]:
        """The container's rule, and the same number for all blocks of one run."""
        return "figcaption" if "figcaption" in block.path else "caption container", block.index - next(rank)

    inside = [block for block in page.blocks if block.zone & Zone.FIGCAPTION]
    rank = count()
    return ((rule, list(run)) for (rule, _), run in groupby(inside, container))


def _closes_a_quote(page: Page, block: Block) -> bool:
    """True when the figure holds a quotation or text, and its caption names who said it."""
    if block.inside(Zone.QUOTE) or not block.index:
        return block.inside(Zone.QUOTE)
    before = page.blocks[block.index - 1]
    if before.inside(Zone.FIGCAPTION | Zone.EMBED):
        return False
    return (before.inside(Zone.QUOTE) and not block.alt) or (
        before.words >= SENTENCE_WORDS and ">figure" in before.path
    )


def _is_caption_block(block: Block, grammar: Grammar) -> bool:
    """True of a line that its own class names, and in a container that a class names, when the line is credited too or
    says what the image's alt text says."""
    if block.kind != "paragraph" or block.inside(_CHROME):
        return False
    if "caption" in block.tokens and not CAPTION_CLASSES.isdisjoint(block.tokens.split()):
        return True
    if not block.inside(Zone.FIGURE):
        return False
    alt = fold(block.alt)[:40]
    return (len(alt) >= AGAIN_CHARS and block.folded.startswith(alt)) or split_credit(block.text, grammar) is not None


def _says_alt(block: Block) -> bool:
    alt = fold(block.alt)
    if block.kind != "paragraph" or len(alt) < AGAIN_CHARS or block.words < ALT_WORDS or block.link_share > 0.5:
        return False
    if block.inside(_CHROME | Zone.LIST) or not block.inside(Zone.ARTICLE | Zone.MAIN | Zone.FIGURE):
        return False
    return block.folded.strip(" .") == alt.strip(" .")


def _read(block: Block, grammar: Grammar, rule: str, why: str) -> Caption:
    """The caption of a block that stands in a figure: its credit is cut off when it can be told."""
    lift = not block.inside(_CHROME)
    twice = _square(block.text)
    text = twice[1] + block.text[twice[2] :] if twice else block.text
    credit = split_credit(text, grammar)
    if credit and credit.name:
        return Caption(credit.caption.strip(EDGE), credit.name, rule, why, lift=lift)
    alt = block.alt.strip(" .")
    rest = text[len(alt) :].strip(" .") if len(alt) >= MIN_HALF and text.startswith(alt) else ""
    if rest and len(rest.split()) <= CREDIT_WORDS and is_name(rest, grammar):
        return Caption(text[: len(text) - len(rest)].rstrip(" "), rest, rule, why, lift=lift)
    return Caption(text, None, rule, why, lift=lift)


def _join_credit(run: list[Block], found: dict[int, Caption], grammar: Grammar) -> None:
    """Give a caption the credit that stands in its own element behind it."""
    for block, after in pairwise(run):
        caption, credit = found.get(block.index), found.get(after.index)
        if not caption or not credit or caption.credit or not caption.text:
            continue
        name = credit.credit
        if credit.text:
            name = credit.text if not name and after.words <= CREDIT_WORDS and is_name(credit.text, grammar) else None
        if name:
            found[block.index] = caption._replace(credit=name)
            found[after.index] = credit._replace(lift=False)


# --- what the page as a whole says -----------------------------------------------------------------------------------


def _is_essay(page: Page, found: Mapping[int, Caption]) -> bool:
    """True when captions make up most of what the page tells, so that they are the article."""
    told = [page.blocks[index].words for index, caption in found.items() if caption.lift and caption.text]
    if not told:
        return False
    around = sum(
        block.words
        for block in page.blocks
        if block.words >= SENTENCE_WORDS and block.index not in found and block.ends_sentence
    )
    return sum(told) > around and (len(told) >= ESSAY_CAPTIONS or not around)


def _again(page: Page, found: Mapping[int, Caption]) -> dict[int, Caption]:
    """Lines that repeat a caption word for word."""
    told: dict[str, list[int]] = {}
    for index, caption in found.items():
        if len(caption.text) >= AGAIN_CHARS:
            told.setdefault(fold(caption.text).strip(" ."), []).append(index)
    more: dict[int, Caption] = {}
    shortest = min(map(len, told), default=0)
    for block in page.open() if told else ():
        if len(block.folded) < shortest:
            continue
        key = block.folded.strip(" .")
        if key not in told or block.index in found or block.kind != "paragraph":
            continue
        near = [index for index in told[key] if abs(index - block.index) <= AGAIN_LINES]
        if near and (near[0] < block.index or not block.ends_sentence):
            more[block.index] = found[near[0]]._replace(
                rule="caption again", why="repeats the caption beside it", label="", lift=False
            )
    return more


def _lifts(found: Mapping[int, Caption]) -> tuple[Lift, ...]:
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
