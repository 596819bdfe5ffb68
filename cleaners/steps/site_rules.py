"""This file keeps and drops what a person said of a site's lines; it comes first, so that nothing decides otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cleaners.page import Block, Page
from cleaners.site.fingerprints import fingerprints
from cleaners.verdict import Verdict, Why

if TYPE_CHECKING:
    import re2

STEP, REASON = "site_rules", "site_rule"


def site_rules(page: Page) -> Page:
    """Keep, then drop what the rules of the page's site name; a page of another site is left as it is."""
    rules = page.site.rules
    if rules is None:
        return page
    keys = fingerprints(page)
    verdicts = {}
    for block in page.open():
        for keep, verb, lines, patterns, selectors in (
            (True, "keep", rules.keep, rules.keep_patterns, rules.keep_selectors),
            (False, "drop", rules.drop, rules.drop_patterns, rules.drop_selectors),
        ):
            why = _named(page, block, keys[block.index], verb, lines, patterns, selectors)
            if why:
                verdicts[block.index] = Verdict(keep, STEP, "" if keep else REASON, *why)
                break
    return page.decide(verdicts)


def _named(
    page: Page,
    block: Block,
    key: int,
    verb: str,
    lines: frozenset[int],
    patterns: Sequence[re2._Regexp[str]],
    selectors: Sequence[str],
) -> Why | None:
    if key in lines:
        return f"{verb}_line", f"the rules of this site {verb} this line"
    for pattern in patterns:
        if pattern.fullmatch(block.text):
            return f"{verb}_pattern", f"the rules of this site {verb} lines like {pattern.pattern}"
    for selector in selectors:
        if block.index in page.site.selected.get(selector, ()):
            return f"{verb}_selector", f"the rules of this site {verb} what stands in {selector}"
    return None
