"""Checks what the benchmarks compute, on invented pages; what they measure needs pages with gold text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpus, gate, memory
from benchmarks.figures import difference, means, overlap, page_figures, standfirst, table
from benchmarks.growth import SHAPES, exponent, grown, page
from benchmarks.learning import Taught, lesson, rewritten
from benchmarks.pages import export_line, read_set, sampled, sets_in, write_set
from benchmarks.quality import set_figures
from benchmarks.speed import quantile
from flows.read.jsonl import read_lines
from flows.read.scan import walk

FIRST = "The ferry is back after nine years, and the baker is glad of it."


def record(number: int = 0, site: str | None = "post.example", **more: Any) -> dict[str, Any]:
    html = f'<head><meta name="description" content="{FIRST}"></head><p>{FIRST}</p><p>It rained.</p>'
    gold = {"text": f"{FIRST}\n\nIt rained."}
    return {
        "id": f"p{number}",
        "set": "press",
        "site": site,
        "url": None,
        "kind": "article",
        "html": html,
        "gold": gold,
    } | more


@pytest.mark.parametrize(
    ("text", "gold", "wanted"),
    [
        ("a b c d", "A b, c d!", (1, 1, 1)),
        ("a b", "a b c d", (1, 0.5, 2 / 3)),
        ("a a a a", "a b", (0.25, 0.5, 1 / 3)),  # a word counts as often as it stands in both
        ("", "a b", (0, 0, 0)),
        ("", "", (1, 1, 1)),
    ],
)
def test_overlap(text: str, gold: str, wanted: tuple[float, float, float]) -> None:
    assert overlap(text, gold) == pytest.approx(wanted)


def test_a_page_has_the_figures_its_gold_is_for() -> None:
    gold = {
        "text": "It rained.", "with": ["it  Rained", "it snowed"], "without": ["Subscribe now"], "title": "Rain!",
        "published": "2024-03-03 10:00:00+00:00", "authors": ["Agnes Thorley", "Jo Bell"],
    }  # fmt: skip
    answer = {"text": "It rained. Subscribe\nnow", "title": "rain", "published": "2024-03-03", "authors": ["Jo Bell"]}
    found = page_figures(record(gold=gold), answer)
    assert found | {"P": [], "R": [], "F1": []} == {
        "P": [], "R": [], "F1": [], "with": [1, 0], "without": [0], "title": [1], "date": [1], "authors": [0],
    }  # fmt: skip
    assert page_figures(record(gold={"text": "It rained."}), None)["F1"] == [0]


@pytest.mark.parametrize(
    ("why", "described", "first", "is_one"),
    [
        ("the same but for quotes and case", FIRST.upper(), FIRST, True),
        ("a description that is cut off", f"{FIRST[:40]}…", FIRST, True),
        ("a description in other words", "What happened at the ferry this week.", FIRST, False),
        ("a slogan begins the sentence by accident", "The ferry", FIRST, False),
        ("a kicker is no standfirst", "Ferry news", "Ferry news", False),
    ],
)
def test_standfirst(why: str, described: str, first: str, is_one: bool) -> None:
    html = f'<head><meta property="og:description" content="{described}"></head><p>{first}</p>'
    assert bool(standfirst(record(html=html, gold={"text": f"{first}\n\nIt rained."}))) is is_one, why


def test_standfirst_is_kept_whole_or_lost() -> None:
    assert page_figures(record(), {"text": f"{FIRST} It rained."})["standfirst"] == [1]
    assert page_figures(record(), {"text": f"{FIRST[8:]} It rained."})["standfirst"] == [0]
    assert "standfirst" not in page_figures(record() | {"text": FIRST}, {"text": FIRST})


def test_snippets_count_one_each_and_pages_without_are_left_out() -> None:
    assert means([{"with": [1, 0, 0]}, {"with": [1]}, {"F1": [0.5]}]) == {"with": 0.5, "F1": 0.5}


def test_difference_is_paired() -> None:
    ours = [{"F1": [0.9]}, {"F1": [0.5]}, {}, {"F1": [0.801]}]
    theirs = [{"F1": [0.8]}, {"F1": [0.6]}, {}, {"F1": [0.8]}]
    found = difference(ours, theirs)
    assert found is not None and found.low < found.mean < found.high
    assert (found.better, found.worse) == (1, 1) and found.mean == pytest.approx(0.001 / 3)
    assert difference([{}], [{}]) is None


def test_a_sample_keeps_sites_whole(tmp_path: Path) -> None:
    pages = [record(n, site=f"{'www.' if n % 2 else ''}s{n // 4}.example") for n in range(40)] + [record(40, site=None)]
    chosen = sampled(pages, 20)
    counts = [sum(page["site"] in (f"s{n}.example", f"www.s{n}.example") for page in chosen) for n in range(10)]
    assert set(counts) == {0, 4} and len(chosen) < 30
    write_set(tmp_path, "press", pages)
    assert sets_in(tmp_path) == ["press"] and read_set(tmp_path, "press") == pages
    assert read_set(tmp_path, "press", 20) == chosen


def test_the_export_holds_no_gold() -> None:
    assert set(json.loads(export_line(record(extra="of the set")))) == {"id", "url", "html"}


def test_halves_and_languages_are_parts_of_the_whole() -> None:
    pages = [record(n, site=f"s{n}.example") for n in range(12)]
    right = {page["id"]: {"text": page["gold"]["text"], "language": "en"} for page in pages[:9]}
    found = set_figures(pages, {"copydesk": right, "trafilatura": {}}, halves=True)
    assert found["copydesk"]["F1"] == 0.75 and found["trafilatura"]["F1"] == 0
    assert found["difference"]["better"] == 9
    assert {part: rows["pages"] for part, rows in found["parts"].items()} | {"half A": 0, "half B": 0} == {
        "half A": 0, "half B": 0, "en": 9, "None": 3,
    }  # fmt: skip
    assert found["parts"]["half A"]["pages"] + found["parts"]["half B"]["pages"] == 12


def test_quantiles_are_values() -> None:
    assert [quantile(range(1, 101), share) for share in (0.5, 0.9, 0.99)] == [50, 90, 99]
    assert quantile([7.0], 0.5) == 7


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_invented_pages_have_the_size_asked_for(shape: Any) -> None:
    for size in (10_000, 100_000):
        assert size <= len(page(shape, size)) < size + 1_000
    assert page(shape, 10_000) == page(shape, 10_000) != page(shape, 10_000, seed=1)
    assert set(grown(shape, (2_000, 4_000)).seconds) == {2_000, 4_000}


def test_exponents() -> None:
    assert exponent({10: 1.0, 100: 10.0, 1000: 100.0}) == pytest.approx(1)
    assert exponent({10: 1.0, 100: 100.0, 1000: 10_000.0}) == pytest.approx(2)


def test_a_table_is_aligned() -> None:
    lines = table(("set", "F1"), [("press", 0.5), ("a", None)]).split("\n")
    assert lines == ["set        F1", "press  0.5000", "a           -"]


def report(**figures: Any) -> dict[str, Any]:
    """A report on whole sets as the other two write it, about the pages that the floors were measured on."""
    return {
        "sample": None,
        "digests": gate.floors()[1],
        "sets": {name: {"copydesk": row} for name, row in figures.items()},
    }


def test_floors_are_for_figures_there_are() -> None:
    floors, digests = gate.floors()
    assert {floor.set for floor in floors} == set(digests)
    assert {floor.figure for floor in floors} == {"F1", "without", "standfirst", "x"}
    assert all(floor.least > 0 and (floor.least <= 1 or floor.figure == "x") for floor in floors)


def test_what_is_below_its_floor_falls() -> None:
    floors = [gate.Floor("F1", "press", 0.9), gate.Floor("F1", "five", 0.9), gate.Floor("x", "press", 4)]
    found = gate.fallen(floors, [report(press={"F1": 0.9}, five={"F1": 0.8999}), report(press={"x": 4.2})])
    assert found == [gate.Fall(floors[1], 0.8999)]
    assert gate.fallen(floors[:1], [report(five={"F1": 1})]) == [gate.Fall(floors[0], None)], "no figure is no pass"


def test_other_pages_are_not_judged() -> None:
    same, others = gate.known({"five": "b", "mine": "x"}, {"five": "a", "press": "c"})
    assert not same and [line.partition(":")[0] for line in others] == ["five", "press"]


def test_the_gate_says_when_it_skips(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path, "press", [record()])
    for words in ([], [str(tmp_path)], [str(tmp_path / "nowhere")]):
        assert gate.main(words) == 0
        said = capsys.readouterr().out
        assert said.startswith("skipped") and said.count("\n") == 1


def test_the_gate_judges_figures_of_whole_sets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors, _ = gate.floors()
    good: dict[str, dict[str, float]] = {}
    for floor in floors:
        good.setdefault(floor.set, {})[floor.figure] = floor.least
    figures = tmp_path / "figures.json"
    for sets, sample, code, said in (
        (good, None, 0, "floors hold"),
        (good | {"press": {**good["press"], "F1": 0.1}}, None, 1, "0.1000"),
        (good, 30, 2, ""),
    ):
        figures.write_text(json.dumps(report(**sets) | {"sample": sample}), encoding="utf-8")
        assert gate.main(["--figures", str(figures)]) == code
        assert said in capsys.readouterr().out


def test_an_invented_corpus_is_the_same_every_time_and_begins_any_larger_one() -> None:
    pages = list(corpus.records(60, 12))
    assert pages == list(corpus.records(60, 12)) != list(corpus.records(60, 12, seed=1))
    assert pages[40:] == list(corpus.records(20, 12, first=40))
    assert len({page["url"] for page in pages}) == 60


def test_an_invented_page_shows_its_article_and_what_was_planted_in_it() -> None:
    pages = list(corpus.records(400, 30))
    assert {"html", "text"} == {name for page in pages for name in ("html", "text") if name in page}
    for told in pages:
        shown = told.get("html") or told["text"]
        assert all(line in shown for lines in told["meta"].values() for line in lines)
        assert not set(told["meta"]["article"]) & set(told["meta"]["planted"])
        assert 1_000 < len(shown) < 8_000 and 7 <= sum(map(len, told["meta"].values())) <= 24


def test_an_invented_site_repeats_itself_and_drifts() -> None:
    site = corpus.site_of(3)
    assert corpus.house_lines(3, 0) != corpus.house_lines(3, 1)
    assert corpus.ERA_PAGES[0] <= site.era <= corpus.ERA_PAGES[1]
    planted = [set(page["meta"]["planted"]) for page in corpus.records(60, 1)]
    assert set.union(*planted) >= set(corpus.house_lines(0, 0)) and all(
        map(set(corpus.house_lines(0, 0)).intersection, planted)
    )
    hosts = [page["url"].split("/")[2] for page in corpus.records(2_000, 50)]
    assert hosts.count(corpus.site_of(0).host) > 3 * hosts.count(corpus.site_of(49).host) > 0


def test_invented_stories_come_more_than_once_and_platforms_speak_for_many_hosts() -> None:
    pages = list(corpus.records(600, 30))
    tellers: dict[str, set[str]] = {}
    for told in pages:
        tellers.setdefault(told["meta"]["article"][0], set()).add(told["url"].split("/")[2])
    assert len(tellers) < len(pages) and max(map(len, tellers.values())) > 2
    lines = {corpus.platform_line(platform, 0) for platform in range(corpus.PLATFORMS)}
    shown = {line: {page["url"].split("/")[2] for page in pages if line in page["meta"]["planted"]} for line in lines}
    assert max(map(len, shown.values())) > 1


def test_a_corpus_is_written_as_a_container_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "PAGES_A_DAY", 20)
    corpus.write(tmp_path, 50, 6)
    corpus.write(tmp_path, 10, 6, first=50)
    found = list(walk(tmp_path))
    assert [entry.path for entry in found] == [f"pages-{start:07}.jsonl.zst" for start in (0, 20, 40, 50)]
    lines = [json.loads(line.payload) for entry in found for line in read_lines(tmp_path / entry.path, entry.codec)]
    assert lines == list(corpus.records(60, 6))


def test_a_lesson_counts_what_the_step_dropped_and_left() -> None:
    text = "It rained.\n\nOur letter comes on Friday."
    page = {
        "meta": {"article": ["It rained.", "The old road"], "planted": ["Our app", "Our letter comes on Friday."], "teasers": ["Swans return"]},
        "text": text, "blocks": [{"start": 0, "end": 10}, {"start": 12, "end": len(text)}],
    }  # fmt: skip
    found = lesson(page, ["The old road", "our app!", "Home", "Swans return"])
    assert found == Taught(dropped=4, of_article=1, planted=1, left=1, teased=1, teased_left=0, lines=2)
    assert (
        found.figures()["recall"] == 0.5
        and found.figures()["precision"] == 0.75
        and found.figures()["recall_teasers"] == 1
    )


def test_files_written_again_are_told_from_files_that_changed() -> None:
    before = {"a": ("1", 10), "b": ("2", 10), "c": ("3", 10), "gone": ("4", 10)}
    after = {"a": ("1", 10), "b": ("2", 20), "c": ("9", 20), "d": ("5", 20)}
    assert rewritten(before, after) == {"files": 4, "new": 1, "written": 2, "changed": 1}


def looked(*sizes: tuple[float, dict[int, float]]) -> list[memory.Look]:
    """Looks at a run, four seconds apart."""
    return [memory.Look(4.0 * number, parent, workers) for number, (parent, workers) in enumerate(sizes)]


def test_memory_is_told_by_quarter_without_workers_that_just_started() -> None:
    looks = looked(
        (40, {}), (50, {1: 20}), (50, {1: 100}), (50, {1: 100}), (50, {1: 100, 2: 20}), (50, {1: 102, 2: 60}),
        (51, {2: 100, 3: 20}), (52, {2: 101, 3: 30}), (60, {2: 101, 3: 90}),
    )  # fmt: skip
    assert memory.quarters(looks) == [(45, 50, 0, 20), (50, 50, 100, 100), (50, 50, 101, 102), (52, 60, 100.5, 101)]
    assert memory.grown_in_life(looks) == [pytest.approx(0.02)], "only one was replaced"
    assert memory.over(memory.quarters(looks), [0.02]) == []


@pytest.mark.parametrize(
    ("last", "grown", "wanted"),
    [
        ((50, 52, 100, 110), [0.02], []),
        ((53, 53, 100, 110), [0.02], ["growth of the parent is +6.0%, more than +5.0%"]),
        ((50, 310, 106, 110), [0.02], ["peak of the parent is 310 MB, more than 300 MB", "growth of workers is +6.0%, more than +5.0%"]),
        ((50, 50, 100, 1600), [0.2], ["peak of a worker is 1600 MB, more than 1536 MB", "growth of one worker is +20.0%, more than +10.0%"]),
        ((99, 99, 199, 199), [], []),  # too short a run
        ((50, 52, 0, 50), [0.02], []),  # its last workers had just been started
    ],
)  # fmt: skip
def test_memory_over_its_limits_is_named(last: tuple[float, ...], grown: list[float], wanted: list[str]) -> None:
    found = [memory.Quarter(50, 50, 100, 100)] * 3 + [memory.Quarter(*last)]
    assert memory.over(found, grown) == wanted
    assert all(line in memory.told(found, grown) for line in ("parent MB", f"{last[1]:.1f}"))


def test_the_memory_of_a_run_is_watched(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SAMPLED", 0.05)
    assert memory.main(["--pages", "40"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("40 invented pages") and said[-1] == "all figures are within their limits"
    assert any(float(line.split()[-1]) > 20 for line in said[2:6]), "workers have been seen"
