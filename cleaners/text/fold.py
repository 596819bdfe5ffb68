"""Folds a line for comparison, so that case, quote style and spacing never hide a match."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "İ": "i", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\u00ad": "", "\ufeff": "",
}  # fmt: skip
_FANCY = re.compile(f"[{''.join(_PLAIN)}]")
_WORDS = re.compile(r"\w+")
_SPACED = bytes(ord(char.lower()) if _WORDS.match(char) else ord(" ") for char in map(chr, range(128))).ljust(256)


def fold(text: str) -> str:
    """The line casefolded, with straight quotes, plain hyphens and single spaces; accents stay."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(_FANCY.sub(_plain, text).casefold().split())


def fold_lines(text: str) -> list[str]:
    """As `fold` for each line of a text whose words are parted by single spaces, which takes less than asking for each."""
    if text.isascii():
        return text.lower().split("\n")
    if "`" in text:  # which lines without other letters keep
        return list(map(fold, text.split("\n")))
    for fancy, plain in _PLAIN.items():
        text = text.replace(fancy, plain)
    text = text.casefold()
    lines = text.split("\n")
    if "  " in text or " \n" in text or "\n " in text or text[:1] == " " or text[-1:] == " ":
        return [" ".join(line.split()) for line in lines]
    return lines


def _plain(found: re.Match[str]) -> str:
    return _PLAIN[found[0]]


def squash(text: str | None) -> str:
    """Only the words, NFKC and lower case, one space between: two lines with equal squash read the same."""
    if text and text.isascii():
        return " ".join(text.encode().translate(_SPACED).decode().split())
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text or "").lower()))
