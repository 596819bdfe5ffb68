"""The command over small raw folders: what it promises about exit codes, later runs and accounts."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from running import counts, from_scratch, lines, outputs, page, rows, run


def test_a_run_accounts_for_everything_and_the_next_has_nothing_to_do(raw: Path, clean: Path) -> None:
    said = run(raw, clean)
    assert len(said.splitlines()) == 3 and "15 pages cleaned" in said and "1 quarantined: 1 bad_record\n" in said
    assert counts(clean) == {"inputs": 16, "article": 14, "skipped": 1, "quarantined": 1}
    manifest = json.loads((clean / "manifest.json").read_text())
    assert {row["path"] for row in manifest["files"]} >= set(outputs(clean))
    for row in manifest["files"]:
        written = (clean / row["path"]).read_bytes()
        assert (len(written), hashlib.sha256(written).hexdigest()) == (row["bytes"], row["sha256"])
    assert [row["record"] for row in rows(clean, "quarantine")] == [2]
    assert len(rows(clean, "removed")) == 24
    before = {path: path.stat().st_mtime_ns for path in clean.rglob("*") if ".state" not in path.parts}
    assert "nothing new in" in run(raw, clean)
    assert before == {path: path.stat().st_mtime_ns for path in clean.rglob("*") if ".state" not in path.parts}


def test_only_what_changed_is_cleaned_and_the_result_is_that_of_a_first_run(raw: Path, clean: Path) -> None:
    run(raw, clean)
    page(raw / "site0.example/p0.html", url="https://site0.example/0", text="another text")
    page(raw / "site1.example/new.html", url="https://site1.example/new", text="new")
    (raw / "site0.example/p2.html").unlink()
    with open(raw / "news.jsonl", "a") as file:
        file.write('{"text": "five"}\n')
    said = run(raw, clean)
    assert "3 pages cleaned" in said and "1 withdrawn" in said
    assert outputs(clean) == from_scratch(raw, clean)
    lines(raw / "news.jsonl", {"url": "https://c.example/1", "text": "one"})
    assert "0 pages cleaned" in run(raw, clean)
    assert outputs(clean) == from_scratch(raw, clean)
    shutil.rmtree(raw / "site0.example")
    (raw / "news.jsonl").unlink()
    run(raw, clean)
    assert outputs(clean) == from_scratch(raw, clean)
    assert not list((clean / "quarantine").glob("*"))


def test_outputs_that_were_removed_or_changed_come_back(raw: Path, clean: Path) -> None:
    run(raw, clean)
    expected = outputs(clean)
    first, second, third, *_ = sorted(clean.rglob("articles/**/*.jsonl"))
    first.unlink()
    second.write_text("{}")
    (clean / "manifest.json").unlink()
    third.with_name("stray.jsonl").write_text("{}")
    assert "0 pages cleaned" in run(raw, clean)
    assert outputs(clean) == expected and (clean / "manifest.json").exists()
    assert "nothing new" in run(raw, clean)


def test_another_pipeline_cleans_everything_again(raw: Path, clean: Path) -> None:
    run(raw, clean)
    assert "15 pages cleaned" in run(raw, clean, SCRIPTED_PIPELINE="two")
    assert outputs(clean) == from_scratch(raw, clean, "two")


def test_the_newer_version_of_an_article_stands_until_it_goes(tmp_path: Path, clean: Path) -> None:
    raw = tmp_path / "raw"
    url = "https://a.example/story"
    page(raw / "z.html", url=url, text="second take", fetched_at="2024-05-02T09:00:00+02:00", chrome="yes")
    run(raw, clean)
    page(raw / "a.html", url=url, text="third take", fetched_at="2024-05-02T08:00:00Z", chrome="yes")
    run(raw, clean)
    assert [row["text"] for row in rows(clean)] == ["third take"]
    assert len(rows(clean, "removed")) == 2
    assert counts(clean) == {"inputs": 2, "article": 1, "superseded": 1}
    manifest = json.loads((clean / "manifest.json").read_text())
    assert [(row["source"]["path"], row["by"]["path"]) for row in manifest["superseded"]] == [("z.html", "a.html")]
    assert outputs(clean) == from_scratch(raw, clean)
    (raw / "a.html").unlink()
    run(raw, clean)
    assert [row["text"] for row in rows(clean)] == ["second take"]
    assert outputs(clean) == from_scratch(raw, clean)


NEWEST = "2024-05-02T10:00:00Z"
TAKES = {  # of one article; written in this order, a run each, then removed in this order
    "s/c.html": {"text": "undated"},
    "s/b.html": {"text": "new", "fetched_at": NEWEST},
    "s/d.html": {"text": "old", "fetched_at": "2024-05-01"},
    "s/e.html": {"text": "undated", "published": "2024-04-01"},
    "s/a.html": {"text": "at once", "fetched_at": "2024-05-02T12:00:00+02:00"},
    "t/f.html": {"text": "newer", "fetched_at": "2024-05-03"},
}
STANDING = "c bc bc bce abce cef ef ef ef f f -".split()  # after each of these runs; the first has the id of the URL


def test_versions_without_a_settled_order_all_stand(tmp_path: Path, clean: Path) -> None:
    raw = tmp_path / "raw"
    url = "https://a.example/story"
    page(raw / "copy.html", url="https://a.example/copy", text="undated", published="2024-04-02")
    of_url = hashlib.sha256(url.encode()).hexdigest()[:32]
    for step, standing in enumerate(word.strip("-") for word in STANDING):
        path, says = list(TAKES.items())[step % len(TAKES)]
        if step < len(TAKES):
            page(raw / path, url=url, chrome="yes", **says)
        else:
            (raw / path).unlink()
        run(raw, clean)
        assert outputs(clean) == from_scratch(raw, clean), (step, path)
        articles = {row["source"]["path"][-6]: row for row in rows(clean)}
        ids = {name: row["id"] for name, row in articles.items()}
        assert "".join(sorted(ids)) == standing + "y"
        assert [name for name in sorted(ids) if ids[name] == of_url] == list(standing[:1])
        assert len(set(ids.values())) == len(ids)
        assert sorted(row["id"] for row in rows(clean, "removed")) == sorted(2 * [ids[name] for name in standing])
        original, *copies = [name for name in "eyc" if name in ids]  # by date; e gets another id when it is the first
        told = {name: row["duplicate_of"] for name, row in articles.items() if row["duplicate_of"]}
        assert told == dict.fromkeys(copies, ids[original])


@pytest.mark.parametrize("name", ["a.html", "z.html"])
def test_a_page_that_only_claims_an_address_pushes_nobody_out(tmp_path: Path, clean: Path, name: str) -> None:
    raw, url = tmp_path / "raw", "https://a.example/1"
    page(raw / "m.html", url=url, text="the article", chrome="yes", fetched_at="2026-03-01T08:00:00Z")
    run(raw, clean)
    alone = rows(clean)
    page(raw / name, claims=url, text="not the article", fetched_at="2026-03-02T08:00:00Z")
    page(raw / f"old-{name}", claims=url, text="nor this", fetched_at="2026-02-01T08:00:00Z")
    run(raw, clean)
    assert counts(clean) == {"inputs": 3, "article": 3}
    assert [row for row in rows(clean) if row["source"]["path"] == "m.html"] == alone
    assert flagged(clean) == {"m.html": [], name: ["address_claimed"], f"old-{name}": ["address_claimed"]}
    assert len({row["id"] for row in rows(clean)}) == 3
    assert outputs(clean) == from_scratch(raw, clean)
    (raw / "m.html").unlink()
    (raw / f"old-{name}").unlink()
    run(raw, clean)
    assert [(row["id"], row["text"], row["flags"]) for row in rows(clean)] == [(alone[0]["id"], "not the article", [])]


def flagged(clean: Path) -> dict[str, list[str]]:
    """The flags of each article by its path in RAW."""
    return {row["source"]["path"]: row["flags"] for row in rows(clean)}


def test_an_address_that_only_pages_claim_is_theirs_while_they_say_the_same(tmp_path: Path, clean: Path) -> None:
    raw, url = tmp_path / "raw", "https://a.example/1"
    for day, text in ((1, "the story"), (2, "the story")):
        page(raw / f"{day}.html", claims=url, text=text, fetched_at=f"2026-03-0{day}")
    run(raw, clean)
    of_url = hashlib.sha256(url.encode()).hexdigest()[:32]
    assert [(row["id"], row["source"]["path"]) for row in rows(clean)] == [(of_url, "2.html")]
    page(raw / "3.html", claims=url, text="another story", fetched_at="2026-03-03")
    run(raw, clean)
    assert set(map(tuple, flagged(clean).values())) == {("address_claimed",)} and len(flagged(clean)) == 3
    assert of_url not in {row["id"] for row in rows(clean)}
    assert outputs(clean) == from_scratch(raw, clean)
    run(raw, clean, SCRIPTED_PIPELINE="two")
    assert outputs(clean) == from_scratch(raw, clean, "two")


def test_stories_of_one_site_that_states_one_address_for_all_stand_at_their_own(tmp_path: Path, clean: Path) -> None:
    """With the addresses that the input says; two versions of one of them are still versions of one article."""
    raw = tmp_path / "raw"
    for n in range(6):
        url = f"https://a.example/{n}"
        page(
            raw / f"{n}.html",
            url=url,
            claims="https://a.example/news",
            text=f"story {n}",
            fetched_at=f"2026-03-0{n + 1}",
        )
    page(
        raw / "5b.html",
        url="https://a.example/5",
        claims="https://a.example/news",
        text="newer",
        fetched_at="2026-04-01",
    )
    run(raw, clean)
    assert counts(clean) == {"inputs": 7, "article": 6, "superseded": 1}
    ids = {row["source"]["path"]: row["id"] for row in rows(clean)}
    assert ids["5b.html"] == hashlib.sha256(b"https://a.example/5").hexdigest()[:32] and "5.html" not in ids
    assert all(row["flags"] == ["address_claimed"] for row in rows(clean))
    assert outputs(clean) == from_scratch(raw, clean)


def test_records_of_one_container_can_stand_beside_each_other(tmp_path: Path, clean: Path) -> None:
    raw = tmp_path / "raw"
    lines(raw / "x.jsonl", *({"url": "https://a.example/", "text": "same", "chrome": "y"} for _ in range(3)))
    run(raw, clean, "--format", "txt")
    first, *others = [row["id"] for row in rows(clean)]
    assert [row["duplicate_of"] for row in rows(clean)] == [None, first, first] and len({first, *others}) == 3
    assert {path.stem for path in (clean / "articles").rglob("*.txt")} == {first, *others}
    assert counts(clean) == {"inputs": 3, "article": 1, "duplicate": 2}


def test_copies_name_the_earliest_whatever_came_first(tmp_path: Path, clean: Path) -> None:
    raw = tmp_path / "raw"
    page(raw / "x.html", url="https://a.example/x", text="same words", published="2024-05-02")
    run(raw, clean)
    page(raw / "y.html", url="https://a.example/y", text="same words", published="2024-05-01")
    page(raw / "undated.html", url="https://a.example/u", text="same words")
    page(raw / "other.html", url="https://a.example/o", text="other words", published="2023-01-01")
    page(raw / "empty1.html", url="https://a.example/e1", text="")
    page(raw / "empty2.html", url="https://a.example/e2", text="")
    run(raw, clean)
    by_url = {row["url"][-1]: row for row in rows(clean)}
    original = by_url["y"]["id"]
    copies = {name: row["duplicate_of"] for name, row in by_url.items() if row["duplicate_of"]}
    assert copies == {"x": original, "u": original}
    assert counts(clean) == {"inputs": 6, "article": 4, "duplicate": 2}
    assert outputs(clean) == from_scratch(raw, clean)
    (raw / "y.html").unlink()
    run(raw, clean)
    assert {row["url"][-1] for row in rows(clean) if row["duplicate_of"]} == {"u"}
    assert outputs(clean) == from_scratch(raw, clean)


def test_the_ways_to_ask_wrongly(raw: Path, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    (tmp_path / "mine/.state-of-mind").write_text("a hidden file does not make this one of ours")
    for asked in [
        (tmp_path / "nowhere", clean),
        (raw, raw),
        (raw, raw / "clean"),
        (raw / "site0.example", raw),
        (raw, raw / "news.jsonl"),
        (raw, tmp_path / "mine"),
        (raw, Path("/proc/nothing/here")),
    ]:
        assert len(run(*asked, expect=2).splitlines()) == 1
    run(raw, clean, "--workers", "0", expect=2)
    assert "needs at least 256" in run(raw, clean, "--page-memory", "100", expect=2)
    run(raw, clean, "--format", "parquet", expect=2)
    assert "promo.toml line 3" in run(raw, clean, expect=2, SCRIPTED_BROKEN="yes")
    assert "examples:" in run(raw, clean, "--help")
    assert "do not load: OSError: model.json.gz" in run(raw, clean, expect=2, SCRIPTED_COLD="yes")
    other = run(raw, clean, expect=2, SCRIPTED_COLD="other columns")
    assert other == "model.json.gz: it was trained on other columns; train it anew\n", (
        "no start after it would do better"
    )
    assert not outputs(clean)


@pytest.mark.parametrize("name", [".gitignore", ".DS_Store"])
def test_a_hidden_file_is_nobodys_output(raw: Path, clean: Path, name: str) -> None:
    clean.mkdir()
    (clean / name).write_text("*")
    run(raw, clean)
    assert outputs(clean) and (clean / name).read_text() == "*"


def test_txt_stands_beside_and_goes_again(raw: Path, clean: Path) -> None:
    run(raw, clean, "--format", "txt")
    texts = sorted((clean / "articles").rglob("*.txt"))
    assert len(texts) == 14 and any("text 3" in path.read_text() for path in texts)
    texts[0].unlink()
    run(raw, clean, "--format", "txt")
    assert len(list((clean / "articles").rglob("*.txt"))) == 14
    run(raw, clean)
    assert outputs(clean) == from_scratch(raw, clean)


def test_what_few_pages_need_is_loaded_by_the_first_that_does_within_its_limits() -> None:
    code = """import resource, sys
from cleaners.pipeline import clean_raw, warm_up
from cleaners.judge.second_reader import vote
from cleaners.read.pages import html_page
from flows.run.options import A_PAGE
from flows.run.worker import MEGABYTE, UNUSED, limit
def heavy():
    return {"trafilatura", "ftfy", "charset_normalizer"} & sys.modules.keys()
warm_up()
limit(resource.RLIMIT_AS, (A_PAGE.memory + UNUSED) * MEGABYTE)
limit(resource.RLIMIT_FSIZE, 0)
line = "The ferry came back on Sunday after nine years, and the whole town watched from the bank."
for media, content in [
    ("text", line.encode()),
    ("text", f"{line} Gr\u00c3\u00b6\u00c3\u0178e".encode()),
    ("text", ("Паром вернулся, и весь город смотрел на него. " * 9).encode("cp1251")),
    ("html", f"<nav><a href='/'>Home</a></nav><p>{line}<p>{line}".encode()),
]:
    before = heavy()
    outcome = clean_raw(content, source="x", record=None, media=media).outcome
    print(outcome, *sorted(heavy() - before))
vote(html_page("x", f"<article><p>{line}</p></article>"))
print(*sorted(heavy() - before))"""
    said = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True)
    expected = ["article", "article ftfy", "article charset_normalizer", "article", "trafilatura"]
    assert said.stdout.splitlines() == expected, said


def test_the_run_itself_stays_light() -> None:
    """Of the cleaners it loads the definition of an article alone."""
    heavy = (
        "{'prefect', 'pydantic', 'rich', 'lxml', 'trafilatura', 'cleaners.page', 'cleaners.read', 'numpy', 'orjson'}"
    )
    code = f"import sys, flows.clean; print(sorted({heavy} & sys.modules.keys()))"
    said = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert said.stdout == "[]\n", said
