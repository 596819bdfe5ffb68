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
# Ids that rules had in schema 1, by their step; those that are not here kept theirs. Where one rule became two, the reason
# tells which.
RULES = {
    "captions": {
        "alt text": "alt_text", "caption again": "repeated_caption", "caption container": "caption_container",
        "caption label": "caption_label", "caption opening": "caption_opening", "credit": "closing_credit",
        "doubled caption": "doubled_caption", "gallery line": "gallery_line", "split credit": "split_credit",
    },
    "cookie_banners": {
        "beside a banner": "beside_banner", "consent container": "consent_container", "consent embed": "consent_embed",
        "consent sentence": "consent_sentence", "saved note": "consent_saved", "settings link": "cookie_settings_link",
    },
    "site_chrome": {zone: f"in_{zone}" for zone in ("nav", "footer", "button", "form", "select", "label", "dialog")},
    "bylines": {
        "byline_known": "stated_author", "byline_name": "name_below_label", "stamp": "date_line",
        "date_title": "dated_lead",
    },
    "title_repeat": {"title": "repeated_title"},
    "link_lists": {
        "links": "links_at_edge", "links_elsewhere": "links_in_container", "contents": "table_of_contents",
        "menu": "menu_labels",
    },
    "duplicate_lines": {
        "repeated at once": "repeated_at_once", "repeated beside the article": "repeated_beside_article",
        "repeated passage": "repeated_passage",
    },
    "main_content": {
        "judge": "judged_boilerplate", "mostly_links": "judged_mostly_links", "few_words": "judged_few_words",
        **{
            f"{what}_container": f"judged_{what}_container"
            for what in ("byline", "caption", "chrome", "comments", "consent", "promo", "related", "share")
        },
    },
    "site_repeats": {"site_run": "between_site_lines"},
}  # fmt: skip
RELATED = {
    "links_at_edge": "related_links_at_edge", "links_in_container": "related_links_in_container",
    "table_of_contents": "related_contents", "menu_labels": "related_menu_labels",
}  # fmt: skip


def todays(lines: Sequence[bytes]) -> Sequence[bytes]:
    """An article's line and those of its ledger in today's schema; the same lines where they are of it."""
    if not lines[0].startswith(FIRST):
        return lines
    ledger = (decode(line) for line in lines[1:])
    return [
        encode(article_row(decode(lines[0]))),
        *(encode(row | {"reason": _reason(row["reason"]), "rule": _rule(row)}) for row in ledger),
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


def _rule(row: dict[str, Any]) -> str:
    """The id of the rule that removed a line, as docs/rules.md lists it."""
    rule: str = RULES.get(row["step"], {}).get(row["rule"], row["rule"])
    return RELATED.get(rule, rule) if row["reason"] == Reason.RELATED else rule
