"""A record that lost its end costs itself: the next one is kept whole wherever the first seems to end now."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from archives import page_of, record
from flows.read.files import Line
from flows.read.warc import Reader, read_warc

NUMBERS = range(9, 14)
RECORDS = [record(number) for number in NUMBERS]
GAP = b"\r\n\r\n"
NEAR = 6  # bytes around a place where a record could end
QUOTED = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nContent-Length: 300\r\n\r\nand so on"


def without_digest(written: bytes) -> bytes:
    head, end, content = written.partition(GAP)
    return re.sub(rb"WARC-(?:Block|Payload)-Digest: [^\r]*\r\n", b"", head + b"\r\n")[:-2] + end + content


def in_blocks(content: bytes, size: int = 700) -> bytes:
    """The content packed without regard for its records."""
    return b"".join(gzip.compress(content[at : at + size], 1) for at in range(0, len(content), size))


# How an archive may be packed as a whole, by the name that its readers have for it.
PACKINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("", bytes),
    "gz": ("gz", lambda content: gzip.compress(content, 1)),
    "blocks": ("gz", in_blocks),
    "zst": ("zst", zstandard.compress),
}


def read(folder: Path, content: bytes, packing: str = "plain") -> list[Line]:
    packed, pack = PACKINGS[packing]
    path = folder / "pages.warc"
    path.write_bytes(pack(content))
    return list(read_warc(path, packed))


def pages(found: list[Line]) -> list[bytes]:
    return [line.payload for line in found if not line.trouble and not line.skipped]


def ends(written: bytes, behind: bytes) -> Iterator[int]:
    """To how many bytes to cut a record, so that it seems to end near a place where records end."""
    yield from range(20)
    for place in re.finditer(rb"\r\n\r\n|WARC/|\Z", behind):
        for near in range(-NEAR, NEAR + 1):
            kept = len(written) - place.start() - near
            if 0 < kept < len(written):
                yield kept


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("gap", [GAP, b"", GAP * 2, b"\n\n"], ids=["usual", "none", "double", "bare"])
@pytest.mark.parametrize("digests", [True, False], ids=["digests", "no_digests"])
def test_the_next_record_is_whole_wherever_the_cut_one_seems_to_end(
    tmp_path: Path, packing: str, gap: bytes, digests: bool
) -> None:
    parts = [(each if digests else without_digest(each)).removesuffix(GAP) for each in RECORDS]
    whole = [page_of(number) for number in NUMBERS if number != 10]
    for closed in (gap, b""):
        behind = closed + gap.join(parts[2:]) + gap
        for kept in sorted({*ends(parts[1], behind)}):
            found = read(tmp_path, parts[0] + gap + parts[1][:kept] + behind, packing)
            assert [page for page in pages(found) if page in whole] == whole, f"cut to {kept} bytes"
            assert len(found) <= len(RECORDS)


@pytest.mark.parametrize("kept", [700, 759])
def test_the_cuts_that_once_cost_the_next_record(tmp_path: Path, kept: int) -> None:
    """To 700 bytes it seems to end with the header of the response behind it, to 759 where that record ends."""
    parts = [RECORDS[0], RECORDS[1][:kept], *RECORDS[2:]]
    assert [page for page in pages(read(tmp_path, b"".join(parts))) if page == page_of(11)]


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("digests", [True, False], ids=["digests", "no_digests"])
@pytest.mark.parametrize(
    "body",
    [
        b"<p>A record looks like this:</p><pre>" + QUOTED + b"</pre><p>and is followed by the next.</p>",
        b"<p>A header ends with a blank line:</p><pre>" + QUOTED[:-9],
        QUOTED,
        b"A whole one:\r\n" + without_digest(RECORDS[3]) + b"and that was it.",
        b"".join(RECORDS[3:]),
        without_digest(RECORDS[3]),
    ],
    ids=["quoted", "quoted_last", "nothing_else", "whole_within", "archive", "archive_of_one"],
)
def test_a_page_that_shows_records_stays_whole(tmp_path: Path, packing: str, digests: bool, body: bytes) -> None:
    page = record(20, body, headers=(("Content-Type", "text/plain"),))
    parts = [RECORDS[0], page if digests else without_digest(page), RECORDS[1]]
    found = read(tmp_path, b"".join(parts), packing)
    assert pages(found) == [page_of(9), body, page_of(10)]
    assert not [line for line in found if "truncated" in (line.fields or {})]


@pytest.mark.parametrize("kind", ["sha1", "sha256", "md5"])
def test_a_digest_proves_a_page_that_ends_with_a_record(tmp_path: Path, kind: str) -> None:
    """Without one this could be a page cut in the middle, with the record behind it."""
    body = b"<p>Here is one: " + without_digest(RECORDS[3]).removesuffix(GAP)
    page = without_digest(record(20, body, headers=(("Content-Type", "text/plain"),)))
    block = page.split(GAP, 1)[1].removesuffix(GAP)
    digest = hashlib.new(kind, block).digest()
    for spelled in (base64.b32encode(digest).decode(), base64.b32encode(digest).decode().rstrip("="), digest.hex()):
        said = page.replace(b"WARC-Type:", f"WARC-Block-Digest: {kind}:{spelled}\r\nWARC-Type:".encode(), 1)
        assert pages(read(tmp_path, RECORDS[0] + said + RECORDS[1])) == [page_of(9), body, page_of(10)]
    assert pages(read(tmp_path, RECORDS[0] + page + RECORDS[1])) == [
        page_of(9), b"<p>Here is one: ", page_of(12), page_of(10),
    ]  # fmt: skip


def test_records_within_records_take_time_by_their_size(tmp_path: Path) -> None:
    """All seem to end at one place, and each would be looked through for the next; counted in what is looked at."""
    looked_at = []
    for many in (500, 2_000):
        content = b""
        for _ in range(many):
            head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Block-Digest: sha1:AAAA\r\nContent-Length: %d\r\n\r\n"
            content = head % len(content) + content
        heads = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n" % (16 * many)
        looked_at.append(_looked_at(content + GAP) + _looked_at(heads + b"WARC/1.0\r\nA: b\r\n" * many + GAP))
    assert looked_at[1] < 6 * looked_at[0]


def _looked_at(content: bytes) -> int:
    reader = Reader("the file")
    reader.held += content
    assert [*reader.read(ended=True)]
    return reader.looked_at


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_a_long_draw_of_records_without_an_end(tmp_path: Path, seed: int) -> None:
    """Archives of records of any size, one of them cut, or longer than it says by what brings it to another's end."""
    chance = random.Random(seed)
    made = [[_sized(number, size, chance) for size in (0, 1, 2, 3, 8, 8, 30)] for number in range(8)]
    for draw in range(25_000):
        bodies, written = zip(*(chance.choice(each) for each in made), strict=True)
        gap = chance.choice([GAP, GAP, GAP, b"", b"\n\n", 2 * GAP])
        digests = chance.random() < 0.3
        parts = [(each if digests else without_digest(each)).removesuffix(GAP) for each in written]
        broken = chance.randrange(8)
        if not broken and not digests:
            gap = GAP  # with other line ends nothing tells a first record of wrong length from a page that shows one
        behind = chance.choice([b"", gap]) + gap.join(parts[broken + 1 :]) + gap
        spoilt = _spoilt(parts[broken], behind, chance)
        content = b"".join(part + gap for part in parts[:broken]) + spoilt + behind
        packing = chance.choice([*PACKINGS])
        found = pages(read(tmp_path, content, packing))
        others = [body for number, body in enumerate(bodies) if number != broken]
        assert {*others} <= {*found}, (seed, draw)
        assert len([page for page in found if page not in others]) <= 1, (seed, draw)


def _sized(number: int, size: int, chance: random.Random) -> tuple[bytes, bytes]:
    lines = " ".join(f"Boat {number} came in as number {chance.randrange(10**6)}." for _ in range(size))
    body = f"<html><body><article><h1>Boat {number}</h1><p>{lines}</p></article></body></html>".encode()
    return body, record(number, body)


def _spoilt(written: bytes, behind: bytes, chance: random.Random) -> bytes:
    places = [place.start() for place in re.finditer(rb"\r\n\r\n|WARC/|HTTP/|\n\n|\Z", behind)]
    further = chance.choice(places) + chance.randint(-NEAR, NEAR)
    match chance.choice(["anywhere", "near", "length"]):
        case "anywhere":
            return written[: chance.randrange(len(written))]
        case "near":
            return written[: max(1, len(written) - max(1, further))]
        case _:
            length = int(re.findall(rb"Content-Length: (\d+)", written)[0]) + further
            return re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % max(0, length), written, count=1)
