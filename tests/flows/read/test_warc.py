"""Web archives are read whole, and what is broken in one costs itself alone."""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from archives import page_of, record
from cleaners.pipeline import clean_raw
from cleaners.read.http_body import MOST_BYTES, decoded_body
from flows import explain
from flows.read.files import LONGEST_PAGE, Line
from flows.read.warc import read_warc
from running import cleaned_into, counts, rows

RECORDS = [record(number) for number in range(100)]
MEMBERS = [record(number, packed=True) for number in range(100)]
FRAMES = [zstandard.compress(each) for each in RECORDS]


def read(folder: Path, content: bytes, packed: str = "") -> list[Line]:
    """What is read of an archive with this content."""
    path = folder / "pages.warc"
    path.write_bytes(content)
    return list(read_warc(path, packed))


def pages(found: list[Line]) -> list[bytes]:
    return [line.payload for line in found if not line.trouble and not line.skipped]


def troubles(found: list[Line]) -> list[str]:
    return [line.trouble.reason for line in found if line.trouble]


def said(line: Line) -> dict[str, Any]:
    assert line.fields is not None
    return line.fields


def blocks(content: bytes, size: int) -> bytes:
    """The content packed without regard for its records."""
    return b"".join(gzip.compress(content[at : at + size]) for at in range(0, len(content), size))


def bare_line_ends(written: bytes) -> bytes:
    """The record, with the lines of its own header ended as they are on Linux."""
    head, _, rest = written.partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + rest


@pytest.mark.parametrize(
    ("content", "packed"),
    [
        (b"".join(RECORDS), ""),
        (b"".join(MEMBERS), "gz"),
        (gzip.compress(b"".join(RECORDS)), "gz"),
        (blocks(b"".join(RECORDS), 700), "gz"),
        (b"".join(FRAMES), "zst"),
        (zstandard.compress(b"".join(RECORDS)), "zst"),
        (b"\r\n\r\n".join(RECORDS), ""),
        (b"".join(map(bare_line_ends, RECORDS)), ""),
        (gzip.compress(b"") * 2_000 + b"".join(MEMBERS) + bytes(512), "gz"),
    ],
    ids=["plain", "gz", "one_member", "blocks", "zst", "one_frame", "blank_lines", "bare_line_ends", "empty_members"],
)
def test_every_page_is_read(tmp_path: Path, content: bytes, packed: str) -> None:
    found = read(tmp_path, content, packed)
    assert pages(found) == [page_of(number) for number in range(100)]
    assert [line.record for line in found] == [*range(100)]
    assert said(found[7]) | {"headers": 0} == {
        "url": "https://quellin.example/boats/7", "fetched_at": "2024-03-03T10:00:00Z", "id": "urn:uuid:7", "headers": 0,
    }  # fmt: skip


def test_a_page_is_what_it_is_as_a_file(tmp_path: Path) -> None:
    found = read(tmp_path, record(3))[0]
    ours = clean_raw(found.payload, source="a.warc", record=0, media="warc", sidecar=found.fields).article
    same = clean_raw(
        page_of(3), source="a.html", record=None, media="html", sidecar={"url": said(found)["url"]}
    ).article
    assert (ours.text, ours.title, ours.id) == (same.text, same.title, same.id)
    assert ours.text.startswith("Boat 3 of Quellin came in as number 0")
    assert ours.source == replace(
        same.source, path="a.warc", record=0, id="urn:uuid:3", fetched_at="2024-03-03T10:00:00Z"
    )


def test_what_is_no_page_is_told_apart(tmp_path: Path) -> None:
    archive = [
        record(0, kind="request"),
        record(1, kind="revisit"),
        record(2, b"\x89PNG", headers=(("Content-Type", "image/png"),)),
        record(3, b"", status="301 Moved Permanently", headers=(("Location", "/"),)),
        record(4, status="404 Not Found"),
        record(5, b"One line.\n\nAnother.", headers=(("Content-Type", "text/plain"),)),
        record(6, headers=()),
        record(7, b""),
        record(8).replace(b"HTTP/1.1 200 OK", b"<html>" + b"\n" * 9),
        record(9).replace(b"https://quellin.example", b"file:///home/quellin"[:23]),
    ]
    found = read(tmp_path, b"".join(archive))
    outcomes = ["skipped" if line.skipped else line.trouble.reason if line.trouble else "page" for line in found]
    assert outcomes == [*["skipped"] * 4, "http_error", "page", "page", "page", "bad_record", "skipped"]
    text = clean_raw(found[5].payload, source="a.warc", record=5, media="warc", sidecar=found[5].fields).article
    assert text.source.media_type == "text/plain"
    empty = clean_raw(found[7].payload, source="a.warc", record=7, media="warc", sidecar=found[7].fields)
    assert empty.reason == "too_little"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["", "gz", "zst"]),
    st.integers(0, 99),
    st.integers(0, 1_200),
    st.integers(1, 200),
    st.sampled_from(["changed", "noise", "cut_out", "zeros", "gone_with_its_end"]),
)
@example("", 10, 700, 1, "gone_with_its_end")  # it seems to end with the header of the response behind it
@example("", 10, 759, 1, "gone_with_its_end")  # and here with the whole record behind it
def test_a_broken_record_costs_itself_alone(
    tmp_path: Path, packed: str, number: int, first: int, length: int, how: str
) -> None:
    parts = {"": RECORDS, "gz": MEMBERS, "zst": FRAMES}[packed]
    broken = bytearray(parts[number])
    first %= len(broken)
    last = min(len(broken), first + length)
    match how:
        case "changed":
            broken[first] ^= 1 << length % 8
        case "noise":
            broken[first:last] = random.Random(length).randbytes(last - first)
        case "cut_out":
            del broken[first:last]
        case "zeros":
            broken[first:last] = bytes(last - first)
        case _:
            del broken[first:]
    found = read(tmp_path, b"".join([*parts[:number], broken, *parts[number + 1 :]]), packed)
    whole = {page_of(other) for other in range(100) if other != number}
    assert whole <= set(pages(found))
    others = [page for page in pages(found) if page not in whole and page != page_of(number)]
    assert len(others) <= 1 and len(found) <= 101


def test_the_lost_bytes_are_named(tmp_path: Path) -> None:
    broken = bytearray(MEMBERS[50])
    broken[100] ^= 255
    found = read(tmp_path, b"".join([*MEMBERS[:50], broken, *MEMBERS[51:]]), "gz")
    first, last = sum(map(len, MEMBERS[:50])), sum(map(len, MEMBERS[:51]))
    assert troubles(found) == ["broken_record"] and len(pages(found)) == 99
    trouble = found[50].trouble
    assert trouble and trouble.detail.startswith(f"bytes {first:,} to {last:,} of the file are lost (")


@pytest.mark.parametrize("packed", ["", "gz"])
@pytest.mark.parametrize(("length", "cut"), [(b"50", False), (b"999999999999", True), (b"1400", True)])
def test_a_wrong_length_costs_nothing(tmp_path: Path, packed: str, length: bytes, cut: bool) -> None:
    wrong = re.sub(rb"Content-Length: \d+", b"Content-Length: " + length, RECORDS[5], count=1)
    parts = [*RECORDS[:5], wrong, *RECORDS[6:9]]
    found = read(tmp_path, b"".join(map(gzip.compress, parts) if packed else parts), packed)
    assert pages(found) == [page_of(number) for number in range(9)]
    assert [line.record for line in found if "truncated" in said(line)] == ([5] if cut else [])


@pytest.mark.parametrize("length", [b"", b"-1", b"boats", b"9" * 5_000, "７".encode()])
def test_a_record_without_a_length_is_lost_and_named(tmp_path: Path, length: bytes) -> None:
    wrong = re.sub(rb"Content-Length: \d+", b"Content-Length: " + length, RECORDS[5], count=1)
    found = read(tmp_path, b"".join([*RECORDS[:5], wrong, *RECORDS[6:9]]))
    assert troubles(found) == ["broken_record"] and len(pages(found)) == 8


@pytest.mark.parametrize(
    ("content", "packed"), [(b"".join(RECORDS), ""), (b"".join(MEMBERS), "gz"), (b"".join(FRAMES), "zst")]
)
def test_a_cut_archive_gives_each_page_whole_or_says_so(tmp_path: Path, content: bytes, packed: str) -> None:
    whole = [page_of(number) for number in range(100)]
    for end in range(0, len(content), 331):
        for line in read(tmp_path, content[:end], packed):
            assert line.trouble or "truncated" in said(line) or line.payload in whole


def test_floods_end(tmp_path: Path) -> None:
    huge = record(7, bytes(LONGEST_PAGE + 1), headers=(("Content-Type", "video/mp4"),))
    page = record(8, b"x" * (LONGEST_PAGE + 1))
    assert len(pages(read(tmp_path, RECORDS[0] + huge + RECORDS[1]))) == 2
    found = read(tmp_path, RECORDS[0] + page + RECORDS[1])
    assert (len(pages(found)), troubles(found)) == (2, ["too_large"])
    bomb = gzip.compress(record(9, bytes(3 * LONGEST_PAGE)))
    found = read(tmp_path, MEMBERS[0] + bomb + MEMBERS[1], "gz")
    assert len(pages(found)) == 2 and "broken_record" in troubles(found)
    assert troubles(read(tmp_path, b"\x1f\x8b\x08" * 1_000_000, "gz")) == ["broken_archive"]
    assert troubles(read(tmp_path, random.Random(1).randbytes(300_000), "gz")) == ["broken_record"]
    assert troubles(read(tmp_path, b"WARC/1.0\r\n" * 20_000)) == ["broken_record"] * len(
        read(tmp_path, b"WARC/1.0\r\n" * 20_000)
    )
    assert troubles(read(tmp_path, b"WARC/1.0\r\nA: " + b"b" * 1_000_000)) == ["broken_record"]
    assert troubles(read(tmp_path, b"")) == ["empty"]


def chunked(body: bytes, size: int = 100) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;n=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


CODED = [
    ({"content-encoding": "gzip"}, gzip.compress), ({"content-encoding": "x-gzip"}, gzip.compress),
    ({"content-encoding": "deflate"}, zlib.compress), ({"content-encoding": "deflate"}, bare),
    ({"content-encoding": "br"}, brotli.compress), ({"content-encoding": "ZSTD"}, zstandard.compress),
    ({"transfer-encoding": "chunked"}, chunked),
    ({"transfer-encoding": "Chunked", "content-encoding": "gzip"}, lambda body: chunked(gzip.compress(body))),
    ({"content-encoding": "deflate, gzip"}, lambda body: gzip.compress(zlib.compress(body))),
    ({"content-encoding": "identity"}, bytes), ({"content-encoding": ""}, bytes), ({}, bytes),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "code"), CODED)
def test_a_body_is_decoded(headers: dict[str, str], code: Any) -> None:
    body = page_of(1) * 50
    assert decoded_body(code(body), headers) == (body, False)
    assert decoded_body(body, headers) == (body, False), "headers that were kept when the coding was undone"


@pytest.mark.parametrize(("headers", "code"), [each for each in CODED if each[1] is not bytes])
def test_a_body_that_breaks_off_is_told(headers: dict[str, str], code: Any) -> None:
    body = bytes(random.Random(2).choices(b"abcdefgh ", k=100_000))
    coded = code(body)
    found, cut = decoded_body(coded[: len(coded) // 2], headers)
    assert cut and body.startswith(found[:1_000])
    assert found or headers == {"content-encoding": "ZSTD"}, "whose blocks are longer than this body"


def test_a_body_shorter_than_it_says_is_told() -> None:
    assert decoded_body(b"boats", {"content-length": "6"}) == (b"boats", True)
    assert decoded_body(b"boats", {"content-length": "5"}) == (b"boats", False)
    assert decoded_body(b"boats", {"content-length": "x", "content-encoding": "rot13"}) == (b"boats", False)


@pytest.mark.parametrize("pack", [gzip.compress, brotli.compress, zstandard.compress])
def test_a_bomb_in_a_body_is_cut(pack: Any) -> None:
    name = {gzip.compress: "gzip", brotli.compress: "br", zstandard.compress: "zstd"}[pack]
    found, cut = decoded_body(pack(b"boats " * 30_000_000), {"content-encoding": name})
    assert cut and len(found) == MOST_BYTES


def test_the_command_cleans_an_archive_and_explains_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    broken = bytearray(MEMBERS[2])
    broken[60] ^= 255
    cut = record(9, page_of(9)[:400], packed=True, WARC_Truncated="length")
    parts = [record(0, kind="request", packed=True), MEMBERS[1], broken, MEMBERS[3], cut]
    (raw / "crawl.warc.gz").write_bytes(b"".join(parts))
    cleaned_into(raw, clean)
    assert counts(clean) == {"inputs": 5, "article": 3, "skipped": 1, "quarantined": 1}
    assert json.loads((clean / "manifest.json").read_bytes())["reasons"] == {
        "quarantined": {"broken_record": 1}, "skipped": {"no_page": 1},
    }  # fmt: skip
    found = {row["source"]["record"]: row for row in rows(clean)}
    assert {number: row["url"] for number, row in found.items()} == {
        1: "https://quellin.example/boats/1", 3: "https://quellin.example/boats/3", 4: "https://quellin.example/boats/9",
    }  # fmt: skip
    assert "truncated_input" in found[4]["flags"] and "truncated_input" not in found[1]["flags"]
    assert rows(clean, "quarantine")[0] | {"detail": ""} == {
        "source": "crawl.warc.gz", "record": 2, "reason": "broken_record", "detail": "",
    }  # fmt: skip
    assert "nothing new" in cleaned_into(raw, clean)
    assert explain.main([f"{raw}/crawl.warc.gz#3", str(raw), str(clean)]) == 0
    assert "Boat 3 of Quellin" in capsys.readouterr().out
    assert explain.main([f"{raw}/crawl.warc.gz#0", str(raw), str(clean)]) == 2
    assert "blank line or no page" in capsys.readouterr().err
