"""The fields of an article by which the state compares pages, and how its values are spelled there."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from cleaners.article import Article
from cleaners.vocabulary import Outcome

HEX = frozenset("0123456789abcdef")
ID_DIGITS = 32


def article_fields(article: Article, alternative_id: str) -> dict[str, Any]:
    """The fields of an article that are compared between pages or summed up over a site.

    `alternative_id` is the id it has when another page has its address. Raises ValueError for an id that is none.
    """
    for name in (article.id, alternative_id):
        if len(name) != ID_DIGITS or not HEX.issuperset(name):
            raise ValueError(f"article id {name!r} is not {ID_DIGITS} hex digits")
    text = article.text
    return {
        "outcome": Outcome.ARTICLE,
        "id": article.id,
        "alternative_id": alternative_id,
        "fetched": instant(article.source.fetched_at),
        "published": instant(article.published),
        "text_hash": hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16] if text else None,
        "site": article.site,
        "language": article.language,
        "words": article.words,
        "confidence": article.confidence,
        "kept_ratio": article.kept_ratio,
        "flags": json.dumps(article.flags),
        "removed": json.dumps({row.reason: row.lines for row in article.removed}),
    }


def instant(stamp: str | None) -> str:
    """A date or time of ISO 8601 in UTC, so that text order is time order; empty when there is none."""
    try:
        moment = datetime.fromisoformat(stamp or "")
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat(timespec="microseconds")
