"""Recovers articles from the output files alone, where neither the state nor a recovery file has them.

A lost state is made again from the recovery files beside the shards (flows/store/recovery.py). Where such a file is damaged
too, or of an earlier version, the pages are cleaned again; but an input that is away cannot be. So what the output says is
noted as an article nobody can vouch for: any reading of its input replaces it, and without one it passes the gate of
withdrawals like every other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from cleaners.article import Article
from flows.store.codec import pack
from flows.store.earlier_rows import article_row
from flows.store.page_fields import article_fields
from flows.store.paths import ledger_of
from flows.store.state import NO_RECORD, State

UNPROVEN = "-"  # fingerprint and hash of such an article: nothing else has these, so its input is cleaned again
FOLDER, SUFFIX = "articles", ".jsonl"


def salvage(clean: Path, state: State) -> int:
    """Note the articles of every shard that no page in the state accounts for; returns how many."""
    articles = 0
    for file in sorted((clean / FOLDER).rglob(f"*{SUFFIX}")):
        shard = file.relative_to(clean / FOLDER).as_posix().removesuffix(SUFFIX)
        if state.one("SELECT 1 FROM pages WHERE shard = ? LIMIT 1", shard) is not None:
            continue
        ledger = _ledger(clean / ledger_of(shard))
        for line, article in _rows(file):
            fields = _fields(article, shard)
            if fields and state.earlier(fields["path"], fields["record"]) is None:
                state.put(fields, pack([line, *ledger[article["id"]]]))
                articles += 1
        state.keep()
    return articles


def _rows(file: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """The lines of a file that are JSON objects, and these objects."""
    if not file.is_file():
        return
    with open(file, "rb") as rows:
        for line in rows:
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                continue  # damaged: its input tells, if it is there
            if isinstance(row, dict):
                yield line.rstrip(b"\n"), row


def _ledger(file: Path) -> dict[str, list[bytes]]:
    lines = defaultdict(list)
    for line, row in _rows(file):
        lines[str(row.get("id"))].append(line)
    return lines


def _fields(row: dict[str, Any], shard: str) -> dict[str, Any] | None:
    """The row of an article in the state; None where the line is none."""
    from cleaners.read.address import identify  # not at the top: loading the cleaners takes a second

    try:
        article = msgspec.convert(article_row(row), Article)
    except (KeyError, TypeError, AttributeError, msgspec.ValidationError):
        return None
    source = article.source
    fields = article_fields(article, identify(None, source.path, source.record))
    record = NO_RECORD if source.record is None else source.record
    place = {"path": source.path, "record": record, "shard": shard, "sha": UNPROVEN, "recipe": UNPROVEN}
    return place | fields | {"own_id": article.id, "claimed": 0, "known": ""}
