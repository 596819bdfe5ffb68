"""Turns an HTML string into blocks: one HTML5 parse, one serialisation, one linear walk over its tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, SelectolaxError

from cleaners._speedups import speedups
from cleaners.page import Block
from cleaners.read.html_walk import walk_markup
from cleaners.read.nesting import shallow
from cleaners.read.visible import DEEPEST_FRAME, LOOKED_FOR, MOST_FRAMES, show_shadow_roots, show_words

_INVISIBLE = ["script", "style", "template", "svg", "iframe", "noembed", "noframes", "audio", "video", "canvas",
              "datalist", "head"]  # fmt: skip
_SOUGHT = tuple(dict.fromkeys((*_INVISIBLE, *LOOKED_FOR)))
_NAMES_OF_SOUGHT = tuple(name.encode() for name in _SOUGHT)
_IMPLIED = "head"  # every tree has one
# A browser shows the chosen option of a list again; for it the parser looks at all options once for each of them.
_NO_MIRRORS = LexborDocumentOptions.WO_EVENTS


class Walked(NamedTuple):
    """What the walk found: the blocks, the tree they stand in, and the HTML they were read from.

    `parents` holds, for each element that is not inline, the number of the one around it; elements are numbered in
    page order, so all blocks inside one stand together. Number 0 is the page itself. `names` holds the tag of each,
    and after a space its class and id.
    """

    blocks: tuple[Block, ...]
    parents: tuple[int, ...]
    names: tuple[str, ...]
    markup: str


def parse_tree(markup: str) -> LexborHTMLParser:
    """The HTML5 tree of a page; every string has one."""
    return parse(markup)[0]


def parse(markup: str) -> tuple[LexborHTMLParser, Sequence[str]]:
    """The HTML5 tree of a page with its shadow roots shown, and the names of _SOUGHT whose tags may be in it.

    Raises MemoryError: every string has a tree, so where the parser gives up it had no room for it.
    """
    source = shallow(markup.encode(errors="ignore"))
    try:
        tree = LexborHTMLParser(source, options=_NO_MIRRORS)
    except SelectolaxError as error:
        raise MemoryError(f"no room for the tree of {len(source):,} bytes of markup ({error})") from error
    there = _there(source)
    if "template" in there:
        show_shadow_roots(tree)
    return tree, there


def _there(source: bytes) -> Sequence[str]:
    """Those of _SOUGHT whose tag stands somewhere in the source; for each of them the tree is searched once."""
    if speedups is None:
        return _SOUGHT
    there = speedups.tags_among(source, _NAMES_OF_SOUGHT)
    return [name for name, stands in zip(_SOUGHT, there, strict=True) if stands or name == _IMPLIED]


def walk(tree: LexborHTMLParser, there: Sequence[str] = _SOUGHT) -> Walked:
    """The visible lines of a page as blocks. The tree loses its scripts, styles and head on the way.

    `there` names those elements of _SOUGHT that may be in it, where the caller knows that no others are.
    """
    _strip(tree, there, _Frames())
    body = tree.body
    markup = (body.html if body is not None else None) or ""
    blocks, parents, names = walk_markup(markup, None)
    return Walked(tuple(blocks), tuple(parents), tuple(names), markup)


class _Frames:
    """The documents of a page's frames, and how many were read."""

    def __init__(self) -> None:
        self.count = self.depth = 0

    def read(self, markup: str) -> LexborHTMLParser | None:
        """The tree of a document without what is invisible; None when it is one too many, or too deep."""
        if self.count >= MOST_FRAMES or self.depth >= DEEPEST_FRAME:
            return None
        self.count += 1
        self.depth += 1
        tree, there = parse(markup)
        _strip(tree, there, self)
        self.depth -= 1
        return tree


def _strip(tree: LexborHTMLParser, there: Sequence[str], frames: _Frames) -> None:
    """Put into the tree all words that browsers show, and take out what is invisible."""
    if tree.head is None:
        return  # it was taken out with the rest
    show_words(tree, there, frames.read)
    tree.strip_tags([name for name in _INVISIBLE if name in there])


def without_chrome(markup: str) -> str:
    """The markup of a walked page without comments, images, navigation and page footers."""
    out: list[str] = []
    walk_markup(markup, out)
    return "".join(out)
