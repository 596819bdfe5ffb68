"""Raw files that are cut, huge, changing or no files at all: what is read of them, and what is said."""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import Unreadable
from flows.read import files
from flows.read.files import read_page, read_sidecar
from flows.read.jsonl import read_lines, split

NOISE = random.Random(3)
LINES = b"\n".join(b'{"text": "line %d, %s"}' % (n, NOISE.randbytes(8).hex().encode()) for n in range(5000))
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gz": gzip.compress, "zst": zstandard.compress}


@pytest.mark.parametrize("codec", COMPRESSED)
def test_lines_are_read_one_by_one_from_every_packing(tmp_path: Path, codec: str) -> None:
    half = len(LINES) // 2
    (tmp_path / "x").write_bytes(COMPRESSED[codec](LINES[:half]) + COMPRESSED[codec](LINES[half:]))
    assert [line.payload for line in read_lines(tmp_path / "x", codec)] == LINES.split(b"\n")


@pytest.mark.parametrize("codec", ["gz", "zst"])
@pytest.mark.parametrize("cut", [20, 5000])
def test_a_cut_archive_keeps_the_lines_before_the_cut(tmp_path: Path, codec: str, cut: int) -> None:
    whole = b"".join(COMPRESSED[codec](LINES[at : at + 50_000] + b"\n") for at in range(0, len(LINES), 50_000))
    (tmp_path / "x").write_bytes(whole[:-cut])
    *kept, last = read_lines(tmp_path / "x", codec)
    assert last.trouble and last.trouble.reason == "broken_archive" and last.last
    assert len(kept) > 1000 and all(line.trouble is None for line in kept)
    with pytest.raises(Unreadable, match="broken_archive"):
        read_page(tmp_path / "x", codec)


@pytest.mark.parametrize("codec", ["gz", "zst"])
def test_a_bomb_is_given_up(tmp_path: Path, codec: str) -> None:
    (tmp_path / "x").write_bytes(COMPRESSED[codec](bytes(100_000_000)))
    with pytest.raises(Unreadable, match=r"decompression_bomb|too_large"):
        read_page(tmp_path / "x", codec)


def test_a_line_too_long_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK", 7)
    assert list(split(iter([b"ab\ncdef", b"ghijk", b"l\nm", b"n"]), longest=5)) == [b"ab", None, b"mn"]


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_split_agrees_with_the_plain_way(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    expected = whole.split(b"\n")
    assert list(split(iter(chunks))) == (expected if expected[-1] else expected[:-1])


def test_a_file_that_grows_while_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(LINES)
    lines = read_lines(path, "")
    next(lines)
    with open(path, "ab") as file:
        file.write(b"\nmore")
    *_, last = lines
    assert last.trouble and last.trouble.reason == "changed_while_read"


def test_links_and_pipes_are_never_opened(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "missing"):
        with pytest.raises(Unreadable):
            read_page(tmp_path / name, "")


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "[" * 100_000])
def test_a_broken_sidecar_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "s").write_text(text)
    with pytest.raises(Unreadable, match="broken_sidecar"):
        read_sidecar(tmp_path / "s")
