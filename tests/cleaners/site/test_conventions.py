"""How a site signs its titles, labels its captions and whom it credits: learned from pages that show it, and no others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import to_builtins

from cleaners.article import Cleaned
from cleaners.metadata.titles import ends, without_parts
from cleaners.page import Site, SiteRules
from cleaners.pipeline import clean, clean_raw
from cleaners.read.pages import text_page
from cleaners.site.boilerplate_index import BoilerplateIndex, salt
from cleaners.site.fingerprints import fingerprint, pack, unpack
from cleaners.text.fold import fold
from flows.run.learned_lines import lines_of_site
from running import cleaned_into, rows
from stories import story

SITE = "fenmoorpost.example"
LABEL = "Fenmoor and Calder Post"


def known(*conventions: tuple[str, str], site: str = SITE) -> BoilerplateIndex:
    keys = [fingerprint(f"{kind}\t{fold(text)}") for kind, text in conventions]
    return BoilerplateIndex(np.unique(np.array(keys, np.uint64) ^ salt(site)))


def cleaned(lines: Sequence[str], *conventions: tuple[str, str], url: str = f"https://{SITE}/a") -> dict[str, Any]:
    page = json.dumps({"url": url, "text": "\n\n".join(lines)}).encode()
    result = clean_raw(page, source="t", record=0, media="jsonl", learned=known(*conventions))
    assert isinstance(result, Cleaned)
    removed = to_builtins(result.ledger)
    return {"article": to_builtins(result.article), "removed": removed, "gone": [row["text"] for row in removed]}


def test_a_bare_label_is_a_caption_where_sister_pages_proved_the_label() -> None:
    line = f"{LABEL}: The bank below the ferry"
    result = cleaned([*story(1), line], ("caption label", LABEL))
    assert result["gone"] == [line]
    assert result["removed"][0]["reason"] == "caption" and result["removed"][0]["rule"] == "site_caption_label"
    assert result["article"]["captions"] == [{"text": "The bank below the ferry", "credit": None}]


def test_a_line_in_brackets_is_credited_where_sister_pages_credit_the_same() -> None:
    line = "Rain on the bank below the mill (Agnes Thorley)"
    result = cleaned([*story(1), line], ("caption credit", "Agnes Thorley"))
    assert result["gone"] == [line]
    assert result["article"]["captions"] == [{"text": "Rain on the bank below the mill", "credit": "Agnes Thorley"}]


@pytest.mark.parametrize(
    ("why", "line", "convention"),
    [
        ("another label", "The mayor of Fenmoor: The bank is closed", ("caption label", LABEL)),
        ("a label of other sites", f"{LABEL}: The bank", ("caption label", "Calder Post")),
        ("an agency behind a paragraph", "The ferry came back on Sunday. (Agnes Thorley)", ("caption credit", "Agnes Thorley")),
        ("a name in brackets within", "Her sister (Agnes Thorley) came too and sang", ("caption credit", "Agnes Thorley")),
        ("a label that only this kind is known of", f"{LABEL}: The bank", ("caption credit", LABEL)),
    ],
)  # fmt: skip
def test_look_alikes_stay(why: str, line: str, convention: tuple[str, str]) -> None:
    assert line not in cleaned([*story(1), line, *story(2)], convention)["gone"], why


def test_what_is_known_of_one_site_says_nothing_of_another() -> None:
    line = f"{LABEL}: The bank below the ferry"
    assert not cleaned([*story(1), line], ("caption label", LABEL), url="https://other.example/a")["gone"]


def test_a_photo_essay_keeps_its_captions() -> None:
    lines = [f"{LABEL}: {text}" for text in story(1)]
    assert not cleaned(lines, ("caption label", LABEL))["gone"]


def test_a_person_can_keep_what_a_convention_would_drop() -> None:
    line = f"{LABEL}: The bank below the ferry"
    page = text_page("t", "\n".join([*story(1), line]))
    rules = SiteRules(keep=frozenset({fingerprint(fold(LABEL))}))
    for kept, own in ((False, None), (True, rules)):
        told = clean(replace(page, site=Site(SITE, own, learned=known(("caption label", LABEL)))))
        assert (line in [block.text for block in told.kept()]) is kept


@pytest.mark.parametrize(
    ("title", "parts", "bare"),
    [
        ("The ferry is back - Fenmoor Live", {"Fenmoor Live"}, "The ferry is back"),
        ("Fenmoor Live | The ferry is back", {"Fenmoor Live"}, "The ferry is back"),
        ("The ferry is back - News - Fenmoor Live", {"Fenmoor Live", "News"}, "The ferry is back"),
        ("The ferry is back - and stays", {"Fenmoor Live"}, "The ferry is back - and stays"),
        ("Fenmoor Live", {"Fenmoor Live"}, "Fenmoor Live"),
        ("Ferry: Fenmoor Live", {"Fenmoor Live"}, "Ferry: Fenmoor Live"),
        ("", {"Fenmoor Live"}, ""),
    ],
)
def test_a_title_goes_without_the_parts_its_site_signs_with(title: str, parts: set[str], bare: str) -> None:
    assert without_parts(title, parts) == bare


def test_the_ends_of_a_title() -> None:
    assert list(ends("One | The ferry is back - Two")) == ["Two", "One"]
    assert list(ends("The ferry is back")) == list(ends("Ferry: back")) == []


def test_fingerprints_take_conventions_along() -> None:
    lines = [
        *story(1),
        f"{LABEL}: {LABEL}: The bank at noon, and the mill behind it The bank at noon, and the mill behind it",
    ]
    lines.insert(3, f"{LABEL}: The bank")
    packed = clean(text_page("t", "\n".join(lines))).fingerprints
    assert LABEL in unpack(packed).texts
    assert pack(unpack(packed)) == packed


def site_of_pages(folder: Path, pages: int, *, title: str = "{} | Fenmoor Live", labelled: int = 3) -> None:
    """A site whose first pages show a doubled caption with its label, and whose last has the bare label."""
    home = folder / SITE
    home.mkdir(parents=True)
    for number in range(pages):
        lines = story(number)
        twice = f"The bank of number {lines[0][:30]} at noon, with the mill"
        caption = (
            f"{LABEL}: {twice}{twice} (Image: Agnes Thorley)"
            if number < labelled
            else f"{LABEL}: A bank {lines[1][:20]}"
        )
        body = "".join(f"<p>{line}</p>" for line in (*lines, caption))
        head = title.format(f"Headline of {lines[0][4:30]}")
        page = f"<html><head><title>{head}</title></head><body><article>{body}</article></body></html>"
        (home / f"{number}.html").write_text(page, encoding="utf-8")


def test_conventions_are_learned_listed_and_used_by_a_run(tmp_path: Path) -> None:
    site_of_pages(tmp_path / "raw", 5)
    cleaned_into(tmp_path / "raw", tmp_path / "clean")
    found = rows(tmp_path / "clean")
    assert not [article["title"] for article in found if "Fenmoor Live" in article["title"]]
    assert not [article["text"] for article in found if LABEL in article["text"]]
    told = {
        row["line"]: (row["place"], row["action"], row["stories"]) for row in lines_of_site(tmp_path / "clean", SITE)
    }
    assert told == {
        "Fenmoor Live": ("title part", "goes from titles", 5),
        LABEL: ("caption label", "what it opens is a caption", 3),
    }


def test_two_pages_prove_no_convention(tmp_path: Path) -> None:
    site_of_pages(tmp_path / "raw", 5, labelled=2, title="{}")
    cleaned_into(tmp_path / "raw", tmp_path / "clean")
    assert sum(LABEL in article["text"] for article in rows(tmp_path / "clean")) == 3
