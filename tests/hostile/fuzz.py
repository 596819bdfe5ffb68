"""Looks for inputs that break a promise: `PYTHONPATH=.:tests python -m hostile.fuzz`.

Pages of the sample, and small hostile ones, are torn, spliced, flipped and spiced by Hypothesis, then taken from bytes to
article. What breaks is made small and printed, and becomes a case in test_fuzz.py.
"""

from __future__ import annotations

import argparse
import json
import time
import unicodedata
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from cleaners.article import Removed
from cleaners.errors import UnreadablePage
from cleaners.page import Page
from cleaners.pipeline import clean_with_page, sure, sure_again, warm_up
from cleaners.read.pages import text_page
from cleaners.read.text import DATED_LEAD
from cleaners.steps.cautious import WAYS
from cleaners.steps.keep_rest import keep_rest
from cleaners.text.prose import has_words
from hostile import broken, encodings, floods, metadata, texts

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 20_000  # bytes of a page to begin with
EXAMPLES = 200  # a round; then other ones are drawn
SECONDS_A_PAGE = 10.0  # of CPU, the command's own limit
REASONS = frozenset(["too_little", "consent_wall", "blocked", "not_text", "bad_record"])

SPICES = [
    b"<", b">", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<p>", b"</p>", b"<div class=\"", b"<br>", b"<table><tr><td>",
    b"<script>", b"</script>", b"<style>", b"<template>", b"<svg><title>", b"<math><mi>", b"<noscript>", b"<iframe srcdoc='",
    b"<select><option>", b"<textarea>", b"<plaintext>", b"<frameset>", b"<base href=//x>", b"<a href=\"", b"<img alt=\"",
    b"<figure><figcaption>", b"<article>", b"<main>", b"<nav>", b"<footer>", b"<ruby>a<rt>b", b"<b><i></b></i>", b"<pre>\n\n",
    b"<meta charset=utf-16>", b"<meta property=og:title content=\"", b"<link rel=canonical href=\"", b"<time datetime=\"",
    b"<script type=application/ld+json>", b'{"@type":"NewsArticle","headline":', b'"author":[{"name":', b"{{{{", b"]]]]", b'"@graph":[',
    b"&amp;", b"&#0;", b"&#x110000;", b"&lt;b&gt;", b"&nbsp;", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xcc\x81" * 9,
    b"\x1b$B", b"\xc3\xa9", b"\xe9", b"\x85", b"\xe2\x80\xa8", b"\r", b"\n\n", b"\t", b" (Image: X)", b"Photo: ", b"Read more: ",
    b"We use cookies. Accept all.", b"By Odile Marsh", b"4 March 2026", b"Sign up to our newsletter", b"Advertisement", b"http://[", b"%zz",
]  # fmt: skip


@lru_cache(maxsize=1)
def beginnings() -> tuple[bytes, ...]:
    """The pages that are spoilt."""
    sample = [path.read_bytes() for path in sorted((ROOT / "raw").rglob("*")) if path.suffix in (".html", ".txt")]
    kinds = [
        kind.make(min(kind.size, 50))
        for family in (floods, broken, encodings, metadata, texts)
        for kind in family.KINDS
        if kind.suffix in (".html", ".txt")
    ]
    return tuple(dict.fromkeys(page[:LONGEST] for page in (*sample, *kinds)))


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A page after some mutations."""
    page = bytearray(draw(st.sampled_from(beginnings())))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(page)))
        length = draw(st.integers(0, 400))
        match draw(st.sampled_from(["spice", "spices", "flip", "cut", "twice", "splice", "move", "code"])):
            case "spice":
                page[at:at] = draw(st.sampled_from(SPICES))
            case "spices":
                page[at:at] = draw(st.sampled_from(SPICES)) * draw(st.integers(2, 300))
            case "flip":
                page[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del page[at : at + length]
            case "twice":
                page[at:at] = page[at : at + length] * draw(st.integers(1, 30))
            case "splice":
                other = draw(st.sampled_from(beginnings()))
                page[at:at] = other[len(other) // 3 :][: length * 4]
            case "move":
                piece = page[at : at + length]
                del page[at : at + length]
                to = draw(st.integers(0, len(page)))
                page[to:to] = piece
            case _:
                page = bytearray(
                    page.decode("utf-8", "replace").encode(
                        draw(st.sampled_from(["utf-16", "cp1252", "shift_jis", "utf-8"])), "replace"
                    )
                )
    return bytes(page[: 4 * LONGEST])


@st.composite
def inputs(draw: st.DrawFn) -> tuple[bytes, str, dict[str, Any] | None]:
    """What a run hands to the cleaners: content, its kind, and what stands beside it."""
    page = draw(spoilt())
    media = draw(st.sampled_from(["html", "html", "text", "jsonl", "warc"]))
    sidecar: dict[str, Any] | None = None
    if media == "jsonl":
        name = draw(st.sampled_from(["html", "text", "html_b64"]))
        held = b64encode(page).decode() if name == "html_b64" else page.decode("utf-8", "replace")
        page = json.dumps({"url": "https://fuzz.example/a", name: held}).encode()
    elif media == "warc" or draw(st.booleans()):
        headers = {
            "content-type": draw(
                st.sampled_from(["text/html", "text/plain; charset=utf-8", "text/html; charset=euc-jp", ""])
            )
        }
        if media == "warc":
            headers["content-encoding"] = draw(st.sampled_from(["", "gzip", "br", "zstd, deflate"]))
        sidecar = {
            "url": draw(st.sampled_from(["https://fuzz.example/b", "", "http://[", "x" * 3_000])),
            "headers": headers,
        }
    return page, media, sidecar


def check(content: bytes, media: str, sidecar: Mapping[str, Any] | None) -> None:
    """Every promise about one input. Raises AssertionError."""
    started = time.process_time()
    try:
        result, page = clean_with_page(
            content, source="a/b", record=None, media=media, sidecar=sidecar, folder_host="fuzz.example"
        )
    except UnreadablePage as error:
        if error.reason not in REASONS:
            raise
        return
    assert time.process_time() - started < SECONDS_A_PAGE
    article, removed = result.article, result.ledger
    text = article.text
    assert [text[block.start : block.end] for block in article.blocks] == (text.split("\n\n") if text else [])
    assert unicodedata.is_normalized("NFC", text), "not NFC"
    json.dumps(to_builtins([article, removed]), ensure_ascii=False, allow_nan=False).encode()
    assert len(article.id) == 32 and article.source.path == "a/b"
    whole(page, removed)
    assert has_words(page.kept()), "no word in the text"
    bare = replace(page, verdicts=(), lifts=(), done=frozenset())
    brought_back = "over_cleaned" in article.flags and not any(
        has_words(keep_rest(way(bare, sure, sure_again)).kept()) for way in WAYS[:2]
    )
    read_once = DATED_LEAD.match(text) or any(block.kind == "code" for block in article.blocks)
    if not brought_back and not read_once:
        again = sure(replace(text_page("again", text), done=frozenset(("text_head",))))  # its headline was read
        read = zip(again.blocks, again.verdicts, strict=True)
        found = [(block.text, verdict) for block, verdict in read if verdict and not verdict.keep]
        assert not found, found[0]


def whole(page: Page, removed: list[Removed]) -> None:
    """Kept and removed are all lines of the page, each once."""
    kept = {block.index: block.text for block in page.kept()}
    gone = {row.block: row.text for row in removed}
    assert len(gone) == len(removed) and len(kept) + len(gone) == len(page.blocks)
    assert kept | gone == {block.index: block.text for block in page.blocks}
    for row in removed:
        assert row.reason and row.rule and row.step and 0 <= row.score <= 1, row


def a_round(first: int) -> int:
    """Try as many inputs as a round has, drawn from this seed; gives how many. Raises what the first find raises."""
    tried = 0

    def once(asked: tuple[bytes, str, dict[str, Any] | None]) -> None:
        nonlocal tried
        tried += 1
        check(*asked)

    quiet = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    seed(first)(quiet(given(inputs())(once)))()
    return tried


def hunt(seconds: float, first: int = 0) -> None:
    """Try inputs for so many CPU seconds, from this seed on. Raises what the first find raises."""
    warm_up()
    started = time.process_time()
    tried = 0
    while (spent := time.process_time() - started) < seconds:
        tried += a_round(first)
        first += 1
        print(f"{tried:,} inputs, {spent:,.0f} CPU s, next seed {first}", flush=True)


def main() -> None:
    command = argparse.ArgumentParser(prog="python -m hostile.fuzz", description=__doc__)
    command.add_argument("--minutes", type=float, default=30, metavar="M", help="of CPU (default: 30)")
    command.add_argument(
        "--seed", type=int, default=0, metavar="N", help="the first (default: 0); others try other inputs"
    )
    args = command.parse_args()
    hunt(args.minutes * 60, args.seed)


if __name__ == "__main__":
    main()
