"""Why a line was kept or removed: what each feature contributes, what it is called, and the command that says it."""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import explain
from cleaners.errors import NoCover
from cleaners.explain import in_words, strongest
from cleaners.judge import model as judge
from cleaners.judge.features import features
from cleaners.judge.lexicon import NOTHING
from cleaners.judge.trees import Trees, flatten
from cleaners.pipeline import clean, sure, sure_again, warm_up
from cleaners.read.pages import html_page, text_page
from cleaners.steps.cautious import cautious
from flows.explain import main
from flows.run.explained import learned_in
from flows.store.state import State
from running import rows

HOME = Path(__file__).parents[2]
NAMES = ["a", "b", "c", "d"]
LINE = "The ferry came back on Sunday after nine years, and some four hundred people watched from the bank."
PAGE = f"""<html lang="en"><head><title>The ferry is back | Fenmoor Post</title></head><body>
<nav><a href=/>Home</a></nav><article><h1>The ferry is back</h1><p>{LINE}</p><p>“It is time,” said a neighbour.</p>
<p>{LINE.replace("ferry", "bridge")}</p></article><div><a href=/x>Ten ferries to see</a></div></body></html>"""

leaves = st.builds(
    lambda value, count: {"leaf_value": value, "leaf_count": count},
    st.integers(-8, 8).map(lambda eighths: eighths / 8),
    st.integers(1, 50),
)
trees = st.recursive(
    leaves,
    lambda below: st.builds(
        lambda feature, threshold, left, right: {
            "split_feature": feature,
            "threshold": threshold,
            "left_child": left,
            "right_child": right,
        },
        st.integers(0, 3),
        st.integers(-2, 1).map(lambda halves: halves + 0.5),
        below,
        below,
    ),
    max_leaves=8,
)


def ensemble(*structures: Mapping[str, Any]) -> Trees:
    return flatten({"tree_info": [{"tree_structure": structure} for structure in structures]}, NAMES)


def covered(node: Mapping[str, Any]) -> int:
    return node["leaf_count"] if "leaf_count" in node else covered(node["left_child"]) + covered(node["right_child"])


def expected(node: Mapping[str, Any], row: list[int], known: frozenset[int]) -> float:
    """A tree's value when only some features are known: of the others, as the training rows went."""
    if "leaf_value" in node:
        return float(node["leaf_value"])
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        return expected(left if row[node["split_feature"]] <= node["threshold"] else right, row, known)
    weighed = covered(left) * expected(left, row, known) + covered(right) * expected(right, row, known)
    return weighed / covered(node)


@given(st.lists(trees, min_size=1, max_size=3), st.lists(st.integers(-2, 2), min_size=4, max_size=4))
def test_contributions_are_shapley_values_and_sum_to_the_score(forest: list[Any], row: list[int]) -> None:
    """By the definition: over all sets of other features, what knowing this one changes."""
    ensembled = ensemble(*forest)
    added, base = ensembled.contributions(np.array([row, row], np.float32))
    for feature in range(4):
        others = [other for other in range(4) if other != feature]
        value = 0.0
        for size in range(4):
            weight = math.factorial(size) * math.factorial(3 - size) / math.factorial(4)
            for known in map(frozenset, combinations(others, size)):
                for tree in forest:
                    value += weight * (expected(tree, row, known | {feature}) - expected(tree, row, known))
        assert added[0, feature] == pytest.approx(value, abs=1e-9)
    assert base == pytest.approx(sum(expected(tree, row, frozenset()) for tree in forest))
    score = sum(expected(tree, row, frozenset(range(4))) for tree in forest)
    assert added[0].sum() + base == pytest.approx(score, abs=1e-9)
    assert added[1].tolist() == added[0].tolist()


def test_contributions_of_many_rows_are_those_of_each() -> None:
    low, high = {"leaf_value": -1.0, "leaf_count": 30}, {"leaf_value": 1.0, "leaf_count": 10}
    one = ensemble({"split_feature": 2, "threshold": 0.5, "left_child": low, "right_child": high})
    table = np.zeros((100, 4), np.float32)
    table[::7, 2] = 1
    added, base = one.contributions(table)
    assert base == -0.5 and added[:, 2].tolist() == np.where(table[:, 2] > 0, 1.5, -0.5).tolist()
    assert Trees.from_record(one.as_record()).contributions(table)[0].tolist() == added.tolist()


def test_a_model_without_cover_judges_but_cannot_be_explained() -> None:
    trees = ensemble({"leaf_value": 0.5})
    record = trees.as_record()
    del record["cover"]
    old = Trees.from_record(record)
    table = np.zeros((1, 4), np.float32)
    assert old.probability(table).tolist() == trees.probability(table).tolist() and "cover" not in old.as_record()
    with pytest.raises(NoCover, match="train it again"):
        old.contributions(table)


def test_the_shipped_model_can_be_explained() -> None:
    assert all(trees.cover is not None for trees in judge.model().heads.values())


@pytest.mark.parametrize(
    ("feature", "value", "said"),
    [
        ("words", 42, "42 words"),
        ("words", 1, "1 word"),
        ("words-1", 12, "line before: 12 words"),
        ("words+2", -1, "2nd line after: none"),
        ("words~5", 12.34, "with 5 lines on either side: 12 words a line"),
        ("parent_words", 8.25, "its siblings: 8.2 words a line"),
        ("sentence", 0, "does not end a sentence"),
        ("sentence~2", 1, "with 2 lines on either side: 100% of them end a sentence"),
        ("link_share", 0.92, "92% of it is links"),
        ("link_share", 0.999, "nearly 100% of it is links"),
        ("bare_path_link_share", 0.001, "lines with its tags: under 1% links"),
        ("in_nav", 1, "inside a menu"),
        ("in_footer", 0, "outside the footer"),
        ("in_stated_body", -1, "not in the article text that the page states for machines"),
        ("tag_p", 1, "a <p>"),
        ("since_prose", 40, "no running prose close above"),
        ("page_lines", 1234, "the page has 1,234 lines"),
        ("wordings_mean-1", -0.5, "line before: its wording, by where such stands elsewhere: -0.5"),
        ("up2_share", 0.5, "2 elements further out: together 50% of the page's running prose"),
        ("branch_open", 0.5, "its branch of the page: rules left 50% of its lines"),
        # what nobody has put into words: by its own name, but what can be said of it is
        ("in_lagoon", 1, "inside lagoon"),
        ("outer_box_words", 20, "outer box: 20 words a line"),
        ("parent_words+1", 20, "line after: its siblings: 20 words a line"),
        ("in_nav~5", 0.4, "with 5 lines on either side: 40% of them inside a menu"),
        ("wetness", 0.126, "wetness 0.13"),
        ("wetness-2", 3, "2nd line before: wetness 3"),
    ],
)
def test_evidence_in_words(feature: str, value: float, said: str) -> None:
    assert in_words(feature, value) == said


@pytest.mark.parametrize("page", [html_page("t", PAGE), text_page("t", f"Home\n{LINE}")], ids=["html", "text"])
def test_every_feature_has_words(page: Any) -> None:
    table, names = features(page, NOTHING)
    for row in table:
        for name, value in zip(names, row.tolist(), strict=True):
            said = in_words(name, value)
            assert said.strip() and "{" not in said


def test_what_the_judge_decided_has_evidence_and_nothing_else() -> None:
    page = clean(html_page("t", PAGE))
    judged, pieces = strongest(page)
    assert judged is not None and judged.judgement.probability.round(3).tolist() == pytest.approx(page.scores)
    decided = [
        at for at, verdict in enumerate(page.verdicts) if verdict and verdict.step in ("main_content", "keep_rest")
    ]
    assert list(pieces) == decided and 0 not in decided
    for found in pieces.values():
        sizes = [abs(piece.contribution) for piece in found]
        assert len(found) == 3 and sizes == sorted(sizes, reverse=True) and sizes[-1] > 0
        assert len({explain._kind(piece.feature) for piece in found}) == 3, "one thing is not said twice"


def test_a_page_cleaned_with_caution_was_not_judged() -> None:
    assert strongest(cautious(html_page("t", PAGE), sure=sure, second_pass=sure_again)) == (None, {})


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, cleaned by the real command; what explaining it needs is loaded here once."""
    warm_up()
    folder = tmp_path_factory.mktemp("explain")
    shutil.copytree(HOME / "raw", folder / "raw")
    (folder / "raw" / "image.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "raw" / "notes.doc").write_text("not one of ours", encoding="utf-8")
    (folder / "raw" / "feed.jsonl").write_text("no json\n\n" + json.dumps({"text": LINE}) + "\n", encoding="utf-8")
    words = [sys.executable, "-m", "flows.clean", str(folder / "raw"), str(folder / "clean"), "--quiet"]
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    subprocess.run(words, cwd=HOME, env=environment, check=True, capture_output=True)
    return folder


def told(folder: Path, page: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main([page, str(folder / "raw"), str(folder / "clean"), "--json"]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_every_page_of_the_sample_is_explained_as_it_was_cleaned(
    cleaned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By path, id and URL; what is kept is the article's text, what is removed its part of the ledger."""
    ledger = rows(cleaned / "clean", "removed")
    for article in rows(cleaned / "clean"):
        source = article["source"]
        path = source["path"] if source["record"] is None else f"{source['path']}#{source['record']}"
        said = told(cleaned, path, capsys)
        for name in ("id", "url", "title", "flags", "language", "confidence", "kept_ratio", "source", "recipe"):
            assert said[name] == article[name], name
        assert said["outcome"] == "article" and not [note for note in said["notes"] if "train it" not in note]
        assert [row["block"] for row in said["page"]] == list(range(len(said["page"])))
        assert "\n\n".join(row["text"] for row in said["page"] if row["mark"] == "kept") == article["text"]
        removed = [row for row in ledger if row["id"] == article["id"]]
        shown = [row for row in said["page"] if row["mark"] != "kept"]
        assert [{name: row[name] for name in removed[0] if name != "id"} for row in shown] == [
            {name: value for name, value in row.items() if name != "id"} for row in removed
        ]
        assert told(cleaned, article["id"], capsys) == said
        if article["url"]:
            assert told(cleaned, f"{article['url']}#part", capsys) == said


def test_what_a_person_reads(cleaned: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    words = [str(HOME / "raw/nordhafen-bote.example/strandbad-alter-kai.html"), str(cleaned / "raw"), "nowhere"]
    assert main(words) == 0
    said = capsys.readouterr().out
    head, *blocks = said.split("\n\n")
    assert "outcome: article" in head and "language: de" in head and "judge: " in head
    assert all(len(line) <= 60 for block in blocks for line in block.splitlines())
    for part in (" kept (", " removed (cookie_banner, ", " → author: Wiebke Harms", " +0.", " -0."):
        assert part in said, part
    assert main([*words, "--full"]) == 0
    assert "Baubeginn ist nach den Herbststürmen. Petersen kündigte an, am ersten Tag" in capsys.readouterr().out


def test_a_leading_headline_is_moved_to_metadata(cleaned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    date, headline = told(cleaned, "archive/0412-ferry-timetable.txt", capsys)["page"][:2]
    assert date["mark"] == headline["mark"] == "moved to metadata"
    assert [lift["field"] for line in (date, headline) for lift in line["lifted"]] == ["published", "title"]


def test_a_model_that_cannot_be_explained_says_so(
    cleaned: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare: Any = {name: replace(trees, cover=None) for name, trees in judge.model().heads.items()}
    monkeypatch.setattr(explain, "model", lambda: judge.model()._replace(heads=bare))
    said = told(cleaned, "fenmoor-gazette.example/news.html", capsys)
    assert any("train it again" in note for note in said["notes"])
    assert said["judge"] is None and said["page"] and not any(row["evidence"] for row in said["page"])


def test_a_copy_and_an_older_version_are_named_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    takes = [
        {"url": "https://a.example/1", "text": f"{LINE} Take {day}.", "fetched_at": f"2026-01-0{day}"} for day in (1, 2)
    ]
    copy = {"url": "https://b.example/1", "text": takes[1]["text"]}
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "feed.jsonl").write_text("".join(f"{json.dumps(x)}\n" for x in [*takes, copy]), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "flows.clean", str(tmp_path / "raw"), str(tmp_path / "clean"), "--quiet"],
        cwd=HOME, env=os.environ | {"PREFECT_API_URL": ""}, check=True, capture_output=True,
    )  # fmt: skip
    older, newer, other = (told(tmp_path, f"feed.jsonl#{record}", capsys) for record in range(3))
    assert older["outcome"] == "superseded" and older["superseded_by"] == {"path": "feed.jsonl", "record": 1}
    assert {newer["outcome"], other["outcome"]} == {"article", "duplicate"}
    assert told(tmp_path, "https://a.example/1", capsys)["source"] == newer["source"]
    assert newer["id"] in (other["duplicate_of"], newer["id"])


@pytest.mark.parametrize(
    ("page", "named", "next_step"),
    [
        ("nothing.html", "nothing.html", "report.html"),
        ("", "is a folder", "name one page in it"),
        ("fenmoor-gazette.example", "is a folder", "name one page in it"),
        ("notes.doc", "unknown_kind", "rename or remove it"),
        ("image.html", "not_text", "correct or remove it"),
        ("feed.jsonl", "holds many pages", "feed.jsonl#0"),
        ("feed.jsonl#0", "bad_record", "export the record again"),
        ("feed.jsonl:1", "blank line", "name another"),
        ("feed.jsonl, line 9", "feed.jsonl#8", "the last is #2"),
        ("archive/0412-ferry-timetable.txt#3", "holds one page", "without #3"),
        ("elfarodelapuerta.example/biblioteca-flotante.html.meta.json", "beside it", "name biblioteca-flotante.html"),
        ("https://nobody.example/", "https://nobody.example/", "by its path"),
        ("0" * 32, "0" * 32, "by its path"),
    ],
)
def test_what_cannot_be_explained(
    page: str, named: str, next_step: str, cleaned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([page, str(cleaned / "raw"), str(cleaned / "clean")]) == 2
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1 and named in said.err and next_step in said.err


def test_a_clean_folder_that_cannot_help(cleaned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """None yet; one whose pages came from elsewhere; one that a run has locked, which a path can do without."""
    raw, clean = cleaned / "raw", tmp_path / "clean"
    page = rows(cleaned / "clean")[0]["id"]
    assert main([page, str(raw), str(clean)]) == 2 and "clean into it first" in capsys.readouterr().err
    assert main([page, str(tmp_path), str(cleaned / "clean")]) == 2 and "RAW" in capsys.readouterr().err
    shutil.copytree(cleaned / "clean", clean)
    run = sqlite3.connect(clean / ".state" / "pages.db", isolation_level=None)
    run.execute("PRAGMA locking_mode = EXCLUSIVE")
    run.execute("PRAGMA journal_mode = WAL")
    run.execute("BEGIN")
    run.execute("INSERT INTO facts VALUES ('busy', 1)")
    try:
        assert main([page, str(raw), str(clean)]) == 2 and "wait for the run" in capsys.readouterr().err
        assert main(["fenmoor-gazette.example/news.html", str(raw), str(clean)]) == 0
        assert "note: whether it is a copy is not known" in capsys.readouterr().out
    finally:
        run.close()


def test_an_article_that_stands_before_what_is_there_now_is_named(
    cleaned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = tmp_path / "clean"
    shutil.copytree(cleaned / "clean", clean)
    with closing(sqlite3.connect(clean / ".state/pages.db")) as sql, sql:
        sql.execute("UPDATE pages SET held = 'drifted' WHERE path = 'archive/0412-ferry-timetable.txt'")
    assert main(["archive/0412-ferry-timetable.txt", str(cleaned / "raw"), str(clean)]) == 0
    assert f"note: {clean} keeps the article that stood here before" in capsys.readouterr().out


def test_a_damaged_state_is_said(cleaned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where SQLite quotes what it stumbled over, and that is no text."""
    raw, clean = cleaned / "raw", tmp_path / "clean"
    page = rows(cleaned / "clean")[0]["id"]
    shutil.copytree(cleaned / "clean", clean)
    database = clean / ".state" / "pages.db"
    whole = database.read_bytes()
    for damaged in (
        whole[:4000],
        whole.replace(b"CREATE INDEX pages_by_id", b"\xa8REATE \x1bNDEX pages_by_id"),
        whole[::-1],
    ):
        database.write_bytes(damaged)
        assert main([page, str(raw), str(clean)]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "is damaged: clean into" in said and "\x1b" not in said


def test_asking_changes_nothing(cleaned: Path) -> None:
    """As a person types it, on a terminal that knows no other scripts; no file of CLEAN is touched, none is added."""
    state = cleaned / "clean" / ".state"
    before = sorted((path.name, path.stat().st_mtime_ns) for path in state.iterdir())
    (page,) = (row["id"] for row in rows(cleaned / "clean") if row["source"]["path"] == "feed.jsonl")
    done = subprocess.run(
        [sys.executable, "-m", "flows.explain", page, str(cleaned / "raw"), str(cleaned / "clean"), "--full"],
        cwd=HOME, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0 and LINE in done.stdout and not done.stderr
    assert sorted((path.name, path.stat().st_mtime_ns) for path in state.iterdir()) == before


def test_of_two_indexes_the_one_that_the_state_names_counts(tmp_path: Path) -> None:
    """A run that learns leaves the index before beside its own, until the next run; so does one that is at it."""
    private = tmp_path / ".state"
    private.mkdir()
    for number, name in enumerate(("known-b.bin", "known-a.bin")):
        np.array([number], "<u8").tofile(private / name)
        os.utime(private / name, ns=(number, number))
    assert learned_in(tmp_path).table.tolist() == [1], "no state says which: the later one"
    state = State(private)
    for name, expected in ((".state/known-b.bin", [0]), (".state/known-a.bin", [1])):
        state.remember("known", name)
        state.settle()
        state.close()
        assert learned_in(tmp_path).table.tolist() == expected
        state = State(private)
    state.remember("known", None)
    state.settle()
    state.close()
    assert learned_in(tmp_path) is None
