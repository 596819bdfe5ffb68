"""A source that is away, cannot be read or shows walls takes no article with it; what goes on purpose goes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.clean import run as run_here
from flows.clean import told
from flows.errors import CannotRun
from flows.run import stages
from flows.run.options import Options
from flows.run.stages import Summary
from flows.store.state import forget_everything
from running import HerePool, counts, everything, lines, outputs, page, rows

Again = Callable[..., Summary]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Fifteen pages of two sites and three records."""
    folder = tmp_path / "raw"
    for number in range(15):
        site = f"site{number % 2}.example"
        page(folder / site / f"p{number}.html", url=f"https://{site}/{number}", text=f"text {number}", chrome="yes")
    lines(folder / "news.jsonl", *({"url": f"https://c.example/{n}", "text": f"record {n}"} for n in range(3)))
    return folder


@pytest.fixture
def again(raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> Again:
    """A run in this process, with the options given."""
    monkeypatch.setattr(stages, "Pool", HerePool)
    return lambda **asked: run_here(Options(raw, clean, 1, quiet=True, **asked))


def from_scratch(raw: Path, clean: Path, **asked: Any) -> dict[str, bytes]:
    """What a first run gives, account and report included."""
    fresh = clean.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    run_here(Options(raw, fresh, 1, quiet=True, **asked))
    return everything(fresh)


def texts(clean: Path) -> set[str]:
    return {row["text"] for row in rows(clean)}


def closed(summary: Summary) -> list[str]:
    return [gate.name for gate in summary.closed]


def because(clean: Path) -> list[str]:
    """What keeps the articles that stand without their input, as the manifest says."""
    return [row["because"] for row in json.loads((clean / "manifest.json").read_text())["standing"]]


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


def empty(raw: Path) -> None:
    for entry in raw.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def test_a_source_that_is_away_for_a_night_takes_nothing_with_it(
    raw: Path, clean: Path, again: Again, tmp_path: Path
) -> None:
    again()
    before, articles = everything(clean), outputs(clean)
    shutil.copytree(raw, tmp_path / "cold")
    empty(raw)
    summary = again()
    assert closed(summary) == ["withdrawn"] and summary.withdrawn == 0
    assert "18 of 18 articles" in summary.closed[0].said and "--keep-withdrawn" in summary.closed[0].said
    assert outputs(clean) == articles and because(clean) == ["away"] * 18
    assert counts(clean) == {"inputs": 18, "article": 18, "standing": 18}
    assert "18 of the articles stand without their input" in told(summary, Options(raw, clean, 1))
    assert summary.closed[0].said in (clean / "report.html").read_text()
    assert f"{raw} holds no page" in summary.closed[0].told(Options(raw, clean, 1))
    once_more = again()
    assert closed(once_more) == ["withdrawn"] and once_more.nothing_new
    assert closed(again(max_withdrawn=1.0)) == ["withdrawn"]  # an empty RAW always counts as away
    shutil.copytree(tmp_path / "cold", raw, dirs_exist_ok=True)
    summary = again()
    assert not closed(summary) and summary.cleaned == 0
    assert everything(clean) == before


def test_what_comes_with_a_lost_folder_is_published_all_the_same(raw: Path, clean: Path, again: Again) -> None:
    """Nine of eighteen articles would go: none of them does, for less than a site of ten; then the rest of them too."""
    again()
    for number in range(40):
        page(raw / "site2.example" / f"{number}.html", url=f"https://site2.example/{number}", text=f"more {number}")
    again()
    shutil.rmtree(raw / "site2.example")
    page(raw / "site0.example" / "new.html", url="https://site0.example/new", text="new tonight")
    summary = again()
    assert closed(summary) == ["withdrawn"] and summary.cleaned == 1
    assert "40 of 59 articles would go" in summary.closed[0].said
    assert {"new tonight", "more 39"} <= texts(clean)
    summary = again(max_withdrawn=0.7)
    assert not closed(summary) and summary.withdrawn == 40
    assert everything(clean) == from_scratch(raw, clean)


@pytest.mark.parametrize(
    ("gone", "asked", "shut"),
    [
        (9, {}, False),  # half of all, but few, and no site goes as a whole
        (21, {}, True),
        (21, {"max_withdrawn": 0.6}, False),
        (2, {"max_withdrawn": 0.0}, True),
        (0, {"max_withdrawn": 0.0}, False),
    ],
)
def test_how_many_may_go(
    tmp_path: Path, clean: Path, again: Again, gone: int, asked: dict[str, float], shut: bool
) -> None:
    raw = tmp_path / "raw"
    shutil.rmtree(raw)
    for number in range(2 * max(gone, 9)):
        page(raw / "a.example" / f"{number}.html", text=f"text {number}")
    again()
    for number in range(gone):
        (raw / "a.example" / f"{number}.html").unlink()
    summary = again(**asked)
    assert closed(summary) == ["withdrawn"] * shut and summary.withdrawn == (0 if shut else gone)


def test_a_whole_site_of_ten_among_many_counts_and_one_of_nine_does_not(
    tmp_path: Path, clean: Path, again: Again
) -> None:
    raw = tmp_path / "raw"
    for site, size in (("a", 10), ("b", 9), ("c", 40)):
        for number in range(size):
            page(raw / f"{site}.example" / f"{number}.html", text=f"text {site} {number}")
    again()
    shutil.rmtree(raw / "b.example")
    assert again().withdrawn == 9
    shutil.rmtree(raw / "a.example")
    assert closed(again()) == ["withdrawn"]
    (raw / "c.example" / "0.html").unlink()
    summary = again()
    assert (closed(summary), summary.withdrawn) == (["withdrawn"], 0)  # a closed gate holds back all of them


@pytest.mark.parametrize("memory", ["kept", "lost"])
@pytest.mark.parametrize("size", [7, 30])
def test_a_source_that_stays_away_is_not_let_go_for_what_comes_meanwhile(
    tmp_path: Path, clean: Path, again: Again, size: int, memory: str
) -> None:
    """Neither small among the new nor of a site that has articles again: most of what the gate held back is missing yet."""
    raw = tmp_path / "raw"
    shutil.rmtree(raw)
    for number in range(size):
        page(raw / "a.example" / f"{number}.html", text=f"text {number}")
    again()
    shutil.rmtree(raw / "a.example")
    for night in range(3):
        for number in range(size * 4):
            page(raw / "abc"[night] / f"{number}.html", text=f"night {night}, text {number}")
        page(raw / "a.example" / f"new {night}.html", text=f"night {night}, news")
        if memory == "lost":
            forget_everything(clean / ".state")
        assert closed(again()) == ["withdrawn"]
        assert closed(again()) == ["withdrawn"] and because(clean) == ["away"] * size
    page(raw / "a.example" / "0.html", text="text 0")
    assert closed(again()) == ["withdrawn"] and because(clean) == ["away"] * (size - 1)
    for number in range(size - 2):
        page(raw / "a.example" / f"{number}.html", text=f"text {number}")
    assert again().withdrawn == 2 and because(clean) == []
    assert everything(clean) == from_scratch(raw, clean)


def test_a_site_of_ten_that_is_lost_counts_though_a_page_of_it_comes(tmp_path: Path, clean: Path, again: Again) -> None:
    """As where a scraper writes into the folder on which the disk with the site's pages is not mounted tonight."""
    raw = tmp_path / "raw"
    shutil.rmtree(raw)
    for site, size in (("a", 10), ("b", 20)):
        for number in range(size):
            page(raw / f"{site}.example" / f"{number}.html", text=f"text {site} {number}")
    again()
    shutil.rmtree(raw / "a.example")
    page(raw / "a.example" / "new.html", text="news")
    assert closed(again()) == ["withdrawn"] and {"news", "text a 0"} <= texts(clean)
    assert closed(again()) == ["withdrawn"]
    assert again(max_withdrawn=1.0).withdrawn == 10
    assert everything(clean) == from_scratch(raw, clean)


def test_pages_that_move_or_that_others_give_as_well_are_not_lost(raw: Path, clean: Path, again: Again) -> None:
    again()
    before = {row["id"]: row["text"] for row in rows(clean)}
    (raw / "2026").mkdir()
    for site in ("site0.example", "site1.example"):
        (raw / site).rename(raw / "2026" / site)
    summary = again()
    assert not closed(summary) and summary.withdrawn == 0
    assert {row["id"]: row["text"] for row in rows(clean)} == before
    assert everything(clean) == from_scratch(raw, clean)


def test_raw_pages_may_be_moved_to_cold_storage(raw: Path, clean: Path, again: Again, tmp_path: Path) -> None:
    again()
    articles = outputs(clean)
    shutil.move(raw / "site0.example", tmp_path / "cold")
    (raw / "news.jsonl").unlink()
    summary = again(keep_withdrawn=True)
    assert not closed(summary) and outputs(clean) == articles and because(clean) == ["away"] * 11
    empty(raw)
    assert not closed(again(keep_withdrawn=True)) and outputs(clean) == articles
    assert again(keep_withdrawn=True).nothing_new
    (raw / "site0.example").mkdir()
    page(raw / "site0.example" / "p0.html", url="https://site0.example/0", text="another text", chrome="yes")
    again(keep_withdrawn=True)
    assert "another text" in texts(clean) and "text 0" not in texts(clean) and len(rows(clean)) == 18


def test_an_address_that_another_page_claims_is_no_move(raw: Path, clean: Path, again: Again) -> None:
    """An article whose input is moved away stands, whatever another page says of the same address; a corrected page that
    moved does not stand twice."""
    page(raw / "a.html", claims="https://site0.example/story", text="the story")
    page(raw / "b.html", url="https://site0.example/piece", text="the piece")
    again()
    (raw / "a.html").unlink()
    (raw / "b.html").rename(raw / "moved.html")
    page(raw / "moved.html", url="https://site0.example/piece", text="the piece, corrected")
    page(raw / "evil.html", claims="https://site0.example/story", text="buy this")
    assert not closed(again(keep_withdrawn=True))
    assert {"the story", "buy this", "the piece, corrected"} <= texts(clean) and "the piece" not in texts(clean)
    assert because(clean) == ["away"]


def test_a_newer_take_that_is_moved_away_stands_where_that_is_asked_for(raw: Path, clean: Path, again: Again) -> None:
    """Otherwise the older one that is there stands again, and nothing is lost."""
    for day in (1, 2):
        page(
            raw / f"day{day}" / "a.html",
            url="https://site0.example/story",
            text=f"the story of day {day}",
            fetched_at=f"2026-03-0{day}",
        )
    again()
    shutil.rmtree(raw / "day2")
    again(keep_withdrawn=True)
    assert "the story of day 2" in texts(clean) and because(clean) == ["away"]
    assert not closed(again(max_withdrawn=0.0)) and "the story of day 1" in texts(clean)
    assert everything(clean) == from_scratch(raw, clean)


def test_what_a_page_taught_is_learned_again_when_it_comes_back(raw: Path, clean: Path, again: Again) -> None:
    house = "this line stands under every story of this house"
    for number in range(6):
        own = f"{'abcdef'[number] * 9} tells of the bridge that is number {number} of the valley and its keepers"
        page(raw / "t.example" / f"{number}.html", shows=f"{own}|{house}")
    again()
    stories = {path: path.read_text() for path in (raw / "t.example").iterdir()}
    for path in stories:
        page(path, text="We and our partners")
    assert again().drifted and because(clean) == ["drifted"] * 6
    for path, content in stories.items():
        path.write_text(content)
    again()
    assert everything(clean) == from_scratch(raw, clean)


def test_records_that_a_file_no_longer_has_pass_the_gate_too(tmp_path: Path, clean: Path, again: Again) -> None:
    raw = tmp_path / "raw"
    records = [{"url": f"https://d.example/{n}", "text": f"record number {n}"} for n in range(60)]
    lines(raw / "feed.jsonl", *records)
    again()
    articles = texts(clean)
    lines(raw / "feed.jsonl", *records[:10])
    assert closed(again()) == ["withdrawn"] and texts(clean) >= articles
    (raw / "feed.jsonl").write_text("")
    assert "withdrawn" in closed(again()) and texts(clean) >= articles
    lines(raw / "feed.jsonl", *records)
    assert not closed(again())
    assert everything(clean) == from_scratch(raw, clean)


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


def test_an_account_that_was_not_written_is_written_by_the_next_run(
    raw: Path, clean: Path, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though all shards are written and every figure is as before: a page in quarantine moved."""
    page(raw / "a" / "a.html", do="refuse")
    again()
    (raw / "a" / "a.html").rename(raw / "site0.example" / "a.html")
    with monkeypatch.context() as patched:
        patched.setattr(stages, "write_card", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            again()
    again()
    assert everything(clean) == from_scratch(raw, clean)


def test_held_back_articles_that_newer_takes_supersede_do_not_open_the_gate(
    tmp_path: Path, clean: Path, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the next run nor where this one is stopped between the two."""
    raw = tmp_path / "raw"
    shutil.rmtree(raw)

    def fetch(number: int, day: int, site: str) -> None:
        page(raw / site / f"{number}.html", **story(number, fetched_at=f"2026-03-{day:02}", text=f"{site} {number}"))

    for number in range(21):
        fetch(number, 5, "a")
    for number in range(30, 60):
        fetch(number, 5, "b")
    again()
    for number in range(21):
        (raw / "a" / f"{number}.html").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(stages.versions, "relate", lambda _: 0)
        patched.setattr(stages, "publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        patched.setattr("flows.clean.publish", stages.publish)
        with pytest.raises(KeyboardInterrupt):
            again()
    fetch(0, 9, "c")  # one of them is there again, in a newer take
    for _ in range(2):
        assert closed(again()) == ["withdrawn"] and because(clean) == ["away"] * 20


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
    """And is not cleaned again, learned of or lost when rules, recipe or memory change."""
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


def story(number: int, **says: Any) -> dict[str, Any]:
    return {"url": f"https://s.example/{number}", "text": f"story {number} tells of the bridge", **says}


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
