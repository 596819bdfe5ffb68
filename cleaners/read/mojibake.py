"""Puts right what was read in a wrong encoding before it came here: legacy bytes as Latin-1, one Cyrillic code as
another, UTF-8 as an East Asian code. What single lines tell of themselves is mended in cleaners/text/repair.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from cleaners.page import Block
from cleaners.read.charset_detection import detect
from cleaners.vocabulary import Flag

_SAMPLE = 4_000  # characters of a page's longer lines that are looked at
_LONG_LINE = 20  # characters; shorter ones are menus, which may be in order where the story is not
_MOST_LOST = 0.03  # share of characters that a right decoding may leave unreadable
_FEWEST_LOST = 3  # signs of replacement; an article may show one or two
_LOST_SHARE = 0.002

# The characters of cp1252's upper half and of Latin-1's controls, as which legacy bytes were read.
_HIGH = "\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
_DENSE = re.compile(f"[{_HIGH}]{{4,}}")
_LETTER = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]")
_HIGH_CHARACTER = re.compile(f"[{_HIGH}]")
_FEWEST_DENSE = 5  # runs; no Latin alphabet writes four letters with marks in a row
_MOSTLY_DENSE = 0.5  # of the characters above ASCII

# UTF-8 read as an East Asian code shows rare signs again and again: those of a full stop, a comma, a quote, kana.
_EAST_SIGNS = re.compile("[锛銆鐨鈥縺繧繝縲嚗銝鞚雼褉]")
_FEWEST_SIGNS = 3
_EAST_CODES = ("gb18030", "cp932", "cp949", "big5hkscs")

_CYRILLIC = re.compile("[\u0400-\u045f\u0490\u0491]")
# Capitals where small letters stand, letters of several languages in one word, frames of tables inside words.
_ODD_CYRILLIC = re.compile(
    "[а-яё][А-ЯЁ]{3}|[А-Яа-яё][ЂЃѓЉЊЌЋЏђљњќћџўҐ¤¦§©®¬±¶·°№†‡€][А-Яа-яёЂ-Џђ-џ]|[\u2550-\u256c░▒▓]\\w|[пя][─-╿▀-▓÷⌠⌡═]|[–—][А-Яа-яЂ-џ][–—]"
)
_FEWEST_ODD = 5
_CYRILLIC_CODES = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic")
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмд")
_LIKELY = 0.55  # share of the commonest small letters in Cyrillic text; .7 in Russian, .6 and more in its neighbours
_SEGMENT = re.compile('[^<>\n"]+')


def regained(document: str, blocks: Iterable[Block]) -> str | None:
    """The document with its text put right, None where it is in order or nobody can tell what it was.

    `document` is HTML or text as decoded, `blocks` the lines that it shows.
    """
    sample = _sample(blocks)
    if not sample:
        return None
    if _is_dense(sample):
        return _from_latin1(document)
    if len(_EAST_SIGNS.findall(sample)) >= _FEWEST_SIGNS:
        return _from_east_asian(document, sample)
    if len(_ODD_CYRILLIC.findall(sample)) >= _FEWEST_ODD:
        return _from_cyrillic(document, sample)
    return None


def lost_characters(blocks: Iterable[Block]) -> frozenset[Flag]:
    """The flag of a page whose text is garbled or shows signs of replacement, here and there."""
    shown = [block.text for block in blocks if not block.text.isascii()]
    lost = sum(text.count("\ufffd") for text in shown)
    if lost >= _FEWEST_LOST and lost >= _LOST_SHARE * sum(map(len, shown)):
        return frozenset([Flag.MOJIBAKE])
    return frozenset()


def _sample(blocks: Iterable[Block]) -> str:
    """The longer lines with anything but ASCII, up to _SAMPLE characters."""
    lines: list[str] = []
    length = 0
    for block in blocks:
        if len(block.text) >= _LONG_LINE and not block.text.isascii():
            lines.append(block.text)
            length += len(block.text)
            if length > _SAMPLE:
                break
    return "\n".join(lines)[: 2 * _SAMPLE]


def _is_dense(sample: str) -> bool:
    runs = [run for run in _DENSE.findall(sample) if len(_LETTER.findall(run)) >= 2]
    if len(runs) < _FEWEST_DENSE:
        return False
    return sum(map(len, runs)) >= _MOSTLY_DENSE * len(_HIGH_CHARACTER.findall(sample))


def _from_latin1(document: str) -> str | None:
    """The document where legacy bytes were read as Latin-1 or cp1252."""
    parts = [part for part in _SEGMENT.findall(document) if not part.isascii()]
    raw = [found for part in parts if (found := _bytes_of(part, "cp1252")) is not None]
    codec = _codec(b"\n".join(raw))
    return _decoded(document, "cp1252", codec) if codec else None


def _codec(raw: bytes) -> str | None:
    """The encoding of bytes that are no Latin alphabet's."""
    if raw.decode("utf-8", "replace").count("\ufffd") <= _MOST_LOST * len(raw):
        return "utf-8"
    codec = detect(raw)
    return None if codec in ("cp1252", "cp1254", "cp1250", "iso8859-2", "cp1257", "iso8859-15") else codec


def _from_east_asian(document: str, sample: str) -> str | None:
    """The document where UTF-8 was read as a Chinese, Japanese or Korean code."""
    for code in _EAST_CODES:
        raw = sample.encode(code, "replace")
        text = raw.decode("utf-8", "replace")
        if text.count("\ufffd") <= _MOST_LOST * 4 * len(text) and not len(_EAST_SIGNS.findall(text)) >= _FEWEST_SIGNS:
            return _decoded(document, code, "utf-8")
    return None


def _from_cyrillic(document: str, sample: str) -> str | None:
    """The document where a Cyrillic code, or UTF-8, was read as another Cyrillic code."""
    found: list[tuple[float, str, str]] = []
    for read in _CYRILLIC_CODES:
        raw = sample.encode(read, "replace")
        if raw.count(b"?") - sample.count("?") > _MOST_LOST * len(raw):
            continue
        for true in ("utf-8", *_CYRILLIC_CODES):
            if true != read:
                found.append((_likelihood(raw.decode(true, "replace")), read, true))
    likelihood, read, true = max(found, default=(0.0, "", ""))
    if likelihood < max(_LIKELY, _likelihood(sample) + 0.1):
        return None
    return _decoded(document, read, true)


def _likelihood(text: str) -> float:
    """Share of the commonest small letters among all that is no ASCII."""
    foreign = len(text) - sum(map(str.isascii, text))
    return sum(character in _COMMON_CYRILLIC for character in text) / foreign if foreign else 0.0


def _decoded(document: str, read: str, true: str) -> str:
    """The document with all its parts decoded as they should have been, where they can."""

    def right(found: re.Match[str]) -> str:
        part = found[0]
        if part.isascii():
            return part
        raw = _bytes_of(part, read)
        if raw is None:
            return part
        text = raw.decode(true, "replace")
        return text if text.count("\ufffd") <= max(1, len(text) / 5) else part

    return _SEGMENT.sub(right, document)


def _bytes_of(part: str, codec: str) -> bytes | None:
    """The bytes that a part was read from; None where it holds what this codec never gives."""
    if codec == "cp1252":
        as_latin1 = part.translate(_latin1_bytes())
        return as_latin1.encode("latin-1") if max(as_latin1) <= "\u00ff" else None
    raw = part.encode(codec, "replace")
    return raw if raw.count(b"?") - part.count("?") <= len(part) / 5 else None


@lru_cache(maxsize=1)
def _latin1_bytes() -> dict[int, int]:
    """cp1252's characters → the characters of their bytes in Latin-1."""
    table: dict[int, int] = {}
    for byte in range(0x80, 0xA0):
        character = bytes([byte]).decode("cp1252", "ignore")
        if character:
            table[ord(character)] = byte
    return table
