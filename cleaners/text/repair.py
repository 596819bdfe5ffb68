"""Repairs the text of a line: mojibake, entities, Unicode form, spaces. Nothing else rewrites text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Controls, soft hyphens, byte-order marks and bidirectional overrides show nothing; joiners stay, scripts need them,
# and U+0085 ends a line, so that a space comes in its place.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]"
)
_EDGE_JOINERS = "\u200b\u200c\u200d\u2060"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.I)
_SPACES = re.compile(r"\s+")
_SURROGATES = re.compile("[\ud800-\udfff]")
# What UTF-8 read as Latin-1 or cp1252 leaves behind: a lead byte's letter followed by a continuation's.
_SUSPECT = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
# The same of UTF-8 read as cp1251, cp1253, Mac Roman, cp437, and of the letters that cp1250 and cp1257 have for C3 to C5.
_SECOND = "\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491\u2013-\u203a\u20ac\u2116\u2122"
_GREEK = "\u00a0-\u00b7\u00bb\u0384-\u0390\u2013-\u203a\u20ac\u2122\ufffd"
_SUSPECT_OTHERS = re.compile(
    f"\u0420[{_SECOND}][\u0420\u0421]|\u0421[{_SECOND}][\u0420\u0421]|\u0432\u0402|\u039e[{_GREEK}]|\u039f[{_GREEK}]|\u03b2\u20ac|\u0393\u00c7|\u201a\u00c4"
    f"|\u221a[^\\s\\d(]|\u251c[^\\s\u2500-\u257f]|\u0102[\u0080-\u00bf\u013e\u0142\u0151-\u0165]|\u0139[\u0080-\u00bf\u2013-\u203a\u015a-\u017e]"
)
# A line that speaks of encodings shows garbled characters on purpose.
_ABOUT_ENCODINGS = re.compile(
    r"utf-?8|mojibake|iso-?8859|latin-?1\b|cp-?125|windows-125|unicode|charset|\bencod(?:ing|age)\b|codificaci|codificaç"
    "|codifica dei caratteri|zeichensatz|zeichenkodierung|tekenset|kodowani|kódován|кодиров|кодуван|文字化け|文字コード|乱码|亂碼|编码|인코딩",
    re.I,
)
# Putting marks into their order takes the square of their number. No language stacks more than Unicode's stream-safe
# format allows (UAX #15), and no reader tells thirty from a thousand.
_MOST_MARKS = 30
_DENSE_RUN = 1_000  # characters without a space or an ASCII one; fewer are put in order at once
_DENSE = re.compile(f"(?<![^\u0000-\u02ff\\s])[^\u0000-\u02ff\\s]{{{_DENSE_RUN},}}")
_AMPERSANDS = re.compile("&(?:(?:amp|AMP|#38);)+")  # escaped again and again
_ROUNDS = 10  # an entity may hide mojibake and the reverse, and so may a space; real pages need one, two at most
_LONGEST_FIX = 20_000  # characters; ftfy looks at a line as a whole, and mojibake shows in far less


def repair(text: str) -> str:
    """The line as its author meant it: mojibake and leftover entities undone, NFC, single spaces.

    Quotes and dashes stay as the author set them. Repairing twice changes nothing.
    Mojibake repair is ftfy's (Speer 2019).
    """
    # What is printable hides no control, surrogate or format character, and has no space but the plain one.
    if (
        (text.isprintable() or _flat(text).isprintable())
        and ("&" not in text or not _ENTITY.search(text))
        and (
            text.isascii() or (not _is_suspect(text) and not _is_dense(text) and unicodedata.is_normalized("NFC", text))
        )
    ):
        return " ".join(text.split())
    for _ in range(_ROUNDS):
        before = text
        text = _SPACES.sub(" ", _characters(text)).strip()
        if text == before:
            break
    return text


def is_whole(lines: Sequence[str]) -> bool:
    """True where no line needs more than single spaces: asked of a page, which costs less than asking of each line."""
    text = "\n".join(lines)
    if not _flat(text).isprintable() or ("&" in text and _ENTITY.search(text)):
        return False
    if text.isascii():
        return True
    foreign = "\n".join([line for line in lines if not line.isascii()])
    if _is_suspect(foreign) or not unicodedata.is_normalized("NFC", foreign):
        return False
    return not any(_is_dense(line) for line in lines if len(line) >= _DENSE_RUN)


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\u00a0", " ")


def repair_code(text: str) -> str:
    """Code keeps its indentation and line breaks; lines that show nothing go."""
    lines = (
        _characters(line).expandtabs(4).rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return "\n".join(line for line in lines if line.strip())


def unescape_html(text: str) -> str:
    """The text with its entities undone."""
    from ftfy.fixes import unescape_html as unescape  # not at the top: few pages need it, and every worker would wait

    return unescape(text)


def fix_encoding(text: str) -> str:
    """The text with its mojibake undone."""
    from ftfy import fix_encoding as fix  # as above

    return fix(text)


def _characters(text: str) -> str:
    for _ in range(_ROUNDS):
        before = text
        if "&" in text and _ENTITY.search(text):
            text = unescape_html(_AMPERSANDS.sub("&", text))
        text = _SURROGATES.sub("\ufffd", text)
        if len(text) <= _LONGEST_FIX and _is_suspect(text) and not _ABOUT_ENCODINGS.search(text):
            text = fix_encoding(text)
        text = _UNSEEN.sub("", text)
        if _is_dense(text):
            text = _DENSE.sub(_unstacked, text)
        text = unicodedata.normalize("NFC", text)
        if text == before:
            break
    return text


def _is_suspect(text: str) -> bool:
    return not text.isascii() and (_SUSPECT.search(text) or _SUSPECT_OTHERS.search(text)) is not None


def _is_dense(text: str) -> bool:
    return len(text) >= _DENSE_RUN and not text.isascii() and _DENSE.search(text) is not None


def _unstacked(run: re.Match[str]) -> str:
    """The run with no more than _MOST_MARKS marks on one letter."""
    kept: list[str] = []
    stacked = 0
    for character in run[0]:
        stacked = stacked + 1 if unicodedata.combining(character) else 0
        if stacked <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
