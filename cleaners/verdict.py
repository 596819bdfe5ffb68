"""What a step decides about a block: a verdict, or a lift of what the block says into the article's metadata."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Verdict(NamedTuple):
    """What was decided about one block, once: by which step, for which of the contract's reasons, and why."""

    keep: bool
    step: str
    reason: str
    rule: str
    why: str
    score: float = 1.0


class Lift(NamedTuple):
    """Something a block said that belongs into the article's metadata: `field` as in the contract, `value`, whence."""

    field: Literal["caption", "site_name", "title", "published", "modified", "author"]
    value: str
    block: int
    credit: str | None = None


Why = tuple[str, str]  # (rule, the reason as a reader would say it)
