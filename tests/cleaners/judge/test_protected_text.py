"""Protected lines of text without markup: items of the story's lists and the frame of a letter; look-alikes are judged."""

from __future__ import annotations

import pytest

from cleaners.judge.protected import protected
from cleaners.page import run
from cleaners.pipeline import SURE
from cleaners.read.pages import text_page

PROSE = "The harbour office said on Tuesday that the east quay will stay shut until the end of October this year."


@pytest.mark.parametrize(
    ("why", "lines", "stays"),
    [
        ("announced by a colon", [PROSE, "The members asked the office for three more things:", "- a rail", "- a lamp", "Tannock Echo"], {"- a rail", "- a lamp"}),
        ("announced in Polish", [PROSE, "Rada przyjęła we wtorek wieczorem trzy punkty:", "• nowa latarnia", "• schody"], {"• nowa latarnia", "• schody"}),
        ("announced in Chinese", [PROSE, "市政府周二宣布了三项新的安全措施：", "1. 增设路灯", "2. 加固栏杆"], {"1. 增设路灯", "2. 加固栏杆"}),
        ("between sentences, with its head", [PROSE, "So bereiten Sie sich vor", "• Rinnen leeren", "• Möbel sichern", "Bleiben Sie im Haus."], {"So bereiten Sie sich vor", "• Rinnen leeren", "• Möbel sichern"}),
        ("results in two parts", [PROSE, "Men", "1. Wadley 12:31", "2. Carrow 12:44", "Women", "1. Petersen 14:10", PROSE + " Again."], {"Men", "1. Wadley 12:31", "2. Carrow 12:44", "Women", "1. Petersen 14:10"}),
        ("a call with a colon is short", [PROSE, "See more:", "- Swans are back", "- New lamp lit"], set()),
        ("below the last sentence", [PROSE, "- Swans are back", "- New lamp lit", "Contact"], set()),
        ("a single item", [PROSE, "- Swans are back", PROSE + " Again."], set()),
        ("years are no items", [PROSE, "2021", "2022", PROSE + " Again."], set()),
    ],
)  # fmt: skip
def test_lists(why: str, lines: list[str], stays: set[str]) -> None:
    page = run(text_page("t", "\n".join(lines)), *SURE)
    assert {page.blocks[index].text for index in protected(page)} == stays, why


@pytest.mark.parametrize(
    ("why", "lines", "stays"),
    [
        ("a salutation and a name", ["Dear Editor,", PROSE, "Gwen Tomlin"], {"Dear Editor,", "Gwen Tomlin"}),
        ("a salutation in Greek", ["Αγαπητοί φίλοι,", PROSE, "Ο ταχυδρόμος"], {"Αγαπητοί φίλοι,", "Ο ταχυδρόμος"}),
        ("a letter by its headline", ["Leserbrief: Der Kai", PROSE, "Jörn Tamm", "Almhof"], {"Jörn Tamm", "Almhof"}),
        ("no letter", ["The quay", PROSE, "Jörn Tamm", "Almhof"], set()),
        ("more than a signature", ["Dear Editor,", PROSE, "Home", "Sport", "Weather", "Fares"], {"Dear Editor,"}),
        ("a comma above no paragraph", ["Boats, quays,", "Fares", PROSE], set()),
    ],
)  # fmt: skip
def test_letters(why: str, lines: list[str], stays: set[str]) -> None:
    page = run(text_page("t", "\n".join(lines)), *SURE)
    assert {page.blocks[index].text for index in protected(page)} == stays, why
