"""When a site's pages are no longer what they were: noticed whatever the runs, and no good article gives way to them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.publish.findings import Drift
from flows.run.drift import Look, watched, windows
from flows.run.options import USUAL, Limits
from running import counts, lines, outputs, rows, run

SITE = "fenmoor.example"
GOOD = Look(400.0, 0.6, 0.9, 1.0)


def days(first: int, count: int, pages: int, look: Look = GOOD, seed: int = 0) -> Iterator[tuple[str, Look]]:
    """So many pages a day, each a little different from the look."""
    dice = random.Random(f"{first} {seed}")
    for day in range(first, first + count):
        for _ in range(pages):
            about = Look(*(value * dice.uniform(0.8, 1.25) for value in look[:3]), look.whole)
            yield f"2026-03-{day:02}", about


def found(*parts: Iterator[tuple[str, Look]], limits: Limits = USUAL) -> list[Drift]:
    return list(watched(SITE, [look for part in parts for look in part], limits))


@pytest.mark.parametrize(
    ("measure", "look"),
    [
        ("words", GOOD._replace(words=60.0)),
        ("kept_ratio", GOOD._replace(kept_ratio=0.15)),
        ("kept_ratio", GOOD._replace(kept_ratio=0.98)),
        ("confidence", GOOD._replace(confidence=0.4)),
        ("whole", GOOD._replace(whole=0.0)),
    ],
)
def test_what_leaves_its_history_has_drifted(measure: str, look: Look) -> None:
    (drift,) = found(days(1, 5, 10), days(6, 1, 10, look))
    assert (drift.measure, drift.first, drift.last, drift.pages, drift.latest) == (
        measure, "2026-03-06", "2026-03-06", 10, True,
    )  # fmt: skip


@pytest.mark.parametrize("look", [GOOD, GOOD._replace(words=500.0), GOOD._replace(words=3000.0, confidence=0.99)])
def test_longer_articles_and_chance_are_no_drift(look: Look) -> None:
    assert not [drift for seed in range(50) for drift in found(days(1, 5, 10), days(6, 3, 10, look, seed))]


def test_drift_ends_when_the_pages_are_as_before() -> None:
    drifted = found(days(1, 5, 10), days(6, 2, 10, GOOD._replace(words=50.0)), days(8, 1, 10))
    assert [(drift.first, drift.latest) for drift in drifted] == [("2026-03-06", False), ("2026-03-07", False)]


def test_without_enough_history_or_pages_nothing_is_said() -> None:
    assert not found(days(1, 2, 10), days(3, 2, 10, GOOD._replace(words=50.0)))
    assert not found(days(1, 5, 10), days(6, 1, 9, GOOD._replace(words=50.0)))
    assert found(days(1, 5, 10), days(6, 1, 9, GOOD._replace(words=50.0)), limits=Limits(pages=9))


@given(st.lists(st.integers(0, 6), max_size=20), st.integers(1, 12))
def test_windows_are_whole_days_with_enough_pages(sizes: list[int], least: int) -> None:
    looks = [look for day, size in enumerate(sizes, 1) for look in days(day, 1, size)]
    found_windows = list(windows(looks, least))
    gathered = [look for *_, window in found_windows for look in window]
    assert gathered == [look for _, look in looks][: len(gathered)]
    assert all(len(window) >= least for *_, window in found_windows)
    left = looks[len(gathered) :]
    assert len(left) < least and not ({day for day, _ in left} & {last for _, last, _ in found_windows})


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def feed(raw: Path, first: int, count: int, *, text: str = "", start: int = 0) -> None:
    """A day's export with ten pages, for so many days; page n has the same address whenever it is fetched."""
    for day in range(first, first + count):
        records = [
            {
                "url": f"https://{SITE}/{start + number}" if start else f"https://{SITE}/{day}-{number}",
                "fetched_at": f"2026-03-{day:02}T08:{number:02}:00Z",
                "text": f"{text} {number}"
                if text
                else " ".join(f"word{(number * 7 + day) % 90 + at}" for at in range(80 + number)),
            }
            for number in range(10)
        ]
        lines(raw / SITE / f"day-{day:02}.jsonl", *records)


def manifest(clean: Path) -> list[dict[str, Any]]:
    found_there: list[dict[str, Any]] = json.loads((clean / "manifest.json").read_text())["drifted"]
    return found_there


def test_a_good_article_does_not_give_way_to_a_wall(raw: Path, clean: Path) -> None:
    feed(raw, 1, 1, start=1000)
    feed(raw, 2, 4)
    run(raw, clean)
    before = {row["id"]: row["text"] for row in rows(clean)}
    feed(raw, 6, 1, text="We value your privacy", start=1000)
    said = run(raw, clean)
    assert f"drifted: {SITE} since 2026-03-06 (words" in said and "earlier versions of its pages stand" in said
    assert {row["id"]: row["text"] for row in rows(clean) if row["id"] in before} == before
    assert counts(clean)["superseded"] == 10
    (drift,) = manifest(clean)
    assert (drift["site"], drift["measure"], drift["latest"]) == (SITE, "words", True)
    assert "Drifted sites" in (clean / "report.html").read_text()
    assert "drifted" not in run(raw, clean)  # no news
    feed(raw, 7, 1, start=1000)
    run(raw, clean)
    assert sum(row["source"]["path"] == f"{SITE}/day-07.jsonl" for row in rows(clean)) == 10
    assert [drift["latest"] for drift in manifest(clean)] == [False]


def test_one_run_sees_what_daily_runs_saw(raw: Path, clean: Path) -> None:
    for day in range(1, 9):
        feed(raw, day, 1, text="wall" if day == 6 else "", start=1000 if day in (1, 6, 8) else 0)
        run(raw, clean)
    run(raw, clean.with_name("once"))
    assert outputs(clean) == outputs(clean.with_name("once"))
    assert manifest(clean) == manifest(clean.with_name("once")) != []


def test_a_scheduler_can_be_stopped_by_it_and_a_person_can_accept(raw: Path, clean: Path) -> None:
    feed(raw, 1, 5)
    run(raw, clean, "--fail-on-drift")
    feed(raw, 6, 1, text="wall")
    said = run(raw, clean, "--fail-on-drift", expect=3)
    assert f"drifted: {SITE} since 2026-03-06" in said and "normal_since = DATE" in said
    run(raw, clean)
    run(raw, clean, "--fail-on-drift", expect=3)  # until someone has looked
    run(raw, clean, "--fail-on-drift", "--drift-history", "60")
    rules = raw.with_name("rules") / "sites"
    rules.mkdir(parents=True)
    (rules / f"{SITE}.toml").write_text("normal_since = 2026-03-06\n")
    run(raw, clean, "--fail-on-drift")
    assert manifest(clean) == []
