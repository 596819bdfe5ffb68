"""A memory that is damaged or lost: made again from what a run wrote, and only what that does not tell is cleaned again."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from accidents import ACCIDENTS, CHANGES_AND_KILLS, kills, learned, walk
from flows.publish.shards import ASIDE
from flows.run import stages
from flows.run.options import Options
from flows.run.run import run as run_here
from flows.run.summary import Summary
from flows.store.paths import RECOVERY
from flows.store.state import forget_everything
from running import HerePool, cleaned_into, lines, outputs, page, rows, run, versions
from stories import HOUSE, THINGS, markup, story


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Versions of one article, one address claimed by two pages, copies, a sidecar, pages that no article comes of."""
    folder = tmp_path / "raw"
    versions(folder, 3)
    for name in ("a", "b"):
        page(folder / "t.example" / f"{name}.html", url="https://t.example/2", text=f"by {name}", chrome="y")
    page(folder / "copies" / "a.html", text="the same", published="2026-03-01")
    page(folder / "copies" / "b.html", text="the same", published="2026-03-02", chrome="y")
    page(folder / "beside.html", text="with a sidecar")
    (folder / "beside.html.meta.json").write_text('{"id": "7", "meta": {"desk": "river"}}', encoding="utf-8")
    page(folder / "refused.html", do="refuse")
    (folder / "unknown.pdf").write_text("x", encoding="utf-8")
    lines(folder / "feed.jsonl", {"text": "one"}, "no json", "", {"text": "zwei \u2028 “quoted”"})
    return folder


@pytest.fixture
def again(raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Summary]:
    """A run in this process."""
    monkeypatch.setattr(stages, "Pool", HerePool)
    return lambda: run_here(Options(raw, clean, 1, quiet=True, rules=rules(raw)))


def rules(raw: Path) -> Path:
    """The folder with rules beside RAW."""
    folder = raw.with_name("rules")
    (folder / "sites").mkdir(parents=True, exist_ok=True)
    return folder


def from_scratch(raw: Path, clean: Path) -> dict[str, bytes]:
    """What a run into a new folder gives."""
    fresh = clean.with_name("fresh")
    run_here(Options(raw, fresh, 1, quiet=True, rules=rules(raw)))
    return outputs(fresh)


def kept(clean: Path) -> list[Path]:
    return sorted(path for path in (clean / RECOVERY).rglob("*") if path.is_file())


@pytest.mark.parametrize("damage", ["head", "middle", "cut", "empty", "gone"])
def test_nothing_is_cleaned_again_for_a_damaged_memory(raw: Path, clean: Path, damage: str) -> None:
    run(raw, clean)
    expected = outputs(clean)
    database = clean / ".state/pages.db"
    content = bytearray(database.read_bytes())
    match damage:
        case "head":
            content[:100] = bytes(100)
        case "middle":
            content[4096:] = random.Random(1).randbytes(len(content) - 4096)
        case "cut":
            del content[9000:]
        case "empty":
            content.clear()
    database.write_bytes(content)
    if damage == "gone":
        forget_everything(clean / ".state")
    said = run(raw, clean)
    assert "13 pages stand as they were" in said and "0 pages cleaned" in said
    assert (damage in ("empty", "gone")) == ("is damaged" not in said)
    assert outputs(clean) == expected
    assert "nothing new in" in run(raw, clean)


def test_without_its_private_folder_everything_is_cleaned(raw: Path, clean: Path) -> None:
    run(raw, clean)
    expected = outputs(clean)
    shutil.rmtree(clean / ".state")
    assert "12 pages cleaned" in run(raw, clean)
    assert outputs(clean) == expected


def test_what_changed_meanwhile_is_cleaned_and_nothing_else(
    raw: Path, clean: Path, again: Callable[[], Summary]
) -> None:
    again()
    forget_everything(clean / ".state")
    (raw / "takes/3.html").unlink()
    page(raw / "copies" / "a.html", text="no longer the same")
    (raw / "beside.html.meta.json").write_text('{"id": "8"}', encoding="utf-8")
    lines(raw / "feed.jsonl", {"text": "one"}, {"text": "new"})
    assert again().cleaned == 3
    assert outputs(clean) == from_scratch(raw, clean)
    assert [row["by"]["path"] for row in json.loads((clean / "manifest.json").read_text())["superseded"]] == [
        "takes/2.html"
    ]


@pytest.mark.parametrize("how", ["a byte", "cut", "longer", "empty", "another form"])
def test_a_page_whose_record_is_damaged_is_cleaned_again(
    raw: Path, clean: Path, again: Callable[[], Summary], how: str
) -> None:
    again()
    expected = outputs(clean)
    chance = random.Random(how)
    for path in kept(clean):
        content = bytearray(path.read_bytes())
        match how:
            case "a byte":
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            case "cut":
                del content[chance.randrange(1, len(content)) :]
            case "longer":
                content += b"\n"
            case "empty":
                content.clear()
            case "another form":
                content[1:2] = b"9"
        path.write_bytes(content)
        forget_everything(clean / ".state")
        assert 0 <= again().cleaned <= 3, path
        assert outputs(clean) == expected, path
        forget_everything(clean / ".state")
        assert again().cleaned == 0, path


def test_a_damaged_record_is_made_again_while_the_memory_still_knows(
    raw: Path, clean: Path, again: Callable[[], Summary]
) -> None:
    again()
    expected = outputs(clean)
    records = {path: path.read_bytes() for path in kept(clean)}
    for path in records:
        path.write_bytes(path.read_bytes()[:-1])
    assert again().cleaned == 0
    assert {path: path.read_bytes() for path in kept(clean)} == records
    forget_everything(clean / ".state")
    assert again().cleaned == 0 and outputs(clean) == expected


def test_nothing_is_deleted_that_neither_memory_nor_raw_tell_of(
    raw: Path, clean: Path, again: Callable[[], Summary], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is among the output and is none is set aside, and that is said."""
    again()
    whole = outputs(clean)
    stray = clean / "articles" / "notes.jsonl"
    stray.write_text("dear diary\n", encoding="utf-8")
    forget_everything(clean / ".state")
    capsys.readouterr()
    again()
    assert "1 files of" in capsys.readouterr().err and outputs(clean) == whole
    assert (clean / ASIDE / "articles" / "notes.jsonl").read_text() == "dear diary\n"


def test_articles_of_a_damaged_record_whose_input_is_away_pass_the_gate_like_others(
    raw: Path, clean: Path, again: Callable[[], Summary]
) -> None:
    again()
    (record,) = (clean / RECOVERY).glob("feed*")
    whole = outputs(clean)
    away = raw.with_name("away.jsonl")
    (raw / "feed.jsonl").rename(away)
    record.write_bytes(b"?")
    forget_everything(clean / ".state")
    assert again().withdrawn == 2
    assert outputs(clean) == from_scratch(raw, clean)
    away.rename(raw / "feed.jsonl")
    again()
    assert outputs(clean) == whole


def test_an_output_that_someone_changed_is_made_again(raw: Path, clean: Path, again: Callable[[], Summary]) -> None:
    again()
    expected = outputs(clean)
    for name in expected:
        for change in (b"", b"{}\n"):
            (clean / name).write_bytes(change)
            forget_everything(clean / ".state")
            again()
            assert outputs(clean) == expected, name
        (clean / name).unlink()
        forget_everything(clean / ".state")
        again()
        assert outputs(clean) == expected, name


def test_another_pipeline_and_other_rules_are_followed(
    raw: Path, clean: Path, again: Callable[[], Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    (rules(raw) / "sites/t.example.toml").write_text("first", encoding="utf-8")
    again()
    forget_everything(clean / ".state")
    assert again().cleaned + again().cleaned == 0
    (rules(raw) / "sites/t.example.toml").write_text("second", encoding="utf-8")
    forget_everything(clean / ".state")
    summary = again()
    assert (summary.cleaned, summary.again) == (0, 2)
    assert outputs(clean) == from_scratch(raw, clean)
    forget_everything(clean / ".state")
    monkeypatch.setenv("SCRIPTED_PIPELINE", "two")
    assert again().cleaned == 12
    shutil.rmtree(clean.with_name("fresh"))
    assert outputs(clean) == from_scratch(raw, clean)


def test_txt_is_written_as_asked(raw: Path, clean: Path) -> None:
    run(raw, clean, "--format", "txt")
    expected = outputs(clean)
    forget_everything(clean / ".state")
    assert "0 pages cleaned" in run(raw, clean, "--format", "txt")
    assert outputs(clean) == expected
    forget_everything(clean / ".state")
    assert "0 pages cleaned" in run(raw, clean)
    assert not list((clean / "articles").rglob("*.txt"))


def test_what_sites_taught_is_known_again(tmp_path: Path, clean: Path) -> None:
    """The real cleaners: pages that stood are not cleaned again, and a new page is cleaned by what the others taught."""
    raw = tmp_path / "raw"
    told = [
        {"url": f"https://a.example/{n}", "html": markup(story(n), f"The {THINGS[n]} opens", house=[HOUSE])}
        for n in range(8)
    ]
    lines(raw / "a.jsonl", *told[:6])
    cleaned_into(raw, clean)
    assert [row["text"] for row in rows(clean, "removed")].count(HOUSE) == 6
    taught = learned(clean)
    forget_everything(clean / ".state")
    assert "0 pages cleaned" in cleaned_into(raw, clean)
    assert learned(clean) == taught and taught
    (known,) = (clean / ".state").glob("known-*.bin")
    known.write_bytes(random.Random(2).randbytes(80))
    lines(raw / "b.jsonl", told[6])
    cleaned_into(raw, clean)
    assert [row["text"] for row in rows(clean, "removed")].count(HOUSE) == 7
    forget_everything(clean / ".state")
    lines(raw / "b.jsonl", told[7])
    said = cleaned_into(raw, clean)
    assert re.search(r"^1 pages? cleaned", said, re.MULTILINE) and "again" not in said.splitlines()[0]
    assert [row["text"] for row in rows(clean, "removed")].count(HOUSE) == 7
    together = outputs(clean)
    shutil.rmtree(clean)
    cleaned_into(raw, clean)
    assert outputs(clean) == together


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happened_before_a_run_ends_where_a_first_one_does(
    tmp_path: Path, clean: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Pages come, change and go, runs are killed, the memory is lost, files are damaged: in any order, again and again."""
    walk(tmp_path, clean, monkeypatch, random.Random(seed), ACCIDENTS, 40)


@pytest.mark.soak
def test_a_hundred_kills_between_changes_of_pages_pipeline_and_shards(
    tmp_path: Path, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPTED_PIPELINE", "one")
    kills.clear()
    walk(tmp_path, clean, monkeypatch, random.Random("kills"), CHANGES_AND_KILLS, 500, enough=lambda: len(kills) >= 100)
    assert len(kills) >= 100
