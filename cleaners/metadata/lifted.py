"""Says of the lines that were removed for being headline, byline or date which of them the metadata holds now."""

from __future__ import annotations

from dataclasses import replace

from cleaners.metadata import Metadata
from cleaners.page import Page
from cleaners.text.fold import squash
from cleaners.verdict import Lift
from cleaners.vocabulary import Reason

_DAY = len("2024-08-13")
_TITLE = Reason.TITLE_REPEAT
_REPLACED = frozenset((Reason.BYLINE, _TITLE, Reason.SHORT_FRAGMENT, Reason.BOILERPLATE, Reason.SITE_CHROME))


def with_lifted(page: Page, found: Metadata) -> Page:
    """The decided page with the reason `lifted` on every line of which something stands in `found`, its metadata."""
    lifted = {lift.block for lift in page.lifts if _stands(lift, found)}
    lifted |= _first_headline(page, found.title)
    if not lifted:
        return page
    verdicts = list(page.verdicts)
    for index in lifted:
        verdict = verdicts[index]
        if verdict is not None and verdict.reason in _REPLACED:
            verdicts[index] = verdict._replace(reason=Reason.LIFTED)
    return replace(page, verdicts=tuple(verdicts))


def _first_headline(page: Page, title: str | None) -> set[int]:
    """The position of the first line that was removed for being the title; its copies below were only repeated."""
    if not title:
        return set()
    stated = squash(title)
    for block, verdict in zip(page.blocks, page.verdicts, strict=True):
        if verdict is not None and verdict.reason == _TITLE and squash(block.text).startswith(stated):
            return {block.index}
    return set()


def _stands(lift: Lift, found: Metadata) -> bool:
    if lift.field == "title":
        title, shown = squash(found.title), squash(lift.value)
        return bool(title) and (shown.startswith(title) or title.startswith(shown))
    if lift.field == "author":
        shown = squash(lift.value)
        return any(squash(name) in shown for name in found.authors)
    stated = {"published": found.published, "modified": found.modified}.get(lift.field)
    return bool(stated) and (stated or "").startswith(lift.value[:_DAY])
