"""Candidates for authors and dates in the lines that a reader sees around the headline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cleaners.metadata.authors import begins_with_by
from cleaners.metadata.dates import read_date
from cleaners.page import Block, Candidate, Page
from cleaners.rules.phrases import built_in
from cleaners.text.fold import fold, squash
from cleaners.zones import Zone

_BEFORE, _AFTER = 8, 16  # lines around the headline; a byline further down belongs to another story
_TOP = 40  # lines read where no line is the headline
_LONGEST_STAMP = 14  # words of a line with a date that is not prose
_LONGEST_ALONE = 8  # words of a line that is a stamp wherever it stands
_LONGEST_BYLINE = 25  # words
_ELSEWHERE = (
    Zone.RELATED | Zone.COMMENTS | Zone.FOOTER | Zone.DIALOG | Zone.CONSENT | Zone.ASIDE | Zone.FORM | Zone.EMBED
)
_IN_LISTS = Zone.NAV | Zone.LIST | Zone.TABLE  # dates there are of other things
_STAMPS = Zone.TIME | Zone.META | Zone.BYLINE


def visible_candidates(page: Page, title: str | None) -> tuple[Candidate, ...]:
    """Authors and dates stated in short lines near the headline, in page order."""
    candidates: list[Candidate] = []
    for block in _near(page, title):
        if block.inside(_ELSEWHERE) or block.words > _LONGEST_BYLINE:
            continue
        if block.inside(Zone.BYLINE) or begins_with_by(block.text):
            candidates.append(Candidate("author", "byline", block.text))
        if block.words <= _LONGEST_STAMP and (block.inside(_STAMPS) or not block.ends_sentence):
            stamp = read_date(block.text, language=page.head.language)
            if stamp:
                later = any(word in block.folded for word in _later_words())
                candidates.append(Candidate("modified" if later else "published", "shown", stamp))
    if not any(candidate.field == "published" for candidate in (*page.head.candidates, *candidates)):
        candidates += _only_stamp(page)
    return tuple(candidates)


def _only_stamp(page: Page) -> list[Candidate]:
    """The date of the page's stamps wherever they stand, when they all name the same day."""
    stamps = {
        stamp
        for block in page.blocks
        if block.zone & _STAMPS  # of few lines
        and block.words <= _LONGEST_ALONE
        and not block.inside(_ELSEWHERE | _IN_LISTS)
        and (stamp := read_date(block.text, language=page.head.language))
    }
    return [Candidate("published", "shown", stamps.pop())] if len(stamps) == 1 else []


def _near(page: Page, title: str | None) -> Iterator[Block]:
    key = squash(title)
    at = next((b.index for b in page.blocks if key and b.kind == "heading" and _is_title(b, key)), None)
    if at is None:
        at = next((b.index for b in page.blocks if key and _is_title(b, key)), None)
    if at is None:
        yield from page.blocks[:_TOP]
        return
    yield from page.blocks[at + 1 : at + 1 + _AFTER]
    yield from reversed(page.blocks[max(0, at - _BEFORE) : at])


def _is_title(block: Block, key: str) -> bool:
    text = block.text
    if len(text) >= 2 * len(key) + 40 or (text.isascii() and len(text) < len(key)):
        return False  # most lines are labels of menus, shorter than any headline
    return key in squash(text)


@lru_cache(maxsize=1)
def _later_words() -> tuple[str, ...]:
    return tuple(map(fold, built_in().settings["metadata"]["dates"]["modified"]))
