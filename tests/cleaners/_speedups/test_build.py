"""This file checks that the accelerator reads any page as the plain Python beside it does, and is used only where it fits."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaners import _speedups as place
from cleaners._speedups import speedups
from cleaners.read import html, nesting
from cleaners.read.html import parse_tree, walk
from natives import WORDS, built

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python

TAGS = [
    "p", "div", "html", "body", "main", "article", "section", "h1", "h6", "h7", "ul", "li", "table", "tr", "td", "th", "pre",
    "textarea", "code", "blockquote", "figure", "figcaption", "nav", "footer", "header", "a", "b", "span", "em", "sup",
    "i", "x-own", "time", "img", "br", "hr", "input", "wbr", "h\u00e9", "a:b", "Div", "xmp", "1",
]  # fmt: skip
ATTRIBUTES = [
    ' class="byline Author"', ' class=""', ' id="Comments-1"', ' class="É caption"', ' class="a\nb  c"', ' class="x="',
    ' alt="A picture"', ' alt=""', ' alt="&amp;quot; É"', ' alt="  "', ' alt=" Ã©  x"', ' alt="&nbsp;a\nb &#65;"', ' alt="x \u0000Y"', ' data-alt="no"', ' href="/x?a=b&amp;c"', ' style="display:none"',
    ' role="navigation"', ' role="É"', ' hidden=""', ' aria-label="Cookie"', ' itemprop="articleBody"', ' rel="author"',
    ' title="a>b"', ' title="x alt="', ' é="x"', " plain", " alt=bare", ' half="', '"', " ", "  ", "/", "\n", ' a="1"b="2"',
    f' class="{"long " * 90}"', f' aria-label="{"long " * 90}"', f' src="{"long" * 120}"', ' ="x"', ' a<b="c"',
]  # fmt: skip
start = st.tuples(st.sampled_from(TAGS), st.lists(st.sampled_from(ATTRIBUTES), max_size=4).map("".join))
pieces = st.one_of(
    st.sampled_from(WORDS),
    start.map(lambda tag: f"<{tag[0]}{tag[1]}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ["<", ">", "<!--", "-->", "<!-->", "<!-- x -->", "</", "<>", "<!doctype html>", "<a", "</p", "<?x?>"]
    ),
    st.text(max_size=8),
)
markups = st.lists(pieces, max_size=30).map("".join)


def same(markup: str) -> None:
    kept: list[str] = []
    kept_fast: list[str] = []
    plain, fast = html._scan(markup, kept), html._read(markup, kept_fast)
    assert plain == fast == html._read(markup, None)
    assert "".join(kept) == "".join(kept_fast)
    assert [[*map(type, block)] for block in plain[0]] == [[*map(type, block)] for block in fast[0]]
    assert all(type(block) is html.Block for block in fast[0])


@built
@settings(max_examples=2_000, deadline=None)
@given(markups)
def test_any_markup_gives_the_same_blocks(markup: str) -> None:
    same(markup)


@built
@settings(max_examples=300, deadline=None)
@given(markups.map(lambda markup: markup.encode("utf-8", "replace").decode()))
def test_any_page_gives_the_same_blocks(markup: str) -> None:
    same(walk(parse_tree(markup)).markup)


@built
def test_every_character_gives_the_same_line() -> None:
    """Alone between words, after a letter that could begin mojibake, and twice."""
    for first in range(0, sys.maxunicode + 1, 0x1000):
        if first < 0x3000 or first in (0xA000, 0xD000, 0xF000, 0x1F000, 0xE0000):
            characters = map(chr, range(first, first + 0x1000))
            same("".join(f"<p>x{c}Y {c}&{c}<p>Ã{c}b{c}<p>q <b>{c}</b><i>{c}Z</i> {c}" for c in characters))


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


@built
@settings(max_examples=1_000, deadline=None)
@given(st.one_of(markups.map(lambda markup: markup.encode(errors="ignore")), st.binary(max_size=80)), st.integers(0, 3))
@example(b"<", 0)
@example(b"</", 0)
@example(b"</d", 0)
@example(b"<<d><\xffd", 0)
@example(b"<style a><div></stYLE<div>", 0)
@example(b"<!--><div><!--<div>--><div>", 1)
@example(b"<script a b><script></script x><script a>", 1)
@example(b"</p a>", 0)
@example(b"<b>1<p></b></b><p>2<p>", 1)
@example(b"<p/a=<p/b=<p/c d=e><p/f=", 2)
@example(b"<p a1=b><p a2=b><p a3=b>", 2)
@example(b"<a-long-name-1><a-long-name-2><x-1></x-2>", 3)
def test_any_page_is_as_costly(markup: bytes, deepest: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nesting, "DEEPEST", deepest)
        patch.setattr(nesting, "MOST_ATTRIBUTES", deepest)
        patch.setattr(nesting, "MOST_NAMES", deepest)
        patch.setattr(nesting, "MOST_AGAIN", deepest)
        assert nesting._costly(markup) == nesting._py_costly(markup)


@built
def test_an_accelerator_of_another_source_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.load() is speedups
    parts = sorted(place.HERE.glob("*.c"))
    for part in parts:
        (tmp_path / part.name).write_bytes(part.read_bytes())
    monkeypatch.setattr(place, "HERE", tmp_path)
    assert place.load() is speedups
    (tmp_path / parts[-1].name).write_bytes(parts[-1].read_bytes() + b"\n")
    assert place.load() is None


def test_plain_python_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(place.PURE, "1")
    assert place.load() is None
