"""The forms in which the text head of the judge sees a page, and the cache of what extractors make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import extracted as asking
from benchmarks import train
from benchmarks.text_forms import WEIGHTS, Form, forms, head_lines, unknown, weight_of
from cleaners.read.pages import html_page, text_page
from cleaners.text.fold import squash

STORY = [
    "The ferry at Tannock sails again from Monday. The new chain came by road. Nobody under ten pays.",
    "It was built in Salen Nook by a firm of four.",
    "Two rowers have kept the crossing open since the old chain broke in the February gale.",
    "Ferry times",
    "7 am to noon",
]
PAGE = (
    "<title>Ferry sails again | Tannock Echo</title><nav><a href=/>Home</a><a href=/sport>Sport</a></nav><h1>Ferry sails again</h1>"
    f"<p>By Nora Pell</p><p>{STORY[0]}</p><p>{STORY[1]}</p><p>Read more: swans</p><p>{STORY[2]}</p><p>{STORY[3]}</p>"
    f"<ul><li>{STORY[4]}</li></ul><p>Sign up to the Echo</p><p>More from Tannock</p>"
)
GOLD = {
    "text": "\n".join(STORY),
    "title": "Ferry sails again",
    "authors": ["Nora Pell"],
    "published": "2024-03-09T10:00",
}
RECORD: dict[str, Any] = {"id": "p1", "set": "press", "site": "echo.example", "url": None, "kind": "article", "html": PAGE, "gold": GOLD}  # fmt: skip
ANSWERS = {"leaky": "\n".join(["Home", *STORY]), "recall": "", "precision": STORY[0], "paragraphs": STORY[2]}


def forms_of(name: str, record: dict[str, Any] = RECORD) -> Form:
    page = html_page("p", PAGE)
    found = list(forms(record, page, [block.text in STORY for block in page.blocks], ANSWERS))
    assert [form.name for form in found] == [form.name for form in forms(record, page, [b.text in STORY for b in page.blocks], ANSWERS)]  # fmt: skip
    return next(form for form in found if form.name == name)


def test_every_form_has_a_weight_and_an_empty_answer_is_no_form() -> None:
    page = html_page("p", PAGE)
    names = [form.name for form in forms(RECORD, page, [block.text in STORY for block in page.blocks], ANSWERS)]
    assert set(names) == set(WEIGHTS) - {"recall", "beginning"} and len(names) == len(set(names))


def test_a_page_without_a_line_of_the_story_has_extractors_answers_alone() -> None:
    page = html_page("p", PAGE)
    names = {form.name for form in forms(RECORD, page, [False] * len(page.blocks), ANSWERS)}
    assert names == {"dump", "leaky", "precision", "paragraphs"}


@pytest.mark.parametrize("number", range(12))
def test_the_clean_form_has_the_story_whole_and_nothing_but_its_head_beside_it(number: int) -> None:
    form = forms_of("clean", RECORD | {"id": f"p{number}"})
    lines = form.text.split("\n")
    assert [line.lstrip("-•* ") for line in lines[-5:]] == STORY
    assert all(form.known[squash(line)] for line in STORY)
    assert set(lines[:-5]) <= {" date 2024-03-09", "Ferry sails again", "Nora Pell"}


@pytest.mark.parametrize("number", range(12))
def test_furniture_of_the_page_stands_around_a_framed_text(number: int) -> None:
    form = forms_of("framed", RECORD | {"id": f"q{number}"})
    assert {squash(line) for line in STORY} <= {line for line, good in form.known.items() if good}
    assert not any(
        form.known.get(squash(line)) for line in ("Home", "Sport", "Read more: swans", "Sign up to the Echo")
    )


def test_sentences_stand_apart() -> None:
    found = {line for number in range(12) for line in forms_of("sentences", RECORD | {"id": f"s{number}"}).text.split("\n")}  # fmt: skip
    assert {"The new chain came by road.", "Nobody under ten pays.", STORY[1]} <= found and STORY[0] not in found


@pytest.mark.parametrize("number", range(12))
def test_labels_of_the_page_stand_around_the_beginning_of_the_story(number: int) -> None:
    form = forms_of("edged", RECORD | {"id": f"e{number}"})
    lines = form.text.split("\n")
    story = [at for at, line in enumerate(lines) if form.known[squash(line)]]
    assert story == list(range(story[0], story[-1] + 1)) and STORY[0].startswith(lines[story[0]].lstrip("-•* ")[:40])
    outside = {*lines[: story[0]], *lines[story[-1] + 1 :]}
    assert outside <= {"Home Sport", "Ferry sails again", "By Nora Pell", "Read more: swans", "Sign up to the Echo", "More from Tannock"}  # fmt: skip


def test_some_beginnings_break_off_within_a_sentence() -> None:
    ends = [forms_of("edged", RECORD | {"id": f"b{number}"}).text.split("\n")[-1] for number in range(40)]
    assert any(line and line[-1] != "." and any(line in told for told in STORY[:3]) for line in ends)


def test_headline_byline_and_date_teach_nothing_and_what_resembles_them_does() -> None:
    lines = ["Ferry sails again", "By NORA PELL", "9 March 2024", "Tannock Echo", "Nora Pell steered the first boat.", "9 boats"]  # fmt: skip
    text = text_page("t", "\n".join([*lines, *STORY]))
    assert head_lines(GOLD, html_page("p", PAGE), text.blocks)[:6] == [True, True, True, False, False, False]
    assert not any(head_lines({}, text, text.blocks))


def test_an_answer_is_kept_and_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(markup: str) -> str:
        asked.append(markup)
        return "Ferry"

    def broken(markup: str) -> str:
        raise ValueError("no tree")

    monkeypatch.setattr(asking, "EXTRACTORS", {"leaky": asking._safely(ask), "recall": asking._safely(broken)})
    first, second = asking.extracted(PAGE, tmp_path / "cache"), asking.extracted(PAGE, tmp_path / "cache")
    assert first == second == {"leaky": "Ferry", "recall": ""} and len(asked) == 1
    assert asking.extracted(PAGE + " ", tmp_path / "cache") == first and len(asked) == 2
    assert asking.extracted("<" * (asking.MOST_ELEMENTS + 1)) == {}


def test_what_trees_are_not_told_of_a_language_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    page = text_page("t", "\n".join(STORY))
    example = train._example(RECORD, page)
    lexicon = train.model().lexicon
    told, names = example.table(lexicon)
    wordings = [at for at, name in enumerate(names) if name.startswith("wordings_")]
    everyday = [at for at, name in enumerate(names) if train.EVERYDAY in name]
    less, _ = example._replace(unknown="wordings").table(lexicon)
    least, same = example._replace(unknown="words").table(lexicon)
    assert told[:, wordings].any() and not less[:, [at for at in wordings if "-" not in names[at] and "+" not in names[at]]].any()  # fmt: skip
    assert (
        told[:, everyday].any() and (less[:, everyday] == told[:, everyday]).all() and (least[:, everyday] <= 0).all()
    )
    assert same == names and {unknown(f"p{number}", "clean") for number in range(60)} == {
        "",
        "wordings",
        "words",
    }


def test_a_source_of_other_habits_counts_little_where_edges_are_learned() -> None:
    assert weight_of("dump", "more_news", "en") < weight_of("dump", "press", "en") < weight_of("dump", "press", "pl")
    assert weight_of("clean", "more_news", "en") == weight_of("clean", "press", "en")
