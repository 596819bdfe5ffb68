"""Finds the lines of a page that stand in the elements a CSS selector matches.

Beautiful Soup answers the selector, and nothing else: the elements are numbered beforehand, and the page's text is
read from the parser's own tree, which no second reading can change.
"""

from __future__ import annotations

from collections.abc import Iterable

import soupsieve
from bs4 import BeautifulSoup

from cleaners.errors import BadSelector
from cleaners.read.html import parse_tree, walk
from cleaners.read.zone_words import MARK
from cleaners.zones import Zone

_NUMBER = "data-copydesk"


def check_selector(selector: str) -> None:
    """Raise BadSelector for what is no selector, or can match no element."""
    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:
        raise BadSelector(str(error).partition("\n")[0]) from error


def selected(markup: str, selectors: Iterable[str]) -> dict[str, frozenset[int]]:
    """For each selector the positions of the blocks that stand in what it matches with all their text.

    A line of which only a part does, as with a link in a sentence, is not among them; nor is what only `html` or `body`
    encloses, because that is every line.
    """
    tree = parse_tree(markup)
    for number, node in enumerate(tree.css("*")):
        for name in [name for name in node.attrs if not name.replace("-", "a").isalnum()]:
            del node.attrs[name]  # a stray quote taken for a name would mislead the second reader
        node.attrs[_NUMBER] = str(number)
    soup = BeautifulSoup(tree.html or "", "html.parser")
    walk(tree)  # takes out what is invisible: from here on the elements stay
    nodes = [(node, node.attrs[_NUMBER]) for node in tree.css(f"[{_NUMBER}]")]
    found = {}
    for selector in selectors:
        numbers = {tag.get(_NUMBER) for tag in soupsieve.select(selector, soup)}
        marked = [(node, node.attrs.get("class")) for node, number in nodes if number in numbers]
        for node, names in marked:
            node.attrs["class"] = f"{names or ''} {MARK}"
        blocks = walk(tree).blocks if marked else ()
        found[selector] = frozenset(block.index for block in blocks if block.inside(Zone.SELECTED))
        for node, names in marked:
            node.attrs["class"] = names or ""
    return found
