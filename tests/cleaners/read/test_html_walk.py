"""The walk over a page's tags: markup that is odd but common must neither hide text nor call it a link."""

from __future__ import annotations

import pytest

from cleaners.read.html import parse_tree, walk
from cleaners.zones import Zone


@pytest.mark.parametrize(
    ("markup", "lines", "links"),
    [
        # one page in twenty has a quote too many; its text used to vanish up to the next quote
        ('<p>See <a href="/e/"">this</a> and <b>that</b> <i title="d">now</i></p>', ["See this and that now"], [4]),
        ('<p>See <a href="/e/" "" class="x">this</a> and that</p>', ["See this and that"], [4]),
        ('<p>One</p><nav id="a"" class="menu">Two</nav><p>Three</p>', ["One", "Two", "Three"], [0, 0, 0]),
        ('<p>a <a title="x > y" href=/1>b</a> c</p>', ["a b c"], [1]),
        ("<p>1 < 2 &lt;b> and 3 > 2</p>", ["1 < 2 <b> and 3 > 2"], [0]),
        ("<p>One<!-- <p>hidden</p> -->two</p>", ["Onetwo"], [0]),
        ("<table><tr><td>Home</td><td>2</td></tr></table>", ["Home | 2"], [0]),
        ("<p>first<br>second</p>", ["first", "second"], [0, 0]),
        ("<pre>a\n  b</pre><p>c\n  d</p>", ["a\n  b", "c d"], [0, 0]),
    ],
)
def test_lines_and_their_links(markup: str, lines: list[str], links: list[int]) -> None:
    blocks = walk(parse_tree(markup)).blocks
    assert [block.text for block in blocks] == lines
    assert [block.link_chars for block in blocks] == links


def test_a_stray_quote_does_not_hide_the_class_behind_it() -> None:
    blocks = walk(parse_tree('<div id="1"" class="newsletter-signup">Get our letter</div>')).blocks
    assert "newsletter-signup" in blocks[0].tokens


def test_what_is_said_of_the_whole_page_is_no_zone() -> None:
    whole = '<html class="footer"><body class="has-navigation" aria-hidden="true" style="display: none">'
    blocks = walk(parse_tree(f"{whole}<p>One</p><div class=navigation><p>Two</p></div>")).blocks
    assert [block.zone for block in blocks] == [0, Zone.NAV]


def test_elements_are_numbered_in_page_order_with_their_names() -> None:
    walked = walk(parse_tree("<div class=Story><p>One</p><p id=x>Two <b>bold</b></p></div><p>Three</p>"))
    assert walked.names[1:] == ("body ", "div story", "p ", "p x", "p ")
    assert walked.parents == (0, 0, 1, 2, 2, 1)
    assert [block.element for block in walked.blocks] == [3, 4, 5]
    assert [block.parent for block in walked.blocks] == [2, 2, 1]


def test_the_chosen_option_stands_once() -> None:
    chosen = "<button><selectedcontent></selectedcontent></button>"
    blocks = walk(parse_tree(f"<select>{chosen}<option>One<option selected>Two</select>")).blocks
    assert " ".join(block.text for block in blocks).split() == ["One", "Two"]
