"""Drops what stands below an already-extracted article, or between its paragraphs, and is none of it: comments, tags,
other stories, notices of the house. There is no markup, so that words and the shape of lines in a row must tell."""

from __future__ import annotations

from cleaners.page import Page
from cleaners.steps._other_stories import aged, between_paragraphs, headed
from cleaners.steps._tail_lines import Tail, comment_thread, furniture
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason

STEP = "text_tail"
READER_COMMENTS = Rule(STEP, "reader_comments", Reason.COMMENTS, "stands below a head for readers' comments")
COMMENT_NOTICE = Rule(STEP, "comment_notice", Reason.COMMENTS, "tells, below the text, how readers may comment")
TAG_LINE = Rule(STEP, "tag_line", Reason.SITE_CHROME, "the topics or tags below the text")
HOUSE_NOTICE = Rule(STEP, "house_notice", Reason.SITE_CHROME, "tells, below the text, of the house's rights or errors")
CUT_TEASER = Rule(STEP, "cut_teaser", Reason.RELATED, "one of several teasers in a row that were cut short")
OTHER_HEADLINE = Rule(STEP, "other_headline", Reason.RELATED, "one of several headlines in a row, below the text")
HEADLINE_BETWEEN = Rule(
    STEP, "headline_between", Reason.RELATED, "one of several headlines in a row that the text around does not speak of"
)
OTHER_STORY = Rule(STEP, "other_story", Reason.RELATED, "a headline or teaser below a head above other stories")
AGED_STORY = Rule(STEP, "aged_story", Reason.RELATED, "one of several headlines or teasers with their age below them")
RULES = (
    READER_COMMENTS, COMMENT_NOTICE, TAG_LINE, HOUSE_NOTICE, CUT_TEASER, OTHER_HEADLINE, HEADLINE_BETWEEN,
    OTHER_STORY, AGED_STORY,
)  # fmt: skip

_RULES = {
    Tail.COMMENTS: COMMENT_NOTICE, Tail.TAGS: TAG_LINE, Tail.NOTICE: HOUSE_NOTICE,
    Tail.CUT: CUT_TEASER, Tail.HEADLINE: OTHER_HEADLINE,
}  # fmt: skip


def text_tail(page: Page) -> Page:
    """Drop comments, other stories and notices around the text of a page that came without markup."""
    if page.media == "html":
        return page
    for rule, find in (
        (READER_COMMENTS, comment_thread),
        (AGED_STORY, aged),
        (OTHER_STORY, headed),
        (HEADLINE_BETWEEN, between_paragraphs),
    ):
        page = _decided(page, dict.fromkeys(find(page), rule.verdict()))
    return _decided(page, {index: _RULES[kind].verdict() for index, kind in furniture(page).items()})


def _decided(page: Page, verdicts: dict[int, Verdict]) -> Page:
    return page.decide({index: verdict for index, verdict in verdicts.items() if page.is_open(index)})
