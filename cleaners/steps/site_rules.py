"""Keeps and drops what a person's rules say of a site's lines; it comes first, so that nothing decides otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleaners.page import Block, Page
from cleaners.site.fingerprints import fingerprints
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason

if TYPE_CHECKING:
    import re2


class SiteRuleKinds(NamedTuple):
    """The rules of this step that keep, or that drop: by a line, by a pattern, by a selector."""

    line: Rule
    pattern: Rule
    selector: Rule


def _rules(verb: str, reason: Reason | None) -> SiteRuleKinds:
    return SiteRuleKinds(
        Rule(STEP, f"{verb}_line", reason, f"the rules of this site {verb} this line"),
        Rule(STEP, f"{verb}_pattern", reason, f"the rules of this site {verb} lines like it"),
        Rule(STEP, f"{verb}_selector", reason, f"the rules of this site {verb} the element it stands in"),
    )


STEP, REASON = "site_rules", Reason.SITE_RULE
KEEP, DROP = _rules("keep", None), _rules("drop", REASON)
RULES = (*KEEP, *DROP)


def site_rules(page: Page) -> Page:
    """Keep, then drop what the rules of the page's site name; a page of another site is left as it is."""
    rules = page.site.rules
    if rules is None:
        return page
    keys = fingerprints(page)
    verdicts = {}
    for block in page.open():
        key = keys[block.index]
        verdict = _named(page, block, key, KEEP, rules.keep, rules.keep_patterns, rules.keep_selectors)
        verdict = verdict or _named(page, block, key, DROP, rules.drop, rules.drop_patterns, rules.drop_selectors)
        if verdict:
            verdicts[block.index] = verdict
    return page.decide(verdicts)


def _named(
    page: Page,
    block: Block,
    key: int,
    kinds: SiteRuleKinds,
    lines: frozenset[int],
    patterns: Sequence[re2._Regexp[str]],
    selectors: Sequence[str],
) -> Verdict | None:
    """The verdict on a block that a line, a pattern or a selector names; `key` is the fingerprint of its line."""
    verb = "drop" if kinds is DROP else "keep"
    if key in lines:
        return kinds.line.verdict()
    for pattern in patterns:
        if pattern.fullmatch(block.text):
            return kinds.pattern.verdict(f"the rules of this site {verb} lines like {pattern.pattern}")
    for selector in selectors:
        if block.index in page.site.selected.get(selector, ()):
            return kinds.selector.verdict(f"the rules of this site {verb} what stands in {selector}")
    return None
