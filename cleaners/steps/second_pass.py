"""Drops what the sure rules would still drop from the finished text, by their own rules."""

from __future__ import annotations

from collections.abc import Callable

from cleaners.page import Block, Page

MOST_ROUNDS = (
    16  # each drops what the one before laid bare; two are needed on one page in a hundred, more on spoilt ones
)


def second_pass(page: Page, sure: Callable[[Page], Page]) -> Page:
    """Read the blocks as the plain text they are about to become, and drop what the sure rules drop of the open ones.

    So an article's text fed back as text input loses nothing more to any rule. Lines of code are left alone.
    """
    for _ in range(MOST_ROUNDS):
        rest = [block for block in page.alive() if block.kind != "code"]
        if len("\n".join([block.text for block in rest]).splitlines()) != len(rest):
            return page  # a line that only markup holds together: its text has no second reading
        again = sure(_as_text(page, rest))
        verdicts = {
            block.index: verdict
            for block, verdict in zip(rest, again.verdicts, strict=True)
            if verdict is not None and not verdict.keep and page.is_open(block.index)
        }
        if not verdicts:
            return page
        lifts = [lift._replace(block=rest[lift.block].index) for lift in again.lifts]
        page = page.decide(verdicts, lifts=tuple(lift for lift in lifts if lift.block in verdicts))
    return page


def _as_text(page: Page, rest: list[Block]) -> Page:
    """The page that a text reader would make of these blocks: their lines are repaired and searched for phrases already."""
    lines = tuple(
        Block(index, block.text, block.folded, "paragraph", "line", "", 0, block.words)
        for index, block in enumerate(rest)
    )
    return Page(
        page.source,
        "text",
        lines,
        page.rules,
        url=page.url,
        hits=tuple([page.hits[b.index] for b in rest]),
        verdicts=tuple([page.verdicts[b.index] for b in rest]),
        done=page.done,
    )
