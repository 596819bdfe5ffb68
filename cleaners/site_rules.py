"""This file keeps and drops what a person said of a site's lines; it comes first, so that nothing decides otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from cleaners.page import Block, Page, Verdict, Why
from cleaners.survey import fingerprints

if TYPE_CHECKING:
    import re2

STEP, REASON = "site_rules", "site_rule"


class Case(NamedTuple):
    """A page with which a person tries their rules: the lines of `drop` must not be in its text, all others must."""

    why: str
    media: str  # html or text
    content: str
    drop: tuple[str, ...]
    url: str
    line: int


@dataclass(frozen=True)
class SiteRules:
    """What a person said of one site. Lines are fingerprints, so numbers in them do not matter, nor dates in short ones.

    A pattern stands for the whole line. A selector stands for the lines that are inside the elements it matches.
    """

    host: str
    digest: str = ""  # of the file
    keep: frozenset[int] = frozenset()
    drop: frozenset[int] = frozenset()
    keep_patterns: tuple[re2._Regexp[str], ...] = ()
    drop_patterns: tuple[re2._Regexp[str], ...] = ()
    keep_selectors: tuple[str, ...] = ()
    drop_selectors: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def selectors(self) -> tuple[str, ...]:
        """All selectors, each once."""
        return tuple(dict.fromkeys(self.keep_selectors + self.drop_selectors))


def ruled(page: Page, rules: SiteRules | None, markup: str) -> Page:
    """The page with the rules of its site, if there are any; `markup` is the HTML it was read from."""
    if rules is None:
        return page
    if page.media == "text" or not rules.selectors:
        return replace(page, site_rules=rules)
    from cleaners.selectors import selected  # not at the top: pages of other sites pay nothing

    return replace(page, site_rules=rules, selected=selected(markup, rules.selectors))


def site_rules(page: Page) -> Page:
    """Keep, then drop what the rules of the page's site name; a page of another site is left as it is."""
    rules = page.site_rules
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
        if block.index in page.selected.get(selector, ()):
            return f"{verb}_selector", f"the rules of this site {verb} what stands in {selector}"
    return None
