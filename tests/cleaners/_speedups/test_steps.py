"""The accelerator says of elements and lines what the steps of the recipe say of them in Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners._speedups import speedups
from cleaners.steps import embeds
from natives import built

WORDS = ["p", "div", "", " ", "twitter-tweet", "fb-post", "fb-posts", "a-fb-post", "Fb-post", "vk_post", "é", "漢", "😀",
         "text-post-media", "x" * 17, "y" * 70, "\n"]  # fmt: skip
names = st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), max_size=8)


@built
@given(names)
def test_any_names_are_the_same_posts(names: list[str]) -> None:
    assert speedups.classed(tuple(names), embeds._SOUGHT) == embeds._py_classed(names)


@built
@pytest.mark.parametrize(
    "wrong", [(["p"], ["x"]), (("p", 1), ["x"]), (("p",), ["é"]), (("p",), ["x" * 64]), (("p",), [1])]
)
def test_only_names_are_looked_at(wrong: tuple[object, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        speedups.classed(*wrong)
