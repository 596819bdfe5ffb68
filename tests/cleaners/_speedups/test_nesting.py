"""The quick look for costly pages in C says of any page what its Python twin says."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from c_parts import MARKUPS, built
from cleaners.read import nesting

pytestmark = pytest.mark.slow  # thousands of drawn inputs, read by C and by Python


@built
@settings(max_examples=1_000, deadline=None)
@given(st.one_of(MARKUPS.map(lambda markup: markup.encode(errors="ignore")), st.binary(max_size=80)), st.integers(0, 3))
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
