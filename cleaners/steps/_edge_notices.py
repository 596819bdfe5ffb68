"""Finds what a site tells its reader at the edges of a page: quick exits, trials of a new site, failures."""

from __future__ import annotations

from collections.abc import Mapping

from cleaners.page import Block, Page
from cleaners.steps._organisation import has_voice, kinds_told
from cleaners.steps.cookie_banners import sentences
from cleaners.text.prose import is_prose, is_quoted
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason

STEP, REASON = "site_chrome", Reason.SITE_CHROME
BETA_NOTICE_AT_EDGE = Rule(
    STEP, "beta_notice_at_edge", REASON, "the site speaks, above or below the text, of itself and of being new"
)
QUICK_EXIT_AT_EDGE = Rule(
    STEP, "quick_exit_at_edge", REASON, "tells, above or below the text, how to leave the site in a hurry"
)
FAILURE_NOTICE = Rule(
    STEP,
    "failure_notice",
    REASON,
    "tells, above or below the text, that something failed, and excuses it or asks to try again",
)
EDGE_RULES = (BETA_NOTICE_AT_EDGE, QUICK_EXIT_AT_EDGE, FAILURE_NOTICE)

NOTICE_LINE = 50  # words at most
EXIT_LINE = 20  # words; "Press the Escape key to leave this website fast" and the button's own label
RETRY_WORDS = 14  # at most, as in "Please reload the page and try again in a few minutes"
MOST_UNKNOWN = 1  # line of prose among the notices at an edge that is none itself; two are the article
SHORT_NOTICE = 16  # words at most, as in "You are looking at a beta version of our website"
EDGE_CUES = frozenset({"exit_here", "notice_beta", "notice_error"})  # the rarest cue of each kind of notice
# The families that a way out, and a word about a new site, both need.
EXIT = frozenset({"exit_verb", "exit_here"})
BETA = frozenset({"notice_beta", "notice_site"})
MIN_PROSE = 2  # paragraphs besides the notices; with fewer the page is the notice

Said = Mapping[str, str]  # family → the phrase of it that stands in a line


def edge_notices(page: Page) -> dict[int, Verdict]:
    """What the site tells its reader above the first paragraph or below the last: exits, trials, failures."""
    if not page.saying(EDGE_CUES):
        return {}
    alive = page.alive()
    found: dict[int, Verdict] = {}
    for lines in (alive, alive[::-1]):
        unknown = 0
        for block in lines:
            said = page.hits[block.index]
            verdict = _notice(page, block, said) if said else None
            if verdict:
                found[block.index] = verdict
            elif is_prose(block) and "cookie_nouns" not in said and not kinds_told(page, block, said):
                unknown += 1
                if unknown > MOST_UNKNOWN:
                    break
    if not found:
        return found
    prose = [block for block in alive if is_prose(block) and block.index not in found]
    told = sum(page.hits[block.index].keys() >= BETA and has_voice(page, block) for block in prose)
    if len(prose) < MIN_PROSE or told >= MIN_PROSE:  # the article is the notice, or tells of the site's own new site
        return {}
    return {index: verdict for index, verdict in found.items() if page.is_open(index)}


def _notice(page: Page, block: Block, said: Said) -> Verdict | None:
    """The verdict on a line that is a notice of the site if it stands at an edge; each kind needs two or three cues."""
    if EDGE_CUES.isdisjoint(said) or block.words > NOTICE_LINE or is_quoted(block):
        return None
    asks = "notice_ask" in said or ("notice_here" in said and block.words <= SHORT_NOTICE)
    if said.keys() >= BETA and asks and has_voice(page, block):
        return BETA_NOTICE_AT_EDGE.verdict(
            f"the site speaks of itself: “{said['notice_beta']}”, “{said['notice_site']}”"
        )
    if "case_words" in said:
        return None
    if said.keys() >= EXIT and block.words <= EXIT_LINE and _exits(page, block, said):
        return QUICK_EXIT_AT_EDGE.verdict(
            f"a way to leave the site in a hurry: “{said['exit_verb']}”, “{said['exit_here']}”"
        )
    return _failure(page, block) if "notice_error" in said else None


def _exits(page: Page, block: Block, said: Said) -> bool:
    """True for a label with haste or a key, and for a full sentence that begins with what to press or to leave."""
    if not block.ends_sentence:
        return "exit_key" in said or "exit_haste" in said
    return any(
        part.startswith((told["exit_verb"], told.get("exit_key", told["exit_verb"])))
        for part, told in sentences(page, block)
        if told.keys() >= EXIT and ("exit_key" in said or "exit_haste" in told)
    )


def _failure(page: Page, block: Block) -> Verdict | None:
    """A failure told in one sentence, and in another the request to try again; or an excuse for the site itself."""
    failed = ""
    again = False
    for part, said in sentences(page, block):
        words = part.count(" ") + 1
        if words > 2 * RETRY_WORDS:
            return None
        error = said.get("notice_error", "")
        if words <= RETRY_WORDS and "notice_retry" in said and "notice_again" in said:
            again = True
        elif error:
            failed = failed or error
        if error and words <= RETRY_WORDS and "notice_sorry" in said and "notice_machine" in said:
            return FAILURE_NOTICE.verdict(f"an excuse of the site: “{said['notice_sorry']}”, “{error}”")
    return FAILURE_NOTICE.verdict(f"says “{failed}” and asks to try again") if failed and again else None
