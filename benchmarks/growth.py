"""Makes pages of any size in words of its own, and measures how the time for a page grows with its size."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from statistics import median
from typing import NamedTuple

from cleaners.pipeline import clean_raw

SIZES = (10_000, 35_000, 120_000, 416_000, 1_440_000, 5_000_000)  # bytes, each about 3.5 times the one before
LARGE = 400_000  # bytes; below, what every page costs hides how the rest grows
ROUNDS = 3  # pages of other words each; the median of their times counts
LARGE_ROUNDS = 1  # a large page takes long enough to be measured once
PATIENCE = 20.0  # CPU seconds; after a page that took longer, larger ones of its shape are not tried

_WORDS = (
    "ferry bridge lantern market harbour terrier miller council river morning baker orchard winter letter garden "
    "window captain kettle meadow station village teacher engine concert library bicycle chimney tunnel festival island "
    "opened carried promised painted counted followed repaired borrowed answered invited measured planted crossed "
    "quiet narrow golden patient early crowded wooden distant honest sudden careful northern hollow familiar "
    "between above without behind during after towards beyond because while nearly always seldom together"
).split()


class Growth(NamedTuple):
    """CPU seconds of a shape by size, and the exponents by which they grow: over all sizes, and over the large ones."""

    seconds: dict[int, float]
    exponent: float
    large: float | None


Pieces = Iterator[tuple[str, str]]  # what opens a piece of a page, and what closes it after all that follows


def paragraphs(draw: Random) -> Pieces:
    """An article: paragraph after paragraph of a few sentences."""
    while True:
        yield f'<p class="text">{" ".join(_sentence(draw) for _ in range(draw.randint(2, 5)))}</p>\n', ""


def links(draw: Random) -> Pieces:
    """A page of links: one list of headlines that lead elsewhere."""
    yield '<ul class="list">\n', "</ul>\n"
    while True:
        yield f'<li><a href="/news/{draw.randrange(10**6)}">{_phrase(draw, 4, 8)}</a></li>\n', ""


def deep(draw: Random) -> Pieces:
    """Boxes in boxes: each paragraph one level further down than the one before."""
    while True:
        yield f'<div class="level">\n<p>{_sentence(draw)}</p>\n', "</div>\n"


def wide(draw: Random) -> Pieces:
    """One box with very many short lines beside each other."""
    yield '<div class="row">\n', "</div>\n"
    while True:
        yield f'<div class="cell">{_phrase(draw, 1, 3)}</div>\n', ""


SHAPES: tuple[Callable[[Random], Pieces], ...] = (paragraphs, links, deep, wide)


def page(shape: Callable[[Random], Pieces], size: int, seed: int = 0) -> bytes:
    """A page of about this many bytes: a headline, a first sentence, and then what the shape gives."""
    draw = Random(f"{shape.__name__} {size} {seed}")
    title = _phrase(draw, 5, 8).capitalize()
    opened = [
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>\n'
        f"<article><h1>{title}</h1>\n<p>{_sentence(draw)}</p>\n"
    ]
    closed = ["</article></body></html>\n"]
    written = len(opened[0]) + len(closed[0])
    for before, after in shape(draw):
        opened.append(before)
        closed.append(after)
        written += len(before) + len(after)
        if written >= size:
            break
    return "".join(opened + closed[::-1]).encode()


def cpu(payload: bytes) -> float:
    """CPU seconds of one page in this process."""
    started = time.process_time()
    clean_raw(payload, source="page.html", record=None, media="html")
    return time.process_time() - started


def grown(shape: Callable[[Random], Pieces], sizes: Sequence[int] = SIZES) -> Growth:
    """How the time for pages of a shape grows. The cleaners are warm already."""
    seconds: dict[int, float] = {}
    for size in sizes:
        rounds = ROUNDS if size < LARGE else LARGE_ROUNDS
        seconds[size] = median(cpu(page(shape, size, seed)) for seed in range(rounds))
        if seconds[size] > PATIENCE:
            break
    large = {size: took for size, took in seconds.items() if size >= LARGE}
    return Growth(seconds, exponent(seconds), exponent(large) if len(large) > 1 else None)


def exponent(seconds: dict[int, float]) -> float:
    """The slope of the least-squares line through the logarithms: 1 is linear, 2 quadratic."""
    points = [(math.log(size), math.log(took)) for size, took in seconds.items()]
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / sum((x - x_mean) ** 2 for x, _ in points)


def _phrase(draw: Random, least: int, most: int) -> str:
    return " ".join(draw.choices(_WORDS, k=draw.randint(least, most)))


def _sentence(draw: Random) -> str:
    return f"{_phrase(draw, 8, 20).capitalize()}."
