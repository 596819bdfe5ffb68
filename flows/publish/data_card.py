"""Writes what explains CLEAN to strangers: a data card with the header that Hugging Face reads, and a JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cleaners.article import SCHEMA, Article, Removed
from flows.publish.article_schema import features, json_schema
from flows.publish.formats import Format, outputs_of
from flows.store.atomic import put
from flows.store.state import State

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

CARD = """---
pretty_name: Cleaned news articles
language: [{languages}]
size_categories: [{size}]
task_categories: [text-generation]
configs:
{configs}
dataset_info:
  - config_name: articles
    features:
{article_features}
  - config_name: removed
    features:
{removed_features}
---
# Cleaned news articles

{articles:,} articles of {sites:,} sites, {words:,} words. Of these, {copies:,} are exact copies of another one and say
so in `duplicate_of`. {quarantined:,} pages could not be read or cleaned; `quarantine/` says why.

Each line of `articles/` is one article of schema {schema}; `schema.json` describes its fields. What was taken out of a
page stands line by line, with the reason, in `removed/` under the same file name. `manifest.json` lists every file with
its sha256 and says what became of every input. `report.html` shows the same to a reader.

```python
from datasets import load_dataset

articles = load_dataset("clean")  # the path of this folder, from the one above it
removed = load_dataset("clean", "removed")
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
        schema=SCHEMA,
        article_features=_listed(Article),
        removed_features=_listed(Removed),
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
    schema = json.dumps(json_schema(), indent=1) + "\n"
    state.wrote("README.md", "", put(clean, "README.md", [text.encode()]))
    state.wrote("schema.json", "", put(clean, "schema.json", [schema.encode()]))


def _configs(format: Format) -> Iterator[str]:
    """The configurations of the data set where this format is written; the first is loaded where none is named."""
    for number, output in enumerate(output for output in outputs_of(format) if output.config):
        yield f"  - config_name: {output.config}"
        if not number:
            yield "    default: true"
        yield f'    data_files: "{output.glob}"'


def _listed(row: type[msgspec.Struct]) -> str:
    """The fields of a kind of row as lines of YAML, which JSON is."""
    return "\n".join(f"      - {json.dumps(feature)}" for feature in features(row))
