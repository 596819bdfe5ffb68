"""The pipeline: its steps in the order in which they decide, the guard around them, and the article of one raw page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cleaners.article import Article, Cleaned, Quarantined, Removed, Source, as_json
from cleaners.errors import NotText, UnreadablePage
from cleaners.fingerprint import fingerprint
from cleaners.metadata import Metadata, metadata
from cleaners.metadata.head import host_of
from cleaners.metadata.lifted import with_lifted
from cleaners.page import Block, LineIndex, Page, Site, Step, run
from cleaners.read.address import believed, identify
from cleaners.read.charset import UNDECODABLE, Decoded, decode
from cleaners.read.limits import without_unseen
from cleaners.read.pages import html_page, open_page
from cleaners.read.record import Raw, read_raw
from cleaners.render import body, kept_ratio, ledger, summary, undecided
from cleaners.render import captions as captions_of
from cleaners.site.user_rules import UserRules, user_rules, with_rules
from cleaners.steps.bylines import bylines
from cleaners.steps.captions import captions
from cleaners.steps.cautious import cautious
from cleaners.steps.cookie_banners import cookie_banners
from cleaners.steps.duplicate_lines import duplicate_lines
from cleaners.steps.embeds import embeds
from cleaners.steps.keep_rest import keep_rest
from cleaners.steps.link_lists import link_lists
from cleaners.steps.main_content import STEP as JUDGE
from cleaners.steps.main_content import main_content
from cleaners.steps.notices import notice
from cleaners.steps.promos import promos
from cleaners.steps.related import related
from cleaners.steps.second_pass import second_pass
from cleaners.steps.site_chrome import site_chrome
from cleaners.steps.site_repeats import site_repeats
from cleaners.steps.site_rules import site_rules
from cleaners.steps.text_head import text_head
from cleaners.steps.text_stamps import text_stamps
from cleaners.steps.text_tail import text_tail
from cleaners.steps.text_top import text_top
from cleaners.steps.title_repeat import title_repeat
from cleaners.steps.top_words import top_words
from cleaners.text.language import fill_cache
from cleaners.text.prose import MOSTLY_LINK, has_words, is_prose
from cleaners.vocabulary import Flag, QuarantineReason, Reason
from cleaners.zones import Zone

__all__ = ("clean", "clean_raw", "clean_with_page", "fingerprint", "user_rules", "warm_up")

# Sure first: each of these has near-zero false positives measured on its own. What stands above a text once menus,
# captions and bylines are known is its headline, which title_repeat then knows; runs of links and repeated lines are
# counted among what the others left.
SURE: tuple[Step, ...] = (
    cookie_banners, captions, site_chrome, related, promos, embeds, bylines, top_words, text_head, title_repeat,
    text_top, link_lists, text_tail, duplicate_lines,
)  # fmt: skip


def sure(page: Page) -> Page:
    """The page after all sure rules but those that are done with it."""
    return run(page, *[step for step in SURE if step.__name__ not in page.done])


def sure_again(page: Page) -> Page:
    """The page without what the sure rules would take out of its finished text."""
    return second_pass(page, sure)


# What a person ruled about the site comes before all else. What sister pages taught comes after the judge, so that it
# decides about lines that would be kept and no others.
STEPS: tuple[Step, ...] = (site_rules, *SURE, main_content, site_repeats, sure_again, keep_rest)

MOST_CHARACTERS = 16_000_000  # a page; the largest of 1,497 real ones had 5 million
ENOUGH_WORDS = 25  # a page that keeps fewer is looked at again
PLENTY_OF_PROSE = 60  # words of running prose; a page that shows so much and keeps next to nothing lost an article
LEAST_SHARE = 0.1  # of the page's prose
SHORT_WORDS = 50
LISTING_LINKS = 10  # lines that are mostly a link; a page of so many and next to no prose lists other pages
LISTING_PROSE = 0.2  # of the kept words
LIVE_STAMPS = 6  # time stamps of their own lines: entries of a live blog
_WARM_LINE = "The ferry came back on Sunday after nine years, and some four hundred people watched from the bank."
_WARM_PAGE = f"""<!doctype html><html lang="en"><head><title>The ferry is back | News | Fenmoor Post</title></head><body>
<nav><a href="/">Home</a></nav><article><h1>The ferry is back</h1><p>By Agnes Thorley</p><p>Published 3 March 2024</p>
<figure><img src="a.jpg" alt="The bank"><figcaption>The bank (Image: Agnes Thorley)</figcaption></figure>
<p class="text">{_WARM_LINE}</p><p class="text">“It is about time,” said the baker, who lives on the other side.</p>
</article></body></html>"""


def clean(page: Page) -> Page:
    """The page with a verdict on every block, and its flags; it keeps a word where its site's own rules leave it one."""
    decided = run(page, *STEPS)
    if _lost_too_much(decided):
        again = cautious(page, sure=sure, second_pass=sure_again)
        decided = replace(again, fingerprints=decided.fingerprints, site=decided.site)
    return text_stamps(replace(decided, flags=decided.flags | flags(decided)))


def _lost_too_much(page: Page) -> bool:
    kept = sum(block.words for block in page.kept())
    blocks = _not_told_to_drop(page)
    if kept >= ENOUGH_WORDS and kept >= LEAST_SHARE * sum(block.words for block in blocks):
        return False  # what holds for all words holds for those of the prose
    if not has_words(page.kept()):
        return True
    if kept < ENOUGH_WORDS and page.media == "text" and kept < _judged_sentences(page):
        return True
    prose = sum(block.words for block in blocks if is_prose(block) and not block.inside(Zone.CONSENT))
    return prose >= PLENTY_OF_PROSE and (kept < ENOUGH_WORDS or kept < LEAST_SHARE * prose)


def _judged_sentences(page: Page) -> int:
    """Words of the lines that end like a sentence, however short, and that nobody but the judge dropped."""
    judged = zip(page.blocks, page.verdicts, strict=True)
    return sum(
        block.words
        for block, verdict in judged
        if verdict and not verdict.keep and verdict.step == JUDGE and block.ends_sentence
    )


def _not_told_to_drop(page: Page) -> Sequence[Block]:
    """The blocks that no rule of the site drops: what a person takes out on purpose is not lost."""
    if page.site.rules is None:
        return page.blocks
    judged = zip(page.blocks, page.verdicts, strict=True)
    return [block for block, verdict in judged if verdict is None or verdict.reason != Reason.SITE_RULE]


def flags(page: Page) -> frozenset[Flag]:
    """What a reader of the article should know about the page."""
    found: set[Flag] = set()
    kept = page.kept()
    words = sum(block.words for block in kept)
    if words < SHORT_WORDS:
        found.add(Flag.SHORT)
    prose = sum(block.words for block in kept if is_prose(block))
    if prose <= LISTING_PROSE * words and sum(b.link_share > MOSTLY_LINK for b in page.blocks) >= LISTING_LINKS:
        found.add(Flag.LISTING)
    if page.head.paywalled:
        found.add(Flag.PAYWALLED)
    stamps = sum(block.inside(Zone.ARTICLE) for block in page.inside(Zone.TIME))
    if page.head.live_blog or stamps >= LIVE_STAMPS:
        found.add(Flag.LIVE_BLOG)
    return frozenset(found)


def clean_raw(
    payload: bytes,
    *,
    source: str,
    record: int | None,
    media: str,
    sidecar: Mapping[str, Any] | None = None,
    folder_host: str | None = None,
    sha256: str | None = None,
    learned: LineIndex | None = None,
    own: UserRules | None = None,
) -> Cleaned | Quarantined:
    """What becomes of one raw page: an article with its ledger, or the reason why it is none.

    `payload` is the content of a file, one line of a container when `media` is "jsonl", the content of a response as it
    was sent when it is "warc"; `source` its path relative to RAW and `record` its index in a container. `sidecar` is
    what stands beside it, or what a web archive says of it. `folder_host` is the site where the input names no address.
    `sha256` is that of the payload, where the caller has it already; `learned` what was learned of all sites,
    `own` the user's own rules. The fingerprints of its lines, for learning, do not depend on what was learned.
    """
    try:
        return clean_with_page(
            payload,
            source=source,
            record=record,
            media=media,
            sidecar=sidecar,
            folder_host=folder_host,
            sha256=sha256,
            learned=learned,
            own=own,
        )[0]
    except UnreadablePage as error:
        return Quarantined(reason=error.reason, detail=error.detail, site=error.site, fetched_at=error.fetched_at)


def clean_with_page(
    payload: bytes,
    *,
    source: str,
    record: int | None,
    media: str,
    sidecar: Mapping[str, Any] | None = None,
    folder_host: str | None = None,
    sha256: str | None = None,
    learned: LineIndex | None = None,
    own: UserRules | None = None,
) -> tuple[Cleaned, Page]:
    """As `clean_raw` for a page that becomes an article, and the page itself with all its verdicts.

    Raises UnreadablePage for one that does not.
    """
    raw = read_raw(payload, media, sidecar or {})
    try:
        return _clean(raw, sha256 or hashlib.sha256(payload).hexdigest(), source, record, folder_host, learned, own)
    except NotText as error:
        raise UnreadablePage(QuarantineReason.NOT_TEXT, f"{error}; correct or remove it") from error


def _clean(
    raw: Raw,
    sha256: str,
    source: str,
    record: int | None,
    folder_host: str | None,
    learned: LineIndex | None,
    own: UserRules | None,
) -> tuple[Cleaned, Page]:
    decoded = _decoded(raw)
    markup = decoded.text
    if len(markup) > MOST_CHARACTERS and raw.is_html:
        markup = without_unseen(markup)
    markup, cut = markup[:MOST_CHARACTERS], len(markup) > MOST_CHARACTERS
    page, media_type, markup, fields = open_page(source, markup, raw, own.rules if own else None)
    folder = (folder_host or "").removeprefix("www.")
    site = host_of(page.url) or folder or host_of(page.head.canonical) or ""
    if not has_words(block for block in page.blocks if not block.zone & Zone.BUTTON):
        raise UnreadablePage(QuarantineReason.TOO_LITTLE, _wordless(page), site=site or None, fetched_at=raw.fetched_at)
    file = own.sites.get(site) if own else None
    known_site = with_rules(Site(site, learned=learned), file.rules if file else None, markup)
    page = clean(replace(page, site=known_site))
    if found_notice := notice(page, sure):
        raise UnreadablePage(*found_notice, site=site or None, fetched_at=raw.fetched_at)
    if not has_words(page.kept()):
        told = f"the rules of {site} drop every line that could be its text; keep one there, or leave it as it is"
        raise UnreadablePage(QuarantineReason.TOO_LITTLE, told, site=site or None, fetched_at=raw.fetched_at)
    if undecided(page.verdicts):
        raise AssertionError(f"{source}: blocks {undecided(page.verdicts)[:5]} have no verdict")
    found = metadata(page, fetched_at=raw.fetched_at)
    url = believed(raw.url, page.head.canonical, site)
    article_id = identify(url, source, record)
    page = with_lifted(page, found)
    removed = ledger(page, article_id)
    found_flags = set(page.flags)
    if cut or raw.cut:
        found_flags.add(Flag.TRUNCATED_INPUT)
    if UNDECODABLE in decoded.flags:
        found_flags.add(Flag.MOJIBAKE)
    came_from = Source(
        path=source, record=record, id=raw.id, sha256=sha256, media_type=media_type, encoding=decoded.encoding,
        fetched_at=raw.fetched_at,
    )  # fmt: skip
    own_id = identify(raw.url, source, record)
    return Cleaned(
        article=_article(
            page, found, removed, id=article_id, url=url, flags=sorted(found_flags), source=came_from,
            recipe=fingerprint(own, page.site.host), meta=as_json({**fields, **raw.meta}),
        ),
        ledger=removed, alternative_id=identify(None, source, record), own_id=own_id, claimed=article_id != own_id,
        fingerprints=page.fingerprints,
    ), page  # fmt: skip


def _article(page: Page, found: Metadata, removed: list[Removed], **fields: Any) -> Article:
    """The article of a decided page; `fields` are those that the page itself does not tell."""
    text, blocks = body(page)
    return Article(
        site=page.site.host or None, site_name=found.site_name, title=found.title, authors=list(found.authors),
        published=found.published, modified=found.modified, language=found.language,
        language_score=found.language_score, description=found.description, section=found.section,
        tags=list(found.tags), image=found.image, text=text, blocks=blocks, captions=captions_of(page.lifts),
        words=sum(block.words for block in page.kept()), kept_ratio=kept_ratio(page), confidence=page.confidence,
        removed=summary(removed), **fields,
    )  # fmt: skip


def _wordless(page: Page) -> str:
    """What to do about a page that shows no word."""
    if page.blocks:
        return "no letter or digit stands in what it shows besides buttons; fetch the page again"
    return "nothing visible is left of it without scripts and styles; fetch the page again"


def _decoded(raw: Raw) -> Decoded:
    if isinstance(raw.content, str):
        return Decoded(raw.content, "utf-8")
    return decode(raw.content, header=raw.content_type, is_html=raw.is_html)


def warm_up() -> None:
    """Load what every page needs: rules and models.

    For a process that is about to clean many pages, and learns here whether it can. What few pages need is loaded by
    the first that does: the reference extractor, the readers of odd encodings and of mojibake.
    """
    fill_cache()
    metadata(sure(html_page("warm_up", _WARM_PAGE)))
    result = clean_raw(_WARM_LINE.encode(), source="warm_up", record=None, media="text")
    if isinstance(result, Quarantined):
        raise RuntimeError(f"the built-in sample gives no article: {result.reason}: {result.detail}")
