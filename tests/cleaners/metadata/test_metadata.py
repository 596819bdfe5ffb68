"""Metadata: the table of pages, single dates and names, and what hostile heads must not cost."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cleaners.metadata import metadata
from cleaners.metadata.authors import read_names
from cleaners.metadata.dates import date_in_url, read_date
from cleaners.metadata.head import read_head
from cleaners.metadata.titles import SiteNames, without_site
from cleaners.read.html import parse_tree
from cleaners.read.pages import html_page, text_page
from cleaners.text.language import identify
from cleaners.verdict import Lift

CASES = tomllib.loads((Path(__file__).parents[2] / "cases/pages/metadata.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_page(case: dict[str, Any]) -> None:
    found = metadata(html_page("case", case["html"], url=case.get("url")))
    for field, expected in case.items():
        if field in ("why", "html", "url"):
            continue
        value = getattr(found, field)
        if isinstance(value, tuple):
            value = list(value)
        assert value == (None if expected == "none" else expected), f"{field}: {case['why']}"


@pytest.mark.parametrize(
    ("stated", "language", "expected"),
    [
        ("2024-05-03T15:47:42.389Z", None, "2024-05-03T15:47:42+00:00"),
        ("2024-05-03 15:47:42 +0200", None, "2024-05-03T15:47:42+02:00"),
        ("20240503T154742Z", None, "2024-05-03T15:47:42+00:00"),
        ("20240503", None, "2024-05-03"),
        ("1714751262", None, "2024-05-03T15:47:42+00:00"),
        ("1714751262000", None, "2024-05-03T15:47:42+00:00"),
        ("Fri, 03 May 2024 15:47:42 GMT", None, "2024-05-03T15:47:42+00:00"),
        ("Fri May 03 2024 15:47:42 GMT+0200 (CEST)", None, "2024-05-03T15:47:42+02:00"),
        ("May 3rd, 2024", "en", "2024-05-03"),
        ("3. Mai 2024, 15:47 Uhr", "de", "2024-05-03"),
        ("3 de mayo de 2024", "es", "2024-05-03"),
        ("1er août 2024", "fr", "2024-08-01"),
        ("3 listopada 2024", "pl", "2024-11-03"),
        ("3 listopada 2024", "hr", "2024-10-03"),
        ("2024年5月3日", "ja", "2024-05-03"),
        ("03.05.2024", "de", "2024-05-03"),
        ("03/05/2024", "fr", "2024-05-03"),
        ("25/05/2024", "en", "2024-05-25"),
        # what is no date, or could be two
        ("03/05/2024", "en", None),
        ("3 listopada 2024", "en", None),
        ("2024-02-30", None, None),
        ("0001-01-01T00:00:00Z", None, None),
        ("Version 3.10.2024.1", "en", None),
        ("call 0171 2024 33", None, None),
        ("", None, None),
        ("2024" * 5_000, None, None),
    ],
)
def test_read_date(stated: str, language: str | None, expected: str | None) -> None:
    assert read_date(stated, language=language) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2024/11/22/x", "2024-11-22"),
        ("https://a.example/x-2024-11-22.html", "2024-11-22"),
        ("https://a.example/world/2024/feb/24/x", "2024-02-24"),
        ("https://a.example/20241203-OYT1T50218/", "2024-12-03"),
        ("https://a.example/2024/11/x", None),
        ("https://a.example/item/1202411223", None),
        ("https://a.example/x?d=2024-11-22", None),
        ("http://[bad/2024/11/22/", None),
        (None, None),
    ],
)
def test_date_in_url(url: str | None, expected: str | None) -> None:
    assert date_in_url(url) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("By Ann Poe", ["Ann Poe"]),
        ("Von Ann Poe und Bo Lind", ["Ann Poe", "Bo Lind"]),
        ("Ann Poe; Bo Lind", ["Ann Poe", "Bo Lind"]),
        ("Ann Poe, MD, PhD", ["Ann Poe"]),
        ("Ann Poe Senior Reporter", ["Ann Poe"]),
        ("ann@lantern.example Ann Poe", ["Ann Poe"]),
        ("松岡 大地", ["松岡 大地"]),
        # look-alikes that stay whole
        ("Byron Desmond", ["Byron Desmond"]),
        ("Vonda Parker", ["Vonda Parker"]),
        ("Guardian staff reporter", ["Guardian staff reporter"]),
        ("de la Cruz", ["de la Cruz"]),
        # nobody
        ("admin", []),
        ("https://lantern.example/ann", []),
        ("@ann", []),
        ("Ann Poe writes about towns. " * 40, []),
    ],
)
def test_read_names(stated: str, expected: list[str]) -> None:
    assert read_names(stated) == expected


def test_text_page_states_only_what_was_lifted() -> None:
    page = text_page("case", "Mayor resigns\nThe mayor resigned on Monday after a vote in the council.")
    assert metadata(page).title is None and metadata(page).published is None
    lifted = page.decide(
        {},
        lifts=(Lift("title", "Mayor resigns", 0), Lift("published", "3 May 2024", 0), Lift("author", "By Ann Poe", 0)),
    )
    found = metadata(lifted)
    assert (found.title, found.published, found.authors) == ("Mayor resigns", "2024-05-03", ("Ann Poe",))


def test_nothing_is_published_after_it_was_fetched() -> None:
    page = html_page(
        "case", "<meta property='article:published_time' content='2031-01-01'><time datetime='2024-05-03'>"
    )
    assert metadata(page, fetched_at="2024-06-01T00:00:00Z").published == "2024-05-03"
    assert metadata(page).published == "2031-01-01"


def test_flags_of_the_head() -> None:
    block = '{{"@type":"{}","headline":"Mayor","isAccessibleForFree":{},"articleBody":"One. Two."}}'
    script = "<html lang='de-AT'><script type='application/ld+json'>{}</script>"
    for stated, expected in (("false", True), ('"False"', True), ("true", False), ("null", False)):
        head = read_head(parse_tree(script.format(block.format("NewsArticle", stated))), None)
        assert head.paywalled is expected and not head.live_blog
    head = read_head(parse_tree(script.format(block.format("LiveBlogPosting", "true"))), None)
    assert head.live_blog and head.language == "de" and head.body == "One. Two."


def test_read_head_leaves_the_tree_alone() -> None:
    tree = parse_tree("<title>A</title><script type='application/ld+json'>{}</script><p itemprop=author>Ann Poe</p>")
    before = tree.html
    read_head(tree, None)
    assert tree.html == before


def test_without_site_is_done_in_one_go() -> None:
    names = SiteNames("The Lantern", "lantern.example", "Local")
    title = "Mayor resigns - a town in shock | Local | The Lantern"
    once = without_site(title, names)
    assert once == "Mayor resigns - a town in shock" and without_site(once, names) == once


PERSON = '{"@type":"Person","name":"Ann Poe"},'
FLOODS = {
    "persons": "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"author\":[" + PERSON * 8_000 + "{}]}</script>",
    "articles": "<script type='application/ld+json'>[" + '{"@type":"NewsArticle","headline":"A"},' * 6_000 + "{}]</script>",
    "deep": "<script type='application/ld+json'>" + "[" * 200_000 + "</script>",
    "graphs": "<script type='application/ld+json'>" + '{"@graph":' * 20_000 + "1" + "}" * 20_000 + "</script>",
    "commas": "<script type='application/ld+json'>{" + ", " * 120_000 + "</script>",
    "handles": "<meta name=author content='" + "@ " * 200_000 + "'>",
    "dashes": "<title>" + "a - " * 100_000 + "</title>",
    "bylines": "<div class=author>" * 3_000 + "a " * 50_000,
    "times": "<time>" * 3_000 + "1 " * 50_000,
    "properties": "<div itemprop=author>" * 3_000 + "a " * 50_000,
    "metas": "<meta name=author content='Ann Poe'>" * 30_000,
    "headlines": "<h1>Mayor resigns</h1>" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("markup", FLOODS.values(), ids=FLOODS)
def test_of_a_flood_little_is_kept(markup: str) -> None:  # where the time grows with the square, this takes hours
    head = read_head(parse_tree(markup), "https://lantern.example/a")
    assert len(head.authors) <= 30
    assert len(head.titles) <= 30


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        (
            "The mayor resigned on Monday after the council had voted against her budget for the second time.",
            None,
            "en",
        ),
        (
            "Die Bürgermeisterin ist am Montag zurückgetreten, nachdem der Rat ihren Haushalt abgelehnt hatte.",
            "en",
            "de",
        ),
        ("Мэр подала в отставку в понедельник после голосования в городском совете по бюджету.", None, "ru"),
        ("市長は月曜日、議会が予算案を否決したことを受けて辞任した。", None, "ja"),
        ("Okay", "nl-BE", "nl"),
    ],
)
def test_language(text: str, hint: str | None, expected: str) -> None:
    language, score = identify(text, hint)
    assert language == expected and 0.5 <= score <= 1.0


def test_language_of_nothing() -> None:
    assert identify("") == identify("12:30 – 14:00", "de") == ("und", 0.0)


def test_a_word_or_two_have_the_language_that_the_page_states_or_none() -> None:
    assert identify("hi") == identify("ok") == ("und", 0.0)
    assert identify("hi", "en")[0] == identify("hi", "en-GB")[0] == "en"
    assert identify("Hallo Welt")[0] == "de" and identify("こんにちは")[0] == "ja"
