"""Writes the tables of docs/contract.md from the definition of an article: `python -m benchmarks.contract`.

What stands between `<!-- NAME -->` and `<!-- end -->` is made; the prose around it is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cleaners.article import Article, QuarantineRow, Removed
from cleaners.vocabulary import Flag, Outcome, QuarantineReason, Reason, SkipReason, Word
from flows.publish.article_schema import Column, columns

PAGE = Path(__file__).resolve().parents[1] / "docs" / "contract.md"
MADE = re.compile(r"<!-- (\w+) -->\n.*?<!-- end -->", re.DOTALL)
ROWS: dict[str, type[msgspec.Struct]] = {row.__name__: row for row in (Article, Removed, QuarantineRow)}
WORDS: dict[str, type[Word]] = {
    words.__name__: words for words in (Reason, Flag, Outcome, QuarantineReason, SkipReason)
}
LATER = " (declared, not yet used)"


def contract(page: str) -> str:
    """The page with every table made anew."""
    return MADE.sub(lambda made: "\n".join([f"<!-- {made[1]} -->", *_table(made[1]), "<!-- end -->"]), page)


def _table(name: str) -> Iterator[str]:
    if name in WORDS:
        yield from ("| word | meaning |", "|---|---|")
        yield from (f"| `{word}` | {word.meaning}{LATER * word.not_yet} |" for word in WORDS[name])
        return
    yield from ("| field | type | meaning |", "|---|---|---|")
    yield from _rows("", columns(ROWS[name]))


def _rows(above: str, fields: tuple[Column, ...]) -> Iterator[str]:
    for field in fields:
        name = f"{above}{field.name}"
        said = field.description + (f": {', '.join(f'`{word}`' for word in field.words)}" if field.words else "")
        yield f"| `{name}` | {type_of(field)} | {said} |"
        yield from _rows(f"{name}[]." if field.many else f"{name}.", field.fields)


def type_of(field: Column) -> str:
    """The type of a field in the contract's words."""
    word = f"`{{{', '.join(inner.name for inner in field.fields)}}}`" if field.fields else field.type
    return ("list of " if field.many else "") + word + (" or null" if field.nullable else "")


if __name__ == "__main__":
    PAGE.write_text(contract(PAGE.read_text("utf-8")), "utf-8")
