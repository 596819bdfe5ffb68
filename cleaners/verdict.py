"""What a step decides about a block: a verdict by one of its rules, or a lift of what the block says into metadata."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cleaners.vocabulary import Reason


class Verdict(NamedTuple):
    """What was decided about one block, once.

    `step` and `rule` name who decided, as docs/rules.md lists them; `reason` is the contract's, empty for a block that
    is kept; `why` says it in words; `score` is how sure the step is, 0 to 1.
    """

    keep: bool
    step: str
    reason: Reason | Literal[""]
    rule: str
    why: str
    score: float = 1.0


class Rule(NamedTuple):
    """One rule of a step: what its verdicts share.

    `id` names it in the ledger: snake_case, and no rule of another step has it. `reason` is the contract's, or None for
    a rule that keeps. `why` is what a person would say of any line it decides on; docs/rules.md tells it.
    """

    step: str
    id: str
    reason: Reason | None
    why: str

    def verdict(self, why: str = "", score: float = 1.0) -> Verdict:
        """The verdict of this rule on a block; give a `why` where more can be said of that block than of all others."""
        return Verdict(self.reason is None, self.step, self.reason or "", self.id, why or self.why, score)


class Lift(NamedTuple):
    """Something a block said that belongs into the article's metadata: `field` as in the contract, `value`, whence."""

    field: Literal["caption", "site_name", "title", "published", "modified", "author"]
    value: str
    block: int
    credit: str | None = None
