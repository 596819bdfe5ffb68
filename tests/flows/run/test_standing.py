"""What cannot be read, shows walls or lost its state takes no article with it, and no such run ends green."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.errors import CannotRun
from flows.run import stages
from flows.store.state import forget_everything
from running import HerePool, everything, outputs, page, rows
from sources import Again, because, closed, empty, from_scratch, repeatedly, sources, story, texts


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return sources(tmp_path / "raw")


@pytest.fixture
def again(raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> Again:
    monkeypatch.setattr(stages, "Pool", HerePool)
    return repeatedly(raw, clean)


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Names that give no permission to who opens, lists or looks at them: root, who runs these tests, always has it."""
    closed_to_us: set[str] = set()

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def work(path: Any, *given: Any, **named: Any) -> Any:
            if isinstance(path, str | os.PathLike) and closed_to_us.intersection(Path(path).parts):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *given, **named)

        return work

    for name in ("open", "listdir", "lstat"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))
    yield closed_to_us
    closed_to_us.clear()


@pytest.mark.parametrize("name", ["site0.example", "p4.html", "news.jsonl"])
def test_what_cannot_be_read_is_not_gone(raw: Path, clean: Path, again: Again, unreadable: set[str], name: str) -> None:
    again()
    before, articles = everything(clean), outputs(clean)
    unreadable.add(name)
    summary = again(max_quarantined=1.0)
    assert not closed(summary) and summary.withdrawn == 0
    found = outputs(clean)
    assert {path: found[path] for path in articles} == articles
    (row,) = rows(clean, "quarantine")
    assert row["source"].endswith(name) and "unreadable" in row["reason"]
    assert "Permission denied" in row["detail"]
    assert set(because(clean)) == {"unreadable"}
    unreadable.clear()
    summary = again()
    assert summary.cleaned == 0
    assert everything(clean) == before


@pytest.mark.parametrize("name", ["p4.html", "news.jsonl"])
def test_what_comes_back_and_cannot_be_read_is_not_gone(
    raw: Path, clean: Path, again: Again, unreadable: set[str], tmp_path: Path, name: str
) -> None:
    again()
    before, articles = everything(clean), texts(clean)
    shutil.copytree(raw, tmp_path / "cold")
    empty(raw)
    again()
    shutil.copytree(tmp_path / "cold", raw, dirs_exist_ok=True)
    unreadable.add(name)
    summary = again(max_quarantined=1.0)
    assert not closed(summary) and summary.withdrawn == 0
    assert texts(clean) == articles and set(because(clean)) == {"unreadable"}
    unreadable.clear()
    again()
    assert everything(clean) == before


def test_a_raw_that_cannot_be_read_at_all_stops_the_run(
    raw: Path, clean: Path, again: Again, unreadable: set[str]
) -> None:
    again()
    before = everything(clean)
    unreadable.add("raw")
    with pytest.raises(CannotRun, match="cannot be read"):
        again()
    unreadable.clear()
    assert again().nothing_new and everything(clean) == before


def test_a_page_whose_sidecar_cannot_be_read_is_as_it_was(
    tmp_path: Path, clean: Path, again: Again, unreadable: set[str]
) -> None:
    raw = tmp_path / "raw"
    page(raw / "a.html", text="the story")
    (raw / "a.html.meta.json").write_text('{"url": "https://a.example/story"}')
    again()
    articles = {path: content for path, content in outputs(clean).items() if path.startswith("articles")}
    unreadable.add("a.html.meta.json")
    again(max_quarantined=1.0)
    assert articles.items() <= outputs(clean).items() and len(rows(clean)) == 19
    assert [row["source"] for row in rows(clean, "quarantine")] == ["a.html.meta.json"]
    unreadable.clear()
    again()
    assert everything(clean) == from_scratch(raw, clean)


def test_a_broken_sidecar_whose_page_goes_and_comes_back_is_counted_once(raw: Path, clean: Path, again: Again) -> None:
    story = raw / "site0.example" / "p0.html"
    story.with_name("p0.html.meta.json").write_text("{broken")
    again()
    story.rename(raw.with_name("p0.html"))
    again()
    raw.with_name("p0.html").rename(story)
    again()
    assert everything(clean) == from_scratch(raw, clean)


def test_what_stands_without_its_input_outlives_its_memory(raw: Path, clean: Path, again: Again) -> None:
    """And is not cleaned again, learned of or lost when rules, pipeline or state change."""
    again()
    shutil.rmtree(raw / "site0.example")
    again(keep_withdrawn=True)
    expected = everything(clean)
    forget_everything(clean / ".state")
    again(keep_withdrawn=True)
    assert everything(clean) == expected


@pytest.mark.parametrize("lost", ["kept", "everything private", "kept and half of a file"])
def test_articles_outlive_the_loss_of_their_memory_and_their_input_at_once(
    raw: Path, clean: Path, again: Again, lost: str, tmp_path: Path
) -> None:
    again()
    before, articles = everything(clean), texts(clean)
    shutil.copytree(raw, tmp_path / "cold")
    empty(raw)
    if lost == "everything private":
        shutil.rmtree(clean / ".state")
    else:
        forget_everything(clean / ".state")
        shutil.rmtree(clean / ".state" / "kept")
    whole = 18
    if lost.endswith("file"):
        file = clean / "articles" / next(name for name in outputs(clean) if "news" in name).partition("/")[2]
        file.write_bytes(file.read_bytes()[:-30])
        whole = 17
    summary = again()
    assert closed(summary) == ["withdrawn"] and len(rows(clean)) == whole
    assert texts(clean) <= articles and because(clean) == ["away"] * whole
    assert len(rows(clean, "removed")) == 30
    shutil.copytree(tmp_path / "cold", raw, dirs_exist_ok=True)
    assert again().cleaned == 18
    assert everything(clean) == before


def test_articles_outlive_the_loss_of_their_memory_while_their_pages_cannot_be_read(
    raw: Path, clean: Path, again: Again, unreadable: set[str]
) -> None:
    again()
    before, articles = everything(clean), texts(clean)
    shutil.rmtree(clean / ".state")
    unreadable.update(("p4.html", "news.jsonl"))
    again(max_quarantined=1.0)
    assert texts(clean) == articles and because(clean) == ["unreadable"] * 4
    unreadable.clear()
    again()
    assert everything(clean) == before


WALLS = {
    "a notice": {"do": "refuse consent_wall"},
    "one text": {"text": "We and our partners store information"},
    "no word": {"do": "refuse too_little"},
}


@pytest.mark.parametrize("wall", WALLS)
@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("stories", [12, 45, 120])
def test_walls_over_its_own_files_take_no_article_of_a_site(
    tmp_path: Path, clean: Path, again: Again, wall: str, dated: bool, stories: int
) -> None:
    raw = tmp_path / "raw"
    shutil.rmtree(raw)

    def fetch(number: int, day: int, **says: str) -> None:
        when = {"fetched_at": f"2026-03-{day:02}T08:00:00Z"} if dated else {}
        page(raw / "s.example" / f"{number}.html", **story(number) | when | says)

    for number in range(stories):
        fetch(number, 1 + number % 5)
    again()
    good = texts(clean)
    walled = min(stories // 2 - 1, 15)
    for number in range(walled):
        fetch(number, 9, **WALLS[wall])
    summary = again(max_quarantined=1.0)
    assert summary.drifted and "s.example" in summary.drifted[0].told()
    assert texts(clean) == good and because(clean) == ["drifted"] * walled
    assert closed(again(max_quarantined=1.0, fail_on_drift=True)) == ["drifted"]
    expected = everything(clean)
    forget_everything(clean / ".state")
    again(max_quarantined=1.0, fail_on_drift=True)
    assert everything(clean) == expected
    for number in range(walled):
        fetch(number, 10, text=f"story {number} goes over the bridge")
    again()
    assert not because(clean) and everything(clean) == from_scratch(raw, clean)


@pytest.mark.parametrize("dated", [True, False])
def test_walls_at_the_addresses_of_stories_in_other_files_take_none(
    tmp_path: Path, clean: Path, again: Again, dated: bool
) -> None:
    """As where each crawl has a folder of its own and the last one is removed; a story that came through goes on."""
    raw = tmp_path / "raw"
    shutil.rmtree(raw)

    def crawl(day: int, walled: int, told: str = "") -> None:
        shutil.rmtree(raw, ignore_errors=True)
        when = {"fetched_at": f"2026-03-{day:02}T08:00:00Z"} if dated else {}
        for number in range(12):
            says = story(number) | when | ({"text": f"{story(number)['text']}{told}"} if told else {})
            page(
                raw / "s.example" / str(day) / f"{number}.html", **says | (WALLS["one text"] if number < walled else {})
            )

    crawl(1, 0)
    again()
    good = texts(clean)
    crawl(9, 8, ", corrected")
    summary = again()
    assert summary.drifted and not closed(summary) and because(clean) == ["drifted"] * 8
    assert texts(clean) == {f"{story(n)['text']}{', corrected' if n >= 8 else ''}" for n in range(12)}
    assert again().nothing_new
    expected = everything(clean)
    forget_everything(clean / ".state")
    again()
    assert everything(clean) == expected
    crawl(10, 0)
    again()
    assert texts(clean) == good and everything(clean) == from_scratch(raw, clean)


def test_pages_that_change_as_pages_do_are_no_walls(tmp_path: Path, clean: Path, again: Again) -> None:
    """Corrections, two copies of one release, an empty page: what stood before goes."""
    raw = tmp_path / "raw"
    shutil.rmtree(raw)
    for number in range(12):
        page(raw / "s.example" / f"{number}.html", **story(number), fetched_at="2026-03-01")
    again()
    for number in range(5):
        page(
            raw / "s.example" / f"{number}.html",
            **story(number, text=f"story {number} corrected", fetched_at="2026-03-09"),
        )
    for number in (5, 6):
        page(raw / "s.example" / f"{number}.html", **story(number, text="one release", fetched_at="2026-03-09"))
    page(raw / "s.example" / "7.html", do="refuse too_little", fetched_at="2026-03-09")
    summary = again()
    assert not summary.drifted and not because(clean)
    assert everything(clean) == from_scratch(raw, clean)


def test_one_notice_in_the_place_of_an_article_is_enough_to_keep_that(
    tmp_path: Path, clean: Path, again: Again
) -> None:
    raw = tmp_path / "raw"
    shutil.rmtree(raw)
    for number in range(4):
        page(raw / "s.example" / f"{number}.html", **story(number))
    again()
    page(raw / "s.example" / "0.html", do="refuse blocked")
    assert not again().drifted
    assert story(0)["text"] in texts(clean) and because(clean) == ["drifted"]
    (raw / "s.example" / "0.html").unlink()
    assert again().withdrawn == 1 and story(0)["text"] not in texts(clean)


@pytest.mark.parametrize(
    ("bad", "good", "asked", "shut"),
    [
        (3, 0, {}, True),
        (2, 0, {}, False),
        (3, 3, {}, False),
        (4, 3, {}, True),
        (21, 60, {}, True),
        (21, 90, {}, False),
        (20, 60, {}, False),
        (3, 0, {"max_quarantined": 1.0}, False),
        (1, 90, {"max_quarantined": 0.0}, True),
    ],
)
def test_a_run_that_loses_its_pages_does_not_end_green(
    tmp_path: Path, clean: Path, again: Again, bad: int, good: int, asked: dict[str, float], shut: bool
) -> None:
    raw = tmp_path / "raw"
    shutil.rmtree(raw)
    for number in range(bad + good):
        page(raw / f"{number}.html", text=f"text {number}", do="refuse" if number < bad else "")
    summary = again(**asked)
    assert closed(summary) == ["quarantined"] * shut
    if shut:
        assert f"{bad} of {bad + good} pages" in summary.closed[0].said
        assert "quarantined" in (clean / "report.html").read_text().partition("<table")[0]


def test_a_bad_night_among_good_ones_is_seen_and_is_not_in_the_files(raw: Path, clean: Path, again: Again) -> None:
    again()
    for number in range(4):
        page(raw / "bad" / f"{number}.html", do="refuse")
    summary = again()
    assert closed(summary) == ["quarantined"] and "4 of 4 pages" in summary.closed[0].said
    assert everything(clean) == from_scratch(raw, clean)  # four of twenty-two, and nobody knows when they came
    assert not closed(again())


def test_doubt_closes_a_gate_where_that_is_asked_for(raw: Path, clean: Path, again: Again) -> None:
    assert not closed(again(min_confidence=0.8))
    assert closed(again(min_confidence=0.95)) == ["confidence"]
    assert not closed(again())
