"""Measures how many visible words are in no block of a page: `python -m benchmarks.lost_words DATA`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.pages import Record, asked_sets, html_bytes, read_set
from benchmarks.visible import lost_words, visible_lines, words_of
from cleaners.errors import NotText
from cleaners.read.charset import decode
from cleaners.read.pages import html_page

SETS = ("press", "articles")
PAGES = 300
WORST = 10  # pages that are named
EXAMPLES = 12  # words of each


class Lost(NamedTuple):
    """What was lost of one page: its name, its visible words, and those that are in no block."""

    name: str
    words: int
    lost: Counter[str]


def lost_of(record: Record) -> Lost | None:
    """What is lost of a page of a set; None for one that is no HTML."""
    if "text" in record:
        return None
    try:
        markup = decode(html_bytes(record), is_html=True).text
    except NotText:
        return None
    shown = visible_lines(markup)
    lost = lost_words(shown, [block.text for block in html_page(record["id"], markup).blocks])
    return Lost(record["id"], words_of(shown).total(), lost)


def per_ten_thousand(found: Sequence[Lost]) -> float:
    """Lost words of 10,000 visible ones."""
    return 10_000 * sum(page.lost.total() for page in found) / max(1, sum(page.words for page in found))


def main(arguments: Sequence[str] | None = None) -> None:
    command = argparse.ArgumentParser(prog="python -m benchmarks.lost_words", description=__doc__)
    command.add_argument("data", type=Path, help="folder of measuring sets")
    command.add_argument("sets", nargs="*", help=f"sets to read (default: {' and '.join(SETS)})")
    command.add_argument("--pages", type=int, default=PAGES, help="how many pages of each set (default: %(default)s)")
    command.add_argument("--skip", type=int, default=0, help="leave out so many pages of each set before them")
    asked = command.parse_args(arguments)
    everything: list[Lost] = []
    for name in asked_sets(command, asked.data, asked.sets or SETS):
        records = read_set(asked.data, name)[asked.skip : asked.skip + asked.pages]
        found = [page for page in map(lost_of, records) if page is not None]
        everything += found
        _print(name, found)
    _print("all", everything)
    for page in sorted(everything, key=lambda page: -page.lost.total())[:WORST]:
        if page.lost:
            examples = " ".join(word for word, _ in page.lost.most_common(EXAMPLES))
            print(f"{page.lost.total():>7} of {page.words:<7} {page.name}: {examples}")


def _print(name: str, found: Sequence[Lost]) -> None:
    words, lost = sum(page.words for page in found), sum(page.lost.total() for page in found)
    print(f"{name:<12}{len(found):>6} pages{words:>10,} words{lost:>8} lost{per_ten_thousand(found):>8.2f} in 10,000")


if __name__ == "__main__":
    main()
