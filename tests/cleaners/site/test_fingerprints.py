"""Fingerprints of lines: which lines count as the same, and which of a page's equal lines stands for all."""

from __future__ import annotations

import pytest

from cleaners.page import Block, Page
from cleaners.rules.phrases import built_in
from cleaners.site.fingerprints import (
    LONGEST,
    PLACES,
    fingerprint,
    fingerprint_lines,
    fingerprints,
    line_fingerprints,
    pack,
    unpack,
)
from cleaners.verdict import Verdict
from cleaners.zones import Zone

SENTENCE = (
    "the council met on {} and put the ferry, the quay and the toll house to the vote of all who came to the hall"
)


@pytest.mark.parametrize(
    ("why", "one", "other", "same"),
    [
        ("counters differ from page to page", "17 comments", "3 comments", True),
        ("a number is one, however long", "page 1 of 10", "page 20 of 3", True),
        ("stamps of two days are one stamp", "updated 4 may 2024, 10:15", "updated 17 june 2023, 9:05", True),
        ("a month of another language is one too", "stand: 4. märz 2024", "stand: 17. juni 2024", True),
        ("punctuation beside a date does not matter", "(4 may) | news", "4 june news", True),
        ("without a number a month is a word", "may we help", "june we help", False),
        ("a sentence of another day is another sentence", SENTENCE.format("4 may"), SENTENCE.format("4 june"), False),
        ("its numbers are none of it all the same", SENTENCE.format("4 may"), SENTENCE.format("17 may"), True),
        ("words differ", "17 comments", "17 reviews", False),
        ("a number is not nothing", "comments", "3 comments", False),
    ],
)
def test_lines_that_count_as_the_same(why: str, one: str, other: str, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) is same, why


def test_many_lines_have_the_keys_of_single_ones() -> None:
    lines = ["menu", "", "4 may 2024", "007", "half a \ud800 character", "menu"]
    assert fingerprint_lines(lines) == [fingerprint(line) for line in lines]
    assert 0 not in fingerprint_lines(lines)  # which stands for a line without words


def page_of(*lines: tuple[str, int, int, Verdict | None]) -> Page:
    """A page of lines: what each says, its zones, its words and its verdict."""
    blocks = tuple(Block(at, line, line, zone=zone, words=words) for at, (line, zone, words, _) in enumerate(lines))
    return Page("test", "html", blocks, built_in(), verdicts=tuple(verdict for *_, verdict in lines))


def test_of_equal_lines_the_last_that_would_be_kept_stands_for_all() -> None:
    drop = Verdict(False, "links", "site_chrome", "a_rule", "why")
    page = page_of(
        ("home", Zone.NAV, 1, drop), ("home", 0, 1, None), ("home", Zone.FOOTER, 1, drop),
        ("share", Zone.NAV, 1, drop), ("share", Zone.FOOTER, 1, drop),
        ("| |", 0, 0, None), ("story", Zone.ARTICLE, 1 << 40, None),
    )  # fmt: skip
    found = line_fingerprints(page, fingerprints(page))
    shown = dict(
        zip(
            found.keys.tolist(),
            zip(found.words.tolist(), found.place.tolist(), found.kept.tolist(), strict=True),
            strict=True,
        )
    )
    assert shown == {
        fingerprint("home"): (1, PLACES.index("body"), True),
        fingerprint("share"): (1, PLACES.index("footer"), False),
        fingerprint("story"): (LONGEST, PLACES.index("article"), True),
    }
    assert found.keys.tolist() == sorted(found.keys.tolist())
    assert pack(unpack(pack(found))) == pack(found)


def test_a_page_without_lines_has_no_fingerprints() -> None:
    page = page_of()
    assert [len(part) for part in line_fingerprints(page, fingerprints(page))] == [0] * 5
