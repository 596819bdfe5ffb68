"""Renders the verdicts on a page as text, captions and ledger; the only place where text leaves a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cleaners.article import BlockSpan, Caption, Removed, RemovedCount
from cleaners.page import Page
from cleaners.verdict import Lift, Verdict
from cleaners.vocabulary import Reason


def body(page: Page) -> tuple[str, list[BlockSpan]]:
    """The kept blocks as text, parted by one blank line, and their kinds with character offsets into it."""
    parts: list[str] = []
    spans: list[BlockSpan] = []
    at = 0
    for block in page.kept():
        parts.append(block.text)
        spans.append(BlockSpan(block.kind, at, at + len(block.text)))
        at += len(block.text) + 2
    return "\n\n".join(parts), spans


def ledger(page: Page, article_id: str) -> list[Removed]:
    """The removed blocks in page order, with those that went into the metadata."""
    return [
        Removed(
            id=article_id, block=block.index, text=block.text, reason=verdict.reason, rule=verdict.rule,
            step=verdict.step, score=verdict.score,
        )
        for block, verdict in zip(page.blocks, page.verdicts, strict=True)
        if verdict is not None and verdict.reason
    ]  # fmt: skip


def summary(rows: Iterable[Removed]) -> list[RemovedCount]:
    """Lines and characters removed by reason, most lines first."""
    lengths: dict[Reason, list[int]] = defaultdict(list)
    for row in rows:
        lengths[row.reason].append(len(row.text))
    return [
        RemovedCount(reason, len(chars), sum(chars))
        for reason, chars in sorted(lengths.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def captions(lifts: Iterable[Lift]) -> list[Caption]:
    """The distinct captions that were taken out of the text, in page order."""
    found = {(lift.value, lift.credit): lift for lift in lifts if lift.field == "caption"}
    return [Caption(text, credit) for text, credit in found]


def kept_ratio(page: Page) -> float:
    """Share of the page's characters that stand in the article's text, 0 to 1."""
    shown = sum(len(block.text) for block in page.blocks)
    kept = sum(len(block.text) for block in page.kept())
    return round(kept / shown, 4) if shown else 0.0


def undecided(verdicts: Iterable[Verdict | None]) -> list[int]:
    """The positions of blocks without a verdict; a page with any must not be rendered."""
    return [index for index, verdict in enumerate(verdicts) if verdict is None]
