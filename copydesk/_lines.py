"""A page line by line: what was decided about each line, by whom and why, for programs and, printed, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from cleaners.explanation_text import line_in_words

if TYPE_CHECKING:
    from cleaners.explain import Evidence
    from cleaners.page import Page


class Line(NamedTuple):
    """One line of a page and the verdict on it.

    `block` is its position on the page, from 0, and `text` what a reader sees there. A line is "kept" in the article's
    text, "removed" from it, or "lifted": it went whole into the article's fields. `reason` is one of the contract's
    words, empty for a line that was kept; `step` and `rule` name who decided, `why` says it in words, and `score` how
    sure that is, 0 to 1. `lifted` names the fields that something of the line went into, with what they got. `evidence`
    is what weighed most where the judge decided, strongest first, and only from `explain`: pairs of log-odds, above 0
    for main content and below 0 against it, and words.
    """

    block: int
    verdict: Literal["kept", "removed", "lifted"]
    text: str
    reason: str
    step: str
    rule: str
    score: float
    why: str
    lifted: tuple[tuple[str, str], ...] = ()
    evidence: tuple[tuple[float, str], ...] = ()

    def __str__(self) -> str:
        """The line for a person: verdict and why, then its text, then what was lifted and what weighed."""
        told = self._asdict()
        return "\n".join(line_in_words(mark=told.pop("verdict"), **told))


class Explanation:
    """Lines of a page with what was decided about them. Print it, or go through its lines; it is true if it has any."""

    __slots__ = ("heading", "lines")

    def __init__(self, heading: str, lines: Sequence[Line]) -> None:
        self.heading, self.lines = heading, tuple(lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __str__(self) -> str:
        """The explanation for a person."""
        return "\n\n".join([*filter(None, [self.heading]), *map(str, self.lines)])

    __repr__ = __str__  # so that a notebook shows it


def lines_of(page: Page, evidence: Mapping[int, Sequence[Evidence]] | None = None) -> tuple[Line, ...]:
    """Every line of a cleaned page in order; `evidence` by the number of the line."""
    from cleaners.vocabulary import Reason

    lifted: dict[int, list[tuple[str, str]]] = {}
    for lift in page.lifts:
        lifted.setdefault(lift.block, []).append((lift.field, lift.value))
    return tuple(
        Line(
            block.index,
            "kept" if verdict.keep else "lifted" if verdict.reason == Reason.LIFTED else "removed",
            block.text,
            str(verdict.reason),
            verdict.step,
            verdict.rule,
            verdict.score,
            verdict.why,
            tuple(lifted.get(block.index, ())),
            tuple((piece.contribution, piece.words) for piece in (evidence or {}).get(block.index, ())),
        )
        for block, verdict in zip(page.blocks, page.verdicts, strict=True)
        if verdict is not None
    )
