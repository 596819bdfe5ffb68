"""What each entry of RAW is taken for, and what its path says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.read import kinds
from flows.read.files import Line
from flows.read.kinds import KINDS, ManyPages
from flows.read.paths import host_of, shard_of, slug, spelled
from flows.read.scan import walk
from flows.run import stages
from flows.run.options import Options
from flows.run.run import run as run_here
from running import HerePool, counts, page, rows

TREE = [
    ("a.html", "html", ""),
    ("A.HTM.GZ", "html", "gz"),
    ("b.xhtml.zst", "html", "zst"),
    ("c.txt", "text", ""),
    ("d.md", "markdown", ""),
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
        assert (found[path].kind, found[path].codec or found[path].reason) == (kind, more), path
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


def test_every_suffix_belongs_to_one_kind_and_is_named_to_who_has_another(tmp_path: Path) -> None:
    suffixes = [suffix for kind in KINDS.values() for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    (tmp_path / "g.pdf").write_text("x")
    (found,) = walk(tmp_path)
    assert found.detail == "not one of .html .htm .xhtml .txt .md .jsonl .ndjson .warc; rename or remove it"


def test_a_kind_is_known_by_its_entry_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def semicolons(path: Path, _: str) -> Iterator[Line]:
        for number, line in enumerate(path.read_bytes().splitlines()):
            url, _, text = line.partition(b";")
            row = {"url": url.decode(), "text": text.decode()}
            yield Line(number, json.dumps(row).encode(), skipped=not text, media="jsonl")

    kind = ManyPages("semicolons", ("ssv",), semicolons, blank="no_text")
    monkeypatch.setitem(KINDS, kind.name, kind)
    monkeypatch.setitem(kinds._BY_SUFFIX, "ssv", kind)
    monkeypatch.setattr(stages, "Pool", HerePool)
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    page(raw / "other.txt", text="nobody's")
    (raw / "feed.ssv").write_text(
        "https://a.example/1;told first\nhttps://a.example/2;\nhttps://a.example/3;told last\n"
    )
    summary = run_here(Options(raw, clean, 1, quiet=True))
    assert {row["text"] for row in rows(clean)} == {"told first", "told last", "nobody's"}
    assert counts(clean) == {"inputs": 4, "article": 3, "skipped": 1}
    assert summary.reasons["skipped"] == {"no_text": 1}
