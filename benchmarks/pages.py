"""Reads the measuring sets, takes samples of whole sites from them, and writes them as a scraper's export."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from base64 import b64decode
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import zstandard

SUFFIX = ".jsonl.zst"
BUILD = "python -m benchmarks.data"  # the command that makes such a folder
EXPORT_PAGES = 200  # a file of the export
EXPORT_FIELDS = ("id", "url", "html", "html_b64", "text")  # what a scraper hands over; the gold stays here

Record = dict[str, Any]  # a page of a set: id, set, site, url, kind, one of html, html_b64 and text, and its gold


def sets_in(folder: Path) -> list[str]:
    """The names of the measuring sets of a folder."""
    return sorted(path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))


def digest(folder: Path, name: str) -> str:
    """16 hex of a set's file, so that figures say which pages they are about."""
    return hashlib.sha256((folder / f"{name}{SUFFIX}").read_bytes()).hexdigest()[:16]


def read_set(folder: Path, name: str, sample: int | None = None) -> list[Record]:
    """The pages of a set, or of about every n-th site when a sample of so many pages will do."""
    with (folder / f"{name}{SUFFIX}").open("rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        records = [json.loads(line) for line in lines]
    return records if sample is None else sampled(records, sample)


def write_set(folder: Path, name: str, records: Iterable[Record]) -> None:
    """A set's file, readable as the ones it was taken from."""
    lines = "".join(f"{json.dumps(record)}\n" for record in records)
    (folder / f"{name}{SUFFIX}").write_bytes(zstandard.compress(lines.encode(), 1))


def sampled(records: Sequence[Record], wanted: int) -> list[Record]:
    """About so many of the pages, with all pages of each site or none."""
    step = max(1, len(records) // wanted)
    chosen = set(sorted({site_of(record) for record in records})[::step])
    return [record for record in records if site_of(record) in chosen]


def site_of(record: Record) -> str:
    """The site of a page as training knows it; a page without one is a site of its own."""
    site: str = record["site"] or record["id"]
    return site.removeprefix("www.")


def html_bytes(record: Record) -> bytes:
    """The page's HTML as it came over the wire, or in UTF-8 where only its text is known."""
    return b64decode(record["html_b64"]) if "html_b64" in record else record["html"].encode()


def export_line(record: Record) -> bytes:
    """The page as one line of a scraper's export."""
    row = {name: record[name] for name in EXPORT_FIELDS if name in record}
    return json.dumps(row, ensure_ascii=False).encode()


def write_export(records: Sequence[Record], raw: Path) -> None:
    """A RAW folder with these pages."""
    raw.mkdir(parents=True)
    for start in range(0, len(records), EXPORT_PAGES):
        lines = [export_line(record) + b"\n" for record in records[start : start + EXPORT_PAGES]]
        (raw / f"export-{start // EXPORT_PAGES:04d}.jsonl").write_bytes(b"".join(lines))


def asked_sets(command: argparse.ArgumentParser, folder: Path, names: Sequence[str]) -> Sequence[str]:
    """The sets a command was asked for, or all of the folder; one that is not there ends the command with its usage."""
    there = sets_in(folder)
    missing = [name for name in names if name not in there]
    if missing or not there:
        command.error(f"{folder} has no {', '.join(missing) or f'*{SUFFIX}'}: {BUILD} {folder} builds the public sets")
    return names or there
