"""Shows what becomes of pages unlike any the judge was trained on: `python -m benchmarks.unlike`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from cleaners.pipeline import clean
from cleaners.read.pages import html_page
from cleaners.text.prose import count_words

PAGES = Path(__file__).with_name("unlike.toml")
BEFORE = "<header><a href=/>The Fenmoor Post</a></header><nav><ul><li><a href=/n>News</a></li><li><a href=/s>Sport</a></li><li><a href=/w>Weather</a></li></ul></nav><main>"
AFTER = (
    "</main><aside><h3>Most read</h3><ul><li><a href=/1>Swans return to the mill pond after six years</a></li>"
    "<li><a href=/2>Baker rows across the river for the last time</a></li></ul></aside>"
    "<footer><p>© 2026 The Fenmoor Post. All rights reserved.</p><a href=/p>Privacy</a></footer>"
)


class Shown(NamedTuple):
    """What became of one page: the share of its text's words that were kept, the words kept around it, confidence."""

    name: str
    kept: float
    leaked: int
    confidence: float


def shown(name: str, text: str) -> Shown:
    """What the whole pipeline makes of a text between a menu, teasers and a footer."""
    wanted = {block.text for block in html_page(name, text).blocks if block.tag != "h1"}  # the headline is metadata
    page = clean(html_page(name, f"<html><body>{BEFORE}{text}{AFTER}</body></html>"))
    words = {True: 0, False: 0}
    for block in page.kept():
        words[block.text in wanted] += block.words
    return Shown(name, words[True] / sum(map(count_words, wanted)), words[False], page.confidence)


def main() -> None:
    print(f"{'page':<36}{'of its text kept':>18}{'words leaked':>14}{'confidence':>12}")
    for page in tomllib.loads(PAGES.read_text("utf-8"))["page"]:
        name, kept, leaked, confidence = shown(**page)
        print(f"{name:<36}{kept:>18.0%}{leaked:>14}{confidence:>12.2f}")


if __name__ == "__main__":
    main()
