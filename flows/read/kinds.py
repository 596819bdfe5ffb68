"""Every kind of input: one entry a kind, and all who need to know read it here.

What a file is by its name (flows/read/scan.py), how a run and an explanation read it (flows/run/) and how its blank
records are counted (flows/publish/manifest.py) follow from KINDS. A new kind is a reader beside this module, and
an entry below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from cleaners.vocabulary import SkipReason
from flows.read.files import CODECS, Line, read_page
from flows.read.jsonl import read_lines
from flows.read.warc import read_warc


class OnePage(NamedTuple):
    """A kind of file that is one page: its name in the state, its suffixes, and how its bytes are read.

    `media` is what the cleaners are told that the bytes are, see cleaners/read/record.py. `read` is given a path and a
    codec; it raises Unreadable.
    """

    name: str
    suffixes: tuple[str, ...]
    media: str
    read: Callable[[Path, str], bytes] = read_page


class ManyPages(NamedTuple):
    """A kind of file that holds many pages: its name in the state, its suffixes, and how its records are read.

    `read` is given a path and a codec; it never raises: what is wrong comes as a Line. `blank` is the reason for which
    records that hold no page are counted as skipped.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path, str], Iterator[Line]]
    blank: SkipReason


Kind = OnePage | ManyPages
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        OnePage("html", ("html", "htm", "xhtml"), "html"),
        OnePage("text", ("txt",), "text"),
        OnePage("markdown", ("md",), "markdown"),
        ManyPages("jsonl", ("jsonl", "ndjson"), read_lines, blank=SkipReason.BLANK_LINE),
        ManyPages("warc", ("warc",), read_warc, blank=SkipReason.NO_PAGE),
    )
}
LATER = {"parquet": "Parquet"}  # suffixes that are not read yet, by the name of what they are

_BY_SUFFIX = {suffix: kind for kind in KINDS.values() for suffix in kind.suffixes}


def kind_of(name: str) -> tuple[Kind | None, str, str]:
    """The kind of a file by its name, how it is compressed, and the suffix that says so."""
    stem, _, ending = name.lower().rpartition(".")
    codec = ending if ending in CODECS else ""
    if codec:
        stem, _, ending = stem.rpartition(".")
    return _BY_SUFFIX.get(ending) if stem else None, codec, ending
