"""Reads what stands above a text about it: front matter, or the block that an extractor or a reader service writes.

Only plain keys with texts and lists of texts are read; anything else of YAML or TOML counts as no front matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cleaners.metadata.stated import stated_of

_MOST_LINES = 200
_MOST_CHARACTERS = 20_000
_MOST_VALUES = 200  # of a list
_KEY = re.compile(r"([A-Za-z][\w.:-]{0,40}|[A-Z][A-Za-z]+(?: [A-Z][a-z]+){1,2}) *(:|=)(?: +|$)(.*)$")
_ITEM = re.compile(r"\s*- +(.*)$")
_UNSEEN = "\ufeff \t\r\n"
_BLOCK_MARKS = ("|", "|-", "|+", ">", ">-", ">+")
_CLOSED_BY = {"---": ("---", "..."), "+++": ("+++",)}
_OPEN_KNOWN = frozenset("title author authors date url description sitename hostname categories tags published".split())
_OPENS = re.compile(r"[\ufeff\s]*(?:---|\+\+\+|Title: |URL Source: |[a-z]{3,11}: |[^\W\d_]{2,10} ?[:：] *\S)")
# What stands before headline, author and date where a tool labels them, and a blank line ends them.
_LABELS = {
    **dict.fromkeys(("title", "headline", "titel", "titre", "título", "titulo", "titolo", "tytuł", "otsikko", "titlu",
                     "заголовок", "标题", "標題", "タイトル", "제목", "العنوان", "כותרת"), "title"),
    **dict.fromkeys(("author", "autor", "auteur", "autore", "författare", "автор", "作者", "著者", "저자"), "author"),
    **dict.fromkeys(("date", "published", "datum", "fecha", "data", "dato", "дата", "日期", "日付", "날짜"), "date"),
}  # fmt: skip
_LABELLED = re.compile(r"([^\W\d_]{2,10}) ?[:：] *(\S.*)$")
_LEAST_KNOWN = 2  # keys of a block that nothing opens
_SERVICE_LAST = "Markdown Content:"  # what a reader service writes between its block and the text
_SERVICE_FIRST = ("Title: ", "URL Source: ")

Fields = Mapping[str, str | Sequence[str]]


class Parted(NamedTuple):
    """What stands above a text, by name, and the text itself."""

    fields: Fields
    text: str


def part(text: str) -> Parted:
    """The statements above a text and the text below them; no statements and the text as it is where it has none."""
    if not _OPENS.match(text):
        return Parted({}, text)
    start = text.lstrip(_UNSEEN)
    head = start[:_MOST_CHARACTERS].splitlines(keepends=True)[:_MOST_LINES]
    last, lines = _block([line.rstrip() for line in head])
    fields = _fields(lines) if lines else None
    if not lines:
        last, fields = _labelled(head)
    if not fields or not stated_of(fields):  # a line between two rules, of which nothing is known, is text
        return Parted({}, text)
    return Parted(fields, start[sum(map(len, head[: last + 1])) :])


def _labelled(head: Sequence[str]) -> tuple[int, Fields]:
    """The number of the blank line below a labelled headline, author and date, and these; none where it is no such block."""
    fields: dict[str, str] = {}
    for at, line in enumerate(head):
        if not line.strip():
            return (at, fields) if "title" in fields else (0, {})
        found = _LABELLED.match(line.strip())
        name = _LABELS.get(found[1].casefold()) if found else None
        if found is None or name is None or name in fields:
            return 0, {}
        fields[name] = found[2].strip()
    return 0, {}


def _block(head: Sequence[str]) -> tuple[int, Sequence[str]]:
    """The number of the last line of the block, and the lines of it that say something; none where there is no block."""
    first = head[0]
    if first in _CLOSED_BY:
        last = next((at for at, line in enumerate(head[1:], start=1) if line in _CLOSED_BY[first]), 0)
        return last, head[1:last]
    if first.startswith(_SERVICE_FIRST):
        last = next((at for at, line in enumerate(head) if line == _SERVICE_LAST), 0)
        return last, [line for line in head[:last] if line.strip()]
    found = _KEY.match(first)
    if found and found[1].lower() in _OPEN_KNOWN and first[0].islower():
        last = next((at for at, line in enumerate(head) if line == "---"), 0)
        known = {line.partition(":")[0].strip().lower() for line in head[:last]} & _OPEN_KNOWN
        return (last, head[:last]) if len(known) >= _LEAST_KNOWN else (0, ())
    return 0, ()


def _fields(lines: Sequence[str]) -> Fields | None:
    """The keys and values of a block; None when a line of it is neither."""
    fields: dict[str, str | list[str]] = {}
    key = ""
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _KEY.match(line)
        if found:
            key = found[1]
            fields[key] = _value(found[3].strip())
        elif not key:
            return None
        elif entry := _ITEM.match(line):
            _add(fields, key, entry[1])
        elif line[0] in " \t":
            before = fields[key]
            if isinstance(before, str):
                fields[key] = f"{before} {line.strip()}".strip()
        elif line.strip() not in ("]", "}"):
            return None
    return fields


def _add(fields: dict[str, str | list[str]], key: str, entry: str) -> None:
    before = fields[key]
    listed = before if isinstance(before, list) else []
    if len(listed) < _MOST_VALUES:
        name = re.sub(r"^name: +", "", entry.strip())  # a person with further fields
        listed.append(_bare(name))
    fields[key] = listed


def _value(stated: str) -> str | list[str]:
    if stated in _BLOCK_MARKS:
        return ""
    if stated.startswith("[") and stated.endswith("]"):
        return [
            _bare(entry) for entry in re.findall(r"""\s*(?:"[^"]*"|'[^']*'|[^,\[\]]+)""", stated[1:-1]) if entry.strip()
        ][:_MOST_VALUES]
    return _bare(stated)


def _bare(stated: str) -> str:
    """A text without the quotes around it."""
    stated = stated.strip()
    if len(stated) > 1 and stated[0] == stated[-1] and stated[0] in "\"'":
        inner = stated[1:-1]
        return inner.replace('\\"', '"').replace("\\\\", "\\") if stated[0] == '"' else inner.replace("''", "'")
    return "" if stated in ("null", "~", "None") else stated
