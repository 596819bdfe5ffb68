"""Recovery file beside each shard, from which a lost state database is rebuilt.

One file a shard: `.state/kept/SHARD.pages`, written after the shard's own files. First a line with their hashes, then
for each page a line with its fields and behind it the bytes that no output file has, at the end the hash of all that. A
shard whose files and hashes agree is recovered whole; of any other the pages are cleaned again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from cleaners.vocabulary import Outcome
from flows.errors import DamagedRecovery
from flows.store.atomic import Written, put
from flows.store.codec import pack
from flows.store.paths import RECOVERY, RECOVERY_SUFFIX, articles_of, ledger_of, proven_of, recovery_of
from flows.store.state import AGAIN, State

FORMAT = 2  # another number here, as pages with other fields need it, has every CLEAN cleaned again
DIGEST = hashlib.sha256().digest_size
CHUNK = 1 << 20
FIELDS = (
    "path", "record", "sha", "recipe", "outcome", "reason", "detail", "id", "alternative_id", "fetched", "published",
    "site", "language", "words", "confidence", "kept_ratio", "flags", "removed", "claimed", "own_id", "known",
    "renamed_to", "duplicate_of", "contested", "held",
)  # fmt: skip
PAGES = f"""SELECT {", ".join(f"pages.{name}" for name in FIELDS)}, hex(text_hash), superseded_by IS NULL,
        CASE WHEN outcome = 'article' AND (held = '' OR NOT EXISTS (SELECT 1 FROM pages AS now WHERE now.held = ''
            AND now.path = pages.path AND now.record = pages.record AND now.outcome = 'article')) THEN survey END,
        CASE WHEN contested OR coalesce(superseded_by, renamed_to, duplicate_of) IS NOT NULL
            THEN (SELECT body FROM bodies WHERE bodies.page = pages.page) END
    FROM pages LEFT JOIN surveys USING (path, record) WHERE shard = ? ORDER BY path, record, held"""


def write_recovery(
    clean: Path,
    state: State,
    shard: str,
    written: Sequence[Written | None],
    ledger_sizes: Iterable[int],
    rules: Mapping[str, str],
) -> Written | None:
    """Write the recovery file of a shard whose output files were just `written`, in the order of `proven_of`.

    `ledger_sizes` is how many lines each of its articles has in the ledger, `rules` the digests of the rules that sites
    have.
    """
    lines = _recovery_lines(state, shard, written, iter(ledger_sizes), rules)
    return put(clean, recovery_of(shard), _with_hash(lines))


def _recovery_lines(
    state: State,
    shard: str,
    written: Sequence[Written | None],
    ledger_sizes: Iterator[int],
    rules: Mapping[str, str],
) -> Iterator[bytes]:
    head = _line([FORMAT, [file and file.sha256 for file in written]])
    for *values, text_hash, newest, line_fingerprints, body in state.rows(PAGES, shard):
        fields = dict(zip(FIELDS, values, strict=True))
        stands = fields["outcome"] == Outcome.ARTICLE and newest
        sizes = next(ledger_sizes) if stands else None, len(line_fingerprints or b""), len(body or b"")
        yield head + _line([values, text_hash, rules.get(fields["site"]), *sizes])
        yield (line_fingerprints or b"") + (body or b"")
        head = b""


def _line(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _with_hash(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks and the hash of them all; nothing where there are none."""
    digest = None
    for chunk in chunks:
        digest = digest or hashlib.sha256()
        digest.update(chunk)
        yield chunk
    if digest:
        yield digest.digest()


def recover(clean: Path, state: State, rules: Mapping[str, str]) -> int:
    """Fill an empty state with the pages of every shard whose files are as they were written; returns how many pages.

    Pages of sites whose rules are others now are to be cleaned again. May be called again when it was stopped.
    """
    pages = 0
    for file in sorted((clean / RECOVERY).rglob(f"*{RECOVERY_SUFFIX}")):
        shard = file.relative_to(clean / RECOVERY).as_posix().removesuffix(RECOVERY_SUFFIX)
        if state.one("SELECT 1 FROM pages WHERE shard = ? LIMIT 1", shard) is None:
            try:
                pages += _recover_shard(clean, state, shard, file, rules)
            except DamagedRecovery:
                file.unlink()
        state.keep()
    return pages


def _recover_shard(clean: Path, state: State, shard: str, file: Path, rules: Mapping[str, str]) -> int:
    """Recover the pages of one shard. Raises DamagedRecovery before anything is changed."""
    end = _checked(file)
    with ExitStack() as stack:
        recovery = stack.enter_context(open(file, "rb"))
        form, hashes = json.loads(recovery.readline())
        if form != FORMAT:
            raise DamagedRecovery(file)
        now = {name: _hashed(clean / name) for name in proven_of(shard)}
        if [written and written.sha256 for written in now.values()] != hashes:
            raise DamagedRecovery(file)
        articles, ledger = (
            stack.enter_context(open(clean / name, "rb")) if now[name] else BytesIO()
            for name in (articles_of(shard), ledger_of(shard))
        )
        pages = 0
        while recovery.tell() < end:
            _recover_page(state, shard, recovery, articles, ledger, rules)
            pages += 1
    now[recovery_of(shard)] = _hashed(file)
    for name, written in now.items():
        state.wrote(name, shard, written)
    state.sql.execute("DELETE FROM dirty WHERE shard = ?", (shard,))
    return pages


def _recover_page(
    state: State, shard: str, recovery: IO[bytes], articles: IO[bytes], ledger: IO[bytes], rules: Mapping[str, str]
) -> None:
    """Recover the next page, its article and ledger from the output files unless these say it otherwise."""
    values, text_hash, rule, lines, fingerprints_size, body_size = json.loads(recovery.readline())
    line_fingerprints, body = recovery.read(fingerprints_size), recovery.read(body_size)
    fields: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    fields |= {"shard": shard, "text_hash": bytes.fromhex(text_hash) or None}
    if lines is not None:
        told = [articles.readline(), *(ledger.readline() for _ in range(lines))]
        body = body or pack(line.rstrip(b"\n") for line in told)
    elif fields["outcome"] == Outcome.ARTICLE:
        fields["superseded_by"] = 0  # by which page is found out when all are there
    if rule != rules.get(fields["site"]):
        fields["recipe"] = AGAIN
    state.put(fields, body, line_fingerprints)


def _checked(file: Path) -> int:
    """Where the hash at the end of this file begins. Raises DamagedRecovery when it is not that of what comes before it."""
    end = file.stat().st_size - DIGEST
    digest = hashlib.sha256()
    with open(file, "rb") as recovery:
        while recovery.tell() < end:
            digest.update(recovery.read(min(CHUNK, end - recovery.tell())))
        if end <= 0 or recovery.read() != digest.digest():
            raise DamagedRecovery(file)
    return end


def _hashed(file: Path) -> Written | None:
    """Size, time and hash of a file now; None where there is none."""
    try:
        info = os.lstat(file)
        with open(file, "rb") as content:
            return Written(info.st_size, info.st_mtime_ns, hashlib.file_digest(content, "sha256").hexdigest())
    except FileNotFoundError:
        return None
