"""Turns Markdown into HTML, which is then read as any page is: headings, lists, tables, code, figures, links.

The parser is markdown-it-py, after CommonMark, with the tables and the strikethrough of GitHub.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cleaners.read.markdown_figures import with_figures
from cleaners.text.prose import count_words

MOST_CHARACTERS = 1_000_000  # of a text that is parsed; a longer one is read line by line, as any text is
MOST_LINES = 30_000  # likewise; each costs 30 microseconds
MOST_MARKS = 60_000  # likewise: of characters that may begin something
_DEEPEST = 20  # quotes, lists and brackets inside each other, as CommonMark implementations have it
_LONGEST_HEADING = 30  # words over a line of hyphens; more are a paragraph with a rule below it
_WRAPPED = range(50, 111)  # columns of a line that its writer's editor ended
_LONGEST_LIST = 31  # a list that begins with a higher number is a year, or a day of the month
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)]*$")
_LONG_LINE = 60  # characters; indented lines that are longer and end as sentences do are no code
_RAW_TEXT = re.compile(
    r"<(script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|template|svg|math)\b", re.I
)
_LONE_STARS = "**"
_MARKS = "[<*_`~!\\>|"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])


def may_be_parsed(text: str) -> bool:
    """False for a text that would cost the parser seconds."""
    return (
        len(text) <= MOST_CHARACTERS
        and text.count("\n") <= MOST_LINES
        and sum(text.count(mark) for mark in _MARKS) <= MOST_MARKS
    )


def html_of(text: str) -> str:
    """The body of an HTML page that shows what this Markdown says; its first headline is the only h1."""
    parser = _parser()
    tokens = with_figures(list(_as_meant(parser.parse(text))))
    _name_headline(tokens)
    for token in tokens:
        if token.children:
            token.children = _without_lone_stars(_with_breaks(token.children))
            token.children = [_shown(child) for child in token.children]
    rendered: str = parser.renderer.render([_shown(token) for token in tokens], parser.options, {})
    return rendered


def _as_meant(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens with what only looks like a mark put back: days of a month, rules under paragraphs, indented prose."""
    plain_until = -1
    number = ""
    for at, token in enumerate(tokens):
        if token.type == "ordered_list_open" and at > plain_until:
            end = _end_of(tokens, at)
            if not _counts(tokens[at : end + 1]):
                plain_until = end
                continue
        if at <= plain_until:
            if token.type in ("ordered_list_close", "list_item_close") and token.level <= tokens[plain_until].level + 1:
                continue
            if token.type == "list_item_open" and token.level == tokens[plain_until].level + 1:
                number = f"{token.info}{token.markup} "
                continue
            if number and token.type == "inline":
                first = Token("text", "", 0)
                first.content = number
                token.children = [first, *(token.children or [])]
                number = ""
            token.hidden = False
            yield token
        elif token.type == "code_block" and _is_prose(token.content):
            yield from _paragraphs(token.content)
        elif token.type in ("heading_open", "heading_close") and token.markup == "-":
            inline = tokens[at + 1 if token.type == "heading_open" else at - 1]
            if count_words(inline.content) > _LONGEST_HEADING:
                token.tag, token.type = "p", token.type.replace("heading", "paragraph")
            yield token
        else:
            yield token


def _end_of(tokens: Sequence[Token], start: int) -> int:
    closing, level = tokens[start].type.replace("_open", "_close"), tokens[start].level
    return next(at for at in range(start, len(tokens)) if tokens[at].type == closing and tokens[at].level == level)


def _counts(tokens: Sequence[Token]) -> bool:
    """True when an ordered list has two entries and counts them, or gives all of them the same number."""
    level = tokens[0].level + 1
    numbers = [int(token.info or 0) for token in tokens if token.type == "list_item_open" and token.level == level]
    if len(numbers) < 2 or numbers[0] > _LONGEST_LIST:
        return False
    return len(set(numbers)) == 1 or all(after - before == 1 for before, after in pairwise(numbers))


def _is_prose(code: str) -> bool:
    """True of indented lines that are sentences, as where a paragraph's first line is indented."""
    return all(
        len(line) >= _LONG_LINE and _SENTENCE_END.search(line.rstrip()) for line in code.splitlines() if line.strip()
    )


def _paragraphs(prose: str) -> Iterator[Token]:
    for line in prose.splitlines():
        if line.strip():
            yield Token("paragraph_open", "p", 1, block=True)
            inline = _parser().parseInline(line.strip())[0]
            yield inline
            yield Token("paragraph_close", "p", -1, block=True)


def _name_headline(tokens: Sequence[Token]) -> None:
    """Make the heading above the text an h1, where the text has none."""
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    if not headings or any(tokens[at].tag == "h1" for at in headings):
        return
    first = headings[0]
    above = [token for token in tokens[:first] if token.type == "inline"]
    if all(not _SENTENCE_END.search(token.content) for token in above):
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
    if columns in _WRAPPED:
        return False
    if columns > _WRAPPED[-1]:
        return True
    return not right[:1].islower()


def _without_lone_stars(children: Sequence[Token]) -> list[Token]:
    """The parts of a paragraph without pairs of stars that were meant as bold, but stand against a space or a letter."""
    texts = [child for child in children if child.type == "text" and _LONE_STARS in child.content]
    if sum(child.content.count(_LONE_STARS) for child in texts) % 2 == 0:
        for child in texts:
            child.content = child.content.replace(_LONE_STARS, "")
    return list(children)


def _shown(token: Token) -> Token:
    """The token itself; HTML that never ends, and so would hide all that follows, as text."""
    if token.type not in ("html_inline", "html_block"):
        return token
    content = token.content
    opened = _RAW_TEXT.search(content)
    if opened and token.type == "html_block":
        hides = f"</{opened[1].lower()}" not in content.lower()
    else:
        hides = bool(opened)
    if hides or content.count("<!--") > content.count("-->"):
        token.content = escape(content, quote=False)
    return token
