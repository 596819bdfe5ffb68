"""Every closed list of words in CLEAN: reasons, flags and outcomes, each with what it means.

All code names a word by its member, so that one that is not declared cannot be written. It loads nothing but enums:
whatever only says why a file was not read, as the readers of RAW do, need not load the definition of an article.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

NOT_YET: Final = True  # of a word that is declared so that no reader has to change when it comes; nothing says it yet


class Word(StrEnum):
    """A word of a closed list, with what it means. It compares, hashes and is written as the plain string."""

    meaning: str
    not_yet: bool

    def __new__(cls, word: str, meaning: str = "", not_yet: bool = False) -> Self:
        """Declare a word; a member is looked up by the word alone, and an unknown one raises ValueError."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning, member.not_yet = meaning, not_yet
        return member


class Reason(Word):
    """Why a block was taken out of the text."""

    COOKIE_BANNER = "cookie_banner", "a notice that asks for consent, or its buttons"
    CAPTION = "caption", "what stands under a picture, or its credit; its content is in `captions`"
    DUPLICATE_LINE = "duplicate_line", "a line that stands on this page already"
    SITE_CHROME = "site_chrome", "menus, footers, share buttons and other furniture of the site"
    SITE_REPEAT = "site_repeat", "a line that many pages of this site show"
    SITE_RULE = "site_rule", "a line that the user's own rules of this site drop"
    RELATED = "related", "links to other stories, and other stories"
    PROMO = "promo", "a call to subscribe, sign up, follow, download or donate, a paywall's notice included"
    BYLINE = "byline", "a line of authors, dates or reading time of which no field of the article was made"
    TITLE_REPEAT = "title_repeat", "the headline once more, where `title` has it from elsewhere"
    ADVERT = "advert", "an advert, or the line that marks one"
    COMMENTS = "comments", "readers' comments"
    EMBED = "embed", "an embedded post of a social network, or the place of a player"
    HIDDEN = "hidden", "what no reader of the page sees", NOT_YET
    SUPPLEMENT = "supplement", "a box that stands under other stories too; one written for this story is text", NOT_YET
    SHORT_FRAGMENT = "short_fragment", "a few words that belong to no paragraph"
    BOILERPLATE = "boilerplate", "text that the judge holds to be no part of the article, for no narrower reason"
    LIFTED = "lifted", "a line that went into the article's fields: headline, authors, dates, publication"


class Flag(Word):
    """What a reader of an article should know about its page."""

    SHORT = "short", "fewer than 50 words of text"
    OVER_CLEANED = "over_cleaned", "the rules left next to nothing, so that the page was cleaned again with caution"
    PAYWALLED = "paywalled", "the page says that the rest is for subscribers"
    LIVE_BLOG = "live_blog", "entries with times of their own; they are text"
    LISTING = "listing", "mostly links: a page that lists other pages"
    TRUNCATED_INPUT = "truncated_input", "only the beginning of the page was there or was read"
    SEVERAL_ARTICLES = "several_articles", "further articles stood on the page and were taken out", NOT_YET
    EMBEDDED_DATA = (
        "embedded_data",
        "the text comes from the page's own data, because the page shows less of it",
        NOT_YET,
    )
    ADDRESS_CLAIMED = "address_claimed", "only the page itself states its address, and a different page states it too"
    MOJIBAKE = "mojibake", "characters are garbled or lost, and could not be put right"
    MIXED_LANGUAGE = "mixed_language", "much of the text is in another language than `language`", NOT_YET


class Outcome(Word):
    """What became of an input."""

    ARTICLE = "article", "it is an article of `articles/`"
    DUPLICATE = (
        "duplicate",
        "it is an article of `articles/` whose text is that of another one, named in `duplicate_of`",
    )
    SUPERSEDED = "superseded", "a later version of the same address stands in its place"
    SKIPPED = "skipped", "it holds no page: a hidden file, a blank line, a redirect"
    QUARANTINED = "quarantined", "it became no article; `quarantine/` says why"


class QuarantineReason(Word):
    """Why an input became no article."""

    CONSENT_WALL = "consent_wall", "the page is nothing but a notice that asks for consent"
    BLOCKED = "blocked", "the page is nothing but a notice: access denied, a captcha, page not found"
    TOO_LITTLE = "too_little", "the page shows no word, or the site's own rules leave none"
    NOT_TEXT = "not_text", "the content is no text in any encoding"
    BAD_RECORD = "bad_record", "a record is not what such a file holds"
    HTTP_ERROR = "http_error", "a web archive holds a server's error in place of the page"
    TOO_LARGE = "too_large", "longer than any article"
    EMPTY = "empty", "the file holds nothing"
    BROKEN_RECORD = "broken_record", "a record of a web archive is cut or damaged"
    BROKEN_ARCHIVE = "broken_archive", "a compressed file is cut or damaged"
    DECOMPRESSION_BOMB = "decompression_bomb", "a compressed file unpacks to an absurd size"
    BROKEN_SIDECAR = "broken_sidecar", "a `.meta.json` cannot be used; its page was cleaned without it"
    ORPHAN_SIDECAR = "orphan_sidecar", "a `.meta.json` has no page beside it"
    UNKNOWN_KIND = "unknown_kind", "no kind of file that is read"
    NOT_READ_YET = "not_read_yet", "a kind of file that this version does not read yet"
    UNREADABLE = "unreadable", "the system does not let it be read"
    UNREADABLE_FOLDER = "unreadable_folder", "the system does not let the folder be listed"
    UNREADABLE_NAME = "unreadable_name", "its name is not UTF-8"
    NOT_A_FILE = "not_a_file", "a device, pipe or socket"
    LINK_LEAVES_RAW = "link_leaves_raw", "a link to a place outside of RAW"
    CHANGED_WHILE_READ = "changed_while_read", "it was being written; the next run reads it again"
    TIMEOUT = "timeout", "the page took more than its seconds"
    OUT_OF_MEMORY = "out_of_memory", "the page took more than its memory"
    CRASHED = "crashed", "the process that cleaned the page ended"
    CLEANER_ERROR = "cleaner_error", "a fault of ours; the detail names the place"


class SkipReason(Word):
    """Why an input was counted and left alone."""

    HIDDEN = "hidden", "its name begins with a full stop"
    LINK = "link", "a link to something in RAW, which is read where it stands"
    BLANK_LINE = "blank_line", "an empty line in a file of many records"
    NO_PAGE = "no_page", "a record of a web archive that is no page: a redirect, an image, a request"
