"""Writes web archives for tests, with a library that knows nothing of our reader."""

from __future__ import annotations

from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HTML = "text/html; charset=utf-8"


def page_of(number: int) -> bytes:
    """A page that no other is like."""
    sentences = " ".join(f"Boat {number} of Quellin came in as number {count} and moored." for count in range(12))
    return (
        f"<!doctype html><html><body><article><h1>Boat {number}</h1><p>{sentences}</p></article></body></html>".encode()
    )


def record(
    number: int,
    body: bytes | None = None,
    *,
    kind: str = "response",
    status: str = "200 OK",
    headers: tuple[tuple[str, str], ...] = (("Content-Type", HTML),),
    packed: bool = False,
    **fields: str,
) -> bytes:
    """One record as a crawler writes it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    written = writer.create_warc_record(
        f"https://quellin.example/boats/{number}",
        kind,
        payload=BytesIO(page_of(number) if body is None else body),
        http_headers=StatusAndHeaders(status, list(headers), protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": "2024-03-03T10:00:00Z",
            "WARC-Record-ID": f"<urn:uuid:{number}>",
            **{name.replace("_", "-"): value for name, value in fields.items()},
        },
    )
    writer.write_record(written)
    return out.getvalue()
