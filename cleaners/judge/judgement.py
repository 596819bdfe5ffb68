"""The judgement on a page: the judge alone where it is confident, with the second reader's vote where it is not."""

from __future__ import annotations

from typing import NamedTuple

from cleaners.judge.feature_table import Table
from cleaners.judge.features import features, with_vote
from cleaners.judge.model import HeadName, Judgement, judge, model
from cleaners.judge.second_reader import vote
from cleaners.page import Page

ASK_BELOW = 0.4  # confidence; asking more often costs 80 to 300 ms a page and changed the F1 of no set by .003
LONGEST_ASKED = 150_000  # characters of markup; of 50 pages asked about, the 21 shorter ones gained .14 of F1 each, the
# longer ones .02 at three times the cost


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
    alone = _by("html", page, table, names)
    if alone.judgement.confidence >= ASK_BELOW or len(page.markup) > LONGEST_ASKED:
        return alone
    voted = vote(page)
    return alone if voted is None else _by("voted", page, *with_vote(table, names, voted))


def _by(head: HeadName, page: Page, table: Table, names: list[str]) -> Judged:
    return Judged(judge(page, table, names, head), head, table, names)
