"""Records of the measuring sets from files of the shapes that public repositories have, and what is said of other shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import builders
from benchmarks.builders import WrongShape
from benchmarks.data import sources
from benchmarks.pages import Record, html_bytes, site_of
from measuring_sets import (
    CASES,
    FERRY,
    FIVE,
    MAGIC,
    NEWS,
    PRESS,
    RULES,
    WCXB,
    Files,
    fake_extract,
    packed,
    wcxb_case,
)


def only(folder: Path, name: str, files: Files, at: int = 0) -> Record:
    """The record of a set that is built from these files alone."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    shape = next(source.builder for source in sources() if name in source.sets)
    return builders.BUILDERS[shape](folder).sets[name][at]


@pytest.mark.parametrize(
    ("why", "name", "files", "at", "wanted"),
    [
        ("an article has all its gold", "articles", WCXB, 0, {
            "id": "wcxb-dev-0001", "set": "wcxb", "site": "www.post0001.example",
            "url": "https://www.post0001.example/ferry", "kind": "article", "html": FERRY, "gold": {
                "text": "The ferry is back.", "title": "The ferry", "authors": ["Agnes Thorley"],
                "published": "2025-09-04", "with": ["is back"], "without": ["Order now"]}}),
        ("what is no article says its kind, and nobody signed it", "others", WCXB, 0, {
            "id": "wcxb-dev-0002", "set": "wcxb", "site": "www.post0002.example",
            "url": "https://www.post0002.example/ferry", "kind": "forum", "html": FERRY, "gold": {
                "text": "The ferry is back.", "title": None, "authors": [], "published": None,
                "with": ["is back"], "without": ["Order now"]}}),
        ("paragraphs that may be missing keep their brackets", "five", FIVE, 0, {
            "id": "five-APNews_0", "set": "five", "site": "wire.example", "url": "https://wire.example/rain",
            "kind": "article", "html": FERRY, "gold": {"text": "It rained.\n\n[It snowed.]"}}),
        ("standfirst and subheads are text, captions are not", "press", PRESS, 0, {
            "id": "press-at-DerStandard_2024_05_03", "set": "press", "site": "standard.example",
            "url": "https://standard.example/a", "kind": "article", "html": "<p>DerStandard_2024_05_03</p>",
            "country": "at", "gold": {
                "text": "In short.\n\nOne.\n\nA subhead\n\nTwo.", "title": "The bridge", "authors": ["Jo Bell"],
                "published": "2024-05-03 15:47:42+00:00", "captions": ["The bridge in May."]}}),
        ("each author is one", "more_news", NEWS, 0, {
            "id": "andy-6a32", "set": "andy", "site": "www.post.example", "url": "https://www.post.example/ferry",
            "kind": "article", "html": FERRY, "gold": {
                "text": "The ferry is back.", "title": "Ferry", "authors": ["Jo Bell", "Agnes Thorley"],
                "published": "2023-12-17", "quality": "human"}}),
        ("what a rule took is marked as that", "more_rules", RULES, 0, {
            "id": "misinfo-post.example-article-1", "set": "misinfo", "site": "www.post.example",
            "url": "https://www.post.example/ferry", "kind": "article", "html": FERRY, "gold": {
                "text": "It rained.\n\nIt snowed.", "title": "Ferry", "authors": ["Jo Bell"],
                "published": "2019-06-19T12:30:19", "quality": "rules"}}),
        ("a line is a paragraph, a forum is no article", "more_magic", MAGIC, 0, {
            "id": "magic-forum-009ca1a442c9e256", "set": "magic", "site": "talk.example",
            "url": "https://talk.example/1", "kind": "forum", "html": FERRY, "gold": {
                "text": "A question\n\nAn answer", "quality": "human"}}),
    ],
)  # fmt: skip
def test_a_record(tmp_path: Path, why: str, name: str, files: Files, at: int, wanted: Record) -> None:
    assert only(tmp_path, name, files, at) == wanted, why


def test_versions_of_a_parser_meet_their_pages_in_the_order_of_time(tmp_path: Path) -> None:
    """V2 came before V10, though not by the alphabet, and the page of 2023 before that of 2024, though listed second."""
    early, late = only(tmp_path, "press", PRESS, 1), only(tmp_path, "press", PRESS, 2)
    assert (early["url"], early["gold"]["title"]) == ("https://orf.example/early", "Early")
    assert (late["url"], late["gold"]["title"]) == ("https://orf.example/late", "Late")


def test_a_page_that_is_not_utf_8_keeps_its_bytes(tmp_path: Path) -> None:
    record = only(tmp_path, "more_news", NEWS, 1)
    assert "html" not in record and html_bytes(record) == "<p>Café</p>".encode("latin-1")


@pytest.mark.parametrize(
    ("why", "url", "site"),
    [
        ("sister pages share a host, whatever its case", "https://WWW.Post.example/a", "post.example"),
        ("a page without an address is a site of its own", "", "wcxb-dev-0001"),
        ("so is one whose address is none", "https://[ad-server]/x", "wcxb-dev-0001"),
    ],
)
def test_the_site_of_a_page(tmp_path: Path, why: str, url: str, site: str) -> None:
    case = wcxb_case("0001", "article") | {"url": url}
    assert site_of(only(tmp_path, "articles", WCXB | {"dev/ground-truth/0001.json": case})) == site, why


def test_text_is_made_of_five_press_and_every_fourth_article() -> None:
    def page(name: str) -> Record:
        return {
            "id": name,
            "set": "s",
            "site": "a.example",
            "url": None,
            "kind": "article",
            "html": FERRY,
            "gold": {"text": "g"},
        }

    sets = {"five": [page("f")], "press": [page("p")], "articles": [page(f"a{number}") for number in range(6)]}
    made = builders.text(sets, fake_extract)
    assert [record["id"] for record in made[::2]] == ["f-dump", "p-dump", "a0-dump", "a4-dump"]
    assert made[1] == {
        "id": "f-leaky", "set": "text", "form": "leaky", "site": "a.example", "url": None, "kind": "article",
        "gold": {"text": "g"}, "text": "Back\n\n\n2 paragraphs",
    }  # fmt: skip
    assert made[0]["text"] == "Menu\nBack", "a dump has no blank lines"


ENTRY = NEWS["news_articles.json"][0]


@pytest.mark.parametrize(
    ("why", "name", "changed", "message"),
    [
        ("the folder has another name", "wcxb", {}, "dev/ground-truth: has no *.json"),
        ("a page is missing", "wcxb", {"dev/ground-truth/0001.json": wcxb_case("0001", "article")}, "dev/html/0001.html.gz: not there"),
        ("a page is not packed", "wcxb", {**WCXB, "dev/html/0001.html.gz": b"<p>"}, "dev/html/0001.html.gz: not gzip"),
        ("a page is cut short", "wcxb", {**WCXB, "dev/html/0001.html.gz": packed(FERRY)[:-12]}, "dev/html/0001.html.gz: not gzip"),
        ("gold has another schema", "wcxb", {"dev/ground-truth/1.json": {"articleBody": "x"}}, "dev/ground-truth/1.json: has no ground_truth"),
        ("gold is a list", "wcxb", {"dev/ground-truth/1.json": []}, "dev/ground-truth/1.json: an object was expected, this is list"),
        ("a snippet is a number", "wcxb", {**WCXB, "dev/ground-truth/0001.json": wcxb_case("0001", "article", **{"with": [1]})},
         "dev/ground-truth/0001.json: with: a string was expected, this is int"),
        ("gold is no JSON", "five", {"dataset/ground_truth.json": b"{"}, "dataset/ground_truth.json: not JSON"),
        ("gold is a pointer to large files", "five", {"dataset/ground_truth.json": b"version https://git-lfs"}, "dataset/ground_truth.json: not JSON"),
        ("paragraphs are one string", "five", {"dataset/ground_truth.json": {"A_0.html.gz": {"body": "x"}}},
         "dataset/ground_truth.json: A_0.html.gz: body: a list was expected, this is str"),
        ("a publisher has no cases", "press", {f"{CASES}/at/meta.info": {"ORF_1.html.gz": {"url": "u"}}}, f"{CASES}/at/ORF.json: not there"),
        ("a body has no sections of that kind", "press", {**PRESS, f"{CASES}/at/DerStandard.json": {"V1": {"body": {"sections": ["x"]}}}},
         f"{CASES}/at/DerStandard.json: V1: an object was expected, this is str"),
        ("a name leads out of the repository", "more_news", {"news_articles.json": [ENTRY | {"html_file": "../../../secret"}]},
         "secret.html: its path leads out of the repository"),
        ("so does one from the root", "more_news", {"news_articles.json": [ENTRY | {"html_file": "/secret"}]},
         "secret.html: its path leads out of the repository"),
    ],
)  # fmt: skip
def test_another_shape_is_named_with_its_file(
    tmp_path: Path, why: str, name: str, changed: Files, message: str
) -> None:
    root = tmp_path / "a" / "b"
    root.mkdir(parents=True)
    (tmp_path / "secret.html").write_text("not of the repository")
    source = next(source for source in sources() if source.name == name)
    with pytest.raises(WrongShape) as raised:
        only(root, source.sets[0], changed)
    assert str(raised.value) == message, why
