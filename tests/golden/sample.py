"""Cleans the sample in raw/ and gives each page's article and ledger in a form whose diff can be read.

`make golden` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from running import HOME, cleaned_into, rows

HERE = Path(__file__).parent
CHANGING = frozenset(["recipe"])  # fields that another version of Copydesk changes on every page


def cleaned(clean: Path) -> dict[str, str]:
    """What `pages_of` gives after a run over the sample into a new folder."""
    cleaned_into(HOME / "raw", clean)
    return pages_of(clean)


def pages_of(clean: Path) -> dict[str, str]:
    """File name → content, one of each page that was cleaned into a folder."""
    removed: dict[str, list[dict[str, Any]]] = {}
    for row in rows(clean, "removed"):
        removed.setdefault(row.pop("id"), []).append(row)
    pages = {}
    for article in rows(clean):
        shown = {name: value for name, value in article.items() if name not in CHANGING}
        shown["text"] = article["text"].split("\n")  # a line of text, a line of the diff
        pages[_name(article["source"])] = _as_text({"article": shown, "ledger": removed.pop(article["id"], [])})
    assert not removed, f"ledger lines of no article: {sorted(removed)}"
    return pages


def _name(source: dict[str, Any]) -> str:
    record = "" if source["record"] is None else f"-{source['record']}"
    return f"{source['path'].replace('/', '-')}{record}.json"


def _as_text(page: dict[str, Any]) -> str:
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the files beside this one anew; those of pages that are gone go."""
    with TemporaryDirectory() as folder:
        pages = cleaned(Path(folder) / "clean")
    for path in HERE.glob("*.json"):
        if path.name not in pages:
            path.unlink()
    for name, content in pages.items():
        (HERE / name).write_text(content, encoding="utf-8")
    print(f"{len(pages)} pages written; git diff tests/golden shows what changed")


if __name__ == "__main__":
    main()
