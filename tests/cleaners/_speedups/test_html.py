"""The look for tags in C finds those that the parser finds in a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c_parts import built
from cleaners._speedups import speedups
from cleaners.read import html

NAMES = html._NAMES_OF_SOUGHT
names = st.sampled_from([*html._SOUGHT, "svgx", "sv", "span", "image", "SVG", "Head", "", "\u0130frame", "\ud800svg"])
pieces = st.tuples(st.sampled_from(["<", "</", "<<", "< ", "<!--", "-->", '<a b="', ">", "&lt;", "\x00", ""]), names)
markups = st.lists(pieces.map("".join) | st.text(max_size=4), max_size=12).map("".join)


@built
@given(markups)
def test_tags_stand_where_they_stand(markup: str) -> None:
    source = markup.encode(errors="ignore")
    lower = source.lower()
    assert speedups is not None
    assert speedups.tags_among(source, NAMES) == tuple(b"<" + name in lower for name in NAMES)


@given(markups)
def test_what_is_not_there_is_not_missed(markup: str) -> None:
    tree, there = html.parse(markup)
    whole = html.parse_tree(markup)
    assert html.walk(tree, there) == html.walk(whole)
    assert tree.html == whole.html


@built
def test_what_is_no_page_is_refused() -> None:
    assert speedups is not None
    assert speedups.tags_among(b"", NAMES) == (False,) * len(NAMES)
    assert speedups.tags_among(b"a<", ()) == ()
    for args in [("<svg", NAMES), (b"<svg", ["svg"]), (b"<svg", (b"",)), (b"<svg", ("svg",))]:
        with pytest.raises(TypeError):
            speedups.tags_among(*args)
    with pytest.raises(ValueError, match="too many names"):
        speedups.tags_among(b"<svg", (b"svg",) * 33)
