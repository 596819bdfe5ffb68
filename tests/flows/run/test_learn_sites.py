"""What pages teach each other: learned whatever the order, used on the next page, and never against an article."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.article import Cleaned, RemovedCount
from cleaners.page import Page, Site
from cleaners.pipeline import clean, clean_raw
from cleaners.read.pages import html_page, text_page
from cleaners.site.boilerplate_index import BoilerplateIndex, salt
from cleaners.site.fingerprints import LineFingerprints, fingerprint, pack, unpack
from cleaners.site.learn import LEAST_STORIES, count, learned, sketch, stories
from cleaners.steps.site_repeats import site_repeats
from cleaners.text.fold import fold
from cleaners.vocabulary import Reason
from flows.errors import CannotRun
from flows.run.learn_sites import index_file, learn, platform_keys
from flows.run.learned_lines import learned_sites, lines_of_site, table_of_lines
from flows.sites import main
from flows.store.boilerplate_index import index_digest
from flows.store.state import AGAIN, State
from running import cleaned_into
from stories import HOUSE, THINGS, markup, story


def record(url: str, **fields: Any) -> bytes:
    return json.dumps({"url": url, **fields}).encode()


def taught(pages: Sequence[bytes]) -> list[dict[str, Any]]:
    """The pages as a run leaves them: cleaned, learned from, and cleaned again with what was learned."""
    first = [clean_raw(page, source="a.jsonl", record=at, media="jsonl") for at, page in enumerate(pages)]
    with opened() as state:
        for at, result in enumerate(first):
            keep(state, at, result.article.site, result.fingerprints)
        learn(Path(state_folder(state)), state)
        known = BoilerplateIndex(np.sort(np.array(table(state), np.uint64)))
    again = [
        clean_raw(page, source="a.jsonl", record=at, media="jsonl", learned=known) for at, page in enumerate(pages)
    ]
    assert [result.fingerprints for result in again] == [result.fingerprints for result in first]
    return again


@contextmanager
def opened() -> Iterator[State]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".state" / "tmp").mkdir(parents=True)
        with closing(State(Path(folder) / ".state")) as state:
            yield state


def state_folder(state: State) -> str:
    return str(Path(state.one("SELECT file FROM pragma_database_list WHERE name = 'main'")).parent.parent)


def keep(state: State, record: int, site: str, stored: bytes) -> None:
    fields = {
        "path": "a.jsonl",
        "record": record,
        "shard": "a",
        "sha": "s",
        "recipe": "r",
        "outcome": "article",
        "site": site,
        "known": "",
    }
    state.store(fields, b"", stored)


def table(state: State) -> list[int]:
    mixed = [key ^ int(salt("")) for key in platform_keys(state)]
    return mixed + [key + (1 << 63) ^ int(salt(site)) for site, key in state.rows("SELECT site, key FROM lines")]


def dropped(result: Cleaned) -> list[str]:
    return [row.text for row in result.ledger if row.step == "site_repeats"]


def test_a_line_under_story_after_story_goes_and_is_accounted_for() -> None:
    pages = [
        record(f"https://a.example/{n}", html=markup(story(n), f"The {THINGS[n]} opens", house=[HOUSE]))
        for n in range(6)
    ]
    for number, result in enumerate(taught(pages)):
        assert dropped(result) == [HOUSE]
        assert result.article.text.split("\n\n") == story(number)
        assert RemovedCount(Reason.SITE_REPEAT, lines=1, chars=len(HOUSE)) in result.article.removed


def test_two_pages_never_suffice() -> None:
    texts = [record(f"https://a.example/{n}", text="\n".join([*story(n)[:3], HOUSE, *story(n)[3:]])) for n in range(3)]
    assert [dropped(result) for result in taught(texts[:2])] == [[], []]
    assert [dropped(result) for result in taught(texts)] == [[HOUSE]] * 3


def test_one_article_under_five_addresses_keeps_its_body() -> None:
    copies = [record(f"https://a.example/{n}", html=markup(story(0), "The ferry opens")) for n in range(5)]
    edited = [*story(0)[1:], "This is the version of the evening edition, which was printed at half past eight."]
    pages = [
        *copies,
        record("https://a.example/late", html=markup(edited, "The ferry opens at last")),
        *(record(f"https://a.example/o{n}", html=markup(story(n), f"The {THINGS[n]} opens")) for n in (1, 2, 3)),
    ]
    assert [dropped(result) for result in taught(pages)] == [[]] * len(pages)


def test_a_wire_story_on_four_sites_keeps_its_body() -> None:
    pages = [
        record(f"https://{site}.example/{n}", html=markup(story(n), f"The {THINGS[n]} opens"))
        for site in ("a", "b", "c", "d")
        for n in ((0, 1) if site in "ab" else (0, 2, 3))
    ]
    assert [dropped(result) for result in taught(pages)] == [[]] * len(pages)


def test_a_refrain_is_said_by_one_story() -> None:
    refrain = "And the river took the bell, and the bell went down to the sea again"
    pages = [
        record("https://a.example/song", html=markup([story(9)[0], refrain, story(9)[1], refrain], "The song")),
        *(record(f"https://a.example/{n}", html=markup(story(n), f"The {THINGS[n]} opens")) for n in range(4)),
    ]
    assert dropped(taught(pages)[0]) == []


def test_a_rubric_costs_no_article_its_body() -> None:
    rubric = "Every week our gardener answers what readers have asked about roses"
    pages = [
        record(f"https://a.example/{n}", html=markup([rubric, *story(n)], f"The {THINGS[n]} opens")) for n in range(5)
    ]
    for number, result in enumerate(taught(pages)):
        assert all(line in result.article.text for line in story(number))


def test_a_teaser_of_another_story_goes_and_the_story_keeps_its_own_headline_and_standfirst() -> None:
    first = "The ferry of Fenmoor is back, and with it a quarrel about who pays for the crossing in winter."
    pages = [
        record("https://a.example/own", html=markup([first, *story(0)], "The ferry opens", description=first)),
        *(
            record(f"https://a.example/{n}", html=markup([*story(n), first], f"The {THINGS[n]} opens"))
            for n in (1, 2, 3)
        ),
    ]
    own, *others = taught(pages)
    assert first in own.article.text and not dropped(own)
    assert [dropped(result) for result in others] == [[first]] * 3


def test_a_page_alone_profits_from_its_platform() -> None:
    pages = [
        record(f"https://{site}.example/{n}", html=markup(story(n), f"The {THINGS[n]} opens", house=[HOUSE]))
        for site, numbers in (("a", (0, 1, 7)), ("b", (2, 3, 8)), ("c", (4, 5, 9)), ("alone", (6,)))
        for n in numbers
    ]
    *_, alone = taught(pages)
    (row,) = [row for row in alone.ledger if row.step == "site_repeats"]
    assert (row.text, row.rule) == (HOUSE, "platform_line")


@pytest.mark.parametrize(
    ("why", "line"),
    [
        ("how a text was made", "The Fenmoor Post created this story using figures of the river board"),
        ("who reported", "Reporting by Ann Lowe in Fenmoor; Editing by Piet Maas"),
    ],
)
def test_notes_of_the_house_stay(why: str, line: str) -> None:
    pages = [
        record(f"https://a.example/{n}", html=markup([*story(n), line], f"The {THINGS[n]} opens")) for n in range(5)
    ]
    assert [dropped(result) for result in taught(pages)] == [[]] * 5, why


def known_to(site: str, *lines: str) -> BoilerplateIndex:
    keys = np.array([fingerprint(fold(line)) for line in lines], np.uint64)
    return BoilerplateIndex(np.sort(keys ^ salt(site)))


def with_known(page: Page, *lines: str) -> list[str]:
    page = site_repeats(replace(page, site=Site("a.example", learned=known_to("a.example", *lines))))
    return [block.text for block, verdict in zip(page.blocks, page.verdicts, strict=True) if verdict]


def test_an_edited_line_between_two_known_ones_goes_with_them_and_prose_does_not() -> None:
    head, edited, tail = "Write to the desk", "This week: Ann Lowe", "We read every letter"
    lines = [*story(0), head, edited, tail]
    assert with_known(text_page("t", "\n".join(lines)), head, tail) == [head, edited, tail]
    assert with_known(text_page("t", "\n".join([*story(0), head, story(1)[0], tail])), head, tail) == [head, tail]


def test_prose_that_makes_up_most_of_a_page_stays_whatever_is_known() -> None:
    page = text_page("t", "\n".join(story(0)))
    assert with_known(page, *story(0)[1:4]) == []
    assert with_known(page, story(0)[3]) == [story(0)[3]]


def test_tables_code_and_the_lines_of_another_site_stay() -> None:
    page = html_page(
        "t",
        "<p>One long sentence about the table that follows below.</p><table><tr><td>Won</td><td>Lost</td></tr></table>",
    )
    assert with_known(page, "Won | Lost") == []
    assert site_repeats(text_page("t", "\n".join([*story(0), HOUSE]))).open()[-1].text == HOUSE


@given(st.lists(st.tuples(st.text(max_size=30), st.booleans()), max_size=30))
def test_fingerprints_are_read_as_they_were_written(lines: list[tuple[str, bool]]) -> None:
    keys = np.array(sorted({fingerprint(text) for text, _ in lines}), np.uint64)
    size = len(keys)
    one_page = LineFingerprints(
        keys, np.arange(size, dtype=np.uint16), np.ones(size, np.uint8), np.arange(size) % 2 == 0
    )
    again = unpack(pack(one_page))
    assert all(np.array_equal(one, other) for one, other in zip(one_page, again, strict=True))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 comments", "3 comments", True),
        ("published on tuesday, 3 march 2024, 10:15", "published on friday, 14 juli 2023, 9:02", True),
        ("march of the bakers", "may of the bakers", False),
        ("chapter one", "chapter two", False),
    ],
)
def test_digits_and_dates_are_folded(one: str, other: str, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) is same


lines_of_pages = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=12)
corpora = st.lists(st.tuples(st.sampled_from(("a", "b", "c", "d", "")), lines_of_pages), max_size=14)


def fingerprints_of(lines: list[tuple[int, bool]]) -> LineFingerprints:
    own = dict(lines)
    keys = np.array(sorted(own), np.uint64) + np.uint64(1)
    words = np.array([5 + key % 9 for key in sorted(own)], np.uint16)
    kept = np.array([own[key] for key in sorted(own)], np.bool_)
    return LineFingerprints(keys, words, np.array([len(own) % 3 + key % 2 for key in sorted(own)], np.uint8), kept)


@settings(max_examples=60, deadline=None)
@given(corpora, st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_and_portions_do_not_matter(corpus: list[Any], random: Any, portions: int) -> None:
    """learn(a + b) = learn(a) then b: the same lines, the same platform, and every page told that must be cleaned again."""
    found = [(at, site, pack(fingerprints_of(lines))) for at, (site, lines) in enumerate(corpus)]
    with opened() as once, opened() as often:
        for at, site, stored in found:
            keep(once, at, site, stored)
        learn(Path(state_folder(once)), once)
        shuffled = random.sample(found, len(found))
        for part in range(portions):
            for at, site, stored in shuffled[part::portions]:
                keep(often, at, site, stored)
            before = set(table(often))
            clean_all(often)
            learn(Path(state_folder(often)), often)
            assert touched(often) == by_hand(often, before ^ set(table(often)))
        query = "SELECT site, key, stories, pages, kept FROM lines ORDER BY site, key"
        assert list(once.rows(query)) == list(often.rows(query))


def clean_all(state: State) -> None:
    """Have all pages cleaned by what is known."""
    known = index_file(Path(state_folder(state)), state)
    for record, site, stored in list(state.rows("SELECT record, site, survey FROM surveys")):
        now = index_digest(stored, site, known)
        state.sql.execute("UPDATE pages SET recipe = 'r', known = ? WHERE record = ?", (now, record))


def touched(state: State) -> set[int]:
    return {record for (record,) in state.rows("SELECT record FROM pages WHERE recipe = ?", AGAIN)}


def by_hand(state: State, changed: set[int]) -> set[int]:
    """The pages that would keep a line whose standing changed, on their site or on the platform."""
    found = set()
    for number, site, packed in state.rows("SELECT record, site, survey FROM surveys"):
        one_page = unpack(packed)
        kept = one_page.keys[one_page.kept].tolist()
        salts = [int(salt(name)) for name in {site, ""}] if site else [int(salt(""))]
        if any(key ^ mix in changed for key in kept for mix in salts):
            found.add(number)
    return found


@given(corpora)
def test_what_is_counted_is_what_stands_there(corpus: list[Any]) -> None:
    found = [fingerprints_of(lines) for _, lines in corpus]
    tells = stories(map(sketch, found))
    counts = count(found, tells)
    for at, key in enumerate(counts.keys.tolist()):
        there = [number for number, one_page in enumerate(found) if key in one_page.keys.tolist()]
        assert counts.pages[at] == len(there)
        assert counts.stories[at] == len({tells[number] for number in there})
        if counts.stories[at] >= LEAST_STORIES:
            places = Counter(int(found[n].place[found[n].keys.tolist().index(key)]) for n in there)
            assert places[int(counts.place[at])] == max(places.values())
        assert counts.kept[at] == sum(bool(found[n].kept[found[n].keys.tolist().index(key)]) for n in there)
    assert not (learned(counts) & (counts.stories < 2)).any()


def test_a_page_that_goes_takes_back_what_it_taught() -> None:
    first = pack(fingerprints_of([(1, True), (2, True)]))
    other = pack(fingerprints_of([(1, True), (7, True), (8, True), (13, True)]))
    third = pack(fingerprints_of([(1, True), (9, True), (10, True), (14, True)]))
    with opened() as state:
        folder = Path(state_folder(state))
        for number, one in enumerate((first, other, third)):
            keep(state, number, "a", one)
        learn(folder, state)
        taught_lines = table(state)
        state.drop("a.jsonl", 1, 1)
        learn(folder, state)
        assert taught_lines and taught_lines == table(state)  # its article stands until the run lets it go
        state.sql.execute("DELETE FROM pages WHERE held <> ''")
        learn(folder, state)
        assert not table(state)


def test_day_by_day_is_as_all_at_once(tmp_path: Path) -> None:
    """Through the command: three days, and then the same pages in one run, to the byte."""
    days = [
        [record(f"https://a.example/{n}", html=markup(story(n), f"The {THINGS[n]} opens", house=[HOUSE])) for n in part]
        for part in ((0,), (1, 2), (3, 4, 5))
    ]
    told = []
    for number, day in enumerate(days):
        (tmp_path / "raw").mkdir(exist_ok=True)
        (tmp_path / "raw" / f"day-{number}.jsonl").write_bytes(b"\n".join(day) + b"\n")
        told.append(cleaned_into(tmp_path / "raw", tmp_path / "daily"))
    once = cleaned_into(tmp_path / "raw", tmp_path / "once")
    assert (
        "3 again for lines learned of their sites" in told[1] and "again" not in told[0] + told[2] and "6 again" in once
    )
    for folder in ("articles", "removed"):
        files = sorted(path.relative_to(tmp_path / "once") for path in (tmp_path / "once" / folder).rglob("*.jsonl"))
        assert files
        for name in files:
            assert (tmp_path / "daily" / name).read_bytes() == (tmp_path / "once" / name).read_bytes()
    assert HOUSE not in "".join(path.read_text() for path in (tmp_path / "once" / "articles").rglob("*.jsonl"))


def test_learning_on_the_way_ends_where_learning_at_the_end_does(tmp_path: Path) -> None:
    """With lessons after 2, 6, 18 and 54 pages, in four files, and pages out with a worker at each of them."""
    (tmp_path / "raw").mkdir()
    pages = [
        record(f"https://a.example/{n}", html=markup(story(n), f"The {THINGS[n % 10]} opens", house=[HOUSE]))
        for n in range(90)
    ]
    for number in range(4):
        (tmp_path / "raw" / f"{number}.jsonl").write_bytes(b"\n".join(pages[number::4]) + b"\n")
    said = {}
    for name, first in (("early", 2), ("late", 1000)):
        code = f"import sys, flows.run.stages as s; s.FIRST_LESSON = {first}; from flows.clean import main; sys.exit(main())"
        words = [sys.executable, "-c", code, str(tmp_path / "raw"), str(tmp_path / name), "--workers", "1", "--quiet"]
        said[name] = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "90 pages cleaned" in said["early"] and "90 again" not in said["early"] and "90 again" in said["late"]
    for folder in ("articles", "removed"):
        for path in sorted((tmp_path / "late" / folder).rglob("*.jsonl")):
            assert (tmp_path / "early" / path.relative_to(tmp_path / "late")).read_bytes() == path.read_bytes()


def test_cleaning_alone_takes_fingerprints_too() -> None:
    page = clean(text_page("t", "\n".join(story(0))))
    assert len(unpack(page.fingerprints).keys) == 5


def test_what_was_learned_can_be_looked_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(4):
        page = markup(story(number), f"The {THINGS[number]} opens", house=[HOUSE])
        (tmp_path / "raw" / "a.example").mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw" / "a.example" / f"{number}.html").write_text(page, encoding="utf-8")
    cleaned_into(tmp_path / "raw", tmp_path / "clean")
    assert learned_sites(tmp_path / "clean") == [{"site": "a.example", "pages": 4, "lines": 1, "would_keep": 4}]
    (row,) = lines_of_site(tmp_path / "clean", "a.example")
    assert row == {
        "line": HOUSE, "stories": 4, "pages": 4, "would_keep": 4, "place": "article", "example": "a.example/0.html",
        "sites": 1, "action": "goes",
    }  # fmt: skip
    assert any(HOUSE[:40] in str(cell) for cell in table_of_lines([row])[1][0])
    with pytest.raises(CannotRun, match=r"no page of 'https://www\.a\.example/x'.*did you mean a\.example\?"):
        lines_of_site(tmp_path / "clean", "https://www.a.example/x")
    with pytest.raises(CannotRun, match="knows no pages yet"):
        learned_sites(tmp_path / "raw")
    assert main(["a.example", "--clean", str(tmp_path / "clean"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [row]
    assert main(["--clean", str(tmp_path / "clean")]) == 0 and "a.example" in capsys.readouterr().out
    assert main(["nowhere.example", "--clean", str(tmp_path / "clean")]) == 2
