"""An explanation as a person reads it: what is said of a page as a whole, and of each of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def page_in_words(
    *, flags: Sequence[str], language: str, language_score: float, confidence: float, words: int, kept_ratio: float
) -> str:
    """The figures of an article in one line; they are its fields of these names."""
    return (
        f"flags: {', '.join(flags) or 'none'}   language: {language} ({language_score:.2f})   "
        f"confidence: {confidence:.2f}   kept: {words:,} words, {kept_ratio:.0%} of the page"
    )


def judge_in_words(head: str, cut: float) -> str:
    """Which trees judged a page, and the probability, 0 to 1, from which on they keep a line."""
    return f"judge: the {head} trees; lines from {cut:.0%} main content on are kept"


def line_in_words(
    *,
    block: int,
    mark: str,
    reason: str,
    step: str,
    rule: str,
    score: float,
    why: str,
    text: str,
    lifted: Iterable[tuple[str, str]],
    evidence: Iterable[tuple[float, str]],
) -> Iterator[str]:
    """One line of a page: the verdict and why, its text, what was lifted (field, value), what weighed (log-odds, words).

    `mark` is what became of it; its `reason` is told where that is "removed".
    """
    told = f"{reason}, " if mark == "removed" else ""
    yield f"{block:>4} {mark} ({told}{step}/{rule}, {score:.2f}): {why}"
    yield f"     {' '.join(text.split())}"
    yield from (f"     → {field}: {value}" for field, value in lifted)
    yield from (f"     {weight:+.2f}  {words}" for weight, words in evidence)
