"""Writes the files of a shard out of the state, and sets files aside that no page accounts for."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flows.publish.formats import SUFFIXES, Format, PerArticle, PerShard, outputs_of
from flows.store.atomic import Written, put, put_beside, remove
from flows.store.paths import FOLDERS, PRIVATE, proven_of, recovery_of
from flows.store.recovery import write_recovery
from flows.store.shards import articles
from flows.store.state import State

ASIDE = f"{PRIVATE}/aside"


def write_shard(clean: Path, state: State, shard: str, *, format: Format, rules: Mapping[str, str]) -> None:
    """Write all files of one shard, and take away those that have nothing in them any more.

    `format` is one of FORMATS, `rules` are the digests of the rules that sites have.
    """
    before = {path for (path,) in state.rows("SELECT path FROM outputs WHERE shard = ?", shard)}
    writers = [output.writer for output in outputs_of(format)]
    ledger_sizes = array("L")
    written = _write_in_one_pass(
        clean, state, shard, [writer for writer in writers if isinstance(writer, PerArticle)], ledger_sizes
    )
    for writer in writers:
        if isinstance(writer, PerShard):
            written |= {name: put(clean, name, chunks) for name, chunks in writer.files(state, shard)}
    proven = [written[name] for name in proven_of(shard)]
    written[recovery_of(shard)] = write_recovery(clean, state, shard, proven, ledger_sizes, rules)
    for name in before - written.keys():
        remove(clean, name)
        written[name] = None
    for name, file in written.items():
        state.wrote(name, shard, file)
    state.sql.execute("DELETE FROM dirty WHERE shard = ?", (shard,))


def _write_in_one_pass(
    clean: Path, state: State, shard: str, writers: Sequence[PerArticle], ledger_sizes: array[int]
) -> dict[str, Written | None]:
    """Write the files to which each article adds something; `ledger_sizes` gets how many lines each has in the ledger."""

    def rows() -> Iterator[list[bytes]]:
        for stored in articles(state, shard):
            ledger_sizes.append(stored.ledger.count(b"\n"))
            yield [writer.add(stored) for writer in writers]

    names = [writer.name(shard) for writer in writers]
    return dict(zip(names, put_beside(clean, names, rows()), strict=True))


def sweep(clean: Path, state: State) -> int:
    """Set shard files aside that no page accounts for, as a lost state leaves them; returns how many.

    They are not deleted: where the state was lost and the inputs are away, they are all there is.
    """
    files = 0
    accounted = {path for (path,) in state.rows("SELECT path FROM outputs")}
    for folder in FOLDERS:
        for here, _, names in os.walk(clean / folder):
            for name in names:
                path = (Path(here) / name).relative_to(clean).as_posix()
                if name.endswith(SUFFIXES) and path not in accounted:
                    (clean / ASIDE / path).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(clean / path, clean / ASIDE / path)
                    remove(clean, path)
                    files += 1
    return files
