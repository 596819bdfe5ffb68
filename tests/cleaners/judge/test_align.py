"""Alignment: which blocks of a page stand in a text."""

from __future__ import annotations

from bridge import BODY
from cleaners.judge.align import align
from cleaners.read.pages import text_page


def test_align_gives_each_word_of_the_text_to_one_block() -> None:
    """A teaser that repeats the first paragraph does not count twice; the later copy is free to."""
    page = text_page("t", "\n".join([BODY[0], "Menu", BODY[0], BODY[1]]))
    assert set(align(page.blocks, f"{BODY[0]}\n{BODY[1]}")) == {0, 3}
    assert set(align(page.blocks, f"{BODY[0]}\n{BODY[0]}\n{BODY[1]}")) == {0, 2, 3}


def test_align_finds_short_lines_only_between_their_neighbours() -> None:
    page = text_page("t", "\n".join(["Results", "Sport", BODY[0], "Results", BODY[1]]))
    assert set(align(page.blocks, f"{BODY[0]}\nResults\n{BODY[1]}")) == {2, 3, 4}


def test_align_counts_characters_where_no_spaces_are_written() -> None:
    page = text_page("t", "市議会は火曜日、古い橋を秋に閉鎖することを決めた。\n関連ニュースはこちらからご覧ください")
    assert set(align(page.blocks, "市議会は火曜日、古い橋を秋に閉鎖することを決めた。")) == {0}
