"""Damages the private folder of a CLEAN at random, as disks, copies and people do."""

from __future__ import annotations

import random
import re
from pathlib import Path

from flows.store.checksums import DATABASE, LOG, SUMS

PAGE = 4096
WORDS = re.compile(rb"[a-z]{4,}")


def flip_bits(content: bytearray, chance: random.Random) -> None:
    """From one to 64 of them."""
    for _ in range(chance.choice((1, 2, 8, 64))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def zero_pages(content: bytearray, chance: random.Random) -> None:
    """As a disk gives where it lost what was written."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(0, len(content), PAGE)
        content[start : start + PAGE] = bytes(len(content[start : start + PAGE]))


def swap_pages(content: bytearray, chance: random.Random) -> None:
    """Each of them good, in the place of the other."""
    one, other = (chance.randrange(0, max(1, len(content) - PAGE), PAGE) for _ in range(2))
    first, second = content[one : one + PAGE], content[other : other + PAGE]
    content[one : one + PAGE], content[other : other + PAGE] = second, first


def cut(content: bytearray, chance: random.Random) -> None:
    """At any place, or between pages."""
    del content[chance.choice((chance.randrange(len(content)), chance.randrange(0, len(content), PAGE))) :]


def lengthen(content: bytearray, chance: random.Random) -> None:
    """With noise or with nothing."""
    content += chance.choice((bytes(PAGE), chance.randbytes(PAGE), b"\n"))


def change_text(content: bytearray, chance: random.Random) -> None:
    """A word in it becomes another, which no parser can see."""
    words = list(WORDS.finditer(content))
    if words:
        word = chance.choice(words)
        content[word.start() : word.end()] = bytes(chance.choices(b"abcdefgh", k=len(word[0])))


def replace(content: bytearray, chance: random.Random) -> None:
    """All of it is noise."""
    content[:] = chance.randbytes(chance.choice((0, 1, len(content), 9_000)))


WAYS = (flip_bits, flip_bits, zero_pages, swap_pages, cut, lengthen, change_text, change_text, replace)


def damage(private: Path, chance: random.Random) -> str:
    """Damage one or two files of this folder, the database more often than others; says what was done."""
    files = sorted(path for path in private.rglob("*") if path.is_file())
    weights = [{DATABASE: 12, LOG: 8, SUMS: 3}.get(path.name, 0.2) for path in files]
    told = []
    for file in chance.choices(files, weights, k=chance.choice((1, 1, 1, 2))):
        if not file.exists():
            continue
        content = bytearray(file.read_bytes())
        way = chance.choice(WAYS)
        if chance.random() < 0.08:
            file.unlink()
            told.append(f"remove {file.name}")
        elif content:
            way(content, chance)
            file.write_bytes(content)
            told.append(f"{way.__name__} {file.name}")
    return ", ".join(told)
