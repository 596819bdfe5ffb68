"""The walk over the tags of serialised HTML: gathers lines, follows the open elements, makes the blocks of a page."""

from __future__ import annotations

import re

from cleaners._speedups import speedups
from cleaners.article import Kind
from cleaners.page import Block
from cleaners.read.html_tags import (
    BLOCK,
    BREAK,
    CELL,
    END_BLOCK,
    END_LINK,
    FLOW,
    IMAGE,
    LINK,
    LONGEST_MARK,
    MARKS,
    OWN_ROOM,
    RULE,
    SHORT_MARKS,
    VOID,
    read_short,
    read_tag,
)
from cleaners.read.text import read_line
from cleaners.read.zone_words import READ, TELLING, ZONE_OF_WORD
from cleaners.text.fold import fold
from cleaners.text.prose import count_words
from cleaners.text.repair import repair, repair_code
from cleaners.zones import Zone

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
KEEPING_BREAKS = ("pre", "textarea")
CHROME_TAGS = ("nav", "footer")
ROW = ">tr"  # in the path of a line of a table
ESCAPES = (("&nbsp;", "\u00a0"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))  # of a serialiser
SEAM_ENDS = ".!?)]”’:"  # what ends a sentence or name, besides a small letter
_ALT = re.compile(r'(?:^|\s)alt="([^"]+)"')
_LONG_CELL = 150  # characters; a cell this long is a column of a layout table, not a field of a row
_MAX_DEPTH = 2_000  # open elements; deeper ones add no evidence, their text is still read
_ARTICLE, _FIGURE, _CHROME = Zone.ARTICLE, Zone.FIGURE, Zone.NAV | Zone.FOOTER
_ATTRIBUTES = tuple((name, *TELLING.get(name, ())) for name in READ)  # each with the words that one must hold to matter
_NUMBERS = (
    _ARTICLE, _FIGURE, Zone.CODE, Zone.TABLE, Zone.QUOTE, Zone.LIST, OWN_ROOM, _CHROME, _LONG_CELL, _MAX_DEPTH, LONGEST_MARK,
)  # fmt: skip

# An open element as its lines see it: zones, path, name and class of the nearest block element, its number, its
# parent's number, depth, and whether line breaks count.
_Open = tuple[int, str, str, str, int, int, int, bool]
_PAGE: _Open = (0, "", "", "", 0, 0, 0, False)


def walk_markup(markup: str, out: list[str] | None) -> tuple[list[Block], list[int], list[str]]:
    """The blocks, parents and names of serialised HTML; `out` receives the tags and texts that are no chrome."""
    if speedups is None:
        return _py_walk(markup, out)
    found: tuple[list[Block], list[int], list[str]] = speedups.scan(
        markup, MARKS, SHORT_MARKS, _ATTRIBUTES, ZONE_OF_WORD, read_tag, read_short, _read_line, _read_alt, Block,
        SEAM_ENDS, _NUMBERS, out,
    )  # fmt: skip
    return found


class _Lines:
    """The line being gathered, and the blocks that the lines before it became."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.length = 0
        self.zone = 0
        self.holder = _PAGE
        self.link_chars = 0
        self.after_break = False
        self.alt = ""
        self.alt_figure = 0
        self.figure = 0

    def flush(self, keeps_breaks: bool) -> None:
        """End the line being gathered; it becomes a block when it shows anything."""
        zone = self.zone
        _, path, tag, tokens, number, parent, depth, _ = self.holder
        in_pre = keeps_breaks and zone & Zone.CODE != 0
        raw = "".join(self.pieces)
        self.pieces.clear()
        self.length = 0
        if "\u0000" in raw:
            raw = _unglue(raw)
        text, folded, words = _read_line(raw, in_pre)
        if not text:
            return
        self.blocks.append(
            Block(
                len(self.blocks),
                text,
                folded,
                _kind(tag, path, zone, in_pre),
                tag,
                path,
                zone,
                words,
                min(self.link_chars, len(text)),
                tokens,
                self.alt if self.figure == self.alt_figure else "",
                parent,
                number,
                depth,
                self.after_break,
            )
        )


def _py_walk(markup: str, out: list[str] | None) -> tuple[list[Block], list[int], list[str]]:
    marks = MARKS
    lines = _Lines()
    pieces = lines.pieces
    parents, names = [0], [""]
    top = _PAGE
    stack = [top]
    tags: list[str] = []  # of the open elements
    deeper = links = stripped = 0
    glued = False  # True right after an end tag: the next element may stand against it without a space
    comments = True  # False once a comment without end was seen: there is none with one behind it
    at, closed, size = 0, -1, len(markup)
    while at < size:
        opened = markup.find("<", at)
        if opened != at:
            raw = markup[at:opened] if opened >= 0 else markup[at:]
            text = _unescape(raw) if "&" in raw else raw
            shown = len(text.strip())
            if shown:
                if not pieces:
                    lines.holder, lines.zone, lines.link_chars = top, top[0], 0
                else:
                    lines.zone &= top[0]
                if links:
                    lines.link_chars += shown
                lines.length += shown
                pieces.append(text)
            elif pieces:
                pieces.append(text)
            glued = False
            if out is not None and not stripped:
                out.append(raw)
            if opened < 0:
                break
        if closed < opened:
            closed = markup.find(">", opened)
            if closed < 0:
                closed = size + LONGEST_MARK + 1  # no tag ends any more
        end = closed
        attributes = ""
        head = markup[opened + 1 : closed] if closed - opened <= LONGEST_MARK else ""
        mark = marks.get(head)
        if mark is None:
            if comments and markup.startswith("<!--", opened):
                end = markup.find("-->", opened + 4)
                if end >= 0:
                    at = end + 3
                    continue
                comments = False
                end = closed
            mark, attributes, end = read_tag(markup, opened, closed)
            if end < 0:
                at = opened + 1  # no tag: its characters are text
                continue
        at = end + 1
        kind, tag, zone, tokens = mark

        if kind < BLOCK:
            if deeper:
                deeper -= 1
                continue
            if len(stack) == 1:
                continue
            ended = stack.pop()
            top = stack[-1]
            if kind == END_BLOCK:
                if pieces:
                    lines.flush(ended[7])
                lines.after_break = False
            elif kind == END_LINK:
                links -= 1
            glued = True
            if out is not None:
                tag = tags.pop()
                if stripped:
                    stripped -= 1
                else:
                    out.append(f"</{tag}>")
        elif kind < VOID:
            if len(stack) > _MAX_DEPTH:
                deeper += 1
                continue
            above = top
            around = above[0]
            if around & _ARTICLE:
                zone &= OWN_ROOM
            if zone & _FIGURE and not around & _FIGURE:
                lines.figure += 1
            zone |= around
            if kind == BLOCK:
                if pieces:
                    lines.flush(above[7])
                lines.after_break = False
                path = above[1]
                number = len(parents)
                parent = above[4]
                parents.append(parent)
                names.append(f"{tag} {tokens}")
                top = (
                    zone,
                    f"{path}>{tag}" if path else tag,
                    tag,
                    tokens,
                    number,
                    parent,
                    above[6] + 1,
                    above[7] or tag in KEEPING_BREAKS,
                )
            else:
                if kind == CELL:
                    if lines.length > _LONG_CELL:
                        lines.flush(above[7])
                    elif pieces:
                        pieces.append(" | ")
                elif kind != FLOW:
                    if kind == LINK:
                        links += 1
                    if glued and pieces:
                        pieces.append(" \u0000")
                if tokens or zone != around:
                    _, path, name, around_tokens, number, parent, depth, keeps_breaks = above
                    top = (zone, path, name, tokens or around_tokens, number, parent, depth, keeps_breaks)
            stack.append(top)
            glued = False
            if out is not None:
                tags.append(tag)
                if stripped:
                    stripped += 1
                elif tag in CHROME_TAGS and zone & _CHROME & ~around:
                    stripped = 1
                else:
                    out.append("<" + markup[opened + 1 : at].lstrip("!"))
        elif kind == BREAK:
            if out is not None and not stripped:
                out.append("<br>")
            if pieces:
                lines.flush(top[7])
            lines.after_break = bool(lines.blocks)
        elif kind == IMAGE:
            alt = _read_alt(attributes)
            if alt is not None:
                lines.alt, lines.alt_figure = alt, lines.figure
        elif kind == RULE and pieces:
            lines.flush(top[7])
    if pieces:
        lines.flush(top[7])
    return lines.blocks, parents, names


def _read_line(raw: str, in_pre: bool) -> tuple[str, str, int]:
    """A gathered line repaired, the same folded, and how many words it has; a line that shows nothing is empty."""
    if not in_pre:
        return read_line(raw)
    text = repair_code(raw)
    return text, fold(text), count_words(text)


def _read_alt(attributes: str) -> str | None:
    """The alternative text of an image."""
    alt = attributes.find('alt="')
    found = _ALT.search(attributes, alt - 1) if alt > 0 else None
    return repair(_unescape(found[1])) if found else None


def _kind(tag: str, path: str, zone: int, in_pre: bool) -> Kind:
    if tag in HEADINGS:
        return "heading"
    if in_pre:
        return "code"
    if zone & Zone.TABLE and ROW in path:
        return "table"
    if zone & Zone.QUOTE:
        return "quote"
    if zone & Zone.LIST:
        return "list_item"
    return "paragraph"


def _unescape(text: str) -> str:
    """Undo the five escapes of an HTML5 serialiser."""
    for escape, character in ESCAPES:  # the ampersand comes last, so that nothing is undone twice
        text = text.replace(escape, character)
    return text


def _unglue(raw: str) -> str:
    """Part elements that stand side by side without a space where a sentence or name ends and a capital begins."""
    parts = raw.split(" \u0000")
    joined = parts[0]
    for part in parts[1:]:
        left, right = joined[-1:], part[:1]
        seam = " " if (left.islower() or left in SEAM_ENDS) and right.isupper() else ""
        joined += seam + part
    return joined
