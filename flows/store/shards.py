"""What the state holds of a shard, ready to be written: its articles with their ledgers, and its pages in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cleaners.article import QuarantineRow
from cleaners.vocabulary import Flag, QuarantineReason
from flows.store.atomic import unchanged
from flows.store.codec import unpack
from flows.store.earlier_rows import todays
from flows.store.state import NO_RECORD, State

CLAIMED = Flag.ADDRESS_CLAIMED  # of an article whose address only the page claims, and another page as well
ARTICLES = """SELECT body, renamed_to, duplicate_of, contested FROM pages JOIN bodies USING (page)
    WHERE shard = ? AND outcome = 'article' AND superseded_by IS NULL ORDER BY path, record"""
QUARANTINED = """SELECT path, record, reason, detail FROM pages
    WHERE shard = ? AND outcome = 'quarantined' ORDER BY path, record"""


class Stored(NamedTuple):
    """A page that is an article: its line of JSON, and those of its ledger; each line with its end."""

    article: bytes
    ledger: bytes


def articles(state: State, shard: str) -> Iterator[Stored]:
    """The articles of a shard in order of source, with what was found out when pages were compared."""
    for body, renamed_to, duplicate_of, contested in state.rows(ARTICLES, shard):
        line, *ledger = todays(unpack(body).split(b"\n"))
        if contested:
            line = with_fields(line, flags=sorted([*json.loads(line)["flags"], CLAIMED]))
        if renamed_to:
            ledger = [with_fields(row, id=renamed_to) for row in ledger]
        line = with_fields(line, id=renamed_to, duplicate_of=duplicate_of)
        yield Stored(line + b"\n", b"".join(row + b"\n" for row in ledger))


def with_fields(line: bytes, **fields: str | list[str] | None) -> bytes:
    """The line of JSON with these fields set, as far as they are not None; itself where there are none."""
    told = {name: value for name, value in fields.items() if value is not None}
    if not told:
        return line
    return json.dumps(json.loads(line) | told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def quarantined(state: State, shard: str) -> Iterator[QuarantineRow]:
    """The pages of a shard that are in quarantine, in order of source."""
    for path, record, reason, detail in state.rows(QUARANTINED, shard):
        yield QuarantineRow(path, None if record == NO_RECORD else record, QuarantineReason(reason), detail)


def note_tampering(clean: Path, state: State) -> int:
    """Mark the shards whose files were changed or removed since we wrote them; returns how many files that were."""
    touched = [
        (path, shard)
        for path, shard, size, mtime_ns in state.rows(
            "SELECT path, shard, size, mtime_ns FROM outputs WHERE shard <> ''"
        )
        if not unchanged(clean, path, size, mtime_ns)
    ]
    for _, shard in touched:
        state.make_dirty(shard)
    return len(touched)
