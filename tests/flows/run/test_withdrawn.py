"""A source that is away for a night takes no article with it; what goes on purpose goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.run import stages
from flows.run.options import Options
from flows.run.summary import told
from flows.store.state import forget_everything
from running import HerePool, counts, everything, lines, outputs, page, rows
from sources import Again, because, closed, empty, from_scratch, repeatedly, sources, story, texts


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return sources(tmp_path / "raw")


@pytest.fixture
def again(raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> Again:
    monkeypatch.setattr(stages, "Pool", HerePool)
    return repeatedly(raw, clean)


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


def test_a_newer_version_that_is_moved_away_stands_where_that_is_asked_for(
    raw: Path, clean: Path, again: Again
) -> None:
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


def test_held_back_articles_that_newer_versions_supersede_do_not_open_the_gate(
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
        patched.setattr("flows.run.run.publish", stages.publish)
        with pytest.raises(KeyboardInterrupt):
            again()
    fetch(0, 9, "c")  # one of them is there again, in a newer version
    for _ in range(2):
        assert closed(again()) == ["withdrawn"] and because(clean) == ["away"] * 20
