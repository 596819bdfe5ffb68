"""Labels above the first sentence of a text and below its last have to be likely; within the story doubt counts."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.judge.edges import BETWEEN, BROKEN, EDGE, cuts_by_place
from cleaners.read.pages import text_page
from cleaners.steps.text_head import STANDFIRST

CUT = 0.4
STORY = [
    "The ferry at Tannock sails again from Monday.",
    "What it costs",
    "Nobody under ten pays, and dogs travel in the bow.",
]
ABOVE = ["Coast", "7 May, 9.30"]
BELOW = ["Swans counted on the upper lake", "Tannock Echo"]


def cuts_of(lines: list[str], likely: float = 0.9) -> list[float]:
    page = text_page("t", "\n".join(lines))
    assert [block.text for block in page.blocks] == lines
    chances = np.full(len(lines), likely, np.float32)
    return [round(float(cut), 3) for cut in cuts_by_place(page, chances, CUT)]


def test_labels_outside_of_the_sentences_have_to_be_likely_and_a_subhead_has_not() -> None:
    assert cuts_of([*ABOVE, *STORY, *BELOW]) == [EDGE, EDGE, CUT, CUT, CUT, EDGE, EDGE]


@pytest.mark.parametrize(
    ("why", "line"),
    [
        ("a short sentence", "The band played."),
        ("broken off, as beginnings are", "Dogs travel in the bow, where a bowl of water is kept and"),
        ("of a script without spaces", "渡船从星期一起重新开航,十岁以下的孩子免费,狗也可以上船"),
    ],
)
def test_a_last_line_that_is_no_label_is_cut_as_the_story_is(why: str, line: str) -> None:
    assert cuts_of([*STORY, line])[-1] == CUT, why


def test_the_broken_end_of_a_teaser_is_a_label() -> None:
    assert cuts_of([*STORY, "Swans counted on…"])[-1] == EDGE


def test_a_text_without_a_likely_sentence_is_cut_throughout_alike() -> None:
    assert set(cuts_of(["Ferry times", "Monday 7 am", "Tuesday 8 am"])) == {CUT}
    assert set(cuts_of([*ABOVE, *STORY], likely=0.1)) == {CUT}


def test_a_page_that_is_cut_higher_anyway_stays_so() -> None:
    page = text_page("t", "\n".join([*STORY, "Tannock Echo"]))
    assert cuts_by_place(page, np.ones(4, np.float32), 0.7).tolist() == pytest.approx([0.7] * 4)


@pytest.mark.parametrize(
    ("why", "lines", "cut"),
    [
        (
            "a subhead",
            [STORY[0] + " The chain came by road.", "What it costs", STORY[2] + " Water is kept for them."],
            BETWEEN,
        ),
        ("a sentence", [STORY[0], "The chain came by road.", STORY[2]], BETWEEN),
        ("two labels", [STORY[0], "What it costs", "Coast"], EDGE),
        ("a label between a teaser and a paragraph", ["Swans counted on the upper lake", "Coast", STORY[2]], EDGE),
    ],
)
def test_a_line_between_likely_ones_gets_the_benefit_of_the_doubt(why: str, lines: list[str], cut: float) -> None:
    page = text_page("t", "\n".join(lines))
    chances = np.array([0.9, 0.3, 0.9], np.float32)
    assert cuts_by_place(page, chances, CUT)[1] == pytest.approx(cut), why


def test_a_long_line_that_breaks_off_at_the_end_gets_it_too() -> None:
    last = "Dogs travel in the bow, where a bowl of water is kept for them and"
    page = text_page("t", "\n".join([*STORY, last]))
    for above, cut in ((0.9, BROKEN), (0.45, CUT)):
        chances = np.array([0.9, 0.9, above, 0.3], np.float32)
        assert cuts_by_place(page, chances, CUT)[3] == pytest.approx(cut)


def test_what_a_rule_kept_begins_the_story() -> None:
    """A list's head right below a standfirst stands within the story, whose first line no judge has seen."""
    page = text_page("t", "\n".join([STORY[0], "In the garden:", "Ten beds", STORY[2]]))
    page = page.decide({0: STANDFIRST.verdict()})
    chances = np.array([0, 0.5, 0.5, 0.9], np.float32)
    assert cuts_by_place(page, chances, CUT).tolist() == pytest.approx([CUT] * 4)


def test_a_subhead_stands_between_paragraphs_whatever_parts_it_from_the_upper_one() -> None:
    paragraph = "The council has set aside four million crowns for the work, which began in March of last year."
    page = text_page("t", "\n".join([paragraph, "Bells heard again", "Sixty minutes without time", paragraph]))
    chances = np.array([0.9, 0.3, 0.3, 0.9], np.float32)
    assert cuts_by_place(page, chances, CUT).tolist() == pytest.approx([CUT, CUT, BETWEEN, CUT])
