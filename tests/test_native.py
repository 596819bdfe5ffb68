"""This file holds the accelerator to the plain Python beside it: same blocks, same sums, whatever the markup."""

from __future__ import annotations

import errno
import os
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import native as place
from cleaners.main_content.trees import Trees, flatten
from cleaners.native import native
from cleaners.parse import html
from cleaners.parse.html import parse_tree, walk
from flows import accelerate

built = pytest.mark.skipif(native is None, reason="the accelerator is not built here: python -m flows.accelerate")

WORDS = [
    "Word", "plain words", " ", "\n", "\t ", "\r", "\f", "\x1c", "\x85", "\u00a0", "\u2028", "\u3000", "\u0000", " \u0000",
    "\u0000A", ".", "B", "’", "“Q”", "É", "é", "ß", "İ", "Ã©", "â€œ", "Â\u00a0", "&", "&amp;", "&amp;amp;", "&nbsp;", "&lt;b",
    "&gt;", "&quot;", "&am", "&#65;", "& ;", "AT&amp;T", "\u00ad", "\u200b", "\ufeff", "\ud800", "\udfff", "漢字かな", "한국",
    "e\u0301", "\u0301", "😀", "𝒳", "x" * 160, "`", "´", "\u007f", "|", "-", "--", "=", '"', "'", "/",
]  # fmt: skip
TAGS = [
    "p", "div", "body", "main", "article", "section", "h1", "h6", "h7", "ul", "li", "table", "tr", "td", "th", "pre",
    "textarea", "code", "blockquote", "figure", "figcaption", "nav", "footer", "header", "a", "b", "span", "em", "sup",
    "i", "x-own", "time", "img", "br", "hr", "input", "wbr", "h\u00e9", "a:b", "Div", "xmp", "1",
]  # fmt: skip
ATTRIBUTES = [
    ' class="byline Author"', ' class=""', ' id="Comments-1"', ' class="É caption"', ' class="a\nb  c"', ' class="x="',
    ' alt="A picture"', ' alt=""', ' alt="&amp;quot; É"', ' data-alt="no"', ' href="/x?a=b&amp;c"', ' style="display:none"',
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
shapes = st.recursive(st.none(), lambda below: st.tuples(below, below), max_leaves=40)


def same(markup: str) -> None:
    plain, fast = html._scan(markup, None), html._read(markup)
    assert plain == fast
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


def ensemble(shapes: list[Any], seed: int, columns: int = 5) -> Trees:
    """Trees of these shapes with random conditions and leaves."""
    chance = random.Random(seed)

    def node(shape: Any) -> dict[str, Any]:
        if shape is None:
            return {"leaf_value": chance.uniform(-1, 1), "leaf_count": 1}
        low, high = shape
        condition = {"split_feature": chance.randrange(columns), "threshold": chance.choice([-1.0, 0.0, 0.5, 1.0])}
        return condition | {"left_child": node(low), "right_child": node(high)}

    return flatten({"tree_info": [{"tree_structure": node(shape)} for shape in shapes]}, [*map(str, range(columns))])


@built
@settings(max_examples=200, deadline=None)
@given(st.lists(shapes, min_size=1, max_size=6), st.integers(0, 2**32), st.integers(0, 200))
def test_any_trees_give_the_same_sums(shapes: list[Any], seed: int, rows: int) -> None:
    trees = ensemble(shapes, seed)
    chance = np.random.default_rng(seed)
    table = chance.choice(np.array([-1, 0, 0.25, 0.5, 1, 2, np.nan, np.inf, -np.inf], np.float32), (rows, 5))
    assert trees._sums(table).tolist() == trees._plain_sums(table).tolist()


@built
@pytest.mark.parametrize(
    ("part", "at", "value"),
    [
        ("children", 0, 99),
        ("children", 1, -1),
        ("children", 2, 0),
        ("feature", 0, -1),
        ("roots", 0, 3),
        ("depth", 0, 0),
    ],
)
def test_damaged_trees_are_refused(part: str, at: int, value: int) -> None:
    trees = ensemble([(None, None)], 1)
    record = trees.as_record()
    if part == "depth":
        record["depth"] = value
    else:
        record[part][at] = value
    with pytest.raises(ValueError, match="no trees"):
        Trees.from_record(record)._sums(np.zeros((2, 5), np.float32))


@built
def test_a_table_without_the_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        ensemble([((None, None), None)] * 40, 1)._sums(np.zeros((2, 1), np.float32))


@built
def test_an_accelerator_of_another_source_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.load() is native
    changed = tmp_path / "_native.c"
    changed.write_bytes(place.SOURCE.read_bytes() + b"\n")
    monkeypatch.setattr(place, "SOURCE", changed)
    assert place.load() is None


def test_plain_python_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(place.PLAIN, "1")
    assert place.load() is None


@pytest.mark.parametrize(
    ("missing", "says"),
    [("compiler", "no C compiler"), ("headers", "headers are missing"), ("sense", "error"), ("room", "Read-only")],
)
def test_what_is_missing_is_said_in_one_line(
    missing: str, says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(place.PLAIN, raising=False)
    monkeypatch.setattr(accelerate, "native", None)
    headers = tmp_path if missing == "headers" else Path(accelerate.sysconfig.get_path("include"))
    if missing != "headers":
        headers = tmp_path / "include"
        headers.mkdir()
        (headers / "Python.h").write_text("#error nothing here\n")
    monkeypatch.setattr(accelerate.sysconfig, "get_path", lambda name: str(headers))
    if missing == "compiler":
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("CC", raising=False)
    elif missing == "sense":
        stub = tmp_path / "cc"
        stub.write_text("#!/bin/sh\necho 'x.c: error: no' >&2\nexit 1\n")
        stub.chmod(0o755)
        monkeypatch.setenv("CC", str(stub))
    elif missing == "room":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        monkeypatch.setenv("CC", "true")
        monkeypatch.setattr(Path, "unlink", refuse)
    accelerate.build_missing()
    told = capsys.readouterr().err
    assert says in told and told.count("\n") == 1 and "only slower" in told
