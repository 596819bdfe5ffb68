"""Articles, ledger and quarantine as lines of JSON, one file each a shard: the files from which a lost state is rebuilt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flows.store.paths import quarantine_of

if TYPE_CHECKING:
    from flows.store.shards import Stored
    from flows.store.state import State


def article_line(stored: Stored) -> bytes:
    """The line of an article in articles/."""
    return stored.article


def ledger_lines(stored: Stored) -> bytes:
    """The lines of an article in removed/, none where nothing was removed."""
    return stored.ledger


def quarantine_file(state: State, shard: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The file of a shard in quarantine/."""
    from msgspec import to_builtins  # not at the top: `--help` reads which formats there are

    from flows.store.shards import quarantined

    rows = map(to_builtins, quarantined(state, shard))
    yield quarantine_of(shard), (json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
