"""The walk over serialised HTML in C finds the blocks that its Python twin finds."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c_parts import MARKUPS, built
from cleaners.read import html_tags, html_walk
from cleaners.read.html import parse_tree, walk
from cleaners.read.zone_words import READ, TELLING, ZONE_OF_WORD

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python


def same(markup: str) -> None:
    kept: list[str] = []
    kept_fast: list[str] = []
    plain, fast = html_walk._py_walk(markup, kept), html_walk.walk_markup(markup, kept_fast)
    assert plain == fast == html_walk.walk_markup(markup, None)
    assert "".join(kept) == "".join(kept_fast)
    assert [[*map(type, block)] for block in plain[0]] == [[*map(type, block)] for block in fast[0]]
    assert all(type(block) is html_walk.Block for block in fast[0])


@built
@settings(max_examples=2_000, deadline=None)
@given(MARKUPS)
def test_any_markup_gives_the_same_blocks(markup: str) -> None:
    same(markup)


@built
@settings(max_examples=300, deadline=None)
@given(MARKUPS.map(lambda markup: markup.encode("utf-8", "replace").decode()))
def test_any_page_gives_the_same_blocks(markup: str) -> None:
    same(walk(parse_tree(markup)).markup)


@built
def test_every_character_gives_the_same_line() -> None:
    """Alone between words, after a letter that could begin mojibake, and twice."""
    for first in range(0, sys.maxunicode + 1, 0x1000):
        if first < 0x3000 or first in (0xA000, 0xD000, 0xF000, 0x1F000, 0xE0000):
            characters = map(chr, range(first, first + 0x1000))
            same(
                "".join(
                    f"<p>x{c}Y {c}&{c}<p>Ã{c}b{c}<p>q <b>{c}</b><i>{c}Z</i> {c}<p>Р{c}С<p>в{c}<p>‚{c}<p>Ă{c}<p>├{c}"
                    for c in characters
                )
            )


@built
@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "deep" + "</div>" * 100_000, "<b class='x'>" * 100_000, "</p>" * 1_000, "x" * 1_000_000,
        "<!--" * 10_000, "<p " * 2_000, '<p class="' + "x" * 100_000 + '">y', "é" * 100_000 + "\u0000" * 10, "<", "",
        "<p>" + "a<br>" * 20_000, "<figure>" + '<img alt="same">x<br>' * 1_000, "<" * 10_000, "&nbsp;" * 100_000 + "x",
        "<table>" + "<tr>" + "<td>cell</td>" * 5_000, "<pre>" + "  code\n\n" * 5_000 + "</pre>",
    ],
    ids=lambda markup: markup[:12],
)  # fmt: skip
def test_floods_give_the_same_blocks(markup: str) -> None:
    same(markup)


# --- where the C part looks twice only at few lines and names -------------------------------------------------------

letters = st.text("abeinortx", min_size=1, max_size=9)
names = st.lists(st.sampled_from(sorted(ZONE_OF_WORD)) | letters, min_size=1, max_size=4).map("-".join)
value_pieces = [
    "display", ":", "none", "NONE", "visibility", "hidden", " ", "x", "\u017f", "\u0131", "\u0130", "\u212a", "coo", "kie", "Consent",
    "breadcrumb", "author", "Author", "tag", "true", "TRUE", "until-found", "navigation", "articlebody", "=", "long " * 90,
]  # fmt: skip
values = st.lists(st.sampled_from(value_pieces), max_size=5).map("".join)
spaces = st.sampled_from(["", " ", "  ", "\n", "\t ", "\r", "\x00", " \x00", " \x00B", "\xa0", "\u200b"])
parts = st.text("aB.é’`漢&\x1f~\x7f", max_size=4)
seams = st.sampled_from(["<b>", "</b>", "<a>", "</a>", "<span>", "</span>", "<br>", "<pre>", "</pre>"])


@built
@given(st.lists(names, max_size=6))
def test_names_tell_the_same_zones(told: list[str]) -> None:
    markup = "".join(f'<div class="{name}"><p id="{name}x">One</p></div>' for name in told)
    assert html_walk.walk_markup(markup, None) == html_walk._py_walk(markup, None)


@built
def test_each_word_tells_its_zone() -> None:
    for word, zone in ZONE_OF_WORD.items():
        blocks, _, _ = html_walk.walk_markup(f'<p class="{word}">One</p>', None)
        assert blocks[0].zone == zone, word


@built
@given(st.lists(st.tuples(st.sampled_from(READ), values), max_size=3))
def test_attributes_say_the_same(told: list[tuple[str, str]]) -> None:
    markup = "".join(f'<div {name}="{value}">One</div><img {name}="{value}" alt="x">' for name, value in told)
    assert html_walk.walk_markup(markup, None) == html_walk._py_walk(markup, None)


def test_what_tells_nothing_is_read_as_nothing() -> None:
    for name, words in TELLING.items():
        said = [html_tags.read_short(f'p {name}="{value}"') for value in ("", "Something else: 5px", "x" * 300)]
        assert {(zone, tokens) for _, _, zone, tokens in said} == {(0, "")}, (name, words)


@built
@given(st.lists(st.one_of(spaces, parts, seams), max_size=12).map("".join))
def test_lines_read_the_same(markup: str) -> None:
    assert html_walk.walk_markup(markup, None) == html_walk._py_walk(markup, None)


@built
@pytest.mark.parametrize("between", ["a{}b {} c", "Ã{}É{}\u200d{}"])
def test_each_sign_stays_as_it_is(between: str) -> None:
    signs = [chr(c) for c in (*range(0x80, 0x3000), *range(0xFE00, 0xFE20), *range(0x1F000, 0x1FB00))]
    markup = "<br>".join(between.format(*[sign] * 4) for sign in signs)
    assert html_walk.walk_markup(markup, None) == html_walk._py_walk(markup, None)
