"""Trying one change of the judge: without a feature, one head alone, and a column that the model does not know.

LightGBM is not needed here: a stand-in takes down what the trees would learn from.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import train
from benchmarks.families import FIRST, NoSuchFeature, columns, columns_of, families
from benchmarks.pages import write_set
from cleaners import pipeline
from cleaners.errors import WrongModel
from cleaners.judge import features as gathering
from cleaners.judge.judgement import judged
from cleaners.judge.model import Model, judge, model, other_columns
from cleaners.judge.words import Words
from cleaners.page import Page
from cleaners.read.pages import html_page, text_page

LINES = [
    "The lantern bridge opened to walkers on Sunday, nine years after the flood took the old one.",
    "Engineers lifted the last span into place during the night, watched by some four hundred people.",
]
PAGE = f"<nav><a href=/>Home</a></nav><article><p>{LINES[0]}</p><p>{LINES[1]}</p></article><p>Read on: swans</p>"
LEAF = {"tree_info": [{"tree_structure": {"leaf_value": 0.5}}]}


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The tables that trees are learned from, one for each head that is fitted; the trees are single leaves."""
    tables: list[Any] = []

    def dataset(table: Any, wanted: Any, **_: Any) -> str:
        tables.append(table)
        return "data"

    booster = SimpleNamespace(dump_model=lambda: LEAF)
    fake = SimpleNamespace(Dataset=dataset, train=lambda *_, **__: booster)
    monkeypatch.setitem(sys.modules, "lightgbm", fake)
    monkeypatch.setattr(train, "find_spec", lambda name: True)
    monkeypatch.setattr(train, "extracted", lambda markup, cache: {"leaky": "\n".join(LINES), "recall": LINES[0]})
    return tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two HTML pages of two sites, and a page of text."""
    pages = [
        {"id": f"p{number}", "site": f"post{number}.example", "url": None, "kind": "article", "html": PAGE,
         "gold": {"text": "\n".join(LINES)}} for number in range(2)
    ]  # fmt: skip
    write_set(tmp_path, "five", pages)
    write_set(tmp_path, "text", [pages[0] | {"id": "t", "text": "\n".join([*LINES, "Read on"])}])
    return tmp_path


def written(path: Path) -> Model:
    return Model.from_record(json.loads(gzip.decompress(path.read_bytes())))


@pytest.mark.parametrize(
    ("why", "wanted", "inside", "outside"),
    [
        ("a family has all its columns", "containers", {"core_up", "up6_open", "read_in"}, {"words", "words-1"}),
        ("a feature has those of the lines around", "repeats", {"repeats", "repeats-3", "repeats~12"}, {"words~12"}),
        ("a feature is no beginning of a name", "words", {"words", "words+1"}, {"words_mean", "word_length", "wordings_mean"}),
        ("wordings have their neighbours with them", "wordings", {"wordings_most", "wordings_mean~5"}, {"names_most"}),
        ("the vote is a family and a feature", "vote", {"vote", "vote+1", "vote~2"}, {"words"}),
    ],
)  # fmt: skip
def test_the_columns_of_a_name(why: str, wanted: str, inside: set[str], outside: set[str]) -> None:
    found = columns_of([wanted])
    assert inside <= found and not outside & found, why


def test_names_add_up() -> None:
    assert columns_of(["repeats", "vote"]) == columns_of(["repeats"]) | columns_of(["vote"]) and columns_of([]) == set()


def test_every_column_is_in_one_family() -> None:
    names = columns()
    found = families(names)
    assert [name for family in found.values() for name in family] == names and list(found) == list(FIRST)
    assert all(found.values()) and tuple(names) == model().heads["voted"].names


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(NoSuchFeature) as raised:
        columns_of(["containers", "contaners"])
    said = str(raised.value)
    assert said.startswith("no feature or family is called contaners; families: shape, place,") and "\n" not in said
    assert all(f" {name}," in said for name in ("wordings", "words", "core_up", "in_nav"))


def add_column(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gather one more column, as a change of features.py would."""
    real = gathering.evidence

    def more(page: Page, words: Words) -> Any:
        gathered = real(page, words)
        gathered["wears_a_hat"] = 1
        return gathered

    monkeypatch.setattr(gathering, "evidence", more)


ADDED = (
    "model.json.gz: its head {} was trained on other columns: wears_a_hat added since; "
    "train it anew with python -m benchmarks.train DATA (docs/training.md)"
)


@pytest.mark.parametrize("page", [html_page("t", PAGE), text_page("t", "\n".join(LINES))], ids=["html", "text"])
def test_a_new_column_without_a_new_model_is_an_error(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = pipeline.run(page, *pipeline.SURE)
    assert judged(ready).judgement.probability.any(), "without the column it is judged"
    add_column(monkeypatch)
    with pytest.raises(WrongModel) as raised:
        judged(ready)
    assert str(raised.value) == ADDED.format(page.media)


def test_a_run_says_so_before_its_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    add_column(monkeypatch)
    with pytest.raises(WrongModel, match="wears_a_hat added since"):
        pipeline.warm_up()


@pytest.mark.parametrize(
    ("why", "gathered", "said"),
    [
        ("one is new", ["a", "b", "c"], "c added since"),
        ("one is gone", ["a"], "b no longer gathered"),
        ("one has another name", ["a", "x", "y"], "x, y added since; b no longer gathered"),
        ("trees ask by place", ["b", "a"], "the same in another order"),
    ],
)
def test_other_columns_are_named(why: str, gathered: list[str], said: str) -> None:
    assert f"was trained on other columns: {said}; train it anew with" in other_columns("html", gathered, ["a", "b"]), (
        why
    )


def test_a_column_that_is_gone_is_an_error_too() -> None:
    page = html_page("t", PAGE)
    table, names = gathering.features(page, model().lexicon)
    with pytest.raises(WrongModel, match="in_body no longer gathered"):
        judge(page, table, [name for name in names if name != "in_body"], "html")


def test_without_a_feature_trees_cannot_ask_about_it(
    folder: Path, learned: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out.gz"
    train.main([str(folder), "--no-validation", "--out", str(out)])
    whole = learned[:]
    train.main([str(folder), "--without", "markup", "--without", "words", "--no-validation", "--out", str(out)])
    names = columns()
    gone = [name in columns_of(["markup", "words"]) for name in names]
    assert len(whole) == 3 and len(learned) == 6
    for before, after in zip(whole, learned[3:], strict=True):
        left = np.array(gone[: before.shape[1]])
        assert before[:, left].any() and not after[:, left].any()
        assert (before[:, ~left] == after[:, ~left]).all()
    assert "without markup, words: 56 columns" in capsys.readouterr().out
    assert written(out).heads["voted"].names == tuple(names), "so that it fits the features as they are"


def test_without_a_feature_the_shipped_model_stays(
    folder: Path, learned: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "MODEL", folder / "shipped.gz")
    monkeypatch.setattr(train, "FOLDS", 2)
    monkeypatch.setattr(train, "fold_of", lambda site, folds=2: int(site[4]) % folds)
    train.main([str(folder), "--without", "containers", "--only-head", "html"])
    said = capsys.readouterr().out
    assert "html five          2 pages  word F1" in said and "text" not in said and "voted" not in said
    assert "no model was written" in said and not (folder / "shipped.gz").exists() and len(learned) == 2


def test_one_head_alone_keeps_the_others_and_the_lexicon(
    folder: Path, learned: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        train, "vote", lambda page: pytest.fail("the reference extractor, which html does not need, was asked")
    )
    train.main([str(folder), "--only-head", "html", "--no-validation", "--out", str(folder / "out.gz")])
    found, shipped = written(folder / "out.gz"), model()
    assert len(learned) == 1 and list(found.heads) == list(shipped.heads)
    for head, trees in found.heads.items():
        assert (trees.as_record() == shipped.heads[head].as_record()) == (head != "html")
    assert found.lexicon.as_record() == shipped.lexicon.as_record()


@pytest.mark.parametrize(("head", "pages"), [("voted", 2), ("text", 17)])
def test_each_head_learns_from_its_own_pages(
    folder: Path, learned: list[Any], capsys: pytest.CaptureFixture[str], head: str, pages: int
) -> None:
    """An HTML article teaches the text head in eight forms: all its lines, two extractors' answers, nearly clean text in five."""
    train.main([str(folder), "--only-head", head, "--no-validation", "--out", str(folder / "out.gz")])
    assert f"{head}: {pages} pages" in capsys.readouterr().out and len(learned) == 1


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        train.main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == 2 and said.count("\n") == 1
    return said


@pytest.mark.parametrize(
    ("why", "options", "said"),
    [
        ("a head is misspelt", ["--only-head", "htlm"], "no head is called htlm; heads: html, voted, text"),
        ("a feature is misspelt", ["--without", "contaners"], "no feature or family is called contaners; families: shape"),
        ("nothing would come out", ["--without", "words", "--no-validation"], "leave nothing to do: give --out FILE"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused_at_once(
    folder: Path, learned: list[Any], capsys: pytest.CaptureFixture[str], why: str, options: list[str], said: str
) -> None:
    assert said in refused(capsys, str(folder), *options) and not learned, why


def test_a_folder_without_sets_names_the_command_that_builds_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"{tmp_path} has no *.jsonl.zst: python -m benchmarks.data {tmp_path} builds" in refused(
        capsys, str(tmp_path)
    )


def test_what_is_not_installed_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "find_spec", lambda name: name if name == "lightgbm" else None)
    assert 'resiliparse is not installed: pip install ".[train]"' in refused(capsys, str(folder))


def test_a_set_that_teaches_nothing_is_named(
    tmp_path: Path, learned: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(
        tmp_path, "dates", [{"id": "d", "site": "a.example", "url": None, "kind": "mixed", "html": PAGE, "gold": {}}]
    )
    assert f"no page of {tmp_path} teaches the head html" in refused(capsys, str(tmp_path))


def test_one_head_cannot_be_trained_beside_heads_of_other_columns(
    folder: Path, learned: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_column(monkeypatch)
    assert ADDED.format("voted") in refused(capsys, str(folder), "--only-head", "html") and not learned
