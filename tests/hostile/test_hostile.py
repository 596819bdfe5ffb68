"""Every kind of hostile input we know, in one run of the command among good pages: nothing hangs it, nothing is lost.

`COPYDESK_HOSTILE=20 python -m pytest tests/hostile` makes everything twenty times as large and takes its time; what a page may
then cost more than its limits allow goes to quarantine, and everything else must hold as it does here. `COPYDESK_GOOD=1000`
puts so many good pages among the hostile ones.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from hostile import broken, containers, encodings, floods, metadata, texts, tree, webarchives
from hostile.good import GOOD, good_pages
from hostile.kinds import Kind
from running import counts, rows

pytestmark = pytest.mark.slow

SCALE = int(os.environ.get("COPYDESK_HOSTILE", "1"))
MOST_SCALED = 60_000_000  # bytes of an input made larger; beyond, RAW alone fills a disk
KINDS: tuple[Kind, ...] = tuple(
    kind for family in (floods, broken, encodings, metadata, texts, containers, webarchives) for kind in family.KINDS
)
COSTLY = frozenset(["timeout", "out_of_memory", "too_large"]) if SCALE > 1 else frozenset[str]()
LOSES = frozenset(["truncated_input", "mojibake"])  # flags that say a page is not whole
PAGE_SECONDS = 10.0  # the command's own limit
LOADING = 1.0  # as in flows/run/worker.py: a page may be the first to need a library
GRACE = 2.0  # seconds a page may be over its limits
WORKER_BYTES = 3 << 29
COMMAND = "import sys; from flows.clean import main; sys.exit(main(pipeline='hostile.watched'))"
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Run:
    """What is left of the runs: the folders, what every input became, and what pages cost."""

    raw: Path
    clean: Path
    alone: Path
    outcomes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    heard: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""
    before: dict[str, tuple[int, ...]] = field(default_factory=dict)
    after: dict[str, tuple[int, ...]] = field(default_factory=dict)


def place(kind: Kind) -> str:
    """Where a kind stands below RAW."""
    return f"kinds/{kind.name}/{kind.name}{kind.suffix}"


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_all(raw: Path) -> None:
    """Every kind in a folder of its own, and the good pages between them."""
    for name, content in good_pages().items():
        write(raw / name, content)
    for kind in KINDS:
        size = kind.size if SCALE == 1 else max(kind.size, min(kind.size * SCALE, MOST_SCALED))
        write(raw / place(kind), kind.make(size))
        if kind.sidecar:
            write(raw / f"{place(kind)}.meta.json", kind.sidecar(size))
    for entry in tree.ENTRIES:
        (raw / "tree" / entry.name).mkdir(parents=True)
        entry.make(raw / "tree" / entry.name)


@contextmanager
def hearing(heard: list[dict[str, Any]]) -> Iterator[str]:
    """The address at which workers are heard."""
    folder = tempfile.mkdtemp(prefix="copydesk")  # the path of a test's own folder is too long for a socket
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.bind(f"{folder}/ear")

    def listen() -> None:
        while said := ear.recv(65_536):
            heard.append(json.loads(said))

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield f"{folder}/ear"
    finally:
        ear.shutdown(socket.SHUT_RDWR)
        thread.join()
        ear.close()
        shutil.rmtree(folder)


def command(raw: Path, clean: Path, home: Path, heard: list[dict[str, Any]]) -> str:
    """Everything the command said, once it ended well; whatever it might write elsewhere it writes into `home`."""
    with hearing(heard) as address:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, str(raw), str(clean), "--workers", "2", "--max-quarantined", "1"],
            cwd=home,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]), "PREFECT_API_URL": ""}
            | {"HOME": str(home), "TMPDIR": str(home), "COPYDESK_WATCH": address},
            capture_output=True,
            timeout=600 * SCALE,
            check=False,
        )
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said[-2_000:]
    return said


def seen(folder: Path, without: Path) -> dict[str, tuple[int, ...]]:
    """Every entry below a folder as the file system has it, but for one folder."""
    found = {}
    for at, folders, names, number in os.fwalk(folder):  # by numbers: some paths are longer than one may be
        if Path(at) == without:
            folders.clear()
            continue
        for name in (*folders, *names):
            info = os.lstat(name, dir_fd=number)
            changes = () if stat.S_ISDIR(info.st_mode) else (info.st_size, info.st_mtime_ns)
            found[f"{at}/{name}"] = (info.st_mode, info.st_ino, *changes)
    found.pop(str(without), None)
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    base = tmp_path_factory.mktemp("hostile")
    this = Run(base / "raw", base / "clean", base / "alone")
    try:
        run_both(this, base)
        yield this
    finally:
        for closed in ("unreadable/a.html", "unreadable_folder/closed"):
            (this.raw / "tree" / closed).chmod(0o700)
        shutil.rmtree(base)


def run_both(this: Run, base: Path) -> None:
    """The good pages alone, then all pages."""
    home, raw = base / "home", this.raw
    home.mkdir()
    write_all(raw)
    good = base / "good"
    for name, content in good_pages().items():
        write(good / name, content)
    command(good, this.alone, home, [])
    (raw / "tree/growing").mkdir()
    grown = raw / "tree/growing/a.html"
    with tree.growing(grown):
        this.before = seen(base, this.clean)
        this.said = command(raw, this.clean, home, this.heard)
        this.after = seen(base, this.clean)
    for stamps in (this.before, this.after):
        stamps.pop(str(grown))
    for row in read(this.clean, "articles"):
        this.outcomes[row["source"]["path"]].append("article")
    for row in json.loads((this.clean / "manifest.json").read_text(encoding="utf-8"))["superseded"]:
        this.outcomes[row["source"]["path"]].append("superseded")
    for row in rows(this.clean, "quarantine"):
        this.outcomes[row["source"]].append(row["reason"])


def read(clean: Path, folder: str) -> Iterator[dict[str, Any]]:
    """As `rows`, for much; what is written is the same to the byte when rows and the order of their fields are."""
    for path in sorted((clean / folder).rglob("*.jsonl")):
        yield from map(orjson.loads, path.read_bytes().splitlines())


def test_there_are_enough_kinds() -> None:
    assert len({kind.name for kind in KINDS} | {entry.name for entry in tree.ENTRIES}) >= 500
    assert GOOD >= 60


def test_kinds_are_the_same_every_time() -> None:
    assert [kind.name for kind in KINDS if kind.make(3) != kind.make(3)] == []


def test_every_input_ends_as_it_may(run: Run) -> None:
    wrong = {}
    for kind in KINDS:
        became = run.outcomes[place(kind)] + run.outcomes[f"{place(kind)}.meta.json"]
        allowed = kind.allowed | COSTLY
        expected = (0 if kind.allowed == tree.SKIPPED else kind.records) + len(run.outcomes[f"{place(kind)}.meta.json"])
        if not allowed.issuperset(became) or (kind.records >= 0 and len(became) != expected and SCALE == 1):
            wrong[kind.name] = Counter(became)
    for entry in tree.ENTRIES:
        became = [word for path, words in run.outcomes.items() for word in words if f"tree/{entry.name}/" in path]
        skipped = entry.allowed == tree.SKIPPED
        if not entry.allowed.issuperset(became) or (
            entry.inputs >= 0 and len(became) != (0 if skipped else entry.inputs)
        ):
            wrong[entry.name] = Counter(became)
    assert tree.GROWN.issuperset(run.outcomes["tree/growing/a.html"])
    assert wrong == {}


def test_every_input_is_in_the_account_once(run: Run) -> None:
    places = [(row["source"]["path"], row["source"]["record"]) for row in read(run.clean, "articles")]
    places += [(row["source"], row["record"]) for row in rows(run.clean, "quarantine")]
    manifest = json.loads((run.clean / "manifest.json").read_text(encoding="utf-8"))
    places += [(row["source"]["path"], row["source"]["record"]) for row in manifest["superseded"]]
    assert [at for at, times in Counter(places).items() if times > 1] == []
    figures = counts(run.clean)
    ended = ("article", "duplicate", "superseded", "quarantined", "skipped")
    assert figures["inputs"] == sum(figures.get(name, 0) for name in ended) == len(places) + figures["skipped"]
    assert sum(manifest["reasons"]["quarantined"].values()) == figures["quarantined"]
    skipped = sum(entry.inputs for entry in tree.ENTRIES if entry.allowed == tree.SKIPPED)
    blank = sum(kind.records for kind in KINDS if kind.allowed == tree.SKIPPED)
    assert SCALE > 1 or figures["skipped"] == skipped + blank


def test_what_a_reader_sees_is_kept_listed_or_flagged(run: Run) -> None:
    told: dict[str, list[str]] = defaultdict(list)
    articles = {}
    for row in read(run.clean, "articles"):
        told[row["id"]] = [row["title"] or "", *row["authors"], *(x["text"] for x in row["captions"]), row["text"]]
        articles[row["source"]["path"]] = row
    for row in read(run.clean, "removed"):
        told[row["id"]].append(row["text"])
    lost = {}
    for kind in KINDS:
        article = articles.get(place(kind))
        if article and LOSES.isdisjoint(article["flags"]):
            whole = " ".join(told[article["id"]])
            missing = [line for line in kind.shows if line not in whole]
            if missing:
                lost[kind.name] = missing
    assert lost == {}


def test_good_pages_are_as_without_the_others(run: Run) -> None:
    written = {}
    for clean in (run.alone, run.clean):
        articles = {
            row["id"]: row
            for row in read(clean, "articles")
            if not row["source"]["path"].startswith(("kinds/", "tree/"))
        }
        ledger = [row for row in read(clean, "removed") if row["id"] in articles]
        written[clean] = (
            [articles[name] for name in sorted(articles)],
            sorted(ledger, key=lambda row: (row["id"], row["block"])),
        )
    good = written[run.alone][0]
    assert len(good) >= GOOD and len(written[run.alone][1]) >= GOOD
    assert len({row["text"] for row in good} - {""}) == len(good)
    assert orjson.dumps(written[run.clean]) == orjson.dumps(written[run.alone])


def test_nothing_is_written_outside_clean(run: Run) -> None:
    assert run.after == run.before
    for path in run.clean.rglob("*"):
        assert not path.is_symlink() and path.resolve().is_relative_to(run.clean.resolve())


def test_nothing_outside_raw_is_read(run: Run) -> None:
    for path in run.clean.rglob("*"):
        if path.is_file() and path.suffix in (".jsonl", ".json", ".html", ".md"):
            assert b"nobody may read this secret" not in path.read_bytes(), path


def test_no_page_is_over_its_limits(run: Run) -> None:
    limit = PAGE_SECONDS + LOADING + GRACE
    ended = [said for said in run.heard if said["word"] == "end"]
    assert len(ended) > 500
    slow = {said["source"]: said["seconds"] for said in ended if said["seconds"] > limit}
    late = {said["source"]: said["limit"] for said in run.heard if said["word"] == "begin" and said["limit"] > limit}
    large = {said["source"]: said["peak"] for said in ended if said["peak"] > WORKER_BYTES}
    assert (slow, late, COSTLY or large) == ({}, {}, COSTLY or {})
