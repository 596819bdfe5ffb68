"""This file turns an HTML string into blocks: one HTML5 parse, one serialisation, one linear scan of its tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, SelectolaxError

from cleaners._speedups import speedups
from cleaners.article import Kind
from cleaners.page import Block
from cleaners.read.nesting import shallow
from cleaners.read.visible import DEEPEST_FRAME, FORMULA, LOOKED_FOR, MOST_FRAMES, show_shadow_roots, show_words
from cleaners.read.zone_words import READ, TAG_ZONES, TELLING, ZONE_OF_WORD, read_attributes
from cleaners.text.fold import fold
from cleaners.text.repair import repair, repair_code
from cleaners.zones import Zone

# lexbor's serialisation is regular: attributes in double quotes, "<" in text escaped. What is not (the content of
# <xmp>, quotes in names) is read by this pattern, tag and attributes of one start or end tag.
_TAG = re.compile(r'<!?(/?)([a-zA-Z][^\s/>]*)((?:\s+[^\s/>][^\s/>=]*="[^"]*")*)\s*>')
_STRAY_QUOTE = ' "=""'  # href="…"" in the source: an attribute whose name is a quote, on one page in twenty
_NAME = re.compile(r'[a-zA-Z][^\s/>"]*')
_INVISIBLE = ["script", "style", "template", "svg", "iframe", "noembed", "noframes", "audio", "video", "canvas",
              "datalist", "head"]  # fmt: skip
_SOUGHT = tuple(dict.fromkeys((*_INVISIBLE, *LOOKED_FOR)))
_NAMES_OF_SOUGHT = tuple(name.encode() for name in _SOUGHT)
_IMPLIED = "head"  # every tree has one
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr output q rb rp rt rtc ruby s "
    "samp slot small span strike strong sub sup td th time tt u var wbr".split()
).union(FORMULA)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ALT = re.compile(r'(?:^|\s)alt="([^"]+)"')
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
# A browser shows the chosen option of a list again; for it the parser looks at all options once for each of them.
_NO_MIRRORS = LexborDocumentOptions.WO_EVENTS
_LONG_CELL = 150  # characters; a cell this long is a column of a layout table, not a field of a row
_MAX_DEPTH = 2_000  # open elements; deeper ones add no evidence, their text is still read
_ARTICLE, _FIGURE, _CHROME = Zone.ARTICLE, Zone.FIGURE, Zone.NAV | Zone.FOOTER
_OWN_ROOM = ~(Zone.HEADER | Zone.FOOTER | Zone.CONSENT)  # an article's own header is no page chrome

# What a tag does to the line being gathered.
END_BLOCK, END_FLOW, END_LINK = -3, -2, -1  # it closes an element: one of its own lines, one inside a line, a link
BLOCK, FLOW, SEAM, LINK, CELL = 0, 1, 2, 3, 4  # it opens one; next to a seam two words may stand without a space
VOID, RULE, BREAK, IMAGE = 5, 6, 7, 8  # it has no content
_KINDS = (
    dict.fromkeys(_INLINE, FLOW)
    | dict.fromkeys("span strong b em small time".split(), SEAM)
    | dict.fromkeys("area base col embed input link meta param source track wbr".split(), VOID)
    | dict.fromkeys(
        "article aside body div dl dt dd figcaption figure footer form h1 h2 h3 h4 h5 h6 header li main nav ol "
        "option p section table tbody tr ul".split(),
        BLOCK,
    )
    | {"a": LINK, "td": CELL, "th": CELL, "hr": RULE, "br": BREAK, "img": IMAGE}
)

_Mark = tuple[int, str, int, str]  # what one tag says by itself: one of the above, its name, zones, class and id
_NO_MARK: _Mark = (VOID, "", 0, "")
_MARKS: dict[str, _Mark] = {}  # by the characters between < and >; sites repeat them on page after page
_SHORT_MARKS: dict[str, _Mark] = {}  # the same, without the attributes that say nothing
_MOST_MARKS = 20_000
_LONGEST_MARK = 400  # characters
# What _native.c shares with this file.
_READ = tuple((name, *TELLING.get(name, ())) for name in READ)
_NUMBERS = (
    _ARTICLE, _FIGURE, Zone.CODE, Zone.TABLE, Zone.QUOTE, Zone.LIST, _OWN_ROOM, _CHROME, _LONG_CELL, _MAX_DEPTH, _LONGEST_MARK,
)  # fmt: skip
_FEW_PARTS = 3  # of a tag split at its quotes: with more than one attribute, or an address, it is seldom met again

# An open element as its lines see it: zones, path, name and class of the nearest block element, its number, its
# parent's number, depth, and whether line breaks count.
_Open = tuple[int, str, str, str, int, int, int, bool]
_PAGE: _Open = (0, "", "", "", 0, 0, 0, False)


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
    """Those of _SOUGHT whose tag stands somewhere in the source: the tree is walked once for each that is taken out."""
    if speedups is None:
        return _SOUGHT
    there = speedups.tags_among(source, _NAMES_OF_SOUGHT)
    return [name for name, stands in zip(_SOUGHT, there, strict=True) if stands or name == _IMPLIED]


def walk(tree: LexborHTMLParser, there: Sequence[str] = _SOUGHT) -> Walked:
    """The visible lines of a page as blocks. The tree loses its scripts, styles and head on the way.

    `there` is for who knows that no other elements of _SOUGHT are in it.
    """
    _strip(tree, there, _Frames())
    body = tree.body
    markup = (body.html if body is not None else None) or ""
    blocks, parents, names = _read(markup, None)
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
    """Show all words that are shown, and take out what is invisible."""
    if tree.head is None:
        return  # it was taken out with the rest
    show_words(tree, there, frames.read)
    tree.strip_tags([name for name in _INVISIBLE if name in there])


def without_chrome(markup: str) -> str:
    """The markup of a walked page without comments, images, navigation and page footers."""
    out: list[str] = []
    _read(markup, out)
    return "".join(out)


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


def _read(markup: str, out: list[str] | None) -> tuple[list[Block], list[int], list[str]]:
    """What `_scan` finds; in C, where that was built."""
    if speedups is None:
        return _scan(markup, out)
    found: tuple[list[Block], list[int], list[str]] = speedups.scan(
        markup, _MARKS, _SHORT_MARKS, _READ, ZONE_OF_WORD, _read_tag, _read_short, _read_line, _read_alt, Block,
        _NUMBERS, out,
    )  # fmt: skip
    return found


def _scan(markup: str, out: list[str] | None) -> tuple[list[Block], list[int], list[str]]:
    """The blocks, parents and names of serialised HTML; `out` receives the tags and texts that are no chrome."""
    marks = _MARKS
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
                closed = size + _LONGEST_MARK + 1  # no tag ends any more
        end = closed
        attributes = ""
        head = markup[opened + 1 : closed] if closed - opened <= _LONGEST_MARK else ""
        mark = marks.get(head)
        if mark is None:
            if comments and markup.startswith("<!--", opened):
                end = markup.find("-->", opened + 4)
                if end >= 0:
                    at = end + 3
                    continue
                comments = False
                end = closed
            mark, attributes, end = _read_tag(markup, opened, closed)
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
                zone &= _OWN_ROOM
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
                    above[7] or tag == "pre" or tag == "textarea",
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
                elif (tag == "nav" or tag == "footer") and zone & _CHROME & ~around:
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


def _read_tag(markup: str, opened: int, closed: int) -> tuple[_Mark, str, int]:
    """What the tag that begins at `opened` says, its attributes, and where it ends; -1 when no tag begins there.

    `closed` is where the next ">" stands, which nearly always is the end.
    """
    if "a" <= markup[opened + 1 : opened + 2] <= "z" and closed < len(markup):
        head = markup[opened + 1 : closed]
        parts = head.split('"')
        first = parts[0]
        space = first.find(" ")
        tag = first[:space] if space >= 0 else first
        # every quote is in the attributes, and closed
        regular = len(parts) & 1 and _STRAY_QUOTE not in head if space >= 0 else len(parts) == 1
        if regular and (tag in _KINDS or _NAME.fullmatch(tag)):
            parts[0] = first[len(tag) :]
            mark = _start(tag, parts)
            if len(parts) <= _FEW_PARTS and mark[0] <= SEAM and closed - opened <= _LONGEST_MARK:
                _keep(head, mark)
            return mark, head, closed
    found = _TAG.match(markup, opened)
    if found is None:
        return _NO_MARK, "", -1
    tag, end = found[2], found.end() - 1
    if not found[1]:
        attributes = found[3].replace(_STRAY_QUOTE, "")
        return _start(tag, attributes.split('"')), attributes, end
    mark = (END_LINK if tag == "a" else END_FLOW if tag in _INLINE or "-" in tag else END_BLOCK, tag, 0, "")
    if end == closed and closed - opened <= _LONGEST_MARK:
        _keep(markup[opened + 1 : closed], mark)
    return mark, "", end


def _start(tag: str, parts: list[str]) -> _Mark:
    """What a start tag says; `parts` are its attributes, split at the quotes."""
    # Browsers show custom elements, which have a hyphen, inside the line.
    kind = _KINDS.get(tag, FLOW if "-" in tag else BLOCK)
    if kind >= VOID:
        return kind, tag, 0, ""
    zone, tokens = read_attributes(parts) if len(parts) > 1 else (0, "")
    zone |= TAG_ZONES.get(tag, 0)
    if tag in ("article", "main"):
        zone &= _OWN_ROOM
    elif tag in ("html", "body"):  # "has-navigation", hidden until scripts run: said of all lines, it parts none
        zone = 0
    return kind, tag, zone, tokens


def _read_short(head: str) -> _Mark:
    """What a regular start tag says; of its attributes `head` has only those that say something."""
    tag = head[: head.find(" ")] if " " in head else head
    parts = head.split('"')
    parts[0] = parts[0][len(tag) :]
    mark = _start(tag, parts)
    if len(_SHORT_MARKS) >= _MOST_MARKS:
        _SHORT_MARKS.clear()
    _SHORT_MARKS[head] = mark
    return mark


def _keep(head: str, mark: _Mark) -> None:
    if len(_MARKS) >= _MOST_MARKS:
        _MARKS.clear()
    _MARKS[head] = mark


def _read_line(raw: str, in_pre: bool) -> tuple[str, str, int]:
    """A gathered line mended, the same folded, and its words; what shows nothing is empty."""
    text = repair_code(raw) if in_pre else repair(raw)
    if not in_pre and text.isascii():
        return text, text.lower(), text.count(" ") + 1
    return text, fold(text), count_words(text)


def _read_alt(attributes: str) -> str | None:
    """The alternative text of an image."""
    alt = attributes.find('alt="')
    found = _ALT.search(attributes, alt - 1) if alt > 0 else None
    return repair(_unescape(found[1])) if found else None


def _kind(tag: str, path: str, zone: int, in_pre: bool) -> Kind:
    if tag in _HEADINGS:
        return "heading"
    if in_pre:
        return "code"
    if zone & Zone.TABLE and ">tr" in path:
        return "table"
    if zone & Zone.QUOTE:
        return "quote"
    if zone & Zone.LIST:
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
