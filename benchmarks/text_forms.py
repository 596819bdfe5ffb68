"""The forms in which the text of an HTML page with gold reaches a user: what extractors leave, and nearly clean text.

Most texts that people hand in are nearly clean. There nothing may be lost, and the judge learns that from the lines
that the gold text has, alone or with what scrapers leave around them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.extracted import Answers
from cleaners.judge.feature_table import Floats
from cleaners.page import Block, Page
from cleaners.text.fold import squash
from cleaners.text.prose import PROSE_WORDS, count_words

EXTRACTED = {"dump": 2.0, "leaky": 1.5, "recall": 0.7, "precision": 0.7, "paragraphs": 0.5, "beginning": 0.5}
NEARLY_CLEAN = {"clean": 0.6, "framed": 0.8, "sentences": 0.4, "brief": 0.4, "edged": 0.8}
# Of nearly clean texts, short lines count so many times: those outside of the story, and those of the story.
OUTSIDE, INSIDE = 3.0, 1.5
SHORT = PROSE_WORDS  # words; a line with fewer is short
TEACH_HEADS = ("edged",)  # where a headline, a byline or a date that no step knew is furniture; not so in the others
WEIGHTS = EXTRACTED | NEARLY_CLEAN
# Each source has its own idea of what is text at the edges of an article: English pages of these teach edges nothing,
# or they would cost the sets that they do not come from .004 of F1. Languages that are few count more.
MORE = {"more_rules": 0.3, "more_news": 1.0, "more_magic": 1.0, "more_chinese": 0.5}
UNRELIABLE, LITTLE = ("more_rules", "more_magic"), 0.3  # of these even the nearly clean forms
NOT_ENGLISH = 2.0
# So many texts in a hundred, of what extractors leave and of nearly clean ones, are read as if their wordings, or their
# everyday words as well, were unknown: the trees learn to do without, as they must in most languages.
UNKNOWN = {True: (8, 4), False: (45, 20)}
MOST_BEFORE, MOST_AFTER = 6, 10  # lines of the page's own furniture around a framed text
LEFT_INSIDE = 0.3  # of the lines between two of the story that are none of it
REPEATED = 0.1  # of the framed texts, whose first line, a standfirst, stands there twice
LABEL_WORDS = 14  # of a line of furniture at the edges of a short text, at most
BROKEN = 0.3  # of the short texts, which end within a sentence, as beginnings do
LEAST_BROKEN = 5  # words of a sentence that is broken off
CUT_AFTER = (1_500, 2_500)  # characters, of a text that is a corpus of beginnings
BULLETS = ("", "", "- ", "• ", "* ")  # before the items of a list, as extractors write them
HEAD_WORDS = 25  # a longer line is no headline, byline or date
BYLINE_WORDS = 12
_SENTENCE = re.compile(r"(?<=[.!?…।؟])[\"”»’)]*\s+(?=[^\W\d_a-zà-þ]|[\"“„«])|(?<=[。！？])(?![」』”’）])")
_NUMBER = re.compile(r"\d+")


Unknown = Literal["", "wordings", "words"]  # what of a text's language the judge is not told


class Form(NamedTuple):
    """A text made of a page. `known` says of its lines, squashed, whether they are of the story; others are aligned."""

    name: str
    text: str
    known: Mapping[str, bool]


class Line(NamedTuple):
    """A line to be written, and whether it is of the story."""

    text: str
    wanted: bool


def forms(record: Mapping[str, Any], page: Page, wanted: Sequence[bool], answers: Answers) -> Iterator[Form]:
    """All forms of a page; `wanted` says of its blocks whether the gold text has them. The same page, the same forms."""
    chance = random.Random(record["id"])
    yield Form("dump", "\n".join(block.text for block in page.blocks), {})
    for name, text in answers.items():
        if text.strip():
            yield Form(name, text, {})
    lines = _lines(page.blocks, wanted, chance.choice(BULLETS))
    if not any(line.wanted for line in lines):
        return
    story = [line for line in lines if line.wanted]
    head = _head_lines(record["gold"], chance)
    yield _form("clean", [*head, *story])
    if chance.random() < REPEATED:
        at = next(place for place, line in enumerate(lines) if line.wanted)
        lines.insert(at, lines[at])
    framed = [*head, *_framed(lines, chance, MOST_BEFORE, MOST_AFTER)]
    yield _form("framed", framed)
    apart = [Line(part, line.wanted) for line in story for part in _sentences(line.text)]
    yield _form(
        "sentences",
        [*_before(lines, chance.randint(0, 2)), *apart[: chance.randint(4, 16)], *_after(lines, chance.randint(0, 4))],
    )
    few = story[: chance.randint(1, 3)] if chance.random() < 0.5 else apart[: chance.randint(1, 5)]
    yield _form("brief", [*head, *few, *_after(lines, chance.choice((0, 0, 0, 1, 2)))])
    yield _form("edged", _edged(lines, story if chance.random() < 0.5 else apart, record["gold"], chance))
    whole = chance.choice([answers.get("leaky", ""), answers.get("recall", ""), "\n".join(one.text for one in framed)])
    if len(whole) > CUT_AFTER[0]:
        yield Form("beginning", whole[: chance.randint(*CUT_AFTER)], {})


def _form(name: str, lines: Sequence[Line]) -> Form:
    return Form(name, "\n".join(line.text for line in lines), {squash(line.text): line.wanted for line in lines})


def _lines(blocks: Sequence[Block], wanted: Sequence[bool], bullet: str) -> list[Line]:
    """The page's lines, items of its lists with a mark before them."""
    return [
        Line(f"{bullet}{block.text}" if block.tag == "li" and good else block.text, good)
        for block, good in zip(blocks, wanted, strict=True)
    ]


def _head_lines(gold: Mapping[str, Any], chance: random.Random) -> list[Line]:
    """What scrapers leave above a text: the date that one of them writes first, the headline, the byline; or nothing."""
    title, authors, published = gold.get("title"), gold.get("authors"), gold.get("published")
    found = []
    if published and chance.random() < 0.25:
        found.append(Line(f" date {str(published)[:10]}", False))
    if title and chance.random() < 0.6:
        found.append(Line(title, False))
    if authors and chance.random() < 0.3:
        found.append(Line(", ".join(authors), False))
    return found


def _framed(lines: Sequence[Line], chance: random.Random, before: int, after: int) -> list[Line]:
    """The story with the page's nearest furniture before and after it, and some of what stands inside."""
    places = [at for at, line in enumerate(lines) if line.wanted]
    inside = [line for line in lines[places[0] : places[-1] + 1] if line.wanted or chance.random() < LEFT_INSIDE]
    return [*_before(lines, chance.randint(0, before)), *inside, *_after(lines, chance.randint(0, after))]


def _edged(lines: Sequence[Line], story: Sequence[Line], gold: Mapping[str, Any], chance: random.Random) -> list[Line]:
    """The beginning of the story with short lines of the page around it: labels, dates, other headlines, its own again."""
    places = [at for at, line in enumerate(lines) if line.wanted]
    above = [line for line in lines[: places[0]] if not line.wanted and _is_label(line.text)]
    below = [line for line in lines[places[0] :] if not line.wanted and _is_label(line.text)]
    before = _some(above, chance.choice((0, 1, 1, 2, 3)), chance, near_end=True)
    title = squash(gold.get("title") or "")
    if title and chance.random() < 0.3:
        before.insert(chance.randint(0, len(before)), Line(gold["title"], False))
    inside = [line for line in story if not _repeats(line.text, title)][: chance.randint(2, 14)] or list(story[:1])
    words = inside[-1].text.split()
    if chance.random() < BROKEN and len(words) > LEAST_BROKEN:
        inside[-1] = Line(" ".join(words[: chance.randint(LEAST_BROKEN, len(words) - 1)]), True)
        return [*before, *inside]
    return [*before, *inside, *_some(below, chance.choice((0, 1, 1, 2, 3, 5)), chance, near_end=False)]


def _repeats(text: str, title: str) -> bool:
    """True for a headline that some gold text has as well."""
    said = squash(text)
    return bool(title) and count_words(text) <= HEAD_WORDS and (said in title or title in said)


def _is_label(text: str) -> bool:
    return 1 <= count_words(text) <= LABEL_WORDS


def _some(lines: Sequence[Line], many: int, chance: random.Random, *, near_end: bool) -> list[Line]:
    """Lines that follow each other: half the time the nearest to the story, else any."""
    last = max(0, len(lines) - many)
    nearest = last if near_end else 0
    start = nearest if chance.random() < 0.5 else chance.randint(0, last)
    return list(lines[start : start + many])


def _before(lines: Sequence[Line], many: int) -> list[Line]:
    first = next(at for at, line in enumerate(lines) if line.wanted)
    return list(lines[max(0, first - many) : first])


def _after(lines: Sequence[Line], many: int) -> list[Line]:
    last = max(at for at, line in enumerate(lines) if line.wanted)
    return list(lines[last + 1 : last + 1 + many])


def _sentences(text: str) -> list[str]:
    return [part for part in (piece.strip() for piece in _SENTENCE.split(text)) if part]


def weight_of(form: str, source: str, language: str) -> float:
    """The weight of a page of this source and language in this form."""
    weight = WEIGHTS[form] * MORE.get(source, 1.0)
    if language != "en":
        return weight * NOT_ENGLISH
    if source in MORE and form in EXTRACTED:
        return 0.0
    return weight * LITTLE if source in UNRELIABLE else weight


def line_weights(form: str, wanted: npt.NDArray[np.bool_], words: Floats) -> Floats:
    """How often each line of a text in this form counts: short ones more, where nearly clean texts have their edges."""
    many = np.ones(len(words), np.float32)
    if form not in NEARLY_CLEAN:
        return many
    story = np.flatnonzero(wanted)
    outside = np.ones(len(words), np.bool_)
    if len(story):
        outside[story[0] : story[-1] + 1] = False
    many[outside & (words <= LABEL_WORDS)] = OUTSIDE
    many[wanted & (words < SHORT)] = INSIDE
    return many


def unknown(page: str, form: str) -> Unknown:
    """What the trees are not told of the language of a page in this form, by chance, the same in every run."""
    wordings, words = UNKNOWN[form in EXTRACTED]
    drawn = random.Random(f"{page} {form}").randrange(100)
    return "words" if drawn < words else "wordings" if drawn < wordings else ""


def head_lines(gold: Mapping[str, Any], page: Page, blocks: Sequence[Block]) -> list[bool]:
    """Which lines of a text say its headline, its authors or its date: other steps decide them, the judge learns nothing.

    `page` is the HTML page or the text itself; its own headlines count too.
    """
    titles = {squash(said) for said in (gold.get("title"), *page.head.titles) if said}
    titles |= {squash(block.text) for block in page.blocks if block.tag == "h1"}
    authors = [squash(name) for name in gold.get("authors") or []]
    day = _day(gold.get("published"))
    return [_is_head(block, titles, authors, day) for block in blocks]


def _is_head(block: Block, titles: set[str], authors: Sequence[str], day: frozenset[int]) -> bool:
    if block.words > HEAD_WORDS:
        return False
    said = squash(block.text)
    if said in titles:
        return True
    if block.words > BYLINE_WORDS:
        return False
    if any(name and name in said for name in authors) and not block.ends_sentence:
        return True
    return bool(day) and day <= {int(number) for number in _NUMBER.findall(block.text)[:8]}


def _day(published: object) -> frozenset[int]:
    """The year and the day of the month of a date, as numbers; nothing without a whole date."""
    parts = _NUMBER.findall(str(published or "")[:10])
    return frozenset({int(parts[0]), int(parts[2])}) if len(parts) == 3 else frozenset()
