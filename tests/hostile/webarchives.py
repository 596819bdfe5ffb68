"""Hostile web archives: broken, bombed, endless and lying records between two good ones."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Sequence

import zstandard

from archives import HTML, record
from hostile.kinds import ARTICLE, NO_TEXT, NOTHING_SEEN, Kind, gz, page

LOST = frozenset(["broken_record"])
MANY = 64 * 1024 * 1024
HEAD = 60_000  # bytes; a head of more than 64 KB is not read, as warc_head_endless shows


def good(number: int) -> bytes:
    """A record with a good page, unlike those of other numbers."""
    return record(number, page(f"<p>Boat number {number} came in.</p>"))


def between(
    name: str, middle: Callable[[int], bytes], allowed: frozenset[str] = LOST, *, size: int = 1, records: int = 3
) -> Kind:
    """An archive in which something stands between two good records."""
    return Kind(name, lambda n: good(1) + middle(n) + good(3), size, ARTICLE | allowed, (), ".warc", records=records)


def packed(
    name: str, middle: Callable[[int], bytes], allowed: frozenset[str] = LOST, *, size: int = 1, records: int = 3
) -> Kind:
    """The same, packed record by record."""
    return Kind(
        name,
        lambda n: gz(good(1)) + middle(n) + gz(good(3)),
        size, ARTICLE | allowed, (), ".warc.gz", records=records,
    )  # fmt: skip


def said(pattern: bytes, instead: bytes) -> bytes:
    """A good record whose own header says something else."""
    return re.sub(pattern, instead, good(2), count=1)


def repeated(part: str, times: int) -> str:
    """As much of this as a head may hold."""
    return part * min(times, HEAD // len(part))


def coded(body: bytes, *headers: Sequence[str]) -> bytes:
    """A record with this body and these headers besides its type."""
    return record(2, body, headers=(("Content-Type", HTML), *((name, value) for name, value in headers)))


PAGE = page("<p>Boat number 2 came in.</p>")
LENGTH = rb"Content-Length: \d+"

KINDS = (
    between("warc_record_of_noise", lambda n: random.Random(1).randbytes(n), size=5_000),
    between("warc_record_of_nuls", lambda n: bytes(n), size=100_000),
    between("warc_record_cut", lambda _: good(2)[:-150], ARTICLE),
    between("warc_record_without_a_head", lambda _: good(2).partition(b"\r\n\r\n")[2]),
    between("warc_length_none", lambda _: said(LENGTH, b"X: 1")),
    between("warc_length_negative", lambda _: said(LENGTH, b"Content-Length: -5")),
    between("warc_length_of_letters", lambda _: said(LENGTH, b"Content-Length: boats")),
    between("warc_length_of_5000_digits", lambda _: said(LENGTH, b"Content-Length: " + b"9" * 5_000)),
    between("warc_length_short", lambda _: said(LENGTH, b"Content-Length: 120"), ARTICLE),
    between("warc_length_huge", lambda _: said(LENGTH, b"Content-Length: 99999999999"), ARTICLE),
    between("warc_length_twice", lambda _: said(LENGTH, rb"\g<0>\r\nContent-Length: 7"), ARTICLE),
    between("warc_head_endless", lambda n: b"WARC/1.0\r\nA: " + b"b" * n, size=1_000_000),
    between("warc_many_fields", lambda n: said(LENGTH, repeated("A: b\r\n", n).encode() + rb"\g<0>"), ARTICLE, size=5_000),
    between("warc_many_heads", lambda n: b"WARC/1.0\r\nA: b\r\n" * n, size=5_000, records=-1),
    between("warc_version_unknown", lambda _: said(b"WARC/1.0", b"WARC/7.0")),
    between("warc_url_broken", lambda _: said(b"https://quellin.example/boats/2", b"http://[::1"), ARTICLE),
    between("warc_url_giant", lambda n: said(b"boats/2", repeated("b", n).encode()), ARTICLE, size=50_000),
    between("warc_id_climbs", lambda _: said(b"urn:uuid:2", b"../../../tmp/copydesk-escape"), ARTICLE),
    between("warc_date_broken", lambda _: said(b"2024-03-03T10:00:00Z", b"9999-99-99"), ARTICLE),
    between("warc_no_answer", lambda _: good(2).replace(b"HTTP/1.1 200 OK", b"boats", 1), ARTICLE | {"bad_record"}),
    between("warc_of_a_bomb", lambda n: coded(gz(b"<p>boats</p>\n" * n), ("Content-Encoding", "gzip")), ARTICLE | {"timeout"}, size=10_000_000),
    between("warc_coded_wrongly", lambda _: coded(PAGE, ("Content-Encoding", "br, gzip"), ("Transfer-Encoding", "chunked")), ARTICLE),
    between("warc_coded_unknown", lambda _: coded(zlib.compress(PAGE), ("Content-Encoding", "rot13")), NO_TEXT | ARTICLE),
    between("warc_coded_often", lambda n: coded(PAGE, ("Content-Encoding", repeated("gzip,", n))), ARTICLE, size=10_000),
    between("warc_coded_cut", lambda _: coded(gz(PAGE * 500)[:-900], ("Content-Encoding", "gzip")), ARTICLE),
    between("warc_coded_noise", lambda _: coded(b"\x1f\x8b\x08" + random.Random(3).randbytes(5_000), ("Content-Encoding", "gzip")), NO_TEXT),
    between("warc_chunks_huge", lambda _: coded(b"FFFFFFFF\r\n" + PAGE, ("Transfer-Encoding", "chunked")), ARTICLE),
    between("warc_chunks_tiny", lambda n: coded(b"1\r\nx\r\n" * n + b"0\r\n\r\n", ("Transfer-Encoding", "chunked")), ARTICLE, size=200_000),
    between("warc_body_none", lambda _: record(2, b""), NOTHING_SEEN),
    between("warc_page_too_large", lambda n: record(2, b"<p>" + b"a" * n), frozenset(["too_large"]), size=MANY + 1),
    packed("warc_member_of_noise", lambda n: b"\x1f\x8b\x08" + random.Random(4).randbytes(n), size=5_000),
    packed("warc_member_with_a_bad_sum", lambda _: gz(good(2))[:-8] + bytes(8)),
    packed("warc_member_cut", lambda _: gz(good(2))[:-60]),
    packed("warc_members_empty", lambda n: gz(b"") * n, ARTICLE, size=5_000, records=2),
    packed("warc_members_that_are_none", lambda n: b"\x1f\x8b\x08" * n, LOST | {"broken_archive"}, size=2_000, records=-1),
    packed("warc_member_bomb", lambda n: gz(record(2, bytes(n))), LOST | {"too_large"}, size=3 * MANY, records=4),
    Kind("warc_zst_corrupt", lambda _: zstandard.compress(good(1)) + zstandard.compress(good(2))[:60] + zstandard.compress(good(3)), 1,
         ARTICLE | LOST, (), ".warc.zst", records=3),
    Kind("warc_of_nothing", lambda _: b"", 1, frozenset(["empty"]), (), ".warc"),
    Kind("warc_of_html", lambda _: PAGE, 1, LOST, (), ".warc"),
    Kind("warc_not_packed", lambda _: good(1), 1, LOST, (), ".warc.gz"),
)  # fmt: skip
