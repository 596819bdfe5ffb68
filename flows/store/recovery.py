"""This file keeps beside each shard what its output files do not say of its pages, so that a lost memory can be made again.

One file a shard: `.state/kept/SHARD.pages`, written after the shard's own files. First a line with their hashes, then
for each page a line with its fields and behind it the bytes that no output file has, at the end the hash of all that. A
shard whose files and hashes agree is put back whole; of any other the pages are cleaned again.
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

from flows.store.atomic import PRIVATE, Written, put
from flows.store.codec import pack
from flows.store.paths import outputs_of
from flows.store.state import AGAIN, State

FOLDER = f"{PRIVATE}/kept"
FORMAT = 2  # another number here, as pages with other fields need it, has every CLEAN cleaned again
SUFFIX = ".pages"  # else what was a container and is a folder now would need one name twice
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


class Unlike(Exception):
    """The files of a shard are not as they were kept."""


def keep_pages(
    clean: Path,
    state: State,
    shard: str,
    written: Sequence[Written | None],
    ledger: Iterable[int],
    rules: Mapping[str, str],
) -> Written | None:
    """Write down the pages of a shard whose output files were just written.

    `ledger` is how many lines each of its articles has there, `rules` the digests of the rules that sites have.
    """
    return put(clean, kept_of(shard), _summed(_told(state, shard, written, iter(ledger), rules)))


def kept_of(shard: str) -> str:
    """The file below CLEAN that keeps what the other files of this shard do not say."""
    return f"{FOLDER}/{shard}{SUFFIX}"


def _told(
    state: State, shard: str, written: Sequence[Written | None], ledger: Iterator[int], rules: Mapping[str, str]
) -> Iterator[bytes]:
    head = _line([FORMAT, [file and file.sha256 for file in written]])
    for *values, text_hash, newest, survey, body in state.rows(PAGES, shard):
        fields = dict(zip(FIELDS, values, strict=True))
        stands = fields["outcome"] == "article" and newest
        sizes = next(ledger) if stands else None, len(survey or b""), len(body or b"")
        yield head + _line([values, text_hash, rules.get(fields["site"]), *sizes]) + (survey or b"") + (body or b"")
        head = b""


def _line(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _summed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks and the hash of them all; nothing where there are none."""
    digest = None
    for chunk in chunks:
        digest = digest or hashlib.sha256()
        digest.update(chunk)
        yield chunk
    if digest:
        yield digest.digest()


def put_back(clean: Path, state: State, rules: Mapping[str, str]) -> int:
    """Fill an empty memory with the pages of every shard that stands as it was written; gives how many that are.

    Pages of sites whose rules are others now are put back to be cleaned again. May be called again when it was stopped.
    """
    pages = 0
    for file in sorted((clean / FOLDER).rglob(f"*{SUFFIX}")):
        shard = file.relative_to(clean / FOLDER).as_posix().removesuffix(SUFFIX)
        if state.one("SELECT 1 FROM pages WHERE shard = ? LIMIT 1", shard) is None:
            try:
                pages += _shard_back(clean, state, shard, file, rules)
            except Unlike:
                file.unlink()
        state.keep()
    return pages


def _shard_back(clean: Path, state: State, shard: str, file: Path, rules: Mapping[str, str]) -> int:
    """Put the pages of one shard back. Raises Unlike before anything is changed."""
    end = _checked(file)
    with ExitStack() as stack:
        kept = stack.enter_context(open(file, "rb"))
        form, hashes = json.loads(kept.readline())
        if form != FORMAT:
            raise Unlike(file)
        names = outputs_of(shard)
        now = [_hashed(clean / name) for name in names]
        if [file and file.sha256 for file in now] != hashes:
            raise Unlike(file)
        articles, ledger = (
            stack.enter_context(open(clean / name, "rb")) if there else BytesIO()
            for name, there in zip(names[:2], now, strict=False)
        )
        pages = 0
        while kept.tell() < end:
            _page_back(state, shard, kept, articles, ledger, rules)
            pages += 1
    for name, written in zip((*names, kept_of(shard)), (*now, _hashed(file)), strict=True):
        state.wrote(name, shard, written)
    state.sql.execute("DELETE FROM dirty WHERE shard = ?", (shard,))
    return pages


def _page_back(
    state: State, shard: str, kept: IO[bytes], articles: IO[bytes], ledger: IO[bytes], rules: Mapping[str, str]
) -> None:
    """Put the next page of a shard back, its article and ledger from the output files unless they say it otherwise."""
    values, text_hash, rule, lines, survey_size, body_size = json.loads(kept.readline())
    survey, body = kept.read(survey_size), kept.read(body_size)
    fields: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    fields |= {"shard": shard, "text_hash": bytes.fromhex(text_hash) or None}
    if lines is not None:
        told = [articles.readline(), *(ledger.readline() for _ in range(lines))]
        body = body or pack(line.rstrip(b"\n") for line in told)
    elif fields["outcome"] == "article":
        fields["superseded_by"] = 0  # by which page is found out when all are there
    if rule != rules.get(fields["site"]):
        fields["recipe"] = AGAIN
    state.put(fields, body, survey)


def _checked(file: Path) -> int:
    """Where the hash at the end of this file begins. Raises Unlike when it is not that of what comes before it."""
    end = file.stat().st_size - DIGEST
    digest = hashlib.sha256()
    with open(file, "rb") as kept:
        while kept.tell() < end:
            digest.update(kept.read(min(CHUNK, end - kept.tell())))
        if end <= 0 or kept.read() != digest.digest():
            raise Unlike(file)
    return end


def _hashed(file: Path) -> Written | None:
    """What a file is now; None where there is none."""
    try:
        info = os.lstat(file)
        with open(file, "rb") as content:
            return Written(info.st_size, info.st_mtime_ns, hashlib.file_digest(content, "sha256").hexdigest())
    except FileNotFoundError:
        return None
