"""Every kind of input: one entry a kind, and all who need to know read it here.

What a file is by its name (flows/read/scan.py), how it is read (flows/run/dispatch.py, flows/explain.py) and how its
blank records are counted (flows/publish/manifest.py) follow from KINDS. A new kind is a reader beside this module, and
an entry below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from flows.read.files import CODECS, Line, read_page
from flows.read.jsonl import read_lines
from flows.read.warc import read_warc

Records = Callable[[Path, str], Iterator[Line]]  # of a path and its codec; what is wrong with a file comes as a Line


class Kind(NamedTuple):
    """A kind of input: its name in the state, its suffixes, and how it is read.

    `media` is what the cleaners are told that a page's bytes are, see cleaners/read/record.py. A file either is one page,
    read by `page`, or holds many, read by `records`; of those `blank` is the reason for which records without a page are
    counted as skipped. `page` raises Unreadable, `records` never does.
    """

    name: str
    suffixes: tuple[str, ...]
    media: str
    page: Callable[[Path, str], bytes] = read_page
    records: Records | None = None
    blank: str = "blank_line"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("html", ("html", "htm", "xhtml"), "html"),
        Kind("text", ("txt", "md"), "text"),
        Kind("jsonl", ("jsonl", "ndjson"), "jsonl", records=read_lines),
        Kind("warc", ("warc",), "warc", records=read_warc, blank="no_page"),
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
