"""Asks trafilatura for the same pages, once for its texts and as often as needed for its CPU time.

`python -m benchmarks.baseline RAW` reads an export and prints the CPU seconds trafilatura takes for its pages.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.figures import Answer
from benchmarks.pages import Record, html_bytes


def answer(record: Record) -> dict[str, Any]:
    """What trafilatura makes of a page; it takes no plain text, so there the text as it came is the answer."""
    if "text" in record:
        return {"text": record["text"]}
    import trafilatura

    try:
        document = trafilatura.bare_extraction(
            html_bytes(record), url=record["url"], with_metadata=True, include_comments=False
        )
    except Exception:  # noqa: BLE001 - a peer's crash counts as an empty answer
        document = None
    found = document if isinstance(document, dict) else document.as_dict() if document else {}
    return {
        "text": found.get("text"), "title": found.get("title"), "published": found.get("date"),
        "authors": [name.strip() for name in (found.get("author") or "").split(";") if name.strip()],
    }  # fmt: skip


def answers(records: Sequence[Record], digest: str) -> Mapping[str, Answer]:
    """Its answers by page id; kept in the temporary folder, by version and by the digest of the set's file."""
    folder = Path(tempfile.gettempdir()) / f"copydesk-benchmarks-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    cache = folder / f"trafilatura-{version('trafilatura')}-{digest}.json"
    found: dict[str, Answer] = json.loads(cache.read_text(encoding="utf-8")) if cache.exists() else {}
    missing = [record for record in records if record["id"] not in found]
    if missing:
        found |= {record["id"]: answer(record) for record in missing}
        half = cache.with_suffix(f".{os.getpid()}")
        half.write_text(json.dumps(found), encoding="utf-8")
        half.replace(cache)
    return found


def main() -> None:
    records = [
        json.loads(line)
        for path in sorted(Path(sys.argv[1]).glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
    import_module("trafilatura")  # neither loading it nor reading the export is counted, in its favour
    started = time.process_time()
    for record in records:
        answer(record)
    print(time.process_time() - started)


if __name__ == "__main__":
    main()
