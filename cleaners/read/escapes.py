"""Undoes how a text was packed on its way: as a string of JSON, or as quoted-printable mail."""

from __future__ import annotations

import quopri
import re

_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}")
_IN_WORDS = re.compile(r"[^\W_]\\u[0-9a-fA-F]{4}|\\u[0-9a-fA-F]{4}[^\W_]")
_ANY_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|([nrt"/\\]))')
_MEANT = {"n": "\n", "r": "\n", "t": "\t", '"': '"', "/": "/", "\\": "\\"}
_FEWEST = 2  # a text about escapes shows one or two, and not inside words

_QUOTED = re.compile(r"=(?:C[2-9A-F]|D[0-9A-F]|E[0-9A-F]=[89AB][0-9A-F])=[89AB][0-9A-F]")
_SOFT_END = re.compile(r"^.{40,80}=\r?$", re.M)
_QUOTED_BYTE = re.compile(r"=[2-9A-F][0-9A-F]")


def unpacked(text: str) -> str:
    """The text with the escapes of JSON and of quoted-printable undone, where it is full of them."""
    if "\\" in text and "\\u" in text:  # one character is found many times faster than two
        text = _from_json(text)
    if "=" in text and any(mark in text for mark in ("=\n", "=\r", "=E", "=C")):
        text = _from_quoted_printable(text)
    return text


def _from_json(text: str) -> str:
    inside = len(_IN_WORDS.findall(text))
    if inside < _FEWEST or 2 * inside < len(_ESCAPE.findall(text)):
        return text
    whole = _ANY_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _MEANT[found[2]], text)
    return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _from_quoted_printable(text: str) -> str:
    soft = len(_SOFT_END.findall(text))
    if len(_QUOTED.findall(text)) < _FEWEST and (soft < _FEWEST or not _QUOTED_BYTE.search(text)):
        return text
    raw = quopri.decodestring(text.encode("utf-8", "replace"))
    whole = raw.decode("utf-8", "replace")
    return whole if "\ufffd" not in whole else raw.decode("cp1252", "replace")
