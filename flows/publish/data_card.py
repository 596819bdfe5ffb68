"""This file writes what explains CLEAN to strangers: a data card with the header Hugging Face reads, and a schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.publish.formats import Format, outputs_of
from flows.publish.manifest import SCHEMA
from flows.store.atomic import put
from flows.store.state import State

TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
COUNT = {"type": "integer", "minimum": 0}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

CARD = """---
pretty_name: Cleaned news articles
language: [{languages}]
size_categories: [{size}]
task_categories: [text-generation]
configs:
{configs}
---
# Cleaned news articles

{articles:,} articles of {sites:,} sites, {words:,} words. Of these, {copies:,} are exact copies of another one and say
so in `duplicate_of`. {quarantined:,} pages could not be read or cleaned; `quarantine/` says why.

Each line of `articles/` is one article; `schema.json` describes its fields. What was taken out of a page stands line by
line, with the reason, in `removed/` under the same file name. `manifest.json` lists every file with its sha256 and says
what became of every input. `report.html` shows the same to a reader.

```python
from datasets import load_dataset

articles = load_dataset("json", data_files="articles/**/*.jsonl")
```

The texts belong to their publishers. This card says nothing about what you may do with them.
"""


def write_card(clean: Path, state: State, figures: dict[str, int]) -> None:
    """Write README.md and schema.json."""
    sites, words = next(
        state.rows(
            """SELECT count(DISTINCT site), coalesce(sum(words), 0) FROM pages
            WHERE outcome = 'article' AND superseded_by IS NULL"""
        )
    )
    articles = figures["article"] + figures["duplicate"]
    text = CARD.format(
        configs="\n".join(_configs(state.fact("format"))),
        languages=", ".join(
            f'"{language}"'
            for (language,) in state.rows(
                """SELECT DISTINCT language FROM pages WHERE outcome = 'article' AND superseded_by IS NULL
                AND language IS NOT NULL ORDER BY language"""
            )
        ),
        size=next((name for most, name in SIZES if articles < most), "n>1M"),
        articles=articles,
        sites=sites,
        words=words,
        copies=figures["duplicate"],
        quarantined=figures["quarantined"],
    )
    schema = json.dumps(article_schema(), indent=1) + "\n"
    state.wrote("README.md", "", put(clean, "README.md", [text.encode()]))
    state.wrote("schema.json", "", put(clean, "schema.json", [schema.encode()]))


def _configs(format: Format) -> Iterator[str]:
    """The configurations of the data set where this format is written; the first is loaded where none is named."""
    for number, output in enumerate(output for output in outputs_of(format) if output.config):
        yield f"  - config_name: {output.config}"
        if not number:
            yield "    default: true"
        yield f'    data_files: "{output.glob}"'


def article_schema() -> dict[str, Any]:
    """The JSON Schema of one line of articles/."""
    blocks = {
        "kind": {"enum": ["paragraph", "heading", "list_item", "quote", "table", "code"]},
        "start": COUNT,
        "end": COUNT,
    }
    source = {
        "path": TEXT,
        "record": {"type": ["integer", "null"]},
        "id": {},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "media_type": MAYBE,
        "encoding": MAYBE,
        "fetched_at": MAYBE,
    }
    fields = {
        "schema": {"const": SCHEMA},
        "id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        **dict.fromkeys(("url", "site", "site_name", "title"), MAYBE),
        "authors": many(TEXT),
        **dict.fromkeys(("published", "modified", "language"), MAYBE),
        "language_score": {"type": ["number", "null"]},
        **dict.fromkeys(("description", "section"), MAYBE),
        "tags": many(TEXT),
        "image": MAYBE,
        "text": TEXT,
        "blocks": many(record(blocks)),
        "captions": many(record({"text": TEXT, "credit": MAYBE})),
        "words": COUNT,
        "kept_ratio": SHARE,
        "confidence": SHARE,
        "flags": many(TEXT),
        "removed": many(record({"reason": TEXT, "lines": COUNT, "chars": COUNT})),
        "duplicate_of": MAYBE,
        "near_duplicates": many(record({"id": TEXT, "similarity": SHARE})),
        "source": record(source),
        "recipe": TEXT,
        "meta": {"type": "object"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Article, schema {SCHEMA}",
        "description": "One line of articles/**/*.jsonl; `blocks` hold character offsets into `text`.",
        **record(fields),
    }


def many(of: dict[str, Any]) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": of}


def record(fields: dict[str, Any]) -> dict[str, Any]:
    """An object with all of these fields."""
    return {"type": "object", "properties": fields, "required": list(fields)}
