"""Drops what a page embeds: posts of social networks, frames, text of drawings, and what stands in for a player."""

from __future__ import annotations

import re

from cleaners.page import Block, Page, drop_where
from cleaners.text.prose import is_prose
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

STEP, REASON = "embeds", Reason.EMBED
EMBEDDED_POST = Rule(STEP, "embedded_post", REASON, "stands in a post of a social network")
EMBEDDED_OBJECT = Rule(
    STEP, "embedded_object", REASON, "the text of a drawing, a frame, or what stands in for an object"
)
POST_SIGNATURE = Rule(STEP, "post_signature", REASON, "says who posted something, and when")
RULES = (EMBEDDED_POST, EMBEDDED_OBJECT, POST_SIGNATURE)

# The classes by which the networks' own scripts find the posts on a page.
POSTS = frozenset(
    "twitter-tweet twitter-video instagram-media tiktok-embed fb-post fb-video bluesky-embed reddit-embed-bq "
    "text-post-media mastodon-embed telegram-post vk_post".split()
)
# Who wrote a post, and where: "— Ann Lowe (@annlowe) July 3, 2024". Of 28 such lines none was an article's own.
_SIGNATURE = re.compile(r"[—–] .{1,80}\(@\w{1,30}(?:@[\w.-]{1,60})?\)\W.*\d{4}$")
_DASHES = "—–"  # one of which opens it
_MOST_WORDS = 20  # of a signature
MOST_PROSE = 0.2  # of a page's prose: an <object> that holds more was never closed, or is the article


def embeds(page: Page) -> Page:
    """Drop the blocks of embedded posts and objects, and lines that say who posted something and when."""
    posts = _posts(page)
    zone = Zone.EMBED  # looked up once, not once a block
    if not posts and not [block for block in page.open() if block.text[0] in _DASHES or block.zone & zone]:
        return page  # as nearly every page
    has_objects = _has_objects(page)

    def judged(block: Block) -> Verdict | None:
        if has_objects and block.zone & zone:
            return EMBEDDED_OBJECT.verdict()
        if posts and _within(page, block, posts):
            return EMBEDDED_POST.verdict()
        if block.words <= _MOST_WORDS and block.text[0] in _DASHES and _SIGNATURE.match(block.text):
            return POST_SIGNATURE.verdict()
        return None

    return drop_where(page, judged)


def _has_objects(page: Page) -> bool:
    """Whether what stands in objects is little enough of the page to be embedded in it."""
    prose = [block.zone & Zone.EMBED for block in page.blocks if is_prose(block)]
    return sum(map(bool, prose)) <= MOST_PROSE * len(prose)


def _posts(page: Page) -> frozenset[int]:
    """The numbers of the elements that are posts."""
    if POSTS.isdisjoint(" ".join(set(page.names)).split(" ")):
        return frozenset()
    return frozenset([number for number, name in enumerate(page.names) if not POSTS.isdisjoint(name.split(" ")[1:])])


def _within(page: Page, block: Block, posts: frozenset[int]) -> bool:
    element = block.element
    while element and element not in posts:
        element = page.parents[element]
    return element in posts
