"""A CLEAN that schema 1 wrote: its articles outlive their input and their version, and are published as rows of today."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleaners.all_rules import all_rules
from cleaners.article import Article, encode
from flows.store.codec import pack
from flows.store.earlier_rows import RELATED, RULES, article_row, todays
from flows.store.shards import articles
from flows.store.state import State
from running import lines, page, rows, run
from scripted_pipeline import clean_raw

NEW = ("cluster", "shared")


def earlier(row: dict[str, Any]) -> dict[str, Any]:
    """An article's row as schema 1 wrote it."""
    old = {name: value for name, value in row.items() if name not in NEW}
    return old | {"schema": 1, "meta": json.loads(row["meta"])}


def a_row(**fields: Any) -> dict[str, Any]:
    """A row of today, with these fields."""
    made = clean_raw(
        json.dumps({"text": "The ferry is back", "meta": {"desk": "river"}}).encode(), source="a.jsonl", record=0,
        media="jsonl", sidecar=None, folder_host="t.example", sha256="0" * 64, learned=None,
    )  # fmt: skip
    return json.loads(encode(made.article)) | fields


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ({}, {}, "nothing but the schema, meta and the new fields"),
        ({"flags": ["encoding_mismatch", "short"]}, {"flags": ["short"]}, "it was read right: no reader's business"),
        ({"flags": ["undecodable_bytes"]}, {"flags": ["mojibake"]}, "characters are lost"),
        (
            {"removed": [{"reason": "paywall", "lines": 2, "chars": 9}, {"reason": "related", "lines": 1, "chars": 5}]},
            {"removed": [{"reason": "promo", "lines": 2, "chars": 9}, {"reason": "related", "lines": 1, "chars": 5}]},
            "a paywall's notice is a promo",
        ),
        (
            {
                "removed": [
                    {"reason": "related", "lines": 3, "chars": 5}, {"reason": "paywall", "lines": 2, "chars": 9},
                    {"reason": "promo", "lines": 2, "chars": 4},
                ]
            },
            {"removed": [{"reason": "promo", "lines": 4, "chars": 13}, {"reason": "related", "lines": 3, "chars": 5}]},
            "with another promo it is one, and now the most",
        ),
    ],
)  # fmt: skip
def test_a_row_of_schema_1_becomes_one_of_today(old: dict[str, Any], new: dict[str, Any], why: str) -> None:
    row = article_row(earlier(a_row()) | old)
    assert row == a_row(**new) and list(row) == list(a_row()), why
    assert msgspec.convert(row, Article).schema == 2


@pytest.mark.parametrize(
    ("step", "reason", "old", "new"),
    [
        ("captions", "caption", "alt text", "alt_text"),
        ("site_chrome", "site_chrome", "nav", "in_nav"),
        ("link_lists", "site_chrome", "links", "links_at_edge"),
        ("link_lists", "related", "links", "related_links_at_edge"),
        ("main_content", "caption", "caption_container", "judged_caption_container"),
        ("captions", "caption", "figcaption", "figcaption"),  # kept its id
        ("title_repeat", "title_repeat", "kicker", "kicker"),
        ("bylines", "byline", "title", "title"),  # the id of another step
    ],
)
def test_a_line_of_the_ledger_names_its_rule_as_today(step: str, reason: str, old: str, new: str) -> None:
    gone = {"id": "x", "block": 4, "reason": reason, "rule": old, "step": step}
    line = json.dumps(earlier(a_row()), separators=(",", ":")).encode()
    assert json.loads(todays([line, json.dumps(gone).encode()])[1]) == gone | {"rule": new}


def test_every_id_of_today_that_an_earlier_one_became_is_listed() -> None:
    listed = {(rule.step, rule.id) for rule in all_rules()}
    became = {(step, new) for step, ids in RULES.items() for new in ids.values()}
    assert became | {("link_lists", new) for new in RELATED.values()} <= listed


def test_a_row_of_today_stays_as_it_is() -> None:
    lines = [encode(msgspec.convert(a_row(), Article)), b'{"id": "x", "reason": "advert"}']
    assert todays(lines) is lines and article_row(a_row()) == a_row()


def test_a_held_article_of_schema_1_is_published_as_one_of_today(tmp_path: Path) -> None:
    """It lies packed in the state, where only its input's next cleaning would replace it."""
    state = State(tmp_path)
    old = json.dumps(earlier(a_row()), separators=(",", ":")).encode()
    reasons = {"paywall": "paywall_line", "advert": "ad_marker"}
    gone = [{"id": "x", "reason": reason, "rule": rule, "step": "promos"} for reason, rule in reasons.items()]
    body = pack([old, *(json.dumps(row).encode() for row in gone)])
    state.put({"path": "a.jsonl", "record": 0, "shard": "a", "outcome": "article", "site": None, "held": "away"}, body)
    ((line, ledger),) = articles(state, "a")
    state.close()
    assert json.loads(line) == a_row()
    assert [json.loads(row)["reason"] for row in ledger.splitlines()] == ["promo", "advert"]


def test_what_schema_1_wrote_outlives_its_input(tmp_path: Path, clean: Path) -> None:
    """The files of CLEAN are all that is left of two articles, and one was cut by hand: that one fits no definition."""
    raw = tmp_path / "raw"
    page(raw / "stays.html", text="the text that stays", id="stays")
    lines(raw / "goes.jsonl", *({"text": f"text {name}", "chrome": "y", "id": name} for name in ("a", "b", "broken")))
    run(raw, clean)
    before = {row["source"]["id"]: row for row in rows(clean)}
    ledger = rows(clean, "removed")
    for file in (clean / "articles").rglob("*.jsonl"):
        old = [earlier(json.loads(row)) for row in file.read_text("utf-8").splitlines()]
        for row in old:
            row |= {"words": "many"} if row["source"]["id"] == "broken" else {}
        file.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in old), "utf-8")
    shutil.rmtree(clean / ".state")
    (raw / "goes.jsonl").unlink()
    run(raw, clean, "--keep-withdrawn")
    broken = before.pop("broken")
    assert {row["source"]["id"]: row for row in rows(clean)} == before
    assert rows(clean, "removed") == [row for row in ledger if row["id"] != broken["id"]]


def test_every_file_is_written_again_in_place_of_those_of_another_schema(tmp_path: Path, clean: Path) -> None:
    """Also those of which every input is away: readers find one schema in all of them."""
    page(tmp_path / "raw" / "a.html", text="the text")
    manifest = clean / "manifest.json"
    times = []
    for schema in (2, 2, 1, 2):
        if manifest.exists():
            manifest.write_text(json.dumps(json.loads(manifest.read_bytes()) | {"schema": schema}))
        run(tmp_path / "raw", clean)
        (article,) = (clean / "articles").rglob("*.jsonl")
        times.append(article.stat().st_mtime_ns)
    assert times[0] == times[1] < times[2] == times[3]
    assert json.loads(manifest.read_bytes())["schema"] == 2
