"""The lexicon: names and wordings of a line, what many sites teach of them, and the features they give."""

from __future__ import annotations

import numpy as np

from bridge import BODY, column_of
from cleaners.judge.lexicon import LEAST_SITES, NOTHING, Lexicon, learn, look, names_of
from cleaners.judge.words import numbers_of, wordings, words_of
from cleaners.read.pages import html_page


def test_names_and_wordings_of_a_line() -> None:
    assert names_of("div site-main hero_2") == {"div", "site", "main", "hero", ".site-main", ".hero_2"}


def wordings_of(line: str) -> list[int]:
    return sorted(wordings(words_of([line]), 12, 6)[1].tolist())


def test_wordings_of_a_line() -> None:
    assert wordings_of("read 12 more") == wordings_of("Read 99 more".lower()) != wordings_of("read more")
    assert wordings_of("– !") == [] and len(set(wordings_of("word " * 50))) == 3
    words = words_of(["one two", "", "three, four! five", "家"])
    assert words.line.tolist() == [0, 0, 2, 2, 2, 3] and words.begins.tolist() == [0, 2, 2, 5, 6]
    assert words.count_in(numbers_of(["five", "two", "six"])).tolist() == [1, 0, 1, 0]


def test_the_lexicon_learns_what_many_sites_share_and_each_site_has_one_vote() -> None:
    page = html_page("t", f"<html><body><div class=story><p>{BODY[0]}</p></div><i class=deal>Buy now</i></body></html>")
    words = words_of([block.folded for block in page.blocks])
    few = [look(f"{n}.example", page, words, [True, False]) for n in range(LEAST_SITES - 1)]
    assert learn(few).as_record() == learn(few * 9).as_record() == NOTHING.as_record()
    enough = [*few, look("last.example", page, words, [True, False])]
    learned = learn(enough)
    assert learned.names["story"] > 0 and set(wordings_of("buy now")) <= set(learned.wordings.tolist())
    weights = dict(zip(learned.wordings.tolist(), learned.weights.tolist(), strict=True))
    assert all(weights[number] < 0 for number in wordings_of("buy now"))
    assert Lexicon.from_record(learned.as_record()).as_record() == learned.as_record()
    assert learn(enough[::-1]).as_record() == learned.as_record()


def test_lexicon_features_come_from_all_elements_around_a_line() -> None:
    said = np.array(wordings_of("buy now"), np.uint32)
    lexicon = Lexicon({"story": 1.5, "deal": -2.0, "article": 0.25}, said, np.full(len(said), -1.0, np.float32))
    markup = f"<div class=story><article>{BODY[0]}</article><div class=deal><p>Buy now</p></div></div>"
    assert column_of(markup, "names_most", lexicon) == [1.5, 1.5]
    assert column_of(markup, "names_least", lexicon) == [0, -2.0]
    assert column_of(markup, "names_near", lexicon) == [0.25, -2.0]
    assert column_of(markup, "names_sum", lexicon) == [1.75, -0.5]
    assert column_of(markup, "wordings_mean", lexicon) == [0, -1.0]
    assert column_of(markup, "wordings_lowest_three", lexicon) == [0, -3.0]
