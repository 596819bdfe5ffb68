"""Joins the lines of hard-wrapped text to paragraphs; text with one paragraph a line stays as it is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cleaners.page import CLOSERS, SENTENCE_ENDS
from cleaners.text.broken_words import Words, joint, unspaced

NARROWEST, WIDEST = 38, 112  # columns at which text is wrapped
_LEAST_LINE = 20  # columns; a shorter line that breaks off is a label
_TOO_LONG = WIDEST + 20  # characters; with an indent and spaces at the end
_CLOSE = 4  # lines between two breaks; short paragraphs with blank lines between them have three
_SHORTEST = 5  # characters; even a phrase of a script has more
_LEAST_BREAKS = 3  # breaks inside a sentence; two lists of short lines show one or two
_FEWEST_BREAKS = 2  # where all lines that break off are filled, at least _ALL_FILLED
_ALL_FILLED = 4
_FILLED = 0.8  # share of the breaks inside sentences where the next word had no room; wrapped text has all of them
_OFTEN_FILLED = 0.5  # the same where some lines were broken by hand
_UNEVEN_WIDTH = 38  # columns; lines that are not filled are prose above, verse or labels below
_UNEVEN_SPREAD = 0.6  # of the widest: the least width of most lines that end where somebody pressed a key
_MOST = 0.8
_WIDE_LINE = 0.7  # of the usual width; shorter lines end paragraphs
_INDENTED = 3  # paragraphs with an indented first line
_MANY_BREAKS = 8
_OFTEN_BROKEN = 0.4  # share of wide lines that break off before a small letter; German has the fewest
_LONG_PARAGRAPH = 12  # breaks
_PUNCTUATED = 0.3  # share of lines with a comma or full stop inside; lists of names and figures have fewer

_LINE_ENDS = re.compile("\r\n?|\u2029")
_INDENT = re.compile(r"[ \t\u00a0\u3000]*")
_OPENERS = "\"'“‘„‚«‹»›([{¿¡「『《〈（【"
_BEFORE_WORD = _OPENERS + " \t\u00a0\u3000"
_GOES_ON = re.compile(rf"\n[{re.escape(_BEFORE_WORD)}]*(?![A-ZÀ-ÖØ-ÞА-ЯЁ])[^\W\d_]")  # a line that begins no sentence
_NO_WORD = re.compile(r"\S*(?:://|_|@)|www\.")  # an address, the name of an icon
_BULLET = re.compile(r"(?:[-*+•·▪◦‣●○■□▶►✓✔➤→⁃∙]|[–—](?=\s+[A-ZÀ-ÞА-Я„“«]))\s|#{1,6}\s")
_DASH = re.compile(r"[–—]\s")
_NUMBERED = re.compile(r"(?:\(?(\d{1,3}|[a-z])[.)]|[ivx]{1,5}\))\s")
_TABLE = re.compile(r"\S(?: {3,}|\t)\S|[|>│¦]")
_INSIDE = re.compile(r"[,.;:!?،؛؟。，、；：！？।։]\s*\S")
_SENTENCE_INSIDE = re.compile(r"[.!?…]['\"”’»)]*\s+['\"“‘„«(]*[A-ZÀ-ÞА-ЯЁΑ-Ω]")
_GEORGIAN = ("\u10a0", "\u10ff")  # its small letters have capitals that no text begins a sentence with
# What a Korean line ends with that goes on: particles and connective endings.
_KOREAN_GOES_ON = frozenset("고게며면서는은을를이가의에로와과도여해아어지니나데워려")
_PHRASES = 3  # that go on, before the one that ends; a menu may show two by chance
_HANGUL = ("\uac00", "\ud7a3")


class Line(NamedTuple):
    """One line: its text, columns up to its end, columns before its first sign and of its first word, how it begins
    and ends."""

    text: str
    width: int = 0
    indent: int = 0
    first: int = 0
    start: str = ""  # "small", "capital", "uncased", "other"
    ends: bool = False
    apart: bool = True  # blank, too long, a row of a table or quoted


def unwrapped(text: str) -> list[str]:
    """The lines of a text, those of a hard-wrapped paragraph joined to one.

    A paragraph's lines are known by what no list or verse shows: line after line breaks off inside a sentence where
    the next line's first word had no room left. Each run of lines is joined for itself, so that lists, verses, tables
    and heads beside the paragraphs stay.
    """
    text = _LINE_ENDS.sub("\n", text) if "\r" in text or "\u2029" in text else text
    raw = text.split("\n")
    if not _GOES_ON.search(text) or not _may_be_wrapped(raw):
        return raw
    lines = [_line(shown) for shown in raw]
    joined = _spoken(_in_sentences(lines), lines)
    return _joined(lines, joined) if any(joined) else raw


def _may_be_wrapped(raw: Sequence[str]) -> bool:
    """A cheap look at neighbours: lines close together that break off before one that could go on."""
    close, last = 0, -_CLOSE
    for at, (line, following) in enumerate(pairwise(raw)):
        long = len(line)
        if long < _SHORTEST or long > _TOO_LONG or not following or line[-1] in SENTENCE_ENDS:
            continue
        first = following[0] if following[0].isalpha() else following.lstrip(_BEFORE_WORD)[:1]
        if not first.isalpha() or first.isupper() or len(following) > _TOO_LONG:
            continue
        if long >= _LEAST_LINE or (first >= "\u1100" and (long >= NARROWEST // 2 or line[-1] in _KOREAN_GOES_ON)):
            close += at - last <= _CLOSE
            last = at
            if close == _FEWEST_BREAKS - 1:
                return True
    return False


def _line(shown: str) -> Line:
    text = shown.rstrip()
    if not text or len(text) > _TOO_LONG:
        return Line(shown, len(text))
    lead = _INDENT.match(text)[0]  # type: ignore[index]  # matches always
    body = text[len(lead) :]
    indent = _columns(lead.expandtabs(4)) if lead else 0
    width = indent + _columns(body)
    bare = "" if _NO_WORD.match(body) else body.lstrip(_OPENERS)
    last = text if text[-1] not in CLOSERS else text.rstrip(CLOSERS)
    return Line(
        shown, width, indent, _first_word(body), _start(bare[:1]), last[-1:] in SENTENCE_ENDS or text[-1] in ":：",
        width > WIDEST or _TABLE.search(body) is not None,
    )  # fmt: skip


def _columns(text: str) -> int:
    """How many columns a text takes on a screen of fixed width."""
    if text.isascii() or max(text) < "\u1100":
        return len(text)
    return len(text) + sum(map(_is_wide, text))


def _is_wide(character: str) -> bool:
    return character >= "\u1100" and unicodedata.east_asian_width(character) in "WF"


def _first_word(body: str) -> int:
    """Columns of what a line cannot do without at its start: a word, or in scripts without spaces one sign or two."""
    word = body.split(maxsplit=1)[0]
    if word[0] >= "\u0e00" and unspaced(word[0]):
        return 4
    return _columns(word)


def _start(sign: str) -> str:
    if sign.islower() and not _GEORGIAN[0] <= sign <= _GEORGIAN[1]:
        return "small"
    if sign.isupper():
        return "capital"
    return "uncased" if sign.isalpha() else "other"


def _begins_item(line: Line, before: Line, listed: bool) -> bool:
    """True when a line begins an item of a list; a number or dash may stand at a line's start by chance."""
    body = line.text.lstrip()
    if _BULLET.match(body):
        return True
    by_chance = not before.ends and not listed
    if _DASH.match(body):
        return listed
    number = _NUMBERED.match(body)
    return number is not None and not (by_chance and number[1] not in ("1", "a"))


def _parts(lines: Sequence[Line]) -> list[bool]:
    """For each line whether the next one cannot belong to its paragraph."""
    parts: list[bool] = []
    listed = False
    indented = _first_lines_indented(lines)
    for line, following in pairwise(lines):
        if line.apart or following.apart:
            listed = False
            parts.append(True)
            continue
        body = line.text.lstrip()
        listed = _DASH.match(body) is not None or _NUMBERED.match(body) is not None or (listed and not line.ends)
        parts.append(
            _begins_item(following, line, listed)
            or (following.indent >= 2 and indented)
            or (following.indent >= line.indent + 2 and not _begins_item(line, Line("", ends=True), True))
        )
    return [*parts, True]


def _first_lines_indented(lines: Sequence[Line]) -> bool:
    """True when an indent marks where paragraphs begin, and the other lines have none."""
    first = sum(line.indent >= 2 and following.indent == 0 < following.width for line, following in pairwise(lines))
    return first >= _INDENTED and first >= sum(line.indent >= 2 for line in lines) / 3


def _breaks(lines: Sequence[Line], parts: Sequence[bool]) -> Iterator[int]:
    """The lines that break off inside a sentence: what follows begins with a small letter, or has none."""
    for at, (line, following) in enumerate(pairwise(lines)):
        if not parts[at] and not line.ends and line.width >= _LEAST_LINE and following.start in ("small", "uncased"):
            yield at


class _Layout(NamedTuple):
    """How a page's lines were broken: which break off inside a sentence, and how wide lines are."""

    breaks: frozenset[int]
    filled: bool  # up to one width, between `low` and `high`; else wherever somebody pressed a key
    low: int
    high: int
    often_filled: bool
    usual: int  # columns of a wide line
    blanks: int  # blank lines, or indents where these part paragraphs
    parted: bool  # blank lines or indents part the paragraphs of a page that is wrapped throughout


def _in_sentences(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is joined with the next, because a sentence goes on or its width was used up."""
    parts = _parts(lines)
    layout = _layout(lines, parts)
    joined = [False] * len(lines)
    if layout is None:
        return joined
    torn = {at for at, (line, following) in enumerate(pairwise(lines)) if not parts[at] and _is_torn(line, following)}
    headline = next((at for at, line in enumerate(lines) if line.width), 0)
    for at in range(len(lines) - 1):
        line, following = lines[at], lines[at + 1]
        above_story = at == headline and not layout.blanks and following.start == "capital" and not line.ends
        if parts[at] or above_story:
            continue
        unfinished = not layout.filled and at > 0 and joined[at - 1] and not line.ends
        joined[at] = at in torn or at in layout.breaks or unfinished or _used_up(line, following, layout)
    return _proven(lines, joined, layout, torn)


def _used_up(line: Line, following: Line, layout: _Layout) -> bool:
    """True when a line was broken because its width was used up, as far as the page's layout tells."""
    if layout.filled or (layout.often_filled and not line.ends):
        full = layout.low <= line.width + following.first and layout.low / 3 <= line.width <= layout.high + 2
        if full or layout.filled:
            return full
    wide = _WIDE_LINE * layout.usual <= line.width <= layout.high + 2
    return layout.parted and wide


def _layout(lines: Sequence[Line], parts: Sequence[bool]) -> _Layout | None:
    """How the lines were broken, or None where they are lines of their own."""
    breaks = set(_breaks(lines, parts))
    low, high, share = _width(lines, breaks)
    filled = share >= _FILLED and _is_punctuated(lines, breaks)
    if filled and len(breaks) < _LEAST_BREAKS:
        filled = _are_all_filled(lines, parts, low)
    if not filled:
        breaks = {at for at in breaks if lines[at + 1].start == "small"}
        if not _is_uneven_prose(lines, breaks):
            return None
        high = max(lines[at].width for at in breaks)
    widths = sorted(lines[at].width for at in breaks)
    usual = widths[-1 - len(widths) // 10]
    wide = [at for at, line in enumerate(lines) if not parts[at] and _UNEVEN_SPREAD * usual <= line.width <= high]
    blanks = sum(not after.width and line.width > 0 for line, after in pairwise(lines))
    if _first_lines_indented(lines):
        blanks += sum(line.indent >= 2 for line in lines)
    short = sum(line.ends and 0 < line.width < usual / 2 and not parts[at] for at, line in enumerate(lines))
    return _Layout(
        frozenset(breaks), filled, low, high, share >= _OFTEN_FILLED, usual, blanks,
        parted=max(_MANY_BREAKS, _OFTEN_BROKEN * len(wide)) <= len(breaks) <= _LONG_PARAGRAPH * blanks and short <= blanks / 10,
    )  # fmt: skip


def _is_torn(line: Line, following: Line) -> bool:
    """True when a word is broken at a line's end."""
    text = line.text.rstrip()
    return following.start == "small" and text[-1:] in "-\u00ad‐" and text[-2:-1].isalpha()


def _width(lines: Sequence[Line], breaks: set[int]) -> tuple[int, int, float]:
    """The least and the greatest width that explains most breaks inside sentences, and the share that it explains."""
    explained: Counter[int] = Counter()
    for at in breaks:
        widest = max(lines[at].width, lines[at + 1].width, NARROWEST)
        explained.update(range(widest, min(lines[at].width + lines[at + 1].first, WIDEST) + 1))
    most = max(explained.values(), default=0)
    if most < _FEWEST_BREAKS:
        return 0, 0, 0.0
    low = high = min(width for width, count in explained.items() if count == most)
    while explained.get(high + 1) == most:
        high += 1
    return low, high, most / len(breaks)


def _are_all_filled(lines: Sequence[Line], parts: Sequence[bool], low: int) -> bool:
    """True when every line that breaks off does so because the next word had no room, whatever it begins with."""
    open_ended = [
        line.width + following.first >= low
        for (line, following), part in zip(pairwise(lines), parts, strict=False)
        if not part and not line.ends and line.width >= low / 2
    ]
    return len(open_ended) >= _ALL_FILLED and all(open_ended)


def _is_punctuated(lines: Sequence[Line], breaks: set[int]) -> bool:
    """True when lines that break off look like prose: small letters tell, else commas and full stops inside."""
    if sum(lines[at + 1].start == "small" for at in breaks) >= 0.5 * len(breaks):
        return True
    return sum(_INSIDE.search(lines[at].text) is not None for at in breaks) >= _PUNCTUATED * len(breaks)


def _is_uneven_prose(lines: Sequence[Line], breaks: set[int]) -> bool:
    """True where lines end wherever somebody pressed a key, but hold sentences, which verse and labels do not."""
    if len(breaks) < _LEAST_BREAKS:
        return False
    widths = sorted(lines[at].width for at in breaks)
    wide = sum(width >= _UNEVEN_SPREAD * widths[-1 - len(widths) // 10] for width in widths)
    if widths[len(widths) // 2] < _UNEVEN_WIDTH or wide < _MOST * len(widths):
        return False
    return any(_SENTENCE_INSIDE.search(lines[at].text) for at in breaks)


def _proven(lines: Sequence[Line], joined: list[bool], layout: _Layout, torn: set[int]) -> list[bool]:
    """The joints of runs that are sentences: they break off inside, again and again, or end as sentences do."""
    breaks = layout.breaks | torn
    kept = list(joined)
    at = 0
    while at < len(lines):
        end = at
        while joined[end]:
            end += 1
        inside = len(breaks.intersection(range(at, end)))
        ended = lines[end].ends and not lines[end - 1].ends
        if layout.filled:
            proven = layout.parted or inside >= _LEAST_BREAKS or (inside and lines[end].ends) or ended
        else:
            proven = lines[end].ends and (inside >= (end - at) / 2 or layout.parted)
        if end > at and not proven:
            kept[at:end] = [False] * (end - at)
        at = end + 1
    return kept


def _spoken(joined: list[bool], lines: Sequence[Line]) -> list[bool]:
    """With the phrases of Korean scripts, a phrase a line, joined up to where their sentence ends."""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) - 1 and _korean_goes_on(lines[end]) and not lines[end + 1].apart:
            end += 1
        if end - at >= _PHRASES and lines[end].ends and _is_hangul(lines[end].text.rstrip(". ")[-1:]):
            joined[at:end] = [True] * (end - at)
        at = end + 1
    return joined


def _korean_goes_on(line: Line) -> bool:
    last = line.text.rstrip()[-1:]
    return last in _KOREAN_GOES_ON and not line.apart and " " in line.text.strip()


def _is_hangul(sign: str) -> bool:
    return _HANGUL[0] <= sign <= _HANGUL[1]


def _joined(lines: Sequence[Line], joined: Sequence[bool]) -> list[str]:
    words = Words(line.text for line in lines)
    shown: list[str] = []
    for at, line in enumerate(lines):
        if at and joined[at - 1]:
            shown[-1] = joint(shown[-1].rstrip(), line.text.lstrip(), words)
        else:
            shown.append(line.text)
    return shown
