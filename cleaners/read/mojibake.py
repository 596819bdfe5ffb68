"""Puts right what was read in a wrong encoding before it came here: legacy bytes as Latin-1, one Cyrillic code as
another, UTF-8 as any of them. What single lines tell of themselves is mended in cleaners/text/repair.py."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cleaners.page import Block
from cleaners.read.charset_detection import detect
from cleaners.vocabulary import Flag

_SAMPLE = 2_000  # characters of a page's longer lines that are looked at
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
_NEARLY_ALL = 0.4  # of all characters; Vietnamese has a fourth, and most of them are not of Latin-1

# What UTF-8 may have been read as. Nothing but garbled text is UTF-8 again once it is encoded so.
_READ_AS = (
    "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257", "mac_roman", "cp437", "koi8-r", "cp866", "mac_cyrillic",
    "gbk", "big5hkscs", "cp932", "cp949",
)  # fmt: skip
_EAST_ASIAN = frozenset(("gbk", "big5hkscs", "cp932", "cp949"))
_RUN = re.compile("[^\x00-\x7f]+")
_RUNS = 60
_GLANCE = 150  # characters that show whether it is worth to look at all runs
_EAST = "\u2e80"
_FEWEST_RIGHT = 8  # characters
_RIGHT = 0.3  # share of them that are UTF-8 again; the other lines may have been put right one by one
_RIGHT_EAST = 0.6  # the same where one sign in ten is so by chance
_ROUNDS = 3  # text may have been read wrong again and again

_CYRILLIC = re.compile("[А-Яа-яЁё]")
_CAPITAL = re.compile("[А-ЯЁ]")
_SMALL_BEFORE_CAPITALS = re.compile(r"\b[а-яё][А-ЯЁ]{2,}")
# Letters of other languages inside words, capitals between small letters, frames of tables inside words.
_ODD_CYRILLIC = re.compile(
    "[А-Яа-яё][¤¦§©®¬±¶·°†‡ўҐ][А-Яа-яё]|[а-яё][ЁЄІЇ][а-яё]|([\u2550-\u256c░▒▓])(?!\\1)[\u2550-\u256c░▒▓]|[ЂЃЉЊЌЋЏ][А-Яа-яЂ-џ]*[ЂЃЉЊЌЋЏ]|[–—“”‘’][ѕ≈Ћќ√Ѕ„]"
)
_FEWEST_ODD = 5
_CYRILLIC_CODES = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic")
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмд")
_LIKELY = 0.75  # Russian has .85, its neighbours .8 and more
_ALPHABET = 15  # different letters; a drawing has fewer
_LOST = re.compile("\ufffd+")
_SEGMENT = re.compile('[^<>\n"]+')


def regained(document: str, blocks: Sequence[Block]) -> str | None:
    """The document with its text put right, None where it is in order or nobody can tell what it was.

    `document` is HTML or text as decoded, `blocks` the lines that it shows.
    """
    sample = _sample(blocks)
    runs = _RUN.findall(sample)
    if not any(len(run) > 1 or run >= _EAST for run in runs):
        return None  # letters with marks that stand alone
    code = _read_as(runs[:_RUNS])
    if code is not None:
        return _as_utf8(document, code)
    if _is_dense(runs, len(sample)):
        return _from_latin1(document)
    if _is_odd_cyrillic(sample):
        return _from_cyrillic(document, sample)
    return None


def lost_characters(blocks: Iterable[Block]) -> frozenset[Flag]:
    """The flag of a page with signs of replacement here and there."""
    lost = sum([block.text.count("\ufffd") for block in blocks if "\ufffd" in block.text])
    if lost >= _FEWEST_LOST and lost >= _LOST_SHARE * sum(len(block.text) for block in blocks):
        return frozenset([Flag.MOJIBAKE])
    return frozenset()


def _sample(blocks: Iterable[Block]) -> str:
    """The longer lines with anything but ASCII, up to _SAMPLE characters."""
    lines: list[str] = []
    length = 0
    for block in blocks:
        text = block.text
        if not text.isascii() and len(text) >= _LONG_LINE:
            lines.append(text)
            length += len(text)
            if length > _SAMPLE:
                break
    return "\n".join(lines)[: 2 * _SAMPLE]


def _is_dense(runs: Sequence[str], length: int) -> bool:
    """True where characters with marks stand as no Latin alphabet has them: four in a row, or nearly everywhere."""
    if sum(map(len, runs)) < _NEARLY_ALL * length and sum([len(run) > 3 for run in runs]) < _FEWEST_DENSE:
        return False
    foreign = " ".join(runs)
    high = len(_HIGH_CHARACTER.findall(foreign))
    if high >= _NEARLY_ALL * length:
        return True
    dense = [run for run in _DENSE.findall(foreign) if len(_LETTER.findall(run)) >= 2]
    return len(dense) >= _FEWEST_DENSE and sum(map(len, dense)) >= _MOSTLY_DENSE * high


def _from_latin1(document: str) -> str | None:
    """The document where legacy bytes were read as Latin-1 or cp1252."""
    parts = [part for part in _SEGMENT.findall(document) if not part.isascii()]
    raw = [found for part in parts if (found := _bytes_of(part, "cp1252")) is not None]
    codec = _codec(b"\n".join(raw)) if raw else None
    return _decoded(document, "cp1252", codec) if codec else None


def _codec(raw: bytes) -> str | None:
    """The encoding of bytes that are no Latin alphabet's."""
    codec = detect(raw)
    return None if codec in ("cp1252", "cp1254", "cp1250", "iso8859-2", "cp1257", "iso8859-15") else codec


def _read_as(runs: Sequence[str]) -> str | None:
    """The encoding that UTF-8 was read as, None where it was not; `runs` are a text's characters beyond ASCII."""
    long = [run for run in runs if len(run) > 1]
    glance = "".join(long)[:_GLANCE]
    glance_east = "".join([run for run in runs if run >= _EAST])[:_GLANCE]
    best, code = 0.0, None
    for candidate in _READ_AS:
        east = candidate in _EAST_ASIAN
        shown = glance_east if east else glance
        if len(shown.encode(candidate, "ignore").decode("utf-8", "ignore")) <= len(shown) / 20:
            continue
        looked_at = runs if east else long
        right = sum(len(run) for run in looked_at if _utf8(run, candidate) is not None)
        share = right / sum(map(len, looked_at))
        if right >= _FEWEST_RIGHT and share > max(best, _RIGHT_EAST if east else _RIGHT):
            best, code = share, candidate
    return code


def _as_utf8(document: str, code: str) -> str:
    """The document where UTF-8 was read as `code`, once or several times."""
    for _ in range(_ROUNDS):
        before = document
        document = _RUN.sub(lambda run: _utf8(run[0], code) or run[0], document)
        if document == before:
            break
    return document


def _utf8(run: str, code: str) -> str | None:
    """The characters that a run was as UTF-8; None where it was none."""
    raw = _encoded(run, code)
    text = raw.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    if not lost:
        return text
    if min(raw) < 0x80:  # half a character of an East Asian code
        return None
    few = 2 * lost <= len(text) if "\ufffd" in run else code in _EAST_ASIAN and 8 * lost <= len(text)
    return _LOST.sub("\ufffd", text) if few else None


def _encoded(text: str, code: str) -> bytes:
    if code == "cp1252":
        text, code = text.translate(_latin1_bytes()), "latin-1"
    return text.encode(code, "copydesk-lost")


def _no_byte(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return b"\xff" * (error.end - error.start), error.end


codecs.register_error("copydesk-lost", _no_byte)


def _is_odd_cyrillic(sample: str) -> bool:
    """True when Cyrillic text shows letters where no language has them."""
    if _CYRILLIC.search(sample) is None and "═" not in sample:
        return False
    if len(_ODD_CYRILLIC.findall(sample)) >= _FEWEST_ODD:
        return True
    capitals = len(_CAPITAL.findall(sample))
    return 2 * capitals > len(_CYRILLIC.findall(sample)) and len(_SMALL_BEFORE_CAPITALS.findall(sample)) >= 2


def _from_cyrillic(document: str, sample: str) -> str | None:
    """The document where a Cyrillic code was read as another Cyrillic code."""
    found: list[tuple[float, str, str]] = []
    for read in _CYRILLIC_CODES:
        raw = sample.encode(read, "replace")
        if raw.count(b"?") - sample.count("?") > _MOST_LOST * len(raw):
            continue
        for true in _CYRILLIC_CODES:
            if true != read:
                found.append((_likelihood(raw.decode(true, "replace")), read, true))
    likelihood, read, true = max(found, default=(0.0, "", ""))
    if likelihood < max(_LIKELY, _likelihood(sample) + 0.1):
        return None
    return _decoded(document, read, true)


def _likelihood(text: str) -> float:
    """How much text looks Cyrillic, 0 to 1: the share of letters, and of the commonest, among all that is no ASCII."""
    foreign = [character for character in text if character > "\x7f"]
    if len(set(foreign)) < _ALPHABET:
        return 0.0
    letters = sum(_CYRILLIC.match(character) is not None for character in foreign)
    return (letters + sum(character in _COMMON_CYRILLIC for character in foreign)) / (2 * len(foreign))


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
