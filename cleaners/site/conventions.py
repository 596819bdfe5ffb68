"""The conventions of a site, read off one page: how it signs its titles, what it labels its captions with, whom it credits.

A page *confirms* a convention when a rule proves it and *requests* it when a line might follow it: sister pages that
confirm what this one only requests are how a bare "Fenmoor Post: The bank" is known for a caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np

from cleaners.metadata.titles import ends
from cleaners.page import Page
from cleaners.site.fingerprints import PLACES, REQUESTED, LineFingerprints, fingerprint, fingerprint_lines
from cleaners.text.credit_grammar import CREDIT_WORDS, LABEL_CHARS, LABEL_WORDS, LONGEST_CREDIT, LONGEST_LABELLED
from cleaners.text.fold import fold
from cleaners.text.prose import ends_sentence
from cleaners.verdict import Lift, Rule
from cleaners.vocabulary import Reason

Kind = Literal["title part", "caption label", "caption credit"]  # as in PLACES of cleaners/site/fingerprints.py

STEP, CAPTIONS_STEP = "site_repeats", "captions"  # the step that follows conventions, and the one that confirms them
CAPTION_LABEL = Rule(
    STEP, "site_caption_label", Reason.CAPTION, "begins with a label that captions have on other pages of the site"
)
CAPTION_CREDIT = Rule(
    STEP, "site_caption_credit", Reason.CAPTION, "ends with a credit that captions have on other pages of the site"
)
RULES = (CAPTION_LABEL, CAPTION_CREDIT)

MOST_TOLD = 0.5  # of the words left on a page
_TITLE_PART_WORDS = 6
_CREDITED_WORDS = 40  # longer lines with an agency behind them are paragraphs
_CLOSING = frozenset(")]）】］")
_BRACKETED = re.compile(r"[(\[（【［]([^()\[\]（）【】［］]{2,80})[)\]）】］]$")


class Convention(NamedTuple):
    """One convention on one page: 64 bits that name it, its `text`, whether the page confirms it, and the open blocks that
    request it.

    A page that confirms a title part requests it too.
    """

    key: int
    kind: Kind
    text: str
    confirmed: bool
    blocks: tuple[int, ...]

    @property
    def requested(self) -> bool:
        """True when the page would be cleaned otherwise had this convention been learned."""
        return bool(self.blocks) or self.kind == "title part"


def conventions(page: Page) -> list[Convention]:
    """The conventions that a page confirms or requests, each once; rules and judge have decided on it."""
    requested: dict[tuple[Kind, str], list[int]] = {}
    for index, kind, text in _requested(page):
        requested.setdefault((kind, text), []).append(index)
    confirmed = frozenset(_confirmed(page))
    names = [*requested, *sorted(confirmed - requested.keys())]
    if not names:
        return []
    spelt: dict[int, list[tuple[Kind, str]]] = {}  # the names of a convention: in capitals, say
    for name, key in zip(names, fingerprint_lines([f"{kind}\t{fold(text)}" for kind, text in names]), strict=True):
        spelt.setdefault(key, []).append(name)
    return [
        Convention(
            key,
            *same[0],
            not confirmed.isdisjoint(same),
            tuple(sorted(chain(*(requested.get(name, ()) for name in same)))),
        )
        for key, same in spelt.items()
    ]


def _confirmed(page: Page) -> Iterator[tuple[Kind, str]]:
    for title in (page.head.title, *[lift.value for lift in page.lifts if lift.field == "title"]):
        for part in ends(title or ""):
            if len(part.split()) <= _TITLE_PART_WORDS:
                yield "title part", part
    for lift in page.lifts:
        verdict = page.verdicts[lift.block]
        if verdict is None or verdict.step != CAPTIONS_STEP:
            continue
        if lift.field == "site_name":
            yield "caption label", lift.value
        elif lift.credit:
            yield "caption credit", lift.credit


def _requested(page: Page) -> Iterator[tuple[int, Kind, str]]:
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


def follow(page: Page, found: Sequence[Convention]) -> Page:
    """The page without the captions that learned conventions of its site tell, and with the site's parts of its title.

    Captions that make up most of what is left of a page are its article, and stay. So does what a person wrote under
    `keep` in the rules of the site.
    """
    requested = [x for x in found if x.requested and not _kept_by_rule(page, x)]
    if page.site.learned is None or not page.site.host or not requested:
        return page
    is_known = page.site.learned.among(np.array([x.key for x in requested], np.uint64), page.site.host)
    known = [convention for convention, followed in zip(requested, is_known, strict=True) if followed]
    told = {index: convention for convention in known for index in convention.blocks}
    parts = frozenset(convention.text for convention in known if convention.kind == "title part")
    if sum(page.blocks[index].words for index in told) > MOST_TOLD * sum(block.words for block in page.open()):
        told = {}
    verdicts, lifts = {}, []
    for index, convention in sorted(told.items()):
        why = f"“{convention.text}” is a {convention.kind} on other pages of the site"
        verdicts[index] = (CAPTION_LABEL if convention.kind == "caption label" else CAPTION_CREDIT).verdict(why)
        text, credit = _parted(page.blocks[index].text, convention)
        lifts.append(Lift("caption", text, index, credit))
    page = page.decide(verdicts, lifts=tuple(lifts))
    return replace(page, site=replace(page.site, title_parts=parts)) if parts else page


def _kept_by_rule(page: Page, convention: Convention) -> bool:
    return page.site.rules is not None and fingerprint(fold(convention.text)) in page.site.rules.keep


def _parted(text: str, convention: Convention) -> tuple[str, str | None]:
    """Caption and credit of a line that follows this convention."""
    if convention.kind == "caption label":
        return text[text.index(":") + 1 :].strip(), None
    return _BRACKETED.sub("", text).strip(), convention.text


def with_conventions(lines: LineFingerprints, found: Sequence[Convention]) -> LineFingerprints:
    """The fingerprints of a page's lines, and among them its conventions as lines without words."""
    if not found:
        return lines
    rows = sorted(
        (x.key, 0, PLACES.index(x.kind) | (0 if x.confirmed else REQUESTED), x.requested, x.text) for x in found
    )
    keys, words, place, requested, texts = zip(*rows, strict=True)
    every = np.append(lines.keys, np.array(keys, np.uint64))
    order = np.argsort(every, kind="stable")
    return LineFingerprints(
        every[order],
        np.append(lines.words, np.array(words, np.uint16))[order],
        np.append(lines.place, np.array(place, np.uint8))[order],
        np.append(lines.kept, np.array(requested, np.bool_))[order],
        texts,
    )
