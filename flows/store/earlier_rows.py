"""Articles and ledger lines that an earlier version wrote, as rows of today's schema.

An article outlives the version that made it where its input is away, cannot be read or drifted. A reader of CLEAN finds
rows of one schema all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.json import decode, encode

from cleaners.article import SCHEMA, Article, as_json
from cleaners.vocabulary import Flag, Reason

FIRST = b'{"schema":1,'  # how an article's line of schema 1 begins
FIELDS = [field.encode_name for field in msgspec.structs.fields(Article)]
FLAGS = {"undecodable_bytes": Flag.MOJIBAKE}  # of schema 1; its other two of encodings told of text that was read right
REASONS = {"paywall": Reason.PROMO}


def todays(lines: Sequence[bytes]) -> Sequence[bytes]:
    """An article's line and those of its ledger in today's schema; the same lines where they are of it."""
    if not lines[0].startswith(FIRST):
        return lines
    ledger = (decode(line) for line in lines[1:])
    return [
        encode(article_row(decode(lines[0]))),
        *(encode(row | {"reason": _reason(row["reason"])}) for row in ledger),
    ]


def article_row(row: dict[str, Any]) -> dict[str, Any]:
    """An article's row in today's schema. Raises KeyError and TypeError for what never was one."""
    if row["schema"] == SCHEMA:
        return row
    counts: dict[str, list[int]] = {}
    for removed in row["removed"]:
        sums = counts.setdefault(_reason(removed["reason"]), [0, 0])
        sums[0] += removed["lines"]
        sums[1] += removed["chars"]
    told = row | {
        "schema": SCHEMA,
        "flags": sorted({FLAGS.get(flag, flag) for flag in row["flags"]} & set(Flag)),
        "removed": [
            {"reason": reason, "lines": lines, "chars": chars}
            for reason, (lines, chars) in sorted(counts.items(), key=lambda entry: (-entry[1][0], entry[0]))
        ],
        "meta": as_json(row["meta"]),
        "cluster": None,
        "shared": [],
    }
    return {name: told[name] for name in FIELDS if name in told}


def _reason(reason: str) -> str:
    return REASONS.get(reason, reason)
