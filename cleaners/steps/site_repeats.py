"""Drops learned lines: those that a site, or a platform of many sites, shows under story after story.

It comes after the judge: what the judge drops anyway need not be learned, so an article depends on what was learned of
its own kept lines and on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cleaners.judge.protected import protected
from cleaners.page import Block, LineIndex, Page
from cleaners.site.boilerplate_index import PLATFORM
from cleaners.site.conventions import RULES as CONVENTION_RULES
from cleaners.site.conventions import STEP, conventions, follow, with_conventions
from cleaners.site.fingerprints import fingerprints, line_fingerprints, pack
from cleaners.text.fold import squash
from cleaners.text.prose import is_prose
from cleaners.verdict import Rule
from cleaners.vocabulary import Reason

REASON = Reason.SITE_REPEAT
SITE_LINE = Rule(STEP, "site_line", REASON, "the site shows it under other stories too")
PLATFORM_LINE = Rule(STEP, "platform_line", REASON, "many sites show it under their stories")
BETWEEN_SITE_LINES = Rule(
    STEP, "between_site_lines", REASON, "between two lines that the site shows under other stories too"
)
RULES = (SITE_LINE, PLATFORM_LINE, BETWEEN_SITE_LINES, *CONVENTION_RULES)

STANDFIRST_WORDS = 8
MOST_PROSE = 0.5  # of the words of a page's prose; one that would lose more stands on the site in several copies


def site_repeats(page: Page) -> Page:
    """Drop the undecided lines that were learned of the page's site, after the fingerprints of its lines are taken.

    What stays: the page's own title, description and standfirst, which sister pages show as teasers; notes of the
    house that its rules keep; tables and code; and prose that makes up most of the page.
    """
    keys, found = fingerprints(page), conventions(page)
    page = replace(page, fingerprints=pack(with_conventions(line_fingerprints(page, keys), found)))
    learned = page.site.learned
    return page if learned is None else _without_learned(follow(page, found), learned, keys)


def _without_learned(page: Page, learned: LineIndex, keys: Sequence[int]) -> Page:
    """The page without the undecided lines that were learned of its site, or of its platform."""
    blocks = page.open()
    ours = np.array([keys[block.index] for block in blocks], np.uint64)
    by_site = learned.among(ours, page.site.host) if page.site.host else np.zeros(len(ours), np.bool_)
    by_platform = learned.among(ours, PLATFORM)
    if not (by_site | by_platform).any():
        return page
    found: dict[int, Rule] = {}
    stays = _exempt(page, blocks)
    for at, block in enumerate(blocks):
        if keys[block.index] and (by_site[at] or by_platform[at]) and block.index not in stays:
            found[block.index] = SITE_LINE if by_site[at] else PLATFORM_LINE
    for before, block, after in zip(blocks, blocks[1:], blocks[2:], strict=False):
        between = before.index in found and after.index in found
        if between and block.index not in found and block.index not in stays and not is_prose(block):
            found[block.index] = BETWEEN_SITE_LINES
    prose = [block for block in blocks if is_prose(block)]
    lost = sum(block.words for block in prose if block.index in found)
    if lost > MOST_PROSE * sum(block.words for block in prose):
        for block in prose:
            found.pop(block.index, None)
    return page.decide({index: rule.verdict() for index, rule in found.items()})


def _exempt(page: Page, blocks: Sequence[Block]) -> frozenset[int]:
    """The open blocks that are the page's own, whatever sister pages show."""
    stated = {squash(text) for text in (*page.head.titles, *page.head.descriptions)}
    own = {
        block.index
        for block in blocks
        if block.kind in ("table", "code") or page.says(block, "house_note") or squash(block.text) in stated
    }
    first = next((block for block in blocks if block.words >= STANDFIRST_WORDS), None)
    if first is not None and first.ends_sentence:
        own.add(first.index)
    return protected(page) | own
