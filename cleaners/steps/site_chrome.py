"""This file drops what belongs to the site and not to the article: exits, notices, buttons, players, legal lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cleaners.page import Block, Page
from cleaners.steps.cookie_banners import sentences
from cleaners.text.prose import PROSE_WORDS, is_prose, is_quoted, is_titlelike, last_prose
from cleaners.verdict import Verdict, Why
from cleaners.zones import Zone

STRUCTURES = (
    ("nav", Zone.NAV, "navigation"),
    ("footer", Zone.FOOTER, "the page's footer"),
    ("button", Zone.BUTTON, "a button"),
    ("form", Zone.FORM, "a form"),
    ("select", Zone.FORM, "a form"),
    ("label", Zone.FORM, "a form"),
    ("dialog", Zone.DIALOG, "a dialog"),
)
INNER = Zone.TABLE | Zone.CODE | Zone.QUOTE  # a product table in a form and a quote's footer belong to the article
_HEADING = re.compile(">h[1-6]")
MOST_PROSE = 0.2  # of a page's prose: a menu or footer that holds more is a container the article sits in
BUTTON_WORDS = 6  # longer ones are mostly the questions of an accordion
LINKED_BUTTON_WORDS = 8
BUTTON_CLASSES = frozenset(
    "btn btn-primary btn-secondary button button-primary cta-button cta-btn wp-block-button__link elementor-button "
    "elementor-button-link elementor-button-text kt-btn-inner-text".split()
)
WHOLLY_LINK = 0.9  # of a linked button
EXIT_WORDS = 6  # "Leave this site" is a button; a sentence that goes on is not
LABEL_WORDS = 10
SHARE_WORDS = 3
FORM_WORDS = 30
NOTICE_WORDS = 60
LEGAL_WORDS = 80
CRUMB_WORDS = 25
CRUMB_MARKS = frozenset(">/»›→\\")
CLOCK = frozenset("0123456789:/ ")
OPENING = 90  # characters: where "At <organisation>, we …" has come to its verb
NOTICE_LINE = 50  # words
EXIT_LINE = 20  # words; "Press the Escape key to leave this website fast" and the button's own label
RETRY_WORDS = 14  # "Please reload the page and try again in a few minutes"
MOST_UNKNOWN = 1  # prose line among the notices at an edge that no rule knows; two are the article
SHORT_NOTICE = 16  # "You are looking at a beta version of our website"
LINE_CUES = frozenset({"form_notice", "beta_notice", "breadcrumb_start"})
EDGE_CUES = frozenset({"exit_here", "notice_beta", "notice_error"})  # the rarest cue of each kind of notice
EXIT = frozenset({"exit_verb", "exit_here"})
BETA = frozenset({"notice_beta", "notice_site"})
TAIL_KINDS = ("organisation_care", "organisation_careers", "organisation_contact")
HIRING = frozenset({"organisation_jobs", "organisation_invites"})
CALLING = frozenset({"organisation_emergency", "organisation_dial"})
PAIR_WORDS = 40
LABEL = 7  # words of "Careers", "About Northshire Police"
NAME_WORDS = 8  # "The University of Arden" stands before "is home to 18,000 students"
NAME_CAPITALS = 2  # "Harbour Lights runs" names itself; "The council runs" is told by a reporter
MIN_KINDS = 2  # one kind may close an article; values, careers, contact together are the organisation on itself
MIN_PROSE = 2  # paragraphs above the tail; with fewer the page is about the organisation

Said = Mapping[str, str]


def site_chrome(page: Page) -> Page:
    """Drop page furniture by its words, by the structure it stands in, and an organisation's words on itself.

    Rules of words read HTML and text alike, so that cleaned text fed back loses nothing more.
    """
    found = _words(page)
    if page.media == "html":
        found |= _structures(page) | _linked_buttons(page)
    page = _drop(page, found)
    page = _drop(page, _share_runs(page))
    page = _drop(page, _notices(page))
    return _drop(page, _tail(page))


def _drop(page: Page, found: Mapping[int, Why]) -> Page:
    verdicts = {why: Verdict(False, "site_chrome", "site_chrome", *why) for why in set(found.values())}
    return page.decide({index: verdicts[why] for index, why in found.items()})


def _words(page: Page) -> dict[int, Why]:
    """What the words of single lines prove."""
    found: dict[int, Why] = {
        block.index: ("player_clock", "the clock of a player")
        for block in page.open()
        if "0:0" in block.folded and _is_clock(block)
    }
    spoken = [page.blocks[index] for index in page.saying(FURNITURE) if page.is_open(index)]
    if not spoken:
        return found
    alive = page.alive()
    last = last_prose(alive)
    end = alive[last].index if last >= 0 else -1
    for block in spoken:
        said = page.hits[block.index]
        why = _line(block, said) or (_last_line(block, said) if block.index > end else None)
        if why:
            found[block.index] = why
    return found


def _is_clock(block: Block) -> bool:
    """True for "0:00 / 3:25"."""
    clock = block.words <= LABEL_WORDS and "/" in block.text and CLOCK.issuperset(block.text)
    return clock and block.folded[0] in "0123456789"


def _line(block: Block, said: Said) -> Why | None:
    """A line whose words are page furniture wherever it stands."""
    words = block.words
    if words <= LABEL_WORDS:
        for family, why in WHOLE_LINES:
            if family in said:
                return family, why
        if "skip_link" in said or "share_start" in said:
            rule = "skip_link" if "skip_link" in said else "share_start"
            return None if block.ends_sentence and words > EXIT_WORDS else (rule, "a link for moving or sharing")
        if "quick_exit" in said and (words <= EXIT_WORDS or _exits_twice(block)):
            return "quick_exit", "a button to leave the site in a hurry"
    elif "quick_exit" in said and _exits_twice(block):
        return "quick_exit", "a button to leave the site in a hurry"
    if LINE_CUES.isdisjoint(said) or is_quoted(block):
        return None
    if "form_notice" in said and words <= FORM_WORDS:
        return "form_notice", "a message of a form or of the page's scripts"
    if "beta_notice" in said and words <= NOTICE_WORDS:
        return "beta_notice", "a notice about the site itself"
    if (
        "breadcrumb_start" in said
        and block.kind != "table"
        and 2 < words <= CRUMB_WORDS
        and is_titlelike(block, CRUMB_WORDS)
    ):
        marks = sum(character in CRUMB_MARKS for character in block.text)
        if marks and marks * 8 >= words and block.text[len(said["breadcrumb_start"]) :].lstrip()[:1] in CRUMB_MARKS:
            return "breadcrumb", "the path from the home page"
    return None


def _exits_twice(block: Block) -> bool:
    """A quick exit names its key and then its button, without a full stop."""
    return block.words <= 2 * LABEL_WORDS and not block.ends_sentence and "escape" in block.folded


def _last_line(block: Block, said: Said) -> Why | None:
    """A line that is page furniture below the last paragraph."""
    if block.words > LEGAL_WORDS:
        return None
    if "legal_line" in said and not is_quoted(block):
        return "legal_line", "the legal line below the page"
    if (
        "copyright_start" in said
        and block.words <= CRUMB_WORDS
        and any(character.isdigit() for character in block.text)
    ):
        return "copyright_line", "the copyright line below the page"
    return None


def _share_runs(page: Page) -> dict[int, Why]:
    """Two different labels or more in a row of which one says share, print or the like; networks alone stay."""
    if not page.saying(("share_verb",)):
        return {}
    found: dict[int, Why] = {}
    run: list[Block] = []
    for block in [*page.alive(), None]:
        if block is not None and block.words <= SHARE_WORDS and "share_word" in page.hits[block.index]:
            run.append(block)
            continue
        if len({label.folded for label in run}) > 1 and any("share_verb" in page.hits[label.index] for label in run):
            why = ("share_run", f"one of {len(run)} share labels in a row")
            found |= dict.fromkeys((label.index for label in run if page.is_open(label.index)), why)
        run = []
    return found


def _structures(page: Page) -> dict[int, Why]:
    """What stands in the elements that hold an article's text on almost no page, unless they do on this one."""
    chrome = [block for block in page.blocks if block.zone & Zone.CHROME]
    if not chrome:
        return {}
    inside: dict[str, list[Block]] = {}
    for block in chrome:
        for tag in _tags_on(block.path):
            inside.setdefault(tag, []).append(block)
    found: dict[int, Why] = {}
    verdicts = page.verdicts
    held = {tag: _sentences(blocks) for tag, blocks in inside.items()}
    prose = _sentences(page.blocks) if any(held.values()) else 0
    for tag, zone, words in STRUCTURES:
        if tag not in inside or held[tag] > MOST_PROSE * prose:
            continue
        why = (tag, f"stands in {words}")
        for block in inside[tag]:
            if verdicts[block.index] is None and block.zone & (zone | INNER) == zone and not _belongs(block, tag):
                found[block.index] = why
    return found


def _sentences(blocks: Iterable[Block]) -> int:
    """How many lines are as long as prose and end so, linked ones too: unclosed links cover articles."""
    return len([block for block in blocks if block.words >= PROSE_WORDS and block.ends_sentence])


@lru_cache(maxsize=4_096)  # a page has hundreds of blocks on a few dozen paths, and its sister pages have them too
def _tags_on(path: str) -> tuple[str, ...]:
    steps = path.split(">")
    return tuple(tag for tag, _, _ in STRUCTURES if tag in steps)


def _linked_buttons(page: Page) -> dict[int, Why]:
    """Short links that their own class calls buttons; headings and questions so called open and close the text below."""
    return {
        block.index: ("linked_button", "a link in the shape of a button")
        for block in page.open()
        if block.link_chars
        and ("btn" in block.tokens or "button" in block.tokens)
        and block.words <= LINKED_BUTTON_WORDS
        and block.link_share >= WHOLLY_LINK
        and block.kind != "heading"
        and not block.ends_sentence
        and not BUTTON_CLASSES.isdisjoint(block.tokens.split())
    }


def _belongs(block: Block, tag: str) -> bool:
    """True for what authors put into such elements: headings, and the questions of an accordion."""
    if tag in ("nav", "footer"):
        return False
    if block.kind == "heading" or _HEADING.search(block.path):
        return True
    return tag == "button" and (block.words > BUTTON_WORDS or ">p>button" in block.path)


def _notices(page: Page) -> dict[int, Why]:
    """What the site tells its reader above the first paragraph or below the last: exits, trials, failures."""
    if not page.saying(EDGE_CUES):
        return {}
    alive = page.alive()
    found: dict[int, Why] = {}
    for lines in (alive, alive[::-1]):
        unknown = 0
        for block in lines:
            said = page.hits[block.index]
            why = _notice(page, block, said)
            if why:
                found[block.index] = why
            elif is_prose(block) and "cookie_nouns" not in said and not _tells(page, block, said):
                unknown += 1
                if unknown > MOST_UNKNOWN:
                    break
    if not found:
        return found
    prose = [block for block in alive if is_prose(block) and block.index not in found]
    told = sum(page.hits[block.index].keys() >= BETA and _has_voice(page, block) for block in prose)
    if len(prose) < MIN_PROSE or told >= MIN_PROSE:  # the article is the notice, or tells of the site's own new site
        return {}
    return {index: why for index, why in found.items() if page.is_open(index)}


def _notice(page: Page, block: Block, said: Said) -> Why | None:
    """A line that is a notice of the site when it stands at an edge of the page: each takes two or three cues."""
    if EDGE_CUES.isdisjoint(said) or block.words > NOTICE_LINE or is_quoted(block):
        return None
    asks = "notice_ask" in said or ("notice_here" in said and block.words <= SHORT_NOTICE)
    if said.keys() >= BETA and asks and _has_voice(page, block):
        return "beta_notice", f"the site speaks of itself: “{said['notice_beta']}”, “{said['notice_site']}”"
    if "case_words" in said:
        return None
    if said.keys() >= EXIT and block.words <= EXIT_LINE and _exits(page, block, said):
        return "quick_exit", f"a way to leave the site in a hurry: “{said['exit_verb']}”, “{said['exit_here']}”"
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


def _failure(page: Page, block: Block) -> Why | None:
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
            return "form_notice", f"an excuse of the site: “{said['notice_sorry']}”, “{error}”"
    return ("form_notice", f"says “{failed}” and asks to try again") if failed and again else None


def _tail(page: Page) -> dict[int, Why]:
    """The organisation's words on itself below an article, from the end upward until a line is something else."""
    alive = page.alive()
    tail: list[Block] = []
    kinds: set[str] = set()
    headings: list[Block] = []  # short lines above the tail so far: its own when it goes on above them
    for at in range(len(alive) - 1, -1, -1):
        block, said = alive[at], page.hits[alive[at].index]
        above = page.hits[alive[at - 1].index] if at else {}
        told = _tells(page, block, said) or _invites(page, block, said, above)
        if told or _describes(page, block, said):
            tail += [*filter(_is_short, headings[:1]), block]
            kinds |= told
            headings = []
        elif is_prose(block) or "case_words" in said:
            break
        elif tail and not headings and _is_label(block, said, tail[-1]):
            tail.append(block)
        elif tail:
            headings.append(block)
    if len(kinds) < MIN_KINDS or sum(map(is_prose, alive)) - sum(map(is_prose, tail)) < MIN_PROSE:
        return {}
    return {
        block.index: ("organisation_tail", "the organisation speaks of itself below the article")
        for block in tail
        if page.is_open(block.index)
    }


def _has_voice(page: Page, block: Block) -> bool:
    """True when the line says "we", "our", "you" or the like."""
    return page.rules.asks(block.folded, "consent_voice") != ""


def _tells(page: Page, block: Block, said: Said) -> set[str]:
    """Which kinds of self-description a line holds; none when somebody is quoted or a case is spoken of."""
    if not said or "case_words" in said or is_quoted(block):
        return set()
    kinds = {kind for kind in TAIL_KINDS if kind in said}
    if said.keys() >= HIRING and block.words <= PAIR_WORDS and _has_voice(page, block):
        kinds.add("organisation_careers")
    if said.keys() >= CALLING and block.words <= PAIR_WORDS:
        kinds.add("organisation_contact")
    if "organisation_start" in said and "organisation_we" in said:
        at = block.folded.find(said["organisation_we"])
        if 0 < at < OPENING:
            kinds.add("organisation_we")
    return kinds


def _invites(page: Page, block: Block, said: Said, above: Said) -> set[str]:
    """The kind of a line that speaks to its reader below "Volunteering" or another heading about jobs."""
    if "organisation_label" not in above or "organisation_jobs" not in above:
        return set()
    plain = "case_words" not in said and block.words <= PAIR_WORDS and not is_quoted(block)
    told = plain and _has_voice(page, block)
    return {"organisation_careers"} if told else set()


def _describes(page: Page, block: Block, said: Said) -> bool:
    """True for what an organisation says of itself only beside its other kinds: who it is, what it stands for."""
    if "organisation_we" not in said and "organisation_serves" not in said:
        return False
    if "case_words" in said or is_quoted(block) or block.words > NOTICE_WORDS:
        return False
    if "organisation_we" in said and block.folded.startswith(said["organisation_we"]):
        return True
    if "organisation_serves" not in said:
        return False
    opening = " ".join(block.folded.split()[: NAME_WORDS + 2])  # two more for the verb
    serves = page.rules.scan([opening])[0].get("organisation_serves")
    if serves is None:
        return False
    name = block.text.split()[: opening[: opening.find(serves)].count(" ")]
    named = sum(word[0].isupper() for word in name) >= NAME_CAPITALS
    return named and ("organisation_body" in said or any(character.isdigit() for character in block.text))


def _is_label(block: Block, said: Said, below: Block) -> bool:
    """True for a heading of the tail: "Careers", or "About" and the name that the next line begins with."""
    if not _is_short(block):
        return False
    if "organisation_label" in said or "organisation_jobs" in said:
        return True
    named = "organisation_about" in said and block.words > 1
    return named and block.folded.split()[-1] in below.folded.split()[:NAME_WORDS]


def _is_short(block: Block) -> bool:
    return is_titlelike(block, LABEL) and not is_quoted(block)


WHOLE_LINES = (
    ("share_label", "a label for sharing, saving or printing"),
    ("legal_label", "a link to the site's terms"),
    ("screen_reader", "a label for screen readers or menus"),
    ("player_text", "a label of a player"),
)
LINKS = frozenset({"skip_link", "share_start", "quick_exit"})
LAST_LINES = frozenset({"legal_line", "copyright_start"})
FURNITURE = LINE_CUES | LINKS | LAST_LINES | {family for family, _ in WHOLE_LINES}
