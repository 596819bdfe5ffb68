"""Protected lines: the standfirst, the deck and the agency's note stay, their look-alikes are judged."""

from __future__ import annotations

import numpy as np
import pytest

from bridge import BODY
from cleaners.judge.judgement import Judged
from cleaners.judge.model import Judgement
from cleaners.judge.protected import deck, protected, standfirst
from cleaners.page import Page
from cleaners.read.pages import html_page, text_page
from cleaners.steps import main_content as step

STATED = "Nine years after the flood the town has a bridge again, and a quarrel about who pays."


def with_description(*body: str) -> Page:
    head = f'<head><meta name=description content="{STATED}"></head>'
    return html_page("t", f"<html>{head}<body><h1>Bridge opens</h1>{''.join(body)}</body></html>")


@pytest.mark.parametrize(
    ("why", "line", "found"),
    [
        ("equal", f"<p>{STATED}</p>", True),
        ("in other quotes and case", f"<div>“{STATED.upper()}”</div>", True),
        ("goes on", f"<p>{STATED} The bakers do not.</p>", True),
        ("cut short", f"<p>{STATED[:60]}…</p>", True),
        ("only begins alike", "<p>Nine years after the flood nobody rows across any more.</p>", False),
        ("a teaser", f"<p><a href=/x>{STATED}</a></p>", False),
        ("under a photo", f"<figure><img src=x><figcaption>{STATED}</figcaption></figure>", False),
        ("a menu", f"<nav><p>{STATED}</p></nav>", False),
    ],
)
def test_standfirst(why: str, line: str, found: bool) -> None:
    page = with_description("<p>News</p>", line, f"<p>{BODY[0]}</p>")
    assert (standfirst(page) is page.blocks[2]) is found
    if not found:
        assert standfirst(page) is None


@pytest.mark.parametrize(
    ("why", "line", "found"),
    [
        ("a heading", "<h2 class='sub-headline big'>The bakers say the toll is theirs to set</h2>", True),
        ("ends like no sentence", "<p class=hero__standfirst>The bakers say the toll is theirs</p>", True),
        ("a sentence, which the judge can tell", "<p class=subtitle>The bakers say the toll is theirs.</p>", False),
        ("another class", "<h2 class=teaser>The bakers say the toll is theirs to set</h2>", False),
        ("a word within a class", "<h2 class=submarine-decks>The bakers say the toll is theirs to set</h2>", False),
        ("too short to say anything", "<h2 class=subtitle>A toll war</h2>", False),
        ("a link", "<h2 class=subtitle><a href=/x>The bakers say the toll is theirs to set</a></h2>", False),
        ("in another element", "<div><h2 class=subtitle>The bakers say the toll is theirs to set</h2></div>", False),
    ],
)
def test_a_deck_is_known_by_its_class_and_its_place(why: str, line: str, found: bool) -> None:
    page = html_page("t", f"<html><body><h1>Bridge opens</h1>{line}<p>{BODY[0]}</p></body></html>")
    assert (deck(page) is page.blocks[1] and protected(page) == {1}) is found
    if not found:
        assert deck(page) is None


NOTE = "Reporting by Ann Lowe in Fenmoor; Editing by Piet Maas"


def test_an_agencys_note_is_protected_and_a_sentence_about_reporting_is_not() -> None:
    page = text_page("t", "\n".join([BODY[0], "The reporting by three papers led to the inquiry.", NOTE]))
    assert protected(page) == {2}


def test_the_judge_may_not_drop_standfirst_and_note(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_description(f"<p>{STATED}</p>", *(f"<p>{line}</p>" for line in (*BODY, NOTE)))
    nothing = Judgement(np.zeros(len(page.blocks), np.float32), 0.5, 0.9)
    monkeypatch.setattr(step, "judged", lambda page: Judged(nothing, "html", np.zeros((0, 0), np.float32), []))
    assert [block.text for block in step.main_content(page).open()] == [STATED, NOTE]
