"""Cleans a page once more, with less and less, where the pipeline would leave next to nothing of it."""

from __future__ import annotations

from dataclasses import replace

from cleaners.page import Block, Page, Step, drop_where, run
from cleaners.steps.bylines import bylines
from cleaners.steps.captions import captions
from cleaners.steps.cookie_banners import cookie_banners
from cleaners.steps.keep_rest import keep_rest
from cleaners.steps.site_rules import site_rules
from cleaners.steps.title_repeat import title_repeat
from cleaners.text.prose import has_words, is_prose
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Flag, Reason
from cleaners.zones import Zone

STEP = "cautious"
NO_PROSE = Rule(STEP, "no_prose", Reason.BOILERPLATE, "no running prose, on a page that otherwise lost nearly all")
AROUND_TEXT = Rule(
    STEP, "around_text", Reason.BOILERPLATE, "a menu, a footer or a banner, on a page that otherwise lost nearly all"
)
OUTSIDE_SENTENCES = Rule(
    STEP,
    "outside_sentences",
    Reason.BOILERPLATE,
    "above or below all sentences, in a text that otherwise lost nearly all",
)
RULES = (NO_PROSE, AROUND_TEXT, OUTSIDE_SENTENCES)

MOST_CONFIDENCE = 0.3  # of a page that was cleaned with caution
SHORT_TEXT = 40  # lines that no rule is sure about; in a longer text the sentences of other stories stand between
LEAST_WORDS = 2  # of a short sentence
BEGINS = 3  # words of a line that a sentence may begin with, at least
_AROUND = Zone.CONSENT | Zone.FOOTER | Zone.NAV


def cautious(page: Page, *, sure: Step, second_pass: Step) -> Page:
    """The page by the first of several ways, each weaker than the one before, that keeps a word.

    Of a short text that was extracted already, all stays from its first sentence to its last. Else prose outside of consent, menus and footers stays; else what no rule is sure about; else all lines outside of them;
    else all that is nobody's name, headline or caption; else all there is. What the rules of the site drop stays
    dropped in each, and the last two are not for a page that lost its prose to them: its menus are not what their
    author wanted to keep. `sure` are the sure rules of the pipeline, `second_pass` what it does after them.
    """
    page = replace(page, flags=page.flags | {Flag.OVER_CLEANED}, confidence=min(page.confidence, MOST_CONFIDENCE))
    for way in (between_sentences, *WAYS) if page.media == "text" else WAYS:
        cleaned = keep_rest(way(page, sure, second_pass))
        if has_words(cleaned.kept()) or (way is outside and _lost_prose_to_site_rules(cleaned)):
            break
    return cleaned


def between_sentences(page: Page, sure: Step, second_pass: Step) -> Page:
    """What a rule is sure about goes, and what stands outside of the sentences of a short text; of a long one all goes."""
    left = sure(site_rules(page))
    lines = left.open()
    ends = [at for at, block in enumerate(lines) if block.ends_sentence and block.words >= LEAST_WORDS]
    if not ends or len(lines) > SHORT_TEXT:
        return drop_where(left, lambda block: OUTSIDE_SENTENCES.verdict())
    first = ends[0]
    while first and lines[first - 1].words >= BEGINS:  # a sentence that hard line ends break into several
        first -= 1
    inside = {block.index for block in lines[first : ends[-1] + 1]}
    return second_pass(drop_where(left, lambda block: None if block.index in inside else OUTSIDE_SENTENCES.verdict()))


def prose(page: Page, sure: Step, second_pass: Step) -> Page:
    """Consent, captions and structure go, all prose that is left stays."""
    return second_pass(drop_where(_named(page), _no_prose))


def unsure(page: Page, sure: Step, second_pass: Step) -> Page:
    """What a rule is sure about goes, menus and footers too, all that is left stays."""
    return second_pass(drop_where(sure(site_rules(page)), _chrome))


def outside(page: Page, sure: Step, second_pass: Step) -> Page:
    """Consent, captions, names, menus and footers go, all that is left stays."""
    return drop_where(_named(page), _chrome)


def unlifted(page: Page, sure: Step, second_pass: Step) -> Page:
    """All stays that is nobody's name, headline or caption."""
    return run(page, site_rules, captions, bylines, title_repeat)


def everything(page: Page, sure: Step, second_pass: Step) -> Page:
    """Every line stays that no rule of the site drops; a headline or a name in them is metadata as well."""
    page = site_rules(page)
    lifts = run(page, captions, bylines, title_repeat).lifts
    return replace(page, lifts=tuple(lift for lift in lifts if lift.field != "caption"))


WAYS = (prose, unsure, outside, unlifted, everything)


def _named(page: Page) -> Page:
    """The page without consent, captions, names and headline."""
    return run(page, site_rules, cookie_banners, captions, bylines, title_repeat)


def _no_prose(block: Block) -> Verdict | None:
    return None if is_prose(block) and not block.inside(_AROUND) else NO_PROSE.verdict()


def _chrome(block: Block) -> Verdict | None:
    return AROUND_TEXT.verdict() if block.inside(_AROUND) else None


def _lost_prose_to_site_rules(page: Page) -> bool:
    judged = zip(page.blocks, page.verdicts, strict=True)
    return any(verdict and verdict.reason == Reason.SITE_RULE and is_prose(block) for block, verdict in judged)
