"""Articles, ledger and quarantine as lines of JSON, one file each a shard: the files from which a lost state is rebuilt."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flows.store.paths import quarantine_of
from flows.store.shards import Stored, quarantined
from flows.store.state import State


def article_line(stored: Stored) -> bytes:
    """The line of an article in articles/."""
    return stored.article


def ledger_lines(stored: Stored) -> bytes:
    """The lines of an article in removed/, none where nothing was removed."""
    return stored.ledger


def quarantine_file(state: State, shard: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The file of a shard in quarantine/."""
    rows = quarantined(state, shard)
    yield quarantine_of(shard), (json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
