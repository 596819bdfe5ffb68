"""The judgement on a page: the judge alone where it is confident, with the second reader's vote where it is not."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from cleaners.judge.feature_table import Floats, Table
from cleaners.judge.features import features, with_vote
from cleaners.judge.model import HeadName, Judgement, confidence, cut, judge, model
from cleaners.judge.second_reader import vote
from cleaners.page import Page
from cleaners.text.prose import MOSTLY_LINK, is_prose

ASK_BELOW = 0.4  # confidence; asking more often costs 80 to 300 ms a page and changed the F1 of no set by .003
LONGEST_ASKED = 150_000  # characters of markup; of 50 pages asked about, the 21 shorter ones gained .14 of F1 each, the
# longer ones .02 at three times the cost

# The share of the text head's word on Markdown. At .7 extracts lose nothing against the better of both heads (F1 .87),
# and dumps of whole pages gain .02 and more on either (.86 and .84).
WORDS_COUNT = 0.7

ENTRIES = frozenset(("list_item", "table", "quote", "code"))
HEADED = ENTRIES | {"heading"}
LINES_BETWEEN = 2  # a paragraph and its list: a subhead, and what introduces the entries


class Judged(NamedTuple):
    """The judgement on a page, the head that gave it, and the feature table it saw."""

    judgement: Judgement
    head: HeadName
    table: Table
    names: list[str]


def judged(page: Page) -> Judged:
    """The judgement on a page; the second reader, which is slow, is asked only where the judge alone is at a loss."""
    table, names = features(page, model().lexicon)
    if page.media == "text":
        return _by("text", page, table, names)
    if page.bare:
        return _by_both(page, table, names)
    alone = _by("html", page, table, names)
    if alone.judgement.confidence >= ASK_BELOW or len(page.markup) > LONGEST_ASKED:
        return alone
    voted = vote(page)
    return alone if voted is None else _by("voted", page, *with_vote(table, names, voted))


def _by_both(page: Page, table: Table, names: list[str]) -> Judged:
    """The judgement on markup without classes: of HTML it has the tags, of text all else, so both heads are heard."""
    by_tags, by_words = (judge(page, table, names, head).probability for head in ("html", "text"))
    probability = (1 - WORDS_COUNT) * by_tags + WORDS_COUNT * by_words
    words = table[:, names.index("words")]
    threshold, sure = cut("text", probability, words), confidence(probability, words)
    judgement = Judgement(_with_entries(page, probability), threshold, sure)
    return Judged(judgement, "text", table, names)


def _with_entries(page: Page, probability: Floats) -> Floats:
    """Lists, tables, quotes and code without links as likely as the paragraph they follow, headings as what they head.

    Two lines may stand between. The text head knows them all as short lines, and short lines are mostly menus.
    """
    blocks = page.open()
    probability = probability.copy()
    floor, since = 0.0, 0
    for block in blocks:
        if block.kind in ENTRIES and not block.link_chars:
            probability[block.index] = max(probability[block.index], floor)
        elif is_prose(block):
            floor, since = float(probability[block.index]), 0
        else:
            since += 1
            if since > LINES_BETWEEN or block.link_share > MOSTLY_LINK:
                floor = 0.0
    for below, block in pairwise(reversed(blocks)):
        if block.kind == "heading" and not block.link_chars and (below.kind in HEADED or is_prose(below)):
            probability[block.index] = max(probability[block.index], probability[below.index])
    return probability


def _by(head: HeadName, page: Page, table: Table, names: list[str]) -> Judged:
    return Judged(judge(page, table, names, head), head, table, names)
