"""This file holds the recipe: the steps in the order in which they decide, and what happens around them to one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from cleaners import page as z
from cleaners.bylines import bylines
from cleaners.captions import captions
from cleaners.cookie_banners import cookie_banners
from cleaners.duplicate_lines import duplicate_lines
from cleaners.edges import is_prose
from cleaners.embeds import embeds
from cleaners.link_lists import link_lists
from cleaners.main_content import main_content
from cleaners.page import Block, Page, Verdict, Why, drop_where
from cleaners.promos import promos
from cleaners.related import related
from cleaners.settle import settle
from cleaners.site_chrome import site_chrome
from cleaners.site_repeats import site_repeats
from cleaners.site_rules import REASON as SITE_RULE
from cleaners.site_rules import site_rules
from cleaners.title_repeat import title_repeat

Step = Callable[[Page], Page]
STEP = "cautious"

# Sure first: each of these has near-zero false positives measured on its own. Bylines lift a leading headline, which
# title_repeat then knows; runs of links and repeated lines are counted among what the others left.
SURE: tuple[Step, ...] = (
    cookie_banners, captions, site_chrome, related, promos, embeds, bylines, title_repeat, link_lists, duplicate_lines,
)  # fmt: skip
_NO_CAPTIONS = tuple(step for step in SURE if step is not captions)


def sure(page: Page) -> Page:
    """The page after all sure rules."""
    return run(SURE, page)


def settled(page: Page) -> Page:
    """The page without what the sure rules would take out of its finished text."""
    return settle(page, _uncaptioned if page.uncaptioned else sure)


def _uncaptioned(page: Page) -> Page:
    """The page after all sure rules, but captions have left nothing in it that they would take out of its text."""
    return run(_NO_CAPTIONS, page)


def keep_rest(page: Page) -> Page:
    """The page with every open block kept: nothing spoke against it."""
    scores = page.scores or (1.0,) * len(page.blocks)
    return page.decide(
        {
            block.index: Verdict(True, "keep_rest", "", "kept", "nothing speaks against it", scores[block.index])
            for block in page.open()
        }
    )


# What a person said of the site comes before all else. What sister pages taught comes after the judge, so that it
# decides about lines that would be kept and no others.
RECIPE: tuple[Step, ...] = (site_rules, *SURE, main_content, site_repeats, settled, keep_rest)

ENOUGH_WORDS = 25  # a page that keeps fewer is looked at again
PLENTY_OF_PROSE = 60  # words of running prose; a page that shows so much and keeps next to nothing lost an article
LEAST_SHARE = 0.1  # of the page's prose
SHORT_WORDS = 50
LISTING_LINKS = 10  # lines that are mostly a link; a page of so many and next to no prose lists other pages
MOSTLY_LINK = 0.5  # of a line
LISTING_PROSE = 0.2  # of the kept words
STAMP = z.TIME | z.ARTICLE
_AROUND = z.CONSENT | z.FOOTER | z.NAV
LIVE_STAMPS = 6  # time stamps of their own lines: entries of a live blog


def clean(page: Page) -> Page:
    """The page with a verdict on every block, and its flags; it keeps a word where its site's own rules leave it one."""
    decided = run(RECIPE, page)
    if _lost_too_much(decided):
        decided = replace(cautious(page), survey=decided.survey, title_parts=decided.title_parts)
    return replace(decided, flags=decided.flags | flags(decided))


def run(steps: tuple[Step, ...], page: Page) -> Page:
    """The page after these steps, in order."""
    for step in steps:
        page = step(page)
    return page


def cautious(page: Page) -> Page:
    """The page by the cautious recipe: the first of five takes, each weaker than the one before, that keeps a word.

    Prose outside of consent, menus and footers stays; else what no rule is sure about; else all lines outside of them;
    else all that is nobody's name, headline or caption; else all there is. What the rules of the site drop stays
    dropped in each, and the last two are not for a page that lost its prose to them: its menus are not what their
    author wanted to keep.
    """
    page = replace(page, flags=page.flags | {"over_cleaned"}, confidence=min(page.confidence, 0.3))
    for take in TAKES:
        taken = take(page)
        if has_words(taken.kept()) or (take is _lines and _lost_prose_to_site_rules(taken)):
            break
    return taken


def _prose(page: Page) -> Page:
    """Consent, captions and structure go, all prose that is left stays."""
    page = run((site_rules, cookie_banners, captions, bylines, title_repeat), page)
    page = drop_where(page, STEP, "boilerplate", _no_prose)
    return run((settled, keep_rest), page)


def _judged_by_none(page: Page) -> Page:
    """What a rule is sure about goes, menus and footers too, all that is left stays."""
    page = drop_where(run((site_rules, *SURE), page), STEP, "boilerplate", _chrome)
    return run((settled, keep_rest), page)


def _lines(page: Page) -> Page:
    """Consent, captions, names, menus and footers go, all that is left stays."""
    page = run((site_rules, cookie_banners, captions, bylines, title_repeat), page)
    return keep_rest(drop_where(page, STEP, "boilerplate", _chrome))


def _all_but_lifted(page: Page) -> Page:
    return run((site_rules, captions, bylines, title_repeat, keep_rest), page)


def _all(page: Page) -> Page:
    """Every line stays that no rule of the site drops; a headline or a name in them is metadata as well."""
    page = site_rules(page)
    lifts = run((captions, bylines, title_repeat), page).lifts
    return replace(keep_rest(page), lifts=tuple(lift for lift in lifts if lift.field != "caption"))


TAKES = (_prose, _judged_by_none, _lines, _all_but_lifted, _all)


def _no_prose(block: Block) -> Why | None:
    if is_prose(block) and not block.inside(_AROUND):
        return None
    return "no_prose", "no running prose, on a page that otherwise lost nearly all"


def _chrome(block: Block) -> Why | None:
    if not block.inside(_AROUND):
        return None
    return "around_text", "a menu, a footer or a banner, on a page that otherwise lost nearly all"


def _lost_prose_to_site_rules(page: Page) -> bool:
    judged = zip(page.blocks, page.verdicts, strict=True)
    return any(verdict and verdict.reason == SITE_RULE and is_prose(block) for block, verdict in judged)


def has_words(blocks: Iterable[Block]) -> bool:
    """True when there is a letter or a digit in one of the blocks."""
    return any(any(map(str.isalnum, block.text)) for block in blocks)


def _lost_too_much(page: Page) -> bool:
    kept = sum(block.words for block in page.kept())
    blocks = _not_told_to_drop(page)
    if kept >= ENOUGH_WORDS and kept >= LEAST_SHARE * sum(block.words for block in blocks):
        return False  # what holds for all words holds for those of the prose
    if not has_words(page.kept()):
        return True
    prose = sum(block.words for block in blocks if is_prose(block) and not block.inside(z.CONSENT))
    return prose >= PLENTY_OF_PROSE and (kept < ENOUGH_WORDS or kept < LEAST_SHARE * prose)


def _not_told_to_drop(page: Page) -> Sequence[Block]:
    """The blocks that no rule of the site drops: what a person takes out on purpose is not lost."""
    if page.site_rules is None:
        return page.blocks
    judged = zip(page.blocks, page.verdicts, strict=True)
    return [block for block, verdict in judged if verdict is None or verdict.reason != SITE_RULE]


def flags(page: Page) -> frozenset[str]:
    """What a reader of the article should know about the page."""
    found = set()
    kept = page.kept()
    words = sum(block.words for block in kept)
    if words < SHORT_WORDS:
        found.add("short")
    prose = sum(block.words for block in kept if is_prose(block))
    if prose <= LISTING_PROSE * words and sum(b.link_share > MOSTLY_LINK for b in page.blocks) >= LISTING_LINKS:
        found.add("listing")
    if page.head.paywalled:
        found.add("paywalled")
    stamps = sum(block.zone & STAMP == STAMP for block in page.blocks)
    if page.head.live_blog or stamps >= LIVE_STAMPS:
        found.add("live_blog")
    return frozenset(found)
