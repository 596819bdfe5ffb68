"""What a kind of hostile input is: a name, how to make it in any size, and what may become of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import NamedTuple

# What a reader sees before and after the hostile part; neither may be lost in silence.
BEFORE = "The harbour master of Quellin counted forty-one boats before the fog came in, and wrote it on the wall."
AFTER = "On the second morning the fog lifted, and all forty-one boats lay where they had been, he told the council."
BOTH = (BEFORE, AFTER)

ARTICLE = frozenset(["article"])
NOTHING_SEEN = frozenset(["too_little"])
NO_TEXT = frozenset(["not_text"])
COSTLY = frozenset(["article", "timeout", "out_of_memory"])  # what a library makes of it is limited, not prevented


class Kind(NamedTuple):
    """One kind of hostile file.

    `make` gives its bytes for a size, always the same ones; `size` is the one for every run of the tests. `allowed`
    has outcomes: "article" or reasons of the quarantine, for each of its `records` inputs. Where an article comes of
    it, that or its ledger `shows` these sentences, or a flag says why not.
    """

    name: str
    make: Callable[[int], bytes]
    size: int = 1
    allowed: frozenset[str] = ARTICLE
    shows: tuple[str, ...] = BOTH
    suffix: str = ".html"
    sidecar: Callable[[int], bytes] | None = None
    records: int = 1


def page(middle: str, head: str = "", end: str = "</body></html>") -> bytes:
    """A page with something hostile in the middle, or in the head."""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Boats in the fog</title>{head}</head><body>"
        f"<p>{BEFORE}</p>\n{middle}\n<p>{AFTER}</p>{end}"
    ).encode(errors="surrogatepass")


def gz(content: bytes) -> bytes:
    """The content as one member of a gzip file, the same at any time of day."""
    return gzip.compress(content, mtime=0)


def numbered(unit: str, count: int) -> str:
    """The unit so often, each # in it replaced by the number."""
    return "".join(unit.replace("#", str(number)) for number in range(count)) if "#" in unit else unit * count


def flood(
    name: str,
    unit: str,
    size: int,
    *,
    before: str = "",
    after: str = "",
    close: str = "",
    allowed: frozenset[str] = ARTICLE,
    shows: tuple[str, ...] = BOTH,
) -> Kind:
    """A page in whose body one unit stands `size` times between `before` and `after`, and `close` as often behind."""
    return Kind(
        name,
        lambda count: page(f"{before}{numbered(unit, count)}{numbered(close, count)}{after}"),
        size,
        allowed,
        shows,
    )


def in_head(name: str, unit: str, size: int, *, before: str = "", after: str = "") -> Kind:
    """A page whose head has one unit `size` times."""
    return Kind(name, lambda count: page("", f"{before}{numbered(unit, count)}{after}"), size)
