"""The second reader: its vote, and what it is not asked."""

from __future__ import annotations

from bridge import article
from cleaners.judge.second_reader import MOST_ELEMENTS, vote
from cleaners.read.pages import html_page


def test_the_second_reader_votes_for_the_article() -> None:
    column = vote(html_page("t", article("<div><a href=/x>Ten bridges to see this summer</a></div>")))
    assert column is not None
    assert column[1:5].min() >= 0.5 and column[-1] == 0


def test_the_second_reader_is_not_asked_about_a_flood() -> None:
    assert vote(html_page("t", article("<i>x</i> " * (MOST_ELEMENTS + 1)))) is None
