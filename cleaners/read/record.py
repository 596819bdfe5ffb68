"""Reads one raw page with what its input says of it: a file and its sidecar, a line of a container, a web answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from cleaners.errors import UnreadablePage
from cleaners.metadata.stated import Stated, stated_of
from cleaners.read.http_body import decoded_body
from cleaners.read.limits import DEEPEST, too_deep
from cleaners.text.numerals import holds_vast, whole_number
from cleaners.vocabulary import QuarantineReason

RECORD_FIELDS = frozenset(("url", "html", "html_b64", "text", "id", "fetched_at", "headers", "meta"))
SIDECAR_FIELDS = frozenset(("url", "fetched_at", "headers"))
LONGEST_URL = 2_000  # characters


@dataclass(frozen=True)
class Raw:
    """One raw page with what is known of it besides its content."""

    content: bytes | str
    is_html: bool
    url: str | None = None
    id: str | None = None
    fetched_at: str | None = None
    content_type: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    stated: Stated = field(default_factory=dict)  # what its record or sidecar states of it
    is_markdown: bool = False  # True where its name says so
    cut: bool = False  # True when it is known to be less than there was


def read_raw(payload: bytes, media: str, said: Mapping[str, Any]) -> Raw:
    """One raw page; `media` is "html", "text" or "markdown" for a file, "jsonl" for a line of a container, "warc" for an answer.

    `said` is what its sidecar, or the web archive, says of it. Raises UnreadablePage.
    """
    if media == "jsonl":
        return _from_record(payload)
    return _from_response(payload, said) if media == "warc" else _from_file(payload, media, said)


def _from_response(payload: bytes, said: Mapping[str, Any]) -> Raw:
    headers = said.get("headers") or {}
    content, cut = decoded_body(payload, headers)
    kind = _content_type(headers)
    return Raw(
        content, not (kind or "").lower().startswith("text/plain"), _text(said, "url", LONGEST_URL), _text(said, "id"),
        _text(said, "fetched_at"), kind, cut=cut or said.get("truncated") is True,
    )  # fmt: skip


def _from_file(payload: bytes, media: str, sidecar: Mapping[str, Any]) -> Raw:
    meta = {name: value for name, value in sidecar.items() if name not in SIDECAR_FIELDS}
    return Raw(
        payload, media == "html", _text(sidecar, "url", LONGEST_URL), None, _text(sidecar, "fetched_at"),
        _content_type(sidecar.get("headers")), meta, stated_of(meta), media == "markdown",
    )  # fmt: skip


def _from_record(payload: bytes) -> Raw:
    row = _object(payload)
    content: bytes | str
    given = [name for name in ("html", "html_b64", "text") if isinstance(row.get(name), str)]
    if not given:
        raise UnreadablePage(
            QuarantineReason.BAD_RECORD, "needs one of html, html_b64 or text as a string; export the record again"
        )
    name = next((name for name in given if row[name].strip()), given[0])  # a table has "" for what is missing
    content, is_html = row[name], name != "text"
    if name == "html_b64":
        try:
            content = base64.b64decode(content, validate=False)
        except (binascii.Error, ValueError) as error:
            raise UnreadablePage(
                QuarantineReason.BAD_RECORD, f"html_b64 is not base64 ({error}); export the record again"
            ) from error
    meta = (
        row["meta"] if isinstance(row.get("meta"), dict) else {} if row.get("meta") is None else {"meta": row["meta"]}
    )
    rest = {name: value for name, value in row.items() if name not in RECORD_FIELDS}
    return Raw(
        content, is_html, _text(row, "url", LONGEST_URL), _text(row, "id"), _text(row, "fetched_at"),
        _content_type(row.get("headers")), {**rest, **meta}, stated_of(rest, meta),
    )  # fmt: skip


def _object(payload: bytes) -> dict[str, Any]:
    """The JSON object of one line; the fast reader first, then the one that is easier on bad bytes and numbers."""
    too_nested = f"fields nested more than {DEEPEST} deep; export the record without them"
    try:
        row = orjson.loads(payload)
    except orjson.JSONDecodeError:
        try:
            row = _exactly(payload)
        except ValueError as error:
            raise UnreadablePage(QuarantineReason.BAD_RECORD, f"not JSON ({error}); export the record again") from error
        except RecursionError as error:
            raise UnreadablePage(QuarantineReason.BAD_RECORD, too_nested) from error
    if not isinstance(row, dict):
        raise UnreadablePage(
            QuarantineReason.BAD_RECORD, f"a JSON {type(row).__name__}, not an object; export the record again"
        )
    if too_deep(row):
        raise UnreadablePage(QuarantineReason.BAD_RECORD, too_nested)
    return _exactly(payload) if holds_vast(row) else row


def _exactly(payload: bytes) -> Any:
    """What a line of JSON says, with whole numbers of any length. Raises ValueError, RecursionError."""
    row = json.loads(payload.decode("utf-8", "replace"), parse_int=whole_number)
    for name in ("html", "text"):  # this reader lets halves of characters through, which no file can hold
        if isinstance(row, dict) and isinstance(row.get(name), str):
            row[name] = row[name].encode("utf-8", "replace").decode()
    return row


def _text(row: Mapping[str, Any], name: str, longest: int = 500) -> str | None:
    """A string field, or a number as its digits; anything else counts as absent."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip()[:longest] or None if isinstance(value, str) else None


def _content_type(headers: Any) -> str | None:
    if not isinstance(headers, dict):
        return None
    found = next((value for name, value in headers.items() if str(name).lower() == "content-type"), None)
    return found if isinstance(found, str) else None
