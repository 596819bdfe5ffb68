"""This file writes the shards of CLEAN out of the state, and notices when someone else has touched them."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cleaners.article import Flag
from flows.store.atomic import PRIVATE, put, put_beside, remove, unchanged
from flows.store.codec import unpack
from flows.store.earlier_rows import todays
from flows.store.paths import outputs_of
from flows.store.recovery import keep_pages, kept_of
from flows.store.state import NO_RECORD, State

FOLDERS = ("articles", "removed", "quarantine")
OURS = (".jsonl", ".txt")
ASIDE = f"{PRIVATE}/aside"
CLAIMED = Flag.ADDRESS_CLAIMED  # of an article whose address only the page claims, and another page as well
ARTICLES = """SELECT body, renamed_to, duplicate_of, contested FROM pages JOIN bodies USING (page)
    WHERE shard = ? AND outcome = 'article' AND superseded_by IS NULL ORDER BY path, record"""
QUARANTINED = """SELECT path, record, reason, detail FROM pages
    WHERE shard = ? AND outcome = 'quarantined' ORDER BY path, record"""


def note_tampering(clean: Path, state: State) -> int:
    """Mark the shards whose files were changed or removed since we wrote them; gives how many files that were."""
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


def write_shard(clean: Path, state: State, shard: str, *, txt: bool, rules: Mapping[str, str]) -> None:
    """Write all files of one shard, and take away those that have nothing in them any more.

    `rules` are the digests of the rules that sites have.
    """
    names = outputs_of(shard)
    before = {path for (path,) in state.rows("SELECT path FROM outputs WHERE shard = ?", shard)}
    ledger = array("L")
    standing = _counted(articles(state, shard), ledger)
    written = [*put_beside(clean, names[:2], standing), put(clean, names[2], quarantine(state, shard))]
    kept = keep_pages(clean, state, shard, written, ledger, rules)
    for name, file in zip((*names, kept_of(shard)), (*written, kept), strict=True):
        state.wrote(name, shard, file)
    texts = set()
    if txt:
        for line, _ in articles(state, shard):
            article = json.loads(line)
            name = f"articles/{shard}/{article['id']}.txt"
            state.wrote(name, shard, put(clean, name, [readable(article).encode()]))
            texts.add(name)
    for name in before - {*names, kept_of(shard)} - texts:
        remove(clean, name)
        state.wrote(name, shard, None)
    state.sql.execute("DELETE FROM dirty WHERE shard = ?", (shard,))


def articles(state: State, shard: str) -> Iterator[tuple[bytes, bytes]]:
    """The article line and the ledger lines of each page of a shard, in order of source and position on the page."""
    for body, renamed_to, duplicate_of, contested in state.rows(ARTICLES, shard):
        line, *ledger = todays(unpack(body).split(b"\n"))
        if contested:
            line = with_fields(line, flags=sorted([*json.loads(line)["flags"], CLAIMED]))
        if renamed_to:
            ledger = [with_fields(row, id=renamed_to) for row in ledger]
        yield (
            with_fields(line, id=renamed_to, duplicate_of=duplicate_of) + b"\n",
            b"".join(row + b"\n" for row in ledger),
        )


def _counted(pages: Iterable[tuple[bytes, bytes]], ledger: array[int]) -> Iterator[tuple[bytes, bytes]]:
    """The lines of pages as they are; `ledger` gets how many each has there."""
    for line, lines in pages:
        ledger.append(lines.count(b"\n"))
        yield line, lines


def with_fields(line: bytes, **fields: str | list[str] | None) -> bytes:
    """The line of JSON with these fields set, as far as they are not None; itself where there are none."""
    told = {name: value for name, value in fields.items() if value is not None}
    if not told:
        return line
    return json.dumps(json.loads(line) | told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def quarantine(state: State, shard: str) -> Iterator[bytes]:
    """The quarantine lines of a shard."""
    for path, record, reason, detail in state.rows(QUARANTINED, shard):
        row = {
            "source": path,
            "record": None if record == NO_RECORD else record,
            "reason": reason,
            "detail": detail,
        }
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def readable(article: dict[str, Any]) -> str:
    """An article as a person reads it: title, who and when, where, text."""
    who = ", ".join(article["authors"])
    head = [article["title"], " · ".join(filter(None, [who, article["published"], article["site"]])), article["url"]]
    return "\n".join(filter(None, head)) + f"\n\n{article['text']}\n"


def sweep(clean: Path, state: State) -> int:
    """Set shard files aside that no page accounts for, as a lost state leaves them; gives how many.

    They are not deleted: where the state was lost and the inputs are away, they are all there is.
    """
    files = 0
    known = {path for (path,) in state.rows("SELECT path FROM outputs")}
    for folder in FOLDERS:
        for here, _, names in os.walk(clean / folder):
            for name in names:
                path = (Path(here) / name).relative_to(clean).as_posix()
                if name.endswith(OURS) and path not in known:
                    (clean / ASIDE / path).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(clean / path, clean / ASIDE / path)
                    remove(clean, path)
                    files += 1
    return files
