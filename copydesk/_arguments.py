"""Checks what a caller hands in, and says in words what was given and what to give instead."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"\s*https?://\S+\s*", re.I)
# What no host has, and a terminal obeys or hides: blanks, controls, marks that turn the direction of writing.
_OF_NO_HOST = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FILE = re.compile(r"\s*[^\s<>]+\.(?:x?html?|txt|md)\s*", re.I)


def checked_page(page: object, name: str) -> str | bytes:
    """The page when it is str or bytes. `name` is the argument's.

    Raises TypeError for anything else, ValueError for an address or the name of a file, which holds no page.
    """
    if not isinstance(page, (str, bytes)):
        raise TypeError(f"{name} is {kind_of(page)}: {_instead(page, name)}")
    _refuse_names(page if isinstance(page, str) else "", name)
    return page


def checked_text(text: object) -> str:
    """The text when it is a str. Raises as `checked_page` does."""
    if isinstance(text, bytes):
        raise TypeError("text is bytes: decode it first, or give it to clean_html, which finds the encoding")
    if not isinstance(text, str):
        raise TypeError(f"text is {kind_of(text)}: {_instead(text, 'text')}")
    _refuse_names(text, "text")
    return text


def checked_url(url: object) -> str | None:
    """The address, None where there is none. Raises TypeError, ValueError."""
    if url is None:
        return None
    if not isinstance(url, str):
        raise TypeError(f"url is {kind_of(url)}: give the page's address as a str, str(url) perhaps, or None")
    from urllib.parse import urlsplit  # not at the top: importing copydesk is cheap

    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and is_storable(url)
        known = known and not _OF_NO_HOST.search(url.strip().split("//", 1)[1].split("/", 1)[0])
    except ValueError:
        known = None
    if not known:
        raise ValueError(
            f"url is {_short(url)}, which is no http or https address: give the whole of it, as in "
            "https://fenmoor.example/ferry, or None where it is not known"
        )
    return url


def is_storable(text: str) -> bool:
    """False when it has half a character (of a surrogate pair), which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def checked_words(words: object) -> str:
    """Part of a line to look for. Raises TypeError, ValueError."""
    if not isinstance(words, str):
        raise TypeError(f"words is {kind_of(words)}: give a part of the line as a str")
    if not words.strip():
        raise ValueError("words is empty: give a part of the line, as it reads on the page")
    return words.encode("utf-8", "replace").decode()  # as the page lost them, should it hold halves of characters


def _refuse_names(text: str, name: str) -> None:
    """Refuse what is no page but where one is: a page of one such word would hold no article."""
    if _ADDRESS.fullmatch(text):
        raise ValueError(f"{name} is the address {_short(text)}, not a page: fetch it first; Copydesk opens no network")
    if _FILE.fullmatch(text):
        raise ValueError(f"{name} is the name of a file, {_short(text)}, not a page: give what is in it")


def kind_of(value: object) -> str:
    """What was given, as in "None" or "a PosixPath"."""
    if value is None:
        return "None"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _instead(value: object, name: str) -> str:
    """What to give instead of a value that is no page."""
    wanted = "str or bytes" if name != "text" else "str"
    if value is None:
        return f"give the page as {wanted}; where nothing was fetched there is nothing to clean"
    if hasattr(value, "read_bytes"):
        return f"give what is in it, {name}.read_{'text' if name == 'text' else 'bytes'}()"
    if hasattr(value, "read"):
        return f"give what is in it, {name}.read()"
    if isinstance(value, (bytearray, memoryview)):
        return f"give bytes({name})"
    return f"give the page as {wanted}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
