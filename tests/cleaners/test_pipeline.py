"""From the bytes of one raw page to its article record: every way in, and every way to be refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from cleaners import fingerprint
from cleaners.pipeline import clean_raw
from cleaners.read import html, pages
from cleaners.read.address import identify

LINES = [
    "The lantern bridge opened to walkers on Sunday, nine years after the flood took the old one.",
    "Engineers lifted the last span into place during the night, watched by some four hundred people.",
    "“I have rowed across for nine years,” said the baker, who lives on the other bank of the river.",
]
MARKUP = f"<html><head><title>Bridge opens</title></head><body><article>{''.join(f'<p>{x}</p>' for x in LINES)}</article></body></html>"


def record(**fields: Any) -> Any:
    return clean_raw(json.dumps(fields).encode(), source="a.jsonl", record=3, media="jsonl")


@pytest.mark.parametrize(
    "content",
    [{"html": MARKUP}, {"html_b64": base64.b64encode(MARKUP.encode("utf-16")).decode()}, {"text": "\n".join(LINES)}],
    ids=["html", "html_b64", "text"],
)
def test_a_record_becomes_an_article(content: dict[str, str]) -> None:
    result = record(
        url="https://www.fenmoor.example/bridge",
        id=17,
        fetched_at="2026-03-04T10:00:00Z",
        crawl="x",
        meta={"k": 1},
        **content,
    )
    article = result.article
    assert article.text == "\n\n".join(LINES)
    assert article.site == "fenmoor.example" and json.loads(article.meta) == {"crawl": "x", "k": 1}
    assert article.source.id == "17" and article.source.record == 3
    assert article.source.fetched_at == "2026-03-04T10:00:00Z"
    assert [article.text[b.start : b.end] for b in article.blocks] == LINES


@pytest.mark.parametrize(
    ("payload", "reason", "clue"),
    [
        (b"{", "bad_record", "not JSON"),
        (b"[1]", "bad_record", "not an object"),
        (b'{"url": "https://a.example/"}', "bad_record", "html, html_b64 or text"),
        (b'{"html_b64": "a"}', "bad_record", "base64"),
        (b'{"html": "<script>x</script>"}', "too_little", "nothing visible"),
        (b'{"html": "<p>\xe2\x80\x94</p><p>* * *</p>"}', "too_little", "no letter or digit"),
        (b'{"html": "<script>x</script><input type=submit value=Go><button>Log in</button>"}', "too_little", "buttons"),
        (b"[" * 100_000, "bad_record", "nested more than 100 deep"),
        (b'{"text": "x", "meta": ' + b"[" * 900 + b"]" * 900 + b"}", "bad_record", "nested more than 100 deep"),
    ],
)
def test_a_bad_record_is_refused_with_the_next_step(payload: bytes, reason: str, clue: str) -> None:
    result = clean_raw(payload, source="a.jsonl", record=0, media="jsonl")
    assert (result.outcome, result.reason) == ("quarantined", reason) and clue in result.detail


def test_a_binary_file_is_refused() -> None:
    result = clean_raw(b"%PDF-1.7\n" + bytes(range(256)) * 20, source="a.html", record=None, media="html")
    assert (result.outcome, result.reason) == ("quarantined", "not_text") and "PDF" in result.detail


def test_the_sidecar_names_url_and_encoding() -> None:
    sidecar = {"url": "https://fenmoor.example/b", "headers": {"Content-Type": "text/html; charset=koi8-r"}, "job": 7}
    body = "<p>Мост открыли в воскресенье, через девять лет после наводнения, которое унесло старый мост.</p>" * 2
    result = clean_raw(body.encode("koi8-r"), source="b.html", record=None, media="html", sidecar=sidecar)
    article = result.article
    assert article.text.startswith("Мост открыли") and article.source.encoding == "koi8-r"
    assert json.loads(article.meta) == {"job": 7} and article.url == "https://fenmoor.example/b"


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://fenmoor.example/bridge", "https://fenmoor.example/bridge"),
        ("https://fenmoor.example/", "https://fenmoor.example/bridge?utm=1"),
        ("https://thief.example/bridge", "https://fenmoor.example/bridge?utm=1"),
    ],
    ids=["own page", "front page", "another host"],
)
def test_the_canonical_url_is_believed_on_its_own_host(canonical: str, expected: str) -> None:
    markup = MARKUP.replace("<title>", f'<link rel="canonical" href="{canonical}"><title>')
    article = record(url="https://fenmoor.example/bridge?utm=1", html=markup).article
    assert article.url == expected
    assert article.id == identify(expected, "other path", 9)


def test_the_folder_names_the_site_when_nothing_else_does() -> None:
    result = clean_raw("\n".join(LINES).encode(), source="f/a.txt", record=None, media="text", folder_host="f.example")
    assert result.article.site == "f.example" and result.article.url is None
    assert result.article.id == identify(None, "f/a.txt", None)


def test_kept_removed_and_lifted_are_all_lines() -> None:
    lines = ["Share", *LINES, "Copyright © 2026 Fenmoor Gazette. All rights reserved."]
    result = clean_raw("\n".join(lines).encode(), source="a.txt", record=None, media="text")
    removed = {row.block: row.text for row in result.ledger}
    assert removed == {0: lines[0], 4: lines[4]}
    assert sum(row.lines for row in result.article.removed) == 2


FIRST, LAST = "The ferry came back on Sunday.", "Nobody had expected it before the summer."
BULK = "x" * 17_000_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "bulk",
    [
        f"<script>{BULK}</SCRIPT>", f"<style>{BULK}</style>", f"<!-- {BULK} -->", f"<p title='{BULK}'></p>", f"<p title={BULK}></p>",
        f'<img src="data:image/png;base64,{BULK}">', f"<?{BULK}>", f"</p {BULK}>", f"<script type=application/ld+json>{BULK}</script>",
    ],
    ids=lambda bulk: bulk[:12],
)  # fmt: skip
def test_what_no_reader_sees_cuts_no_page(bulk: str) -> None:
    for markup in (f"<head>{bulk}</head><p>{FIRST}<p>{LAST}", f"<p>{FIRST}</p>{bulk}<p>{LAST}"):
        result = clean_raw(markup.encode(), source="a.html", record=None, media="html")
        assert result.article.text.split("\n\n") == [FIRST, LAST]
        assert result.article.flags == ["short"]


def test_a_page_that_shows_too_much_is_cut_and_says_so() -> None:
    markup = f"<p>{FIRST}</p><textarea>{BULK}</textarea><p>{LAST}"
    result = clean_raw(markup.encode(), source="a.html", record=None, media="html")
    assert "truncated_input" in result.article.flags


@pytest.mark.parametrize(("media", "page"), [("html", "<p>{}<p>{}<p>{}"), ("text", "{}\n\n{}\n{}")])
def test_a_page_of_too_many_lines_is_cut_and_says_so(media: str, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for most, flagged in ((3, False), (2, True)):
        monkeypatch.setattr(pages, "MOST_LINES", most)
        result = clean_raw(page.format(FIRST, LAST, FIRST).encode(), source="a", record=None, media=media)
        assert ("truncated_input" in result.article.flags) is flagged
        assert sum(row.lines for row in result.article.removed) + len(result.article.blocks) == most


def test_a_page_whose_tree_finds_no_room_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise html.SelectolaxError("Can't parse HTML.")

    monkeypatch.setattr(html, "LexborHTMLParser", full)
    with pytest.raises(MemoryError, match="no room for the tree of 14 bytes"):
        clean_raw(b"<p>A sentence.", source="page.html", record=None, media="html")


@pytest.mark.parametrize(
    ("name", "counts"), [("_walk.c", True), ("steps.py", True), ("a/b.toml", True), ("x.so", False)]
)
def test_a_change_of_the_code_in_any_language_cleans_pages_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, counts: bool
) -> None:
    """A bug mended in C alone changes articles too; what is built from it changes with every compiler."""
    monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / "fingerprint.py"))
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    told = set()
    for content in ("one", "two"):
        path.write_text(content)
        told.add(fingerprint._of_the_code.__wrapped__())
    assert len(told) == (2 if counts else 1)
