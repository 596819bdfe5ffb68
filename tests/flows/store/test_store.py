"""What is read from RAW and how CLEAN is named, on files that are broken in every way."""

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

from flows.read import files as records
from flows.read.files import Unreadable, read_lines, read_page, read_sidecar, split
from flows.read.scan import walk
from flows.store.paths import host_of, shard_of, slug, spelled
from flows.store.state import NO_RECORD, Held, State

NOISE = random.Random(3)
LINES = b"\n".join(b'{"text": "line %d, %s"}' % (n, NOISE.randbytes(8).hex().encode()) for n in range(5000))
PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gz": gzip.compress, "zst": zstandard.compress}


@pytest.mark.parametrize("packed", PACKERS)
def test_lines_are_read_one_by_one_from_every_packing(tmp_path: Path, packed: str) -> None:
    half = len(LINES) // 2
    (tmp_path / "x").write_bytes(PACKERS[packed](LINES[:half]) + PACKERS[packed](LINES[half:]))
    assert [line.payload for line in read_lines(tmp_path / "x", packed)] == LINES.split(b"\n")


@pytest.mark.parametrize("packed", ["gz", "zst"])
@pytest.mark.parametrize("cut", [20, 5000])
def test_a_cut_archive_keeps_the_lines_before_the_cut(tmp_path: Path, packed: str, cut: int) -> None:
    whole = b"".join(PACKERS[packed](LINES[at : at + 50_000] + b"\n") for at in range(0, len(LINES), 50_000))
    (tmp_path / "x").write_bytes(whole[:-cut])
    *kept, last = read_lines(tmp_path / "x", packed)
    assert last.trouble and last.trouble.reason == "broken_archive" and last.last
    assert len(kept) > 1000 and all(line.trouble is None for line in kept)
    with pytest.raises(Unreadable, match="broken_archive"):
        read_page(tmp_path / "x", packed)


@pytest.mark.parametrize("packed", ["gz", "zst"])
def test_a_bomb_is_given_up(tmp_path: Path, packed: str) -> None:
    (tmp_path / "x").write_bytes(PACKERS[packed](bytes(100_000_000)))
    with pytest.raises(Unreadable, match=r"decompression_bomb|too_large"):
        read_page(tmp_path / "x", packed)


def test_a_line_too_long_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 7)
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


TREE = [
    ("a.html", "html", ""),
    ("A.HTM.GZ", "html", "gz"),
    ("b.xhtml.zst", "html", "zst"),
    ("c.txt", "text", ""),
    ("d.md", "text", ""),
    ("sub/e.jsonl.gz", "jsonl", "gz"),
    ("sub/f.ndjson", "jsonl", ""),
    ("g.pdf", "rejected", "unknown_kind"),
    ("g.gz", "rejected", "unknown_kind"),
    ("noname", "rejected", "unknown_kind"),
    ("w.warc.gz", "warc", "gz"),
    ("p.parquet", "rejected", "not_read_yet"),
    ("lone.html.meta.json", "rejected", "orphan_sidecar"),
    ("sub/f.ndjson.meta.json", "rejected", "orphan_sidecar"),
    (".hidden", "skipped", "hidden"),
    (".git/x.html", "", ""),
]


def test_every_entry_of_raw_is_named(tmp_path: Path) -> None:
    for path, _, _ in TREE:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x")
    (tmp_path / "a.html.meta.json").write_text("{}")
    (tmp_path / "away.html").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.html").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / os.fsdecode(b"caf\xe9.html")).write_text("x")
    found = {entry.path: entry for entry in walk(tmp_path)}
    for path, kind, more in TREE[:-1]:
        assert (found[path].kind, found[path].packed or found[path].reason) == (kind, more), path
    assert found["a.html"].sidecar == "a.html.meta.json" and "a.html.meta.json" not in found
    assert found["away.html"].reason == "link_leaves_raw"
    assert (found["loop"].kind, found["broken.html"].kind) == ("skipped", "skipped")
    assert found["pipe.html"].reason == "not_a_file"
    assert found["//caf\\xe9.html"].reason == "unreadable_name"
    assert found[".git"].reason == "hidden" and ".git/x.html" not in found


@given(st.text(min_size=1))
def test_no_path_climbs_out_of_its_shard(path: str) -> None:
    for name in (shard_of(path, container=True), *shard_of(path, container=False).split("/")):
        assert "/" not in name and not name.startswith(".") and len(name) <= 80
        assert name.isascii() and name.isprintable()


def test_names_tell_apart_what_looks_alike() -> None:
    assert slug("a/b") != slug("a_b") and slug("A") != slug("a")
    assert spelled(os.fsdecode(b"\xff")) != spelled("\\xff")


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("www.example.org/x.html", "www.example.org"),
        ("Example.ORG/a/b", "example.org"),
        ("xn--bcher-kva.example.xn--p1ai/x", "xn--bcher-kva.example.xn--p1ai"),
        ("example.org", None),  # a file, not a folder
        ("2024.01/x.html", None),
        ("v1.2/x.html", None),
        ("..a/x", None),
        ("-a.org/x", None),
        ("pages/x.html", None),
    ],
)
def test_a_folder_is_a_site_only_when_it_looks_like_a_host(path: str, host: str | None) -> None:
    assert host_of(path) == host


def test_state_notices_what_to_write(tmp_path: Path) -> None:
    state = State(tmp_path)
    page = {"path": "a", "record": NO_RECORD, "shard": "s", "sha": "1", "recipe": "r", "outcome": "article"}
    state.store(page, b"body")
    state.sql.execute("DELETE FROM dirty")
    state.keep()
    state.store(page | {"sha": "2"}, b"never kept")
    state.close()
    state = State(tmp_path)
    known = state.known("a", NO_RECORD)
    assert known and known.sha == "1" and not state.one("SELECT count(*) FROM dirty")
    state.drop("a")
    assert state.one("SELECT shard FROM dirty") == "s" and state.one("SELECT count(*) FROM bodies") == 1
    assert state.one("SELECT held FROM pages") == Held.AWAY
    state.sql.execute("DELETE FROM pages")
    assert not state.one("SELECT count(*) FROM bodies")
    state.close()


def test_a_site_whose_page_shows_something_else_is_to_be_learned_again(tmp_path: Path) -> None:
    state = State(tmp_path)
    page = {"path": "a", "record": NO_RECORD, "shard": "s", "sha": "1", "recipe": "r", "outcome": "article"}
    for site, survey, expected in (
        ("x", b"1", "x"),
        ("x", b"2", "x"),
        ("x", b"2", ""),
        ("y", b"2", "xy"),
        ("y", b"3", "y"),
    ):
        state.store(page | {"site": site}, b"", survey)
        state.store(page | {"site": site}, b"", survey)
        assert "".join(found for (found,) in state.rows("SELECT site FROM unlearned ORDER BY site")) == expected
        state.sql.execute("DELETE FROM unlearned")
    state.close()
