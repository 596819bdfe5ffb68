"""The command over pages at their worst and in its own bad moments: what it costs, and that the next run puts it right."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from flows.run import dispatch, stages
from flows.run.command_line import INTERRUPTED
from flows.run.options import Options
from flows.run.run import run as run_it
from flows.store import checksums
from flows.store.state import LAYOUT, forget_everything
from running import (
    HerePool,
    StoppedConnection,
    command_of,
    counts,
    everything,
    from_scratch,
    lines,
    outputs,
    page,
    rows,
    run,
    start,
)


def test_bad_pages_cost_only_themselves(raw: Path, clean: Path) -> None:
    good = from_scratch(raw, clean)
    hows = {
        "spin": "timeout",
        "sleep 99": "timeout",
        "grind": "timeout",
        "grind deaf": "timeout",
        "exit": "crashed",
        "leave": "crashed",
        "abort": "crashed",
        "end all": "out_of_memory",
        "exhaust": "out_of_memory",
        "write": "cleaner_error",
        "recurse": "cleaner_error",
        "segfault": "crashed",
        "balloon": "out_of_memory",
        "raise": "cleaner_error",
        "refuse": "not_text",
    }
    for number, how in enumerate(hows):
        page(raw / "bad" / f"{number}.html", do=how, text="x")
    page(raw / "bad" / "shout.html", do="shout", text="I shout but I am fine")
    page(raw / "bad" / "flood.html", do="flood", text="I print a gigabyte but I am fine")
    run(raw, clean, "--page-timeout", "0.5")
    by_source = {row["source"]: row["reason"] for row in rows(clean, "quarantine") if row["source"] != "news.jsonl"}
    assert by_source == {f"bad/{number}.html": reason for number, reason in enumerate(hows.values())}
    found = {name: content for name, content in outputs(clean).items() if "/bad-" not in name}
    assert found == good
    page(raw / "bad" / "0.html", do="", text="fine now")
    assert "1 pages cleaned" in run(raw, clean)


@pytest.mark.parametrize(
    ("how", "options", "reason", "said"),
    [
        ("await", ["--page-wall=1"], "timeout", "more than 1 s by the clock; --page-wall gives more"),
        (
            "spin",
            ["--page-timeout=0.5", "--page-wall=60"],  # a busy machine gives no second of CPU in three
            "timeout",
            "more than 0.5 s of CPU; --page-timeout gives more",
        ),
        ("swell", ["--page-memory=300"], "out_of_memory", "more than 300 MB of memory; --page-memory gives more"),
    ],
)
def test_a_page_may_take_what_is_asked_for(
    tmp_path: Path, clean: Path, how: str, options: list[str], reason: str, said: str
) -> None:
    raw, come = tmp_path / "raw", tmp_path / "come"
    page(raw / "page.html", do=f"await {come}" if how == "await" else how, text="patience")
    run(raw, clean, *options)
    (row,) = rows(clean, "quarantine")
    assert row["reason"] == reason and row["detail"].startswith(said)
    come.touch()
    if how != "spin":
        run(raw, clean, "--retry-quarantined")
        assert counts(clean) == {"inputs": 1, "article": 1}


def test_quarantined_pages_are_tried_again_when_asked(tmp_path: Path, clean: Path) -> None:
    page(tmp_path / "raw/slow.html", do=f"await {tmp_path / 'come'}", text="slow")
    lines(tmp_path / "raw/l.jsonl", "no json", {"text": "good"})
    run(tmp_path / "raw", clean, "--page-wall", "0.5")
    assert counts(clean)["quarantined"] == 2
    (tmp_path / "come").touch()
    assert "nothing new" in run(tmp_path / "raw", clean)
    assert "2 pages cleaned" in run(tmp_path / "raw", clean, "--retry-quarantined")
    assert [row["source"]["path"] for row in rows(clean)] == ["l.jsonl", "slow.html"]


def test_what_is_no_page_is_named_and_never_opened(raw: Path, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("text: secret")
    (raw / "link.html").symlink_to(tmp_path / "secret.html")
    (raw / "up").symlink_to(tmp_path)
    (raw / "same.html").symlink_to(raw / "news.jsonl")
    os.mkfifo(raw / "pipe.html")
    (raw / ".hidden").write_text("x")
    (raw / "x.parquet").write_text("x")
    (raw / "x.exe").write_text("x")
    (raw / "x.exe.meta.json").write_text("{}")
    (raw / "cut.html.gz").write_bytes(b"\x1f\x8b\x08\x00")
    (raw / "site0.example/p0.html.meta.json").write_text("{")
    (raw / "empty.jsonl").write_text("")
    run(raw, clean)
    said = {row["source"]: row["reason"] for row in rows(clean, "quarantine") if row["source"] != "news.jsonl"}
    assert said == {
        "link.html": "link_leaves_raw",
        "up": "link_leaves_raw",
        "pipe.html": "not_a_file",
        "x.parquet": "not_read_yet",
        "x.exe": "unknown_kind",
        "x.exe.meta.json": "orphan_sidecar",
        "cut.html.gz": "broken_archive",
        "site0.example/p0.html.meta.json": "broken_sidecar",
        "empty.jsonl": "empty",
    }
    assert counts(clean)["skipped"] == 3 and counts(clean)["article"] == 14
    assert "nothing new" in run(raw, clean)
    (raw / "site0.example/p0.html.meta.json").write_text('{"fetched_at": "2024-01-01"}')
    for name in ("link.html", "up", "pipe.html"):
        (raw / name).unlink()
    run(raw, clean)
    assert outputs(clean) == from_scratch(raw, clean)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_leaves_is_no_fault_of_the_run(raw: Path, clean: Path, stream: str) -> None:
    process = start(raw, clean if stream == "stdout" else raw)
    getattr(process, stream).close()
    other = process.stderr if stream == "stdout" else process.stdout
    assert other and other.read() == ""
    assert process.wait() == (0 if stream == "stdout" else 2)


def test_a_second_run_at_the_same_time_is_refused(raw: Path, clean: Path) -> None:
    page(raw / "slow.html", do="sleep 3", text="x")
    first = start(raw, clean)
    while not (clean / ".state/pages.db").exists():
        time.sleep(0.02)
    assert "another run" in run(raw, clean, expect=2)
    assert first.wait() == 0


def test_a_broken_installation_trips_the_gate(tmp_path: Path, clean: Path) -> None:
    for number in range(20):
        page(tmp_path / "raw" / f"{number}.html", do="raise" if number else "exit", text="x")
    assert "20 of 20 pages broke the cleaners" in run(tmp_path / "raw", clean, expect=3)
    assert counts(clean)["quarantined"] == 20


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough pages that a run takes a second or two."""
    folder = tmp_path / "many"
    lines(folder / "big.jsonl", *({"id": f"{n}", "text": f"text {n % 400}", "do": "sleep 0.001"} for n in range(900)))
    for number in range(300):
        page(folder / f"s{number % 3}.example" / f"{number}.txt", text=f"loose {number}", chrome="y")
    return folder


def test_workers_change_nothing(many: Path, clean: Path) -> None:
    run(many, clean, "--workers", "1")
    run(many, clean.with_name("two"), "--workers", "2")
    assert outputs(clean) == outputs(clean.with_name("two"))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_goes_on_to_the_same_result(many: Path, clean: Path, how: signal.Signals) -> None:
    from_scratch(many, clean)
    for stop in range(50, 900, 150):  # further apart than a run reads ahead
        process = start(many, clean, SCRIPTED_STOP=f"{stop} {how.name}")
        _, complained = process.communicate()
        if how == signal.SIGKILL:
            assert process.returncode == -how
        else:
            assert process.returncode == INTERRUPTED and "goes on from here" in complained
    assert not (clean / "manifest.json").exists()
    run(many, clean)
    assert everything(clean) == everything(clean.with_name("fresh"))
    assert not list((clean / ".state/tmp").iterdir())


@pytest.mark.parametrize("before", ["nothing", "another pipeline", "other pages", "a lost state"])
def test_a_stop_after_any_statement_loses_nothing(
    tmp_path: Path, clean: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """Pages, pipeline, raw folder or state change, the run that takes that in is stopped, and all is as it was again."""
    raw, other = tmp_path / "raw", tmp_path / "other"
    takes = [{"url": f"https://a.example/{n % 2}", "text": f"text {n % 2}", "chrome": "y"} for n in range(3)]
    lines(raw / "takes.jsonl", *takes, "no json")
    page(raw / "loose.html", text="text 1", chrome="y")
    shutil.copytree(raw, other)
    (other / "loose.html").unlink()
    lines(other / "takes.jsonl", *takes[1:])

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **asked: connect(path, factory=StoppedConnection, **asked))
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(stages, "Pool", HerePool)
    monkeypatch.setattr(dispatch, "PAGES_A_CHECKPOINT", 1)

    def run_here(pipeline: str = "one", raw: Path = raw) -> None:
        monkeypatch.setenv("SCRIPTED_PIPELINE", pipeline)
        StoppedConnection.statements = 0
        run_it(Options(raw, clean, 1, quiet=True))

    def stopped() -> None:
        if before == "a lost state":
            forget_everything(clean / ".state")
        run_here("two" if before == "another pipeline" else "one", other if before == "other pages" else raw)

    run_here()
    expected = outputs(clean)
    if before == "nothing":
        shutil.rmtree(clean)
    stopped()
    number = StoppedConnection.statements
    assert number > 40  # as many places to stop at
    for statement in range(1, number + 1):
        if before == "nothing":
            shutil.rmtree(clean)
        else:
            run_here()
        monkeypatch.setattr(StoppedConnection, "stop_after", statement)
        with pytest.raises(KeyboardInterrupt):
            stopped()
        monkeypatch.setattr(StoppedConnection, "stop_after", 0)
        run_here()
        assert outputs(clean) == expected, statement


def test_no_worker_outlives_its_run(many: Path, clean: Path) -> None:
    page(many / "slow.html", do="sleep 50", text="x")
    process = start(many, clean)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (workers := children.read_text().split()):
        time.sleep(0.02)
    process.kill()
    process.communicate()
    patience = 1_000
    while any(command_of(worker) for worker in workers):
        time.sleep(0.02)
        patience -= 1
        assert patience, "a worker is still there"


def test_the_state_of_another_version_is_told_from_damage(raw: Path, clean: Path) -> None:
    run(raw, clean)
    expected = outputs(clean)
    (raw / "site0.example/p0.html").unlink()
    private = clean / ".state"
    for layout, code, words in ((LAYOUT + 1, 2, "a later version"), (LAYOUT - 1, 0, "is of an earlier version")):
        sums = checksums.read_sums(private)
        assert sums
        checksums.write_sums(private, sums._replace(layout=layout))
        assert words in run(raw, clean, expect=code)
        assert outputs(clean) == (from_scratch(raw, clean) if code == 0 else expected)
    with closing(sqlite3.connect(private / checksums.DATABASE)) as sql:
        sql.execute(f"PRAGMA user_version = {checksums.LAST_WITHOUT}")
    (private / checksums.SUMS).unlink()
    assert "is of an earlier version" in run(raw, clean)
    assert outputs(clean) == from_scratch(raw, clean)


def test_text_from_outside_cannot_break_the_report_or_the_files(tmp_path: Path, clean: Path) -> None:
    raw = tmp_path / "raw"
    page(raw / "<script>alert(1)<.html", do="refuse")
    (raw / "../raw/new\nline.pdf").write_text("x")
    lines(
        raw / "odd.jsonl",
        '{"text": "x", "meta": {"half": "\\ud800", "big": 123456789012345678901234567890, "none": NaN}}',
    )
    run(raw, clean)
    report = (clean / "report.html").read_text()
    assert "<script" not in report and "&lt;script&gt;" in report and "http" not in report
    assert len(rows(clean)) == 1 and len(rows(clean, "quarantine")) == 2
    assert json.loads(rows(clean)[0]["meta"]) == {"half": "?", "big": "123456789012345678901234567890", "none": None}


def test_a_sidecar_nested_without_end_costs_only_itself(raw: Path, clean: Path) -> None:
    (raw / "site0.example/p0.html.meta.json").write_text('{"x": ' + "[" * 900 + "]" * 900 + "}")
    run(raw, clean)
    assert counts(clean)["article"] == 14
    assert [row["reason"] for row in rows(clean, "quarantine")] == ["bad_record", "broken_sidecar"]
