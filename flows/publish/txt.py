"""Articles as plain text, a file each, for people to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.store.state import State


def text_files(state: State, shard: str) -> Iterator[tuple[str, list[bytes]]]:
    """The files of a shard's articles, by id."""
    from flows.store.shards import articles  # not at the top: `--help` reads which formats there are

    for stored in articles(state, shard):
        article = json.loads(stored.article)
        yield f"articles/{shard}/{article['id']}.txt", [readable(article).encode()]


def readable(article: dict[str, Any]) -> str:
    """An article as a person reads it: title, who and when, where, text."""
    who = ", ".join(article["authors"])
    head = [article["title"], " · ".join(filter(None, [who, article["published"], article["site"]])), article["url"]]
    return "\n".join(filter(None, head)) + f"\n\n{article['text']}\n"
