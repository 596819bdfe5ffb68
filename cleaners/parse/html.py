"""This file turns an HTML string into blocks: one HTML5 parse, one serialisation, one linear scan of its tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from cleaners import page as z
from cleaners.fold import fold
from cleaners.mend import mend, mend_code
from cleaners.page import Block, Kind
from cleaners.parse.evidence import TAG_ZONES, read_attributes

# lexbor's serialisation is regular: attributes in double quotes, "<" in text escaped, so one pattern reads it.
_TOKEN = re.compile(r'<!--.*?-->|<!?(/?)([a-zA-Z][^\s/>]*)([^>"]*(?:"[^"]*"[^>"]*)*)>|([^<]+)', re.S)
_INVISIBLE = ["script", "style", "template", "svg", "math", "iframe", "noembed", "noframes", "object", "audio",
              "video", "canvas", "datalist", "map", "head"]  # fmt: skip
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr output q rb rp rt rtc ruby s samp slot "
    "small span strike strong sub sup time tt u var wbr td th".split()
)
_CELLS = frozenset(("td", "th"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ALT = re.compile(r'(?:^|\s)alt="([^"]+)"')
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_LONG_CELL = 150  # characters; a cell this long is a column of a layout table, not a field of a row
_MAX_DEPTH = 2_000  # open elements; deeper ones add no evidence, their text is still read


class Walked(NamedTuple):
    """What the walk found: the blocks, the tree they stand in, and markup without nav and footer for the reference.

    `parents` holds, for each element that is not inline, the number of the one around it; elements are numbered in
    page order, so all blocks inside one stand together. Number 0 is the page itself.
    """

    blocks: tuple[Block, ...]
    parents: tuple[int, ...]
    markup: str


def parse_tree(markup: str) -> LexborHTMLParser:
    """The HTML5 tree of a page; every string has one."""
    return LexborHTMLParser(markup)


class _Open(NamedTuple):
    tag: str
    zone: int
    path: str
    tokens: str
    number: int
    parent: int
    depth: int


def walk(tree: LexborHTMLParser) -> Walked:
    """The visible lines of a page as blocks. The tree loses its scripts, styles and head on the way."""
    tree.strip_tags(_INVISIBLE)
    body = tree.body
    html = (body.html if body is not None else None) or ""
    walker = _Walker()
    for match in _TOKEN.finditer(html):
        closing, tag, attributes, text = match.groups()
        if text is not None:
            walker.text(text)
        elif tag is None:
            continue
        elif closing:
            walker.end(tag)
        else:
            walker.start(tag, attributes)
    walker.flush()
    return Walked(tuple(walker.blocks), tuple(walker.parents), "".join(walker.out))


class _Walker:
    """State of one scan: the stack of open elements and the line being gathered."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.out: list[str] = []
        self.stack = [_Open("", 0, "", "", 0, 0, 0)]
        self.deeper = 0
        self.parents = [0]
        self.pieces: list[str] = []
        self.length = 0
        self.zone = -1
        self.holder = self.stack[0]
        self.link_chars = 0
        self.links = 0
        self.breaks = False
        self.alt = ""
        self.alt_figure = 0
        self.figure = 0
        self.stripped = 0
        self.glued = False  # True right after an end tag: the next element may stand against it without a space

    def start(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self._emit(f"<{tag}>")
            self.flush()
            self.breaks = bool(self.blocks)
            return
        if tag == "img":
            found = _ALT.search(attributes)
            if found:
                self.alt, self.alt_figure = mend(_unescape(found[1])), self.figure
            return
        if tag in _VOID:
            if tag == "hr":
                self.flush()
            return
        top = self.stack[-1]
        if len(self.stack) > _MAX_DEPTH:
            self.deeper += 1
            return
        zone, tokens = read_attributes(attributes) if attributes else (0, "")
        zone |= TAG_ZONES.get(tag, 0)
        if top.zone & z.ARTICLE or tag in ("article", "main", "body"):
            zone &= ~(z.HEADER | z.FOOTER | z.CONSENT)  # an article's own header is no page chrome
        zone |= top.zone
        if zone & z.FIGURE and not top.zone & z.FIGURE:
            self.figure += 1
        if _flows(tag):
            if tag in _CELLS:
                self._cell()
            elif self.pieces and tag in ("span", "a", "strong", "b", "em", "small", "time") and self.glued:
                self.pieces.append(" \u0000")
            entry = _Open(tag, zone, top.path, tokens or top.tokens, top.number, top.parent, top.depth)
        else:
            self.flush()
            self.breaks = False
            entry = _Open(
                tag,
                zone,
                f"{top.path}>{tag}" if top.path else tag,
                tokens,
                len(self.parents),
                top.number,
                top.depth + 1,
            )
            self.parents.append(top.number)
        if tag == "a":
            self.links += 1
        self.stack.append(entry)
        self._strip_or_emit(entry, top, attributes)
        self.glued = False

    def end(self, tag: str) -> None:
        if self.deeper:
            self.deeper -= 1
            return
        if len(self.stack) == 1:
            return
        entry = self.stack.pop()
        if not _flows(tag):
            self.flush()
            self.breaks = False
        elif tag == "a":
            self.links -= 1
        self.glued = True
        if self.stripped:
            self.stripped -= 1
        else:
            self.out.append(f"</{entry.tag}>")

    def text(self, raw: str) -> None:
        top = self.stack[-1]
        text = _unescape(raw) if "&" in raw else raw
        bare = text.strip()
        if bare:
            if not self.pieces:
                self.holder, self.zone, self.link_chars = top, top.zone, 0
            else:
                self.zone &= top.zone
            if self.links:
                self.link_chars += len(bare)
            self.length += len(bare)
        if self.pieces or bare:
            self.pieces.append(text)
        self.glued = False
        self._emit(raw)

    def flush(self) -> None:
        """End the line being gathered; it becomes a block when it shows anything."""
        if not self.pieces:
            return
        holder, zone = self.holder, self.zone
        in_pre = zone & z.CODE and any(entry.tag in ("pre", "textarea") for entry in self.stack)
        raw = "".join(self.pieces)
        raw = _unglue(raw) if "\u0000" in raw else raw
        text = mend_code(raw) if in_pre else mend(raw)
        self.pieces, self.length = [], 0
        if not text:
            return
        alt = self.alt if self.alt and (self.figure == self.alt_figure) else ""
        self.blocks.append(
            Block(
                index=len(self.blocks), text=text, folded=fold(text), kind=_kind(holder, zone, bool(in_pre)),
                tag=holder.path.rpartition(">")[2], path=holder.path, zone=zone, words=count_words(text),
                link_chars=min(self.link_chars, len(text)), tokens=holder.tokens, alt=alt, parent=holder.parent, element=holder.number,
                depth=holder.depth, after_break=self.breaks,
            )
        )  # fmt: skip

    def _cell(self) -> None:
        if self.length > _LONG_CELL:
            self.flush()
        elif self.pieces:
            self.pieces.append(" | ")

    def _emit(self, piece: str) -> None:
        if not self.stripped:
            self.out.append(piece)

    def _strip_or_emit(self, entry: _Open, top: _Open, attributes: str) -> None:
        """Add the element to the markup, unless it is a nav or a page footer, which go with all they hold."""
        if self.stripped:
            self.stripped += 1
        elif entry.tag in ("nav", "footer") and entry.zone & (z.NAV | z.FOOTER) & ~top.zone:
            self.stripped = 1
        else:
            self.out.append(f"<{entry.tag}{attributes}>")


def _flows(tag: str) -> bool:
    """True for elements that stand inside a line; browsers show custom elements, which have a hyphen, that way too."""
    return tag in _INLINE or "-" in tag


def _kind(holder: _Open, zone: int, in_pre: bool) -> Kind:
    last = holder.path.rpartition(">")[2]
    if last in _HEADINGS:
        return "heading"
    if in_pre:
        return "code"
    if zone & z.TABLE and ">tr" in holder.path:
        return "table"
    if zone & z.QUOTE:
        return "quote"
    if zone & z.LIST:
        return "list_item"
    return "paragraph"


def _unescape(text: str) -> str:
    """Undo the five escapes of an HTML5 serialiser."""
    return (
        text.replace("&nbsp;", "\u00a0").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        .replace("&amp;", "&")
    )  # fmt: skip


def _unglue(raw: str) -> str:
    """Part elements that stand side by side without a space where a sentence or name ends and a capital begins."""
    parts = raw.split(" \u0000")
    joined = parts[0]
    for part in parts[1:]:
        left, right = joined[-1:], part[:1]
        seam = " " if (left.islower() or left in ".!?)]”’:") and right.isupper() else ""
        joined += seam + part
    return joined


def count_words(text: str) -> int:
    """Words of a line; in scripts without spaces two characters count as one."""
    words = len(text.split())
    return words if text.isascii() else words + len(_CJK.findall(text)) // 2
