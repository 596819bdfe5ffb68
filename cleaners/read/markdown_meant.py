"""Puts right what CommonMark reads otherwise than it was meant, in texts that an extractor wrote or that were wrapped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from cleaners.text.prose import count_words

Inline = Callable[[str], Token]  # reads the marks within a line

_LONGEST_UNDERLINED = 30  # words over a line of hyphens; more are a paragraph with a rule below it
_HIGHEST_FIRST = 31  # the number that a list may begin with; a higher one is a year
_LONG_LINE = 60  # characters; indented lines that are longer and end as sentences do are no code
_WRAPPED_HEADING = range(55, 85)  # characters of a heading that was wrapped, so that its rest stands below
_LONGEST_REST = 20  # words of that rest
_RULED = re.compile(
    r"^(?P<head>[^\n]*\|[^\n]*)\n(?P<rule>[ |:-]*-[ |:-]*)\n(?P<rows>(?:[^\n]*\|[^\n]*(?:\n|\Z))+)", re.M
)
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_ENTRY = re.compile(r" {0,3}(?:>|[-*+] |\d{1,9}[.)] )")
WRAPPED = range(50, 111)  # columns of a line that its writer's editor ended
_BAR = re.compile(r"(?<!\\)\|")
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)]*$")


def widened(text: str) -> str:
    """The text with the heads of its tables as wide as their widest row: what stands beyond a head is left out else."""
    return _RULED.sub(_widened, text) if "|" in text and "--" in text else text


def parted(text: str) -> str:
    """The text with a blank line behind lists and quotes where a writer of a paragraph a line left none.

    What stands right below an entry counts as its wrapped end else, so nothing is done where it may be that.
    """
    kept: list[str] = []
    before, fenced = "", False
    for line in text.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and _ENTRY.match(before) and _begins(line, before.rstrip()):
            kept.append("\n")
        kept.append(line)
        before = line
    return "".join(kept)


def _begins(line: str, before: str) -> bool:
    """True when a line begins a paragraph of its own below an entry."""
    if not line[0].isalpha() and line[0] not in '“„«"「':
        return False
    ends = len(before) not in WRAPPED or SENTENCE_END.search(before) is not None
    return ends and not line[0].islower()


def _widened(table: re.Match[str]) -> str:
    missing = max(map(_cells, table["rows"].splitlines())) - _cells(table["head"])
    if missing <= 0 or _cells(table["rule"]) != _cells(table["head"]):
        return table[0]
    head, rule = (table[part].rstrip().removesuffix("|") for part in ("head", "rule"))
    return f"{head}{'| ' * missing}|\n{rule}{'|---' * missing}|\n{table['rows']}"


def _cells(row: str) -> int:
    return len(_BAR.findall(row.strip().removeprefix("|").removesuffix("|"))) + 1


def as_meant(tokens: Sequence[Token], inline: Inline) -> list[Token]:
    """The tokens with numbers, paragraphs and headings back where only their form made something else of them."""
    return _whole_headings(list(_paragraphs(list(_numbers(tokens)), inline)))


def _numbers(tokens: Sequence[Token]) -> Iterator[Token]:
    """Lists that count nothing as paragraphs again: "13. August 2024", "1. FC Fenmoor", years before what happened."""
    plain: list[bool] = []  # of the open lists
    number = ""
    for at, token in enumerate(tokens):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            plain.append(token.type[0] == "o" and not _counts(tokens, at))
            if plain[-1]:
                continue
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            if plain.pop():
                continue
        elif plain and plain[-1]:
            if token.type in ("list_item_open", "list_item_close"):
                number = f"{token.info}{token.markup} " if token.nesting == 1 else ""
                continue
            token.hidden = False
        if number and token.type == "inline":
            first = Token("text", "", 0, content=number)
            token.children, token.content = [first, *(token.children or [])], number + token.content
            number = ""
        yield token


def _counts(tokens: Sequence[Token], start: int) -> bool:
    """True when the ordered list that begins here has two entries and counts them, or gives all the same number."""
    level = tokens[start].level
    numbers: list[int] = []
    for token in tokens[start + 1 :]:
        if token.level == level:
            break
        if token.type == "list_item_open" and token.level == level + 1:
            numbers.append(int(token.info))
    if len(numbers) < 2 or numbers[0] > _HIGHEST_FIRST:
        return False
    return len(set(numbers)) == 1 or all(after - before == 1 for before, after in pairwise(numbers))


def _paragraphs(tokens: Sequence[Token], inline: Inline) -> Iterator[Token]:
    """Indented sentences, and what is too long for a heading over a line of hyphens, as paragraphs."""
    for at, token in enumerate(tokens):
        if token.type == "code_block" and _is_prose(token.content):
            for line in filter(str.strip, token.content.splitlines()):
                yield Token("paragraph_open", "p", 1, block=True)
                yield inline(line.strip())
                yield Token("paragraph_close", "p", -1, block=True)
            continue
        if token.markup == "-" and token.type in ("heading_open", "heading_close"):
            heading = tokens[at + token.nesting]
            if count_words(heading.content) > _LONGEST_UNDERLINED:
                token.tag, token.type = "p", token.type.replace("heading", "paragraph")
        yield token


def _is_prose(code: str) -> bool:
    """True of lines that are sentences, as where the first line of a paragraph is indented."""
    lines = filter(str.strip, code.splitlines())
    return all(len(line) >= _LONG_LINE and SENTENCE_END.search(line.rstrip()) for line in lines)


def _whole_headings(tokens: list[Token]) -> list[Token]:
    """Headings with the rest that stands on the line below, where a writer wrapped at a width wrapped them too."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        opened, group = tokens[at], tokens[at : at + 6]
        if opened.type == "heading_open" and len(group) == 6 and _goes_on(group):
            heading, rest = group[1], group[4]
            heading.children = [*(heading.children or []), Token("softbreak", "br", 0), *(rest.children or [])]
            kept += group[:3]
            at += 6
        else:
            kept.append(opened)
            at += 1
    return kept


def _goes_on(group: Sequence[Token]) -> bool:
    """True when a short paragraph stands right below a heading that is as long as a wrapped line."""
    opened, heading, _, below, rest, _ = group
    if below.type != "paragraph_open" or not opened.map or not below.map or opened.markup[:1] != "#":
        return False
    wrapped = len(opened.markup) + 1 + len(heading.content) in _WRAPPED_HEADING
    return wrapped and below.map[0] == opened.map[1] and count_words(rest.content) <= _LONGEST_REST
