"""A record's own fields, and those of a sidecar, are statements: by every name exporters use, and never trusted blindly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cleaners.article import Article, Cleaned
from cleaners.metadata.stated import NAMES, stated_of
from cleaners.pipeline import clean_raw

PROSE = (
    "The ferry between Fenmoor and the eastern bank will sail every half hour from the first of May, the council said on Friday.",
    "Nearly four hundred people had signed a letter that asked for it, and the owner of the boat had promised to try in March.",
    "“It is about time,” said Agnes Thorley, who bakes bread on the other side and has rowed it over herself since the autumn.",
)  # fmt: skip
TEXT = "\n".join(PROSE)
PAGE = (
    f"<html lang='en'>%s<body><article><h1>The ferry is back</h1><p>{'</p><p>'.join(PROSE)}</p></article></body></html>"
)
HEAD = (
    "<head><title>The ferry is back</title><meta property='og:title' content='The ferry is back'><meta name='author' content='Vera Falk'>"
    "<meta property='article:published_time' content='2024-05-01'></head>"
)


def record(**row: Any) -> Article:
    line = json.dumps({"url": "https://fenmoor.example/ferry", **row})
    found = clean_raw(line.encode(), source="pages.jsonl", record=0, media="jsonl")
    assert isinstance(found, Cleaned), found
    return found.article


EXPORTS: dict[str, dict[str, Any]] = {
    "trafilatura": {"title": "The ferry is back", "author": "Vera Falk; Tom Reed", "date": "2024-05-01", "sitename": "Fenmoor Post",
                    "excerpt": "It sails again.", "tags": "boats,river", "image": "https://fenmoor.example/a.jpg"},
    "newspaper": {"title": "The ferry is back", "authors": ["Vera Falk", "Tom Reed"], "publish_date": "2024-05-01 00:00:00",
                  "meta_description": "It sails again.", "keywords": ["boats", "river"], "top_image": "https://fenmoor.example/a.jpg",
                  "site_name": "Fenmoor Post"},
    "news-please": {"title": "The ferry is back", "authors": ["Vera Falk", "Tom Reed"], "date_publish": "2024-05-01 06:00:00", "publisher": "Fenmoor Post",
                    "description": "It sails again.", "image_url": "https://fenmoor.example/a.jpg", "tags": ["boats", "river"]},
    "JSON-LD's names": {"headline": "The ferry is back", "author": [{"@type": "Person", "name": "Vera Falk"}, {"name": "Tom Reed"}], "datePublished": "2024-05-01T06:00:00Z",
                        "publisher": {"name": "Fenmoor Post"}, "description": "It sails again.", "image": {"url": "https://fenmoor.example/a.jpg"},
                        "keywords": "boats, river"},
    "a news service": {"title": "The ferry is back", "byline": "By Vera Falk and Tom Reed", "publishedAt": 1714543200, "site": "Fenmoor Post",
                       "excerpt": "It sails again.", "imageUrl": "https://fenmoor.example/a.jpg", "tags": ["boats", "river"]},
    "in meta": {"meta": {"og:title": "The ferry is back", "article:author": "Vera Falk, Tom Reed", "article:published_time": 1714543200000,
                         "og:site_name": "Fenmoor Post", "description": "It sails again.", "og:image": "https://fenmoor.example/a.jpg", "tags": ["boats", "river", "boats"]}},
    "in metadata": {"metadata": {"ogTitle": "The ferry is back", "creator": ["Vera Falk", "Tom Reed"], "publishedTime": {"$date": "2024-05-01T06:00:00Z"},
                                 "ogSiteName": "Fenmoor Post", "description": "It sails again.", "ogImage": "https://fenmoor.example/a.jpg", "tags": "boats,river"}},
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_state_what_a_page_states(name: str) -> None:
    row = EXPORTS[name]
    found = record(text=f"The ferry is back\n{TEXT}", **row)
    assert found.title == "The ferry is back"
    assert found.authors == ["Vera Falk", "Tom Reed"]
    assert (found.published or "").startswith("2024-05-01")
    assert (found.site_name, found.description, found.tags) == ("Fenmoor Post", "It sails again.", ["boats", "river"])
    assert found.image == "https://fenmoor.example/a.jpg"
    assert found.text == "\n\n".join(PROSE)  # the headline stands in the title, and once
    assert json.loads(found.meta) == {
        **{key: value for key, value in row.items() if key != "meta"},
        **row.get("meta", {}),
    }


def test_the_record_counts_for_more_than_what_it_holds_further_down() -> None:
    found = record(text=TEXT, title="The ferry is back", meta={"title": "Ferry", "author": "Vera Falk"})
    assert (found.title, found.authors) == ("The ferry is back", ["Vera Falk"])


def test_a_page_counts_for_more_than_its_record() -> None:
    other = {"title": "Ferry news", "author": "Tom Reed", "date": "2023-01-01"}
    stated = record(html=PAGE % HEAD, **other)
    assert (stated.title, stated.authors, stated.published) == ("The ferry is back", ["Vera Falk"], "2024-05-01")
    silent = record(html=PAGE % "", **other)
    assert (silent.title, silent.authors, silent.published) == ("The ferry is back", ["Tom Reed"], "2023-01-01")


def test_a_sidecar_states_too() -> None:
    sidecar = {"title": "The ferry is back", "author": "Vera Falk", "date": "2024-05-01"}
    found = clean_raw(TEXT.encode(), source="ferry.txt", record=None, media="text", sidecar=sidecar)
    assert isinstance(found, Cleaned)
    assert (found.article.title, found.article.authors, found.article.published) == (
        "The ferry is back",
        ["Vera Falk"],
        "2024-05-01",
    )
    assert json.loads(found.article.meta) == sidecar


def test_the_address_of_a_record_is_its_own() -> None:
    assert record(text=TEXT, canonical="https://elsewhere.example/x").url == "https://fenmoor.example/ferry"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", {"x": 1}),
        ("title", 1984),
        ("title", "x" * 501),
        ("title", " \u200b "),
        ("title", "null"),
        ("author", True),
        ("author", [None, 3, [], {}]),
        ("author", "https://fenmoor.example/vera"),
        ("author", "x" * 100_000),
        ("date", "some day"),
        ("date", 7),
        ("date", -1e300),
        ("date", 10**400),
        ("date", True),
        ("date", "2024-13-45"),
        ("date", {"$date": {"x": 1}}),
        ("image", "javascript:alert(1)"),
        ("image", "/relative.jpg"),
        ("image", "http://[bad"),
        ("site_name", "../../etc/cron.d/x"),
        ("language", "../.."),
        ("language", ["x"]),
        ("tags", {"a": "b"}),
        ("tags", ["x" * 101, 5, None]),
    ],
)
def test_what_no_such_field_holds_is_passed_through_and_not_believed(field: str, value: Any) -> None:
    found, without = record(text=TEXT, **{field: value}), record(text=TEXT)
    for name in ("title", "authors", "published", "image", "site_name", "language", "tags", "text"):
        assert getattr(found, name) == getattr(without, name), name
    assert field in found.meta


@pytest.mark.parametrize(
    ("date", "day"), [(20240501, "2024-05-01"), (1714543200.5, "2024-05-01"), ("1714543200000", "2024-05-01")]
)
def test_dates_in_numbers(date: Any, day: str) -> None:
    assert (record(text=TEXT, date=date).published or "")[:10] == day


def test_lists_are_bounded() -> None:
    stated = stated_of({"tags": [f"tag {n}" for n in range(9_999)], **{f"x{n}": n for n in range(9_999)}})
    assert len(stated["tags"]) == 50


def test_every_name_means_one_field() -> None:
    names = [name for listed in NAMES.values() for name in listed]
    assert len(names) == len(set(names))
