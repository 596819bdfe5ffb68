"""Turns Markdown into HTML, which is then read as any page is: headings, lists, tables, code, figures, links.

The parser is markdown-it-py, after CommonMark, with the tables and the strikethrough of GitHub.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cleaners.read.markdown_figures import with_figures
from cleaners.read.markdown_meant import SENTENCE_END, WRAPPED, as_meant, parted, widened

_MOST_CHARACTERS = 1_000_000  # of a text that is parsed; a longer one is read line by line, as any text is
_MOST_LINES = 30_000  # likewise; each costs 30 microseconds
_MOST_MARKS = 60_000  # likewise: of characters that may begin something
_DEEPEST = 60  # quotes and lists inside each other; what is deeper the parser leaves out
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]")
_RAW_TEXT = re.compile(
    r"<(script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|template|svg|math)\b", re.I
)
_STARS = "**"
_TAG = re.compile(r"</?([a-z][a-z0-9-]*)", re.I)
_TAGS = frozenset(
    "a abbr acronym address article aside b bdi bdo big blockquote br button caption center cite code col colgroup data dd "
    "del details dfn div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i img input ins kbd label "
    "legend li main mark meta nav nobr ol option p picture pre q rp rt ruby s samp section select small source span strike "
    "strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr".split()
)
_MARKS = "[<*_`~!\\>|"


@lru_cache(maxsize=2)
def _parser(html: bool = True) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": html, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])


def _inline(line: str) -> Token:
    return _parser().parseInline(line)[0]


def html_of(text: str) -> str | None:
    """The body of an HTML page that shows what this Markdown says; its first headline is an h1.

    None for a text that would cost the parser seconds, or of which it would leave something out.
    """
    if not _may_be_parsed(text):
        return None
    text = parted(widened(text))
    parser = _parser()
    parsed = parser.parse(text)
    if any(token.type == "html_block" and _hides(token.content) for token in parsed):
        parsed = _parser(False).parse(text)
    if any(token.level >= _DEEPEST - 1 for token in parsed):
        return None
    tokens = with_figures(as_meant(parsed, _inline))
    _name_headline(tokens)
    for token in tokens:
        if token.children:
            token.children = [_shown(child) for child in _with_breaks(token.children)]
            _drop_lone_stars(token.children)
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return rendered


def _may_be_parsed(text: str) -> bool:
    """False for a text that would cost the parser seconds."""
    return (
        len(text) <= _MOST_CHARACTERS
        and text.count("\n") <= _MOST_LINES
        and sum(text.count(mark) for mark in _MARKS) <= _MOST_MARKS
    )


def _name_headline(tokens: Sequence[Token]) -> None:
    """Make the heading above the text an h1, where the text has none."""
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    if not headings or any(tokens[at].tag == "h1" for at in headings):
        return
    first = headings[0]
    above = [token for token in tokens[:first] if token.type == "inline"]
    if all(not SENTENCE_END.search(token.content) for token in above):
        tokens[first].tag = tokens[first + 2].tag = "h1"


def _with_breaks(children: Sequence[Token]) -> list[Token]:
    """The parts of a paragraph, its line ends made breaks where each line is a paragraph of its own."""
    lines: list[list[Token]] = [[]]
    ends: list[Token] = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            ends.append(child)
            lines.append([])
        else:
            lines[-1].append(child)
    shown = ["".join(child.content for child in line if child.type != "html_inline").strip() for line in lines]
    kept = lines[0]
    for end, line, (left, right) in zip(ends, lines[1:], pairwise(shown), strict=True):
        if end.type == "softbreak" and _parts(left, right):
            end.type, end.tag = "hardbreak", "br"
        # Scripts without spaces put none where a line was wrapped.
        kept += line if end.type == "softbreak" and _WIDE.match(left[-1:]) and _WIDE.match(right[:1]) else [end, *line]
    return kept


def _parts(left: str, right: str) -> bool:
    """True when a line ended because its paragraph did: it is longer than any editor wraps, or short of a capital."""
    columns = len(left) + len(_WIDE.findall(left))
    if columns in WRAPPED:
        return False
    if columns > WRAPPED[-1]:
        return True
    return not right[:1].islower()


def _drop_lone_stars(children: Sequence[Token]) -> None:
    """Take out pairs of stars that were meant as bold, and stand against a space or a letter."""
    texts = [child for child in children if child.type == "text" and _STARS in child.content]
    if sum(child.content.count(_STARS) for child in texts) % 2 == 0:
        for child in texts:
            child.content = child.content.replace(_STARS, "")


def _shown(token: Token) -> Token:
    """The token itself; as text where it looks like a tag and is none, or would hide all that follows."""
    if token.type == "html_inline":
        name = _TAG.match(token.content)
        if (name and name[1].lower() not in _TAGS) or _hides(token.content):
            token.content = escape(token.content, quote=False)
    return token


def _hides(html: str) -> bool:
    """True of HTML that opens a comment, a script or the like and never ends it."""
    opened = _RAW_TEXT.search(html)
    unended = opened is not None and f"</{opened[1].lower()}" not in html.lower()
    return unended or html.count("<!--") > html.count("-->")
