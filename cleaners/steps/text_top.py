"""Drops the lines around a known headline, above the first paragraph, that are none of the story: labels, stamps, copies.

A line's place says what it is: what no sentence is and stands above the headline, or between it and a byline, is a label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cleaners.page import Block, Page
from cleaners.steps._headline_facts import is_story
from cleaners.steps._top_words import Top, has_job, read_top
from cleaners.text.fold import squash
from cleaners.text.prose import QUOTES
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason

STEP = "text_top"
ABOVE_TITLE = Rule(STEP, "above_title", Reason.SITE_CHROME, "no sentence, above the headline of the text")
LABEL_BESIDE = Rule(
    STEP,
    "label_beside_title",
    Reason.SITE_CHROME,
    "a few words between the headline and a line of author, date or tools",
)
STAMP_BESIDE = Rule(STEP, "stamp_beside_title", Reason.BYLINE, "a day and a time beside the headline")
NUMBER_BESIDE = Rule(
    STEP,
    "number_beside_title",
    Reason.SITE_CHROME,
    "a number or a web address alone among the lines below the headline",
)
JOB_BESIDE = Rule(STEP, "job_beside_name", Reason.BYLINE, "what the author is, below the name")
PICTURE_NAME = Rule(STEP, "picture_name", Reason.CAPTION, "in small letters what the paragraph below begins with")
TITLE_AGAIN = Rule(
    STEP, "title_again", Reason.TITLE_REPEAT, "the headline again, with a word or two besides or left out"
)
RULES = (ABOVE_TITLE, LABEL_BESIDE, STAMP_BESIDE, NUMBER_BESIDE, JOB_BESIDE, PICTURE_NAME, TITLE_AGAIN)

REACH = 16  # lines above and below the headline
DEEPEST = 24  # lines above a headline that is that of the text and not of one of its parts
LABEL_WORDS = 4
MOST_ABOVE = 3  # lines above the headline; more are a list
OPEN_STANDFIRST = 7  # words of a line above the headline that may be a standfirst, at least
MORE_WORDS = 3  # that a copy of the headline has, at most
LEAST_COPY = 4  # words of a copy that is shorter than the headline, at least
BEGINNING = 80  # characters of a paragraph
MOST_OF_IT = 0.6  # of the headline's words
_FURNITURE = frozenset((Reason.BYLINE, Reason.SITE_CHROME))
_LIST_MARKS = "-–—•·*▪►‣●○■□✓"


def text_top(page: Page) -> Page:
    """Drop labels, stamps and copies around the headline of a text page; nothing where none is known."""
    if page.media == "html" or STEP in page.done:
        return page
    at = _headline(page)
    if at is None:
        return page
    title = squash(next((lift.value for lift in page.lifts if lift.field == "title"), page.blocks[at].text))
    above = dict(_above(page, at))
    found = above if len(above) <= MOST_ABOVE else {}
    found |= _below(page, at, title)
    return page.decide(found, done=STEP)


def _headline(page: Page) -> int | None:
    """Where the headline stands: it was lifted there, or the page's own title stands there again."""
    lifted = next((lift.block for lift in page.lifts if lift.field == "title"), None)
    if lifted is not None:
        return lifted
    judged = enumerate(page.verdicts[: 2 * REACH])
    return next((at for at, verdict in judged if verdict and verdict.reason == Reason.TITLE_REPEAT), None)


def _above(page: Page, headline: int) -> Iterator[tuple[int, Verdict]]:
    """The open lines above the headline that are no sentences, up to one that is."""
    for block in reversed(page.blocks[max(0, headline - REACH) : headline]) if headline <= DEEPEST else ():
        verdict = page.verdicts[block.index]
        if verdict is not None and not verdict.keep:
            continue
        if is_story(block) or block.ends_sentence or _is_listed(block.text):
            return
        if verdict is None and (block.words < OPEN_STANDFIRST or _is_of_another(page, block)):
            yield block.index, ABOVE_TITLE.verdict()


def _is_of_another(page: Page, block: Block) -> bool:
    """True for a long line that has its own date or age above it, as the headline of another story has."""
    above = page.verdicts[block.index - 1] if block.index else None
    return above is not None and above.reason == Reason.BYLINE and above.rule != "dated_lead"


def _below(page: Page, headline: int, title: str) -> dict[int, Verdict]:
    """The lines between the headline and the first line of the story that are labels, stamps or copies."""
    lines = _head(page, headline)
    found: dict[int, Verdict] = {}
    labels = _before_standfirst(page, lines)
    for number, block in reversed(tuple(enumerate(lines))):  # a label is known by the line below it
        if page.is_open(block.index) and (rule := _rule(page, block, title, found, may_be_label=number < labels)):
            found[block.index] = rule.verdict()
    for block in lines:
        above = page.verdicts[block.index - 1] or found.get(block.index - 1)
        if block.index in found or not page.is_open(block.index) or above is None or above.keep:
            continue
        if above.reason in _FURNITURE and read_top(block.text) is Top.NUMBER:
            found[block.index] = NUMBER_BESIDE.verdict()
        elif above.reason == Reason.BYLINE and _is_label(block) and has_job(block):
            found[block.index] = JOB_BESIDE.verdict()
        elif above.reason in _FURNITURE and _is_label(block) and _names_picture(page, block):
            found[block.index] = PICTURE_NAME.verdict()
    return found


def _names_picture(page: Page, block: Block) -> bool:
    """True for a few words in small letters with which the line below begins in its own, as names of pictures are."""
    below = next((line for line in page.blocks[block.index + 1 :][:2] if is_story(line)), None)
    words = block.folded.split()
    beginning = set(squash(below.text[:BEGINNING]).split()) if below else set()
    return len(words) > 1 and block.text.islower() and beginning.issuperset(words)


def _head(page: Page, headline: int) -> Sequence[Block]:
    """The blocks below the headline down to the first line of the story."""
    below = page.blocks[headline + 1 : headline + 1 + REACH]
    for number, block in enumerate(below):
        verdict = page.verdicts[block.index]
        is_kept = verdict is not None and verdict.keep
        if is_kept or (verdict is None and (is_story(block) or block.ends_sentence)):
            return below[:number]
    return below if headline + 1 + REACH < len(page.blocks) else ()


def _before_standfirst(page: Page, lines: Sequence[Block]) -> int:
    """How many of these lines stand above one that may be a standfirst without full stop."""
    longer = (n for n, line in enumerate(lines) if line.words >= OPEN_STANDFIRST and page.is_open(line.index))
    return next(longer, len(lines))


def _rule(page: Page, block: Block, title: str, found: Mapping[int, Verdict], *, may_be_label: bool) -> Rule | None:
    if _is_copy(block, title):
        return TITLE_AGAIN
    if read_top(block.text) is Top.LOOSE_STAMP:
        return STAMP_BESIDE
    if not may_be_label or not _is_label(block):
        return None
    below = block.index + 1
    verdict = (page.verdicts[below] or found.get(below)) if below < len(page.blocks) else None
    if verdict is not None and not verdict.keep and verdict.reason in _FURNITURE:
        return LABEL_BESIDE
    return None


def _is_label(block: Block) -> bool:
    """True for a few words that are no sentence, no quote, no head of a list, no item of one, no place in capitals."""
    text = block.text
    return (
        block.words <= LABEL_WORDS
        and not block.ends_sentence
        and text[0] not in QUOTES
        and text[-1] not in ":：,،"
        and not _is_listed(text)
        and not any(map(str.isdigit, text))
        and not (text.isupper() and text.lower() != text)
    )


def _is_listed(text: str) -> bool:
    """True for an item of a list or a result: a mark before it, a number behind it."""
    return text[0] in _LIST_MARKS or text[-1].isdigit()


def _is_copy(block: Block, title: str) -> bool:
    """True for a line that is the headline with a few words more at an edge, or most of its beginning or end."""
    words, own = title.count(" ") + 1, squash(block.text)
    more = block.words - words
    if words < LEAST_COPY or not own or abs(more) > words:
        return False
    if 0 <= more <= MORE_WORDS:
        return own.startswith(title) or own.endswith(title)
    is_most = more < 0 and block.words >= max(LEAST_COPY, MOST_OF_IT * words)
    return is_most and not block.ends_sentence and (title.startswith(own) or title.endswith(own))
