"""This file tells a site's habits from one page: how it signs its titles, what it calls its captions by, whom it credits.

A habit is shown where the page proves it, and asked for where the page would follow it: sister pages that show what
this one only asks for are how a bare "Fenmoor Post: The bank" is known for a caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np

from cleaners.captions import LABEL_CHARS, LABEL_WORDS, LONGEST_LABELLED, REASON
from cleaners.captions import STEP as CAPTIONS
from cleaners.credits import CREDIT_WORDS, LONGEST_CREDIT, ends_sentence
from cleaners.fold import fold
from cleaners.metadata.titles import ends
from cleaners.page import Lift, Page, Verdict
from cleaners.survey import fingerprint, named

Kind = Literal["title part", "caption label", "caption credit"]  # as in PLACES of cleaners/survey.py

STEP = "site_repeats"  # it is this step that asks
MOST_TOLD = 0.5  # of the words left on a page
_TITLE_PART_WORDS = 6
_CREDITED_WORDS = 40  # longer lines with an agency behind them are paragraphs
_CLOSING = frozenset(")]）】］")
_BRACKETED = re.compile(r"[(\[（【［]([^()\[\]（）【】［］]{2,80})[)\]）】］]$")


class Habit(NamedTuple):
    """One habit on one page: 64 bits that name it, its `text`, whether the page shows it, and the open blocks that ask for it.

    Who shows a title part asks for it too.
    """

    key: int
    kind: Kind
    text: str
    shown: bool
    blocks: tuple[int, ...]

    @property
    def asked(self) -> bool:
        """True when the page would end differently were this habit known."""
        return bool(self.blocks) or self.kind == "title part"


def habits(page: Page) -> list[Habit]:
    """The habits that a page shows or asks for, each once; rules and judge have decided on it."""
    asked: dict[tuple[Kind, str], list[int]] = {}
    for index, kind, text in _asked(page):
        asked.setdefault((kind, text), []).append(index)
    shown = frozenset(_shown(page))
    names = [*asked, *sorted(shown - asked.keys())]
    if not names:
        return []
    spelt: dict[int, list[tuple[Kind, str]]] = {}  # the names of a habit: in capitals, say
    for name, key in zip(names, named([f"{kind}\t{fold(text)}" for kind, text in names]), strict=True):
        spelt.setdefault(key, []).append(name)
    return [
        Habit(key, *same[0], not shown.isdisjoint(same), tuple(sorted(chain(*(asked.get(name, ()) for name in same)))))
        for key, same in spelt.items()
    ]


def _shown(page: Page) -> Iterator[tuple[Kind, str]]:
    for title in (page.head.title, *[lift.value for lift in page.lifts if lift.field == "title"]):
        for part in ends(title or ""):
            if len(part.split()) <= _TITLE_PART_WORDS:
                yield "title part", part
    for lift in page.lifts:
        verdict = page.verdicts[lift.block]
        if verdict is None or verdict.step != CAPTIONS:
            continue
        if lift.field == "site_name":
            yield "caption label", lift.value
        elif lift.credit:
            yield "caption credit", lift.credit


def _asked(page: Page) -> Iterator[tuple[int, Kind, str]]:
    judged = zip(page.blocks, page.verdicts, strict=True)
    likely = [x for x, verdict in judged if verdict is None and (":" in x.text or x.text[-1] in _CLOSING)]
    for block in likely:  # one line in ten
        text, at = block.text, block.text.find(":", 0, LABEL_CHARS)
        if at > 0 and block.words <= LONGEST_LABELLED and 0 < text.count(" ", 0, at) < LABEL_WORDS:
            yield block.index, "caption label", text[:at].strip()
        if text[-1] in _CLOSING and block.words <= _CREDITED_WORDS:
            credit = _BRACKETED.search(text, max(0, len(text) - LONGEST_CREDIT))
            if not credit or not credit.start() or len(credit[1].split()) > CREDIT_WORDS:
                continue
            if not ends_sentence(text[: credit.start()].rstrip()):  # as a paragraph does before its agency
                yield block.index, "caption credit", credit[1].strip()


def follow(page: Page, found: Sequence[Habit]) -> Page:
    """The page without the captions that habits known of its site tell, and with the parts of its title that are the site's.

    Captions that make up most of what is left of a page are its article, and stay. So does what a person wrote under
    `keep` in the rules of the site.
    """
    asked = [habit for habit in found if habit.asked and not _kept_by_rule(page, habit)]
    if page.known is None or not page.site or not asked:
        return page
    is_known = page.known.among(np.array([habit.key for habit in asked], np.uint64), page.site)
    known = [habit for habit, followed in zip(asked, is_known, strict=True) if followed]
    told = {index: habit for habit in known for index in habit.blocks}
    parts = frozenset(habit.text for habit in known if habit.kind == "title part")
    if sum(page.blocks[index].words for index in told) > MOST_TOLD * sum(block.words for block in page.open()):
        told = {}
    verdicts, lifts = {}, []
    for index, habit in sorted(told.items()):
        why = f"“{habit.text}” is a {habit.kind} on other pages of the site"
        verdicts[index] = Verdict(False, STEP, REASON, f"site_{habit.kind}".replace(" ", "_"), why)
        text, credit = _parted(page.blocks[index].text, habit)
        lifts.append(Lift("caption", text, index, credit))
    page = page.decide(verdicts, lifts=tuple(lifts))
    return replace(page, title_parts=parts) if parts else page


def _kept_by_rule(page: Page, habit: Habit) -> bool:
    return page.site_rules is not None and fingerprint(fold(habit.text)) in page.site_rules.keep


def _parted(text: str, habit: Habit) -> tuple[str, str | None]:
    """Caption and credit of a line that follows this habit."""
    if habit.kind == "caption label":
        return text[text.index(":") + 1 :].strip(), None
    return _BRACKETED.sub("", text).strip(), habit.text
