"""This file holds the walk in C to the plain one where it looks twice only at few lines and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.read import html
from cleaners.read.zone_words import READ, TELLING, ZONE_OF_WORD
from natives import built

letters = st.text("abeinortx", min_size=1, max_size=9)
names = st.lists(st.sampled_from(sorted(ZONE_OF_WORD)) | letters, min_size=1, max_size=4).map("-".join)
pieces = [
    "display", ":", "none", "NONE", "visibility", "hidden", " ", "x", "\u017f", "\u0131", "\u0130", "\u212a", "coo", "kie", "Consent",
    "breadcrumb", "author", "Author", "tag", "true", "TRUE", "until-found", "navigation", "articlebody", "=", "long " * 90,
]  # fmt: skip
values = st.lists(st.sampled_from(pieces), max_size=5).map("".join)
spaces = st.sampled_from(["", " ", "  ", "\n", "\t ", "\r", "\x00", " \x00", " \x00B", "\xa0", "\u200b"])
parts = st.text("aB.é’`漢&\x1f~\x7f", max_size=4)
seams = st.sampled_from(["<b>", "</b>", "<a>", "</a>", "<span>", "</span>", "<br>", "<pre>", "</pre>"])


@built
@given(st.lists(names, max_size=6))
def test_names_tell_the_same_zones(told: list[str]) -> None:
    markup = "".join(f'<div class="{name}"><p id="{name}x">One</p></div>' for name in told)
    assert html._read(markup, None) == html._scan(markup, None)


@built
def test_each_word_tells_its_zone() -> None:
    for word, zone in ZONE_OF_WORD.items():
        blocks, _, _ = html._read(f'<p class="{word}">One</p>', None)
        assert blocks[0].zone == zone, word


@built
@given(st.lists(st.tuples(st.sampled_from(READ), values), max_size=3))
def test_attributes_say_the_same(told: list[tuple[str, str]]) -> None:
    markup = "".join(f'<div {name}="{value}">One</div><img {name}="{value}" alt="x">' for name, value in told)
    assert html._read(markup, None) == html._scan(markup, None)


def test_what_tells_nothing_is_read_as_nothing() -> None:
    for name, words in TELLING.items():
        said = [html._read_short(f'p {name}="{value}"') for value in ("", "Something else: 5px", "x" * 300)]
        assert {(zone, tokens) for _, _, zone, tokens in said} == {(0, "")}, (name, words)


@built
@given(st.lists(st.one_of(spaces, parts, seams), max_size=12).map("".join))
def test_lines_read_the_same(markup: str) -> None:
    assert html._read(markup, None) == html._scan(markup, None)


@built
@pytest.mark.parametrize("between", ["a{}b {} c", "Ã{}É{}\u200d{}"])
def test_each_sign_stays_as_it_is(between: str) -> None:
    signs = [chr(c) for c in (*range(0x80, 0x3000), *range(0xFE00, 0xFE20), *range(0x1F000, 0x1FB00))]
    markup = "<br>".join(between.format(*[sign] * 4) for sign in signs)
    assert html._read(markup, None) == html._scan(markup, None)
