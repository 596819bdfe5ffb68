"""Lifts the headline of already-extracted text, where no markup says which line it is, and keeps what follows it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from cleaners.metadata.byline_words import byline_words
from cleaners.metadata.titles import bare_headline
from cleaners.page import Block, Page
from cleaners.read.text import DATED_LEAD as EXTRACTED
from cleaners.steps._headline_facts import Lines, is_story, lines_of
from cleaners.steps._headline_model import chances
from cleaners.text.fold import squash
from cleaners.text.prose import count_words
from cleaners.verdict import Lift, Rule, Verdict
from cleaners.vocabulary import Reason

STEP = "text_head"
HEADLINE = Rule(STEP, "headline", Reason.TITLE_REPEAT, "the headline of the text, which is its title now")
ABOVE_HEADLINE = Rule(
    STEP, "above_headline", Reason.TITLE_REPEAT, "a label, breadcrumb or name of the paper above the headline"
)
STANDFIRST = Rule(STEP, "standfirst", None, "stands right below the headline, as a standfirst does")
FIRST_SENTENCE = Rule(STEP, "first_sentence", None, "the sentence that the text begins with")
RULES = (HEADLINE, ABOVE_HEADLINE, STANDFIRST, FIRST_SENTENCE)

LIKELY = 0.35  # chance from which a line is the headline
LIKELY_IN_DUMP = 0.15  # the same among all visible lines of a page, which nearly always show it
LIKELY_SENTENCE = 0.7  # of a line that ends with a full stop, as the first sentence of a story does
LIKELY_ALONE = 0.25  # the same where no other line is one of these
LIKELY_BELOW = 0.12  # the same below a breadcrumb or stamp that was likelier than any line
POSSIBLE = 0.05  # chance from which a line is it when it was taken together with a label glued to it
DUMP_LINES = 40  # at least
DUMP_STORY = 0.5  # of the lines, at most
LIST_LINES = 3
MOST_STEPS = 2  # of a line that is no breadcrumb
STEP_WORDS = 3  # of a step of a breadcrumb, at most
HEAD_LINES = 60  # lines in which a headline may stand again, or without the site's name
LABEL_WORDS = 4  # of a label above the headline
STANDFIRST_WORDS = 5  # at least, of one that ends like a sentence
OPEN_STANDFIRST_WORDS = 7  # at least, of one that does not
LONGEST_STANDFIRST = 60  # words
CLOSE = 3  # lines below the headline, of which one may be the standfirst
MOST_DIGITS = 0.15  # of a standfirst's characters
DIGITS_OF_STAMP = 0.27  # of a line's characters, from which on it is no headline
SENTENCE_WORDS = 3  # at least, of a first sentence
WORDS_OFF = 2  # by which a copy's number of words may differ, for its punctuation
LEAST_TITLE = 3  # words of a title whose copies at the end of longer lines are looked for
_WORD = re.compile(r"\w+")
_STEP = re.compile(r"\s+[»>›→/]\s+|\s*[»›→]\s*")
_POINTS = re.compile(r"[»›→]|\s>\s")
_TRAIL = re.compile(r"(?:^|\s)[»>›→/|]\s|\s{2,}")


def text_head(page: Page) -> Page:
    """Lift the headline of a text page into its title, drop its copies and the labels above, keep the standfirst."""
    if STEP in page.done:
        return page
    if page.media == "html" or page.head.titles:
        return page.decide({}, done=STEP)
    headline = _headline(page)
    if headline is None:
        return page.decide(_first_sentence(page), done=STEP)
    title = bare_headline(headline.text, (block.text for block in page.blocks[:HEAD_LINES]), page.site.host)
    forms = {squash(headline.text): headline.words, squash(title): count_words(title)}
    copies = {block.index for block in _copies(page, forms)}
    above = {block.index for block in _above(page, headline.index, title)} - copies
    verdicts = dict.fromkeys(copies, HEADLINE.verdict()) | dict.fromkeys(above, ABOVE_HEADLINE.verdict())
    verdicts |= _standfirst(page, headline.index, copies)
    return page.decide(verdicts, lifts=(Lift("title", title, headline.index),), done=STEP)


def _headline(page: Page) -> Block | None:
    """The likeliest line, when it is likely enough; the headline itself where a breadcrumb that ends with it wins."""
    lines = lines_of(page)
    if not len(lines.candidates) or _is_list(lines):
        return None
    found = chances(page, lines)
    others, least = [pair for pair in found if not _is_furniture(lines.alive[pair[1]])], LIKELY
    if found[0] not in others[:1]:
        others, least = _without_furniture(page, lines), LIKELY_BELOW  # what was taken for it stands in its place
    elif len(lines.alive) >= DUMP_LINES and len(lines.stories) <= DUMP_STORY * len(lines.alive):
        least = LIKELY_IN_DUMP
    elif len(others) < 2 or others[1][0] < POSSIBLE:
        least = LIKELY_ALONE
    likely = [
        lines.alive[at]
        for score, at in others
        if score >= (LIKELY_SENTENCE if _is_bare_sentence(page, lines.alive[at]) else least) and not _goes_on(lines, at)
    ]
    if not likely:
        return None
    best = likely[0]
    whole = [lines.alive[at] for score, at in found if score >= POSSIBLE]
    best = next((block for block in whole if _is_behind_label(block, best)), best)
    if best.text[0].islower():  # a copy in other letters
        same = [block for block in lines.alive if block.folded == best.folded and block.text[0].isupper()]
        best = next((block for block in same if page.is_open(block.index)), best)
    return best


def _without_furniture(page: Page, lines: Lines) -> list[tuple[float, int]]:
    """The chances of the lines that are no furniture, which a line of it would take from them."""
    real = [at for at in lines.candidates.tolist() if not _is_furniture(lines.alive[at])]
    return chances(page, lines._replace(candidates=np.array(real, np.intp))) if real else []


def _is_bare_sentence(page: Page, block: Block) -> bool:
    """True for a line that ends with a full stop, where no date stands before the text."""
    return block.ends_sentence and block.text[-1] not in "?!？！؟" and not EXTRACTED.fullmatch(page.blocks[0].text)


def _is_list(lines: Lines) -> bool:
    """True for a text of several lines of which none is a sentence, such as a list of results."""
    if len(lines.stories) or len(lines.alive) <= LIST_LINES:
        return False
    return not any(block.ends_sentence for block in lines.alive[1:])


def _goes_on(lines: Lines, at: int) -> bool:
    """True for the first line of a paragraph that was wrapped: the next one begins with a small letter."""
    line, below = lines.alive[at], lines.alive[at + 1 : at + 2]
    return (
        bool(below)
        and below[0].text[0].islower()
        and below[0].words >= line.words > LABEL_WORDS
        and (below[0].ends_sentence and not below[0].folded.startswith(line.folded))
    )


def _is_furniture(block: Block) -> bool:
    """True for what stands where headlines do and is none: a breadcrumb, a stamp, a section in one word of capitals."""
    if _is_trail(block) or sum(map(str.isdigit, block.text)) > DIGITS_OF_STAMP * len(block.text):
        return True
    if block.words == 1:
        return block.text.isupper()
    stamps = byline_words().stamps
    return all(word.isdigit() or word in stamps for word in _WORD.findall(block.folded))


def _is_trail(block: Block) -> bool:
    """True for a breadcrumb: several short steps of a path, with or without the headline behind them."""
    steps = _STEP.split(block.text)
    steps[0] = steps[0].rpartition(":")[2]  # "You are here:"
    if len(steps) > MOST_STEPS:
        return all(len(step.split()) <= STEP_WORDS for step in steps[:-1])
    return len(steps) == MOST_STEPS and _POINTS.search(block.text) is not None and all(map(_is_short, steps))


def _is_short(step: str) -> bool:
    return count_words(step) <= STEP_WORDS


def _is_behind_label(headline: Block, line: Block) -> bool:
    """True when a line is this headline with a breadcrumb before it, or with a label glued to it."""
    label = line.text.removesuffix(headline.text)
    if label == line.text or not label or headline.words < LEAST_TITLE - 1:
        return False
    return label[-1].isalnum() or bool(_TRAIL.search(label))


def _copies(page: Page, forms: Mapping[str, int]) -> Iterator[Block]:
    """The open lines that are the headline, wherever they stand; `forms` are its words, squashed, and their number."""
    least, most = min(forms.values()) - WORDS_OFF, max(forms.values()) + WORDS_OFF
    for block in page.open():
        if least <= block.words <= most and squash(block.text) in forms:
            yield block


def _above(page: Page, headline: int, title: str) -> Iterator[Block]:
    """The open labels above the headline that no story stands between, and breadcrumbs that end with it."""
    words, least = squash(title), count_words(title)
    is_long = least >= LEAST_TITLE
    for block in page.blocks[headline - 1 :: -1] if headline else ():
        if is_story(block):
            return
        if not page.is_open(block.index) or block.ends_sentence or EXTRACTED.fullmatch(block.text):
            continue
        is_label = block.words <= LABEL_WORDS or _TRAIL.search(block.text)
        if is_label or (is_long and block.words > least and squash(block.text).endswith(words)):
            yield block


def _standfirst(page: Page, headline: int, copies: Collection[int]) -> dict[int, Verdict]:
    """A keeping verdict on the first open line below the headline that may be a standfirst, if it stands close."""
    below = [block for block in page.open() if block.index > headline and block.index not in copies]
    for block in below[:CLOSE]:
        least = STANDFIRST_WORDS if block.ends_sentence else OPEN_STANDFIRST_WORDS
        if least <= block.words <= LONGEST_STANDFIRST and not page.hits[block.index] and _is_wording(block.text):
            return {block.index: STANDFIRST.verdict()}
        if block.words > LABEL_WORDS + 2 and block.ends_sentence:
            break
    return {}


def _is_wording(text: str) -> bool:
    """False for a line of numbers, such as a stamp, an address or a score."""
    return sum(map(str.isdigit, text)) < MOST_DIGITS * len(text)


def _first_sentence(page: Page) -> dict[int, Verdict]:
    """A keeping verdict on a short sentence that the text begins with; longer ones need no help."""
    alive = [block for block in page.alive()[:3] if not EXTRACTED.fullmatch(block.text)]
    if len(alive) < 2 or not page.is_open(alive[0].index) or page.hits[alive[0].index]:
        return {}
    first, second = alive[:2]
    is_short_sentence = first.words >= SENTENCE_WORDS and first.ends_sentence and first.text[-1] not in "!?！？"
    return {first.index: FIRST_SENTENCE.verdict()} if is_short_sentence and is_story(second) else {}
