"""Drops picture captions, and lifts their words, their credit and the paper's name before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import compress, count, groupby, pairwise

from cleaners.page import Block, Page
from cleaners.steps._caption_lines import (
    LINE_RULES,
    REASON,
    STEP,
    Caption,
    credited,
    doubled,
    gallery_line,
    twice_in_a_row,
)
from cleaners.steps._galleries import GALLERY_TEASER, SLIDE_HEAD, gallery_lines, gallery_teaser
from cleaners.steps._text_captions import TEXT_RULES, text_captions
from cleaners.text.credit_grammar import (
    CREDIT_WORDS,
    EDGE,
    LABEL_CHARS,
    LONGEST,
    LONGEST_LABELLED,
    Grammar,
    grammar_of,
)
from cleaners.text.credit_hints import COLON, FAINT, GLUED, MARK, MIN_HALF, TWICE, hints_of, may_close
from cleaners.text.credit_names import is_name
from cleaners.text.credits import split_credit
from cleaners.text.fold import fold
from cleaners.text.prose import MOSTLY_LINK, PROSE_WORDS, sentences_of
from cleaners.verdict import Lift, Rule
from cleaners.zones import Zone

FIGCAPTION = Rule(STEP, "figcaption", REASON, "stands in a <figcaption>")
CAPTION_CONTAINER = Rule(STEP, "caption_container", REASON, "stands in a small container named after captions")
ALT_TEXT = Rule(STEP, "alt_text", REASON, "says what the alt text of the image says")
SPLIT_CREDIT = Rule(STEP, "split_credit", REASON, "part of a credit in brackets that is spread over several lines")
CAPTION_LABEL = Rule(STEP, "caption_label", REASON, "begins with the label of other captions on the page")
REPEATED_CAPTION = Rule(STEP, "repeated_caption", REASON, "repeats the caption beside it")
RULES = (
    *LINE_RULES,
    *TEXT_RULES,
    SLIDE_HEAD,
    GALLERY_TEASER,
    FIGCAPTION,
    CAPTION_CONTAINER,
    ALT_TEXT,
    SPLIT_CREDIT,
    CAPTION_LABEL,
    REPEATED_CAPTION,
)

WORDS_READ = "captions_by_words"  # done with a page whose lines' own words prove no further caption
LONGEST_COUNT = 40  # characters of a line like "View 6 images"
AGAIN_LINES = 3  # captions come again at once or in the gallery's own list, standfirsts far away
ALT_WORDS = 4  # shorter alt texts are names of products and logos, which the text says too
AGAIN_CHARS = 20  # a shorter line that equals a caption may be a subhead of its own
ESSAY_CAPTIONS = 3  # so many captions with more words than the sentences around them are a photo essay
RUN_WORDS = 90  # a figure's caption blocks together; a container with more is named by mistake
RUN_BLOCKS = 4
# Classes that name the element itself a caption. Of 114 lines so called on the measuring pages three were text; with a
# bare "caption" it would be 23 of 198.
CAPTION_CLASSES = frozenset(
    "wp-caption-text caption-text photo-caption image-caption img-caption picture-caption figure-caption media-caption".split()
)

_FAMILIES = frozenset(
    (
        "credit_labels",
        "photo_agencies",
        "wire_agencies",
        "caption_openings",
        "caption_furniture",
        "credit_closings",
        "gallery_teasers",
    )
)
_CHROME = Zone.CHROME | Zone.HEADER | Zone.COMMENTS | Zone.RELATED | Zone.PROMO | Zone.EMBED


def captions(page: Page) -> Page:
    """Drop captions, their credits and gallery lines, and lift them; photo essays keep theirs undecided.

    Where no line is left whose words may yet prove it a caption, the step is done with the page: the second pass may skip it.
    """
    grammar = grammar_of(page.rules)
    seen = hints_of([block.text for block in page.blocks])
    proven, left = ({}, False) if WORDS_READ in page.done else _proven_lines(page, grammar, seen)
    told = "" if left else WORDS_READ
    figures = {index: caption for index, caption in _in_figures(page, grammar).items() if index not in proven}
    beside, doubtful = text_captions(page, proven, grammar, seen)
    proven |= beside
    slides = gallery_lines(page, proven, grammar)
    proven |= {index: caption for index, caption in slides.items() if index not in proven}
    left = left or doubtful or len(beside) + len(slides) > 0
    if _is_essay(page, proven):
        proven, left, told = {index: caption for index, caption in proven.items() if not caption.text}, True, ""
    if figures and _is_essay(page, proven | figures):
        figures = {}
    found = proven | figures
    found |= _again(page, found)
    verdicts = {index: caption.rule.verdict(caption.why) for index, caption in found.items()}
    return page.decide(verdicts, lifts=_lifts(found), done=told if left else STEP)


# --- lines that prove themselves -------------------------------------------------------------------------------------


def _proven_lines(page: Page, grammar: Grammar, seen: bytes) -> tuple[dict[int, Caption], bool]:
    """Captions that their words alone prove, in HTML and text alike, and other lines with the same label.

    And whether lines are left that may yet prove to be a caption when other lines stand beside them.
    """
    found: dict[int, Caption] = {}
    halves: list[Block] = []
    objects = False
    spoken = {*page.saying(_FAMILIES)}
    for index in sorted(spoken.union(compress(range(len(seen)), seen))):  # few of the lines
        block, hits, hints, worded = page.blocks[index], page.hits[index], seen[index], index in spoken
        text = block.text
        if not page.is_open(index) or len(text) > LONGEST:
            continue
        if block.zone & Zone.EMBED:  # where that stays, as a page's text, it is read once more with the rest
            objects = True
            continue
        marked = (
            worded
            or hints & MARK
            or (
                hints & (COLON | FAINT)
                and ("credit_labels_weak" in hits or may_close(text, grammar, glued=hints & GLUED > 0))
            )
        )
        caption = gallery_line(page, block, grammar) if worded and len(text) <= LONGEST_COUNT else None
        caption = caption or (doubled(block, grammar) if hints & TWICE else None)
        caption = caption or (credited(page, block, grammar) if marked else None)
        caption = caption or (gallery_teaser(page, block, grammar) if worded else None)
        if caption:
            found[block.index] = caption
        elif block.words <= 3 and text[0] in "([" and text[-1] in ":(":
            halves.append(block)
    for block in halves:
        found |= _parted_credit(page, block, grammar)
    return found | _same_label(page, found), objects or len(halves) > 0


def _parted_credit(page: Page, block: Block, grammar: Grammar) -> dict[int, Caption]:
    """`(Image:` / `X` / `)` over two or three lines, from the line that opens the bracket."""
    if block.folded.strip(" ([:") not in grammar.labels:
        return {}
    parts: list[str] = []
    rest = Caption("", None, SPLIT_CREDIT, lift=False)
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
            more[index] = Caption(text, None, CAPTION_LABEL, why, lift=bool(text))
    return more


# --- figures ---------------------------------------------------------------------------------------------------------


def _in_figures(page: Page, grammar: Grammar) -> dict[int, Caption]:
    """Lines that markup shows to be captions: <figcaption>, small caption containers, the words of an image's alt."""
    found: dict[int, Caption] = {}
    if page.media != "html":
        return found
    for rule, run in _caption_runs(page):
        tagged = rule is FIGCAPTION
        mistaken = not tagged and (len(run) > RUN_BLOCKS or sum(block.words for block in run) > RUN_WORDS)
        if mistaken or _closes_a_quote(page, run[0]):
            continue
        for block in run:
            if page.is_open(block.index) and (tagged or _is_caption_block(block, grammar)):
                found[block.index] = _read(block, grammar, rule)
        _join_credit(page, run, found, grammar)
    for block in page.blocks:
        same = block.alt and -3 < len(block.text) - len(block.alt) < 3 and _says_alt(block)
        if same and page.is_open(block.index) and block.index not in found:
            found[block.index] = _read(block, grammar, ALT_TEXT)
    return found


def _caption_runs(page: Page) -> Iterator[tuple[Rule, list[Block]]]:
    """Unbroken runs of blocks in a <figcaption> or in another container for captions, and which of the two it is."""

    def container(block: Block) -> tuple[Rule, int]:
        """The container's rule, and the same number for all blocks of one run."""
        return FIGCAPTION if "figcaption" in block.path else CAPTION_CONTAINER, block.index - next(rank)

    inside = page.inside(Zone.FIGCAPTION)
    rank = count()
    return ((rule, list(run)) for (rule, _), run in groupby(inside, container))


def _closes_a_quote(page: Page, block: Block) -> bool:
    """True when the figure holds a quotation or text, and its caption names who said it."""
    if block.inside(Zone.QUOTE) or not block.index:
        return block.inside(Zone.QUOTE)
    before = page.blocks[block.index - 1]
    if before.inside(Zone.FIGCAPTION | Zone.EMBED):
        return False
    return (before.inside(Zone.QUOTE) and not block.alt) or (before.words >= PROSE_WORDS and ">figure" in before.path)


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
    if block.kind != "paragraph" or len(alt) < AGAIN_CHARS or block.words < ALT_WORDS or block.link_share > MOSTLY_LINK:
        return False
    if block.inside(_CHROME | Zone.LIST) or not block.inside(Zone.ARTICLE | Zone.MAIN | Zone.FIGURE):
        return False
    return block.folded.strip(" .") == alt.strip(" .")


def _read(block: Block, grammar: Grammar, rule: Rule) -> Caption:
    """The caption of a block that stands in a figure: its credit is cut off when it can be told."""
    lift = not block.inside(_CHROME)
    twice = twice_in_a_row(block.text)
    text = twice[1] + block.text[twice[2] :] if twice else block.text
    credit = split_credit(text, grammar)
    if credit and credit.name:
        return Caption(credit.caption.strip(EDGE), credit.name, rule, lift=lift)
    alt = block.alt.strip(" .")
    rest = text[len(alt) :].strip(" .") if len(alt) >= MIN_HALF and text.startswith(alt) else ""
    if rest and len(rest.split()) <= CREDIT_WORDS and is_name(rest, grammar):
        return Caption(text[: len(text) - len(rest)].rstrip(" "), rest, rule, lift=lift)
    return Caption(text, None, rule, lift=lift)


def _join_credit(page: Page, run: list[Block], found: dict[int, Caption], grammar: Grammar) -> None:
    """Give a caption the credit that stands in its own element behind it, in the same figure."""
    for block, after in pairwise(run):
        caption, credit = found.get(block.index), found.get(after.index)
        if (
            not caption
            or not credit
            or caption.credit
            or not caption.text
            or _figure(page, block) != _figure(page, after)
        ):
            continue
        if block.alt != after.alt or caption.text == credit.text:
            continue  # another picture is between them
        name = credit.credit
        if credit.text:
            name = credit.text if not name and after.words <= CREDIT_WORDS and is_name(credit.text, grammar) else None
        if name:
            found[block.index] = caption._replace(credit=name)
            found[after.index] = credit._replace(lift=False)


def _figure(page: Page, block: Block) -> int:
    """The number of the <figure> around a block, or 0."""
    at = block.element
    while at and page.names[at].split(" ", 1)[0] != "figure":
        at = page.parents[at]
    return at


# --- what the page as a whole says -----------------------------------------------------------------------------------


def _is_essay(page: Page, found: Mapping[int, Caption]) -> bool:
    """True when captions make up most of what the page tells, so that they are the article."""
    told = [page.blocks[index].words for index, caption in found.items() if caption.lift and caption.text]
    if not told:
        return False
    around = sum(block.words for block in sentences_of(page.blocks) if block.index not in found)
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
            more[block.index] = found[near[0]]._replace(rule=REPEATED_CAPTION, why="", label="", lift=False)
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
