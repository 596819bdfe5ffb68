"""Drops what belongs to the site and not to the article: menus, buttons, forms, notices, players, legal lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from cleaners.page import Block, Page
from cleaners.steps._edge_notices import EDGE_RULES, REASON, STEP, edge_notices
from cleaners.steps._machine_text import cued_lines, machine_lines, player_readings, reading_lines
from cleaners.steps._organisation import tail_of
from cleaners.text.prose import is_quoted, is_titlelike, last_prose, sentences_of
from cleaners.verdict import Rule, Verdict
from cleaners.zones import Zone

SHARE_LABEL = Rule(STEP, "share_label", REASON, "a label for sharing, saving or printing")
LEGAL_LABEL = Rule(STEP, "legal_label", REASON, "a link to the site's terms")
SCREEN_READER = Rule(STEP, "screen_reader", REASON, "a label for screen readers or menus")
PLAYER_TEXT = Rule(STEP, "player_text", REASON, "a label of a player")
PLAYER_CLOCK = Rule(STEP, "player_clock", REASON, "the clock of a player")
PLAYER_READING = Rule(STEP, "player_reading", REASON, "what a player shows of itself, as “Loaded: 0%”")
SCRIPT_RESIDUE = Rule(STEP, "script_residue", REASON, "a piece of a script, a style or data between paragraphs")
SKIP_LINK = Rule(STEP, "skip_link", REASON, "a link to another part of the page, as “Skip to content”")
SHARE_START = Rule(STEP, "share_start", REASON, "begins as a link for sharing does, as “Share this”")
SHARE_RUN = Rule(STEP, "share_run", REASON, "one of several share labels in a row")
QUICK_EXIT = Rule(STEP, "quick_exit", REASON, "a button to leave the site in a hurry")
FORM_NOTICE = Rule(STEP, "form_notice", REASON, "a message of a form or of the page's scripts")
BETA_NOTICE = Rule(STEP, "beta_notice", REASON, "a notice about the site itself")
BREADCRUMB = Rule(STEP, "breadcrumb", REASON, "the path from the home page")
LEGAL_LINE = Rule(STEP, "legal_line", REASON, "the legal line below the page")
COPYRIGHT_LINE = Rule(STEP, "copyright_line", REASON, "the copyright line below the page")
IN_NAV = Rule(STEP, "in_nav", REASON, "stands in navigation")
IN_FOOTER = Rule(STEP, "in_footer", REASON, "stands in the page's footer")
IN_BUTTON = Rule(STEP, "in_button", REASON, "stands in a button")
IN_FORM = Rule(STEP, "in_form", REASON, "stands in a form")
IN_SELECT = Rule(STEP, "in_select", REASON, "stands in a list to select from")
IN_LABEL = Rule(STEP, "in_label", REASON, "stands in the label of a form's field")
IN_DIALOG = Rule(STEP, "in_dialog", REASON, "stands in a dialog")
LINKED_BUTTON = Rule(STEP, "linked_button", REASON, "a link in the shape of a button")
ORGANISATION_TAIL = Rule(STEP, "organisation_tail", REASON, "the organisation speaks of itself below the article")
RULES = (
    SHARE_LABEL, LEGAL_LABEL, SCREEN_READER, PLAYER_TEXT, PLAYER_CLOCK, PLAYER_READING, SCRIPT_RESIDUE, SKIP_LINK, SHARE_START, SHARE_RUN, QUICK_EXIT,
    FORM_NOTICE, BETA_NOTICE, BREADCRUMB, LEGAL_LINE, COPYRIGHT_LINE, IN_NAV, IN_FOOTER, IN_BUTTON, IN_FORM, IN_SELECT,
    IN_LABEL, IN_DIALOG, LINKED_BUTTON, *EDGE_RULES, ORGANISATION_TAIL,
)  # fmt: skip

STRUCTURES = (  # tag, the zone it makes, the rule for what stands in it
    ("nav", Zone.NAV, IN_NAV),
    ("footer", Zone.FOOTER, IN_FOOTER),
    ("button", Zone.BUTTON, IN_BUTTON),
    ("form", Zone.FORM, IN_FORM),
    ("select", Zone.FORM, IN_SELECT),
    ("label", Zone.FORM, IN_LABEL),
    ("dialog", Zone.DIALOG, IN_DIALOG),
)
WHOLE_LINES = (  # the family whose phrase is the whole line, the rule for it
    ("share_label", SHARE_LABEL),
    ("legal_label", LEGAL_LABEL),
    ("screen_reader", SCREEN_READER),
    ("player_text", PLAYER_TEXT),
)
RESIDUES_READ = "site_chrome_residues"  # done with a page of which no line has a sign of scripts or players
INNER = Zone.TABLE | Zone.CODE | Zone.QUOTE  # a product table in a form and a quote's footer belong to the article
_HEADING = re.compile(">h[1-6]")
MOST_PROSE = 0.2  # of a page's prose: a menu or footer that holds more is a container the article sits in
BUTTON_WORDS = 6  # longer ones are mostly the questions of an accordion
LINKED_BUTTON_WORDS = 8  # at most
BUTTON_CLASSES = frozenset(
    "btn btn-primary btn-secondary button button-primary cta-button cta-btn wp-block-button__link elementor-button "
    "elementor-button-link elementor-button-text kt-btn-inner-text".split()
)
WHOLLY_LINK = 0.9  # of a linked button
EXIT_WORDS = 6  # "Leave this site" is a button; a sentence that goes on is not
# The most words of a line of each kind.
LABEL_WORDS = 10
SHARE_WORDS = 3
FORM_WORDS = 30
NOTICE_WORDS = 60
LEGAL_WORDS = 80
CRUMB_WORDS = 25
CRUMB_MARKS = frozenset(">/»›→\\")  # what parts the steps of a path
CLOCK = frozenset("0123456789:/ ")  # what a player's clock is written with
# Families of which a line may be page furniture: wherever it stands, as a link, and below the last paragraph.
LINE_CUES = frozenset({"form_notice", "beta_notice", "breadcrumb_start"})
LINKS = frozenset({"skip_link", "share_start", "quick_exit"})
LAST_LINES = frozenset({"legal_line", "copyright_start"})
FURNITURE = LINE_CUES | LINKS | LAST_LINES | {family for family, _ in WHOLE_LINES}

Said = Mapping[str, str]  # family → the phrase of it that stands in a line


def site_chrome(page: Page) -> Page:
    """Drop page furniture by its words, by the structure it stands in, and an organisation's words on itself.

    Rules of words read HTML and text alike, so that cleaned text fed back loses nothing more.
    """
    found = _words(page)
    told = ""
    if page.media == "html":
        found |= _structures(page) | _linked_buttons(page)
    elif RESIDUES_READ not in page.done:
        residues, told = _residues(page)
        found = residues | found
    page = page.decide(found, done=told)
    page = page.decide(_share_runs(page))
    page = page.decide(edge_notices(page))
    tail = [block.index for block in tail_of(page) if page.is_open(block.index)]
    return page.decide(dict.fromkeys(tail, ORGANISATION_TAIL.verdict()))


def _words(page: Page) -> dict[int, Verdict]:
    """Verdicts on lines that their words alone prove to be furniture."""
    found: dict[int, Verdict] = {}
    if "0:0" in page.shown:
        found = {block.index: PLAYER_CLOCK.verdict() for block in page.open() if _is_clock(block)}
    spoken = [page.blocks[index] for index in page.saying(FURNITURE) if page.is_open(index)]
    if not spoken:
        return found
    alive = page.alive()
    last = last_prose(alive)
    end = alive[last].index if last >= 0 else -1
    for block in spoken:
        said = page.hits[block.index]
        rule = _line(block, said) or (_last_line(block, said) if block.index > end else None)
        if rule:
            found[block.index] = rule.verdict()
    return found


def _residues(page: Page) -> tuple[dict[int, Verdict], str]:
    """Verdicts on what no reader was meant to see, which comes into texts that had markup once.

    And RESIDUES_READ where no line can ever be one, so that the second pass need not look again.
    """
    cued, readings = cued_lines(page), reading_lines(page)
    if not cued and not readings:
        return {}, RESIDUES_READ
    scripts, players = machine_lines(page, cued), player_readings(page, readings)
    found = {index: SCRIPT_RESIDUE.verdict() for index in scripts if page.is_open(index)}
    found |= {index: PLAYER_READING.verdict() for index in players if page.is_open(index)}
    return found, ""


def _is_clock(block: Block) -> bool:
    """True for "0:00 / 3:25"."""
    clock = block.words <= LABEL_WORDS and "/" in block.text and "0:0" in block.text and CLOCK.issuperset(block.text)
    return clock and block.folded[0] in "0123456789"


def _line(block: Block, said: Said) -> Rule | None:
    """The rule for a line whose words are page furniture wherever it stands."""
    words = block.words
    if words <= LABEL_WORDS:
        for family, rule in WHOLE_LINES:
            if family in said:
                return rule
        if "skip_link" in said or "share_start" in said:
            rule = SKIP_LINK if "skip_link" in said else SHARE_START
            return None if block.ends_sentence and words > EXIT_WORDS else rule
        if "quick_exit" in said and (words <= EXIT_WORDS or _exits_twice(block)):
            return QUICK_EXIT
    elif "quick_exit" in said and _exits_twice(block):
        return QUICK_EXIT
    if LINE_CUES.isdisjoint(said) or is_quoted(block):
        return None
    if "form_notice" in said and words <= FORM_WORDS:
        return FORM_NOTICE
    if "beta_notice" in said and words <= NOTICE_WORDS:
        return BETA_NOTICE
    if (
        "breadcrumb_start" in said
        and block.kind != "table"
        and 2 < words <= CRUMB_WORDS
        and is_titlelike(block, CRUMB_WORDS)
    ):
        marks = sum(character in CRUMB_MARKS for character in block.text)
        if marks and marks * 8 >= words and block.text[len(said["breadcrumb_start"]) :].lstrip()[:1] in CRUMB_MARKS:
            return BREADCRUMB
    return None


def _exits_twice(block: Block) -> bool:
    """A quick exit names its key and then its button, without a full stop."""
    return block.words <= 2 * LABEL_WORDS and not block.ends_sentence and "escape" in block.folded


def _last_line(block: Block, said: Said) -> Rule | None:
    """The rule for a line that is page furniture below the last paragraph."""
    if block.words > LEGAL_WORDS:
        return None
    if "legal_line" in said and not is_quoted(block):
        return LEGAL_LINE
    if (
        "copyright_start" in said
        and block.words <= CRUMB_WORDS
        and any(character.isdigit() for character in block.text)
    ):
        return COPYRIGHT_LINE
    return None


def _share_runs(page: Page) -> dict[int, Verdict]:
    """Two different labels or more in a row of which one says share, print or the like; networks alone stay."""
    if not page.saying(("share_verb",)):
        return {}
    found: dict[int, Verdict] = {}
    run: list[Block] = []
    for block in [*page.alive(), None]:
        if block is not None and block.words <= SHARE_WORDS and "share_word" in page.hits[block.index]:
            run.append(block)
            continue
        if len({label.folded for label in run}) > 1 and any("share_verb" in page.hits[label.index] for label in run):
            verdict = SHARE_RUN.verdict(f"one of {len(run)} share labels in a row")
            found |= dict.fromkeys((label.index for label in run if page.is_open(label.index)), verdict)
        run = []
    return found


def _structures(page: Page) -> dict[int, Verdict]:
    """What stands in the elements that hold an article's text on almost no page, unless they do on this one."""
    chrome = page.inside(Zone.CHROME)
    if not chrome:
        return {}
    inside: dict[str, list[Block]] = defaultdict(list)
    for block in chrome:
        for tag in _tags_on(block.path):
            inside[tag].append(block)
    found: dict[int, Verdict] = {}
    verdicts = page.verdicts
    # Linked sentences count too: unclosed links cover articles.
    held = {tag: len(sentences_of(blocks)) for tag, blocks in inside.items()}
    prose = len(sentences_of(page.blocks)) if any(held.values()) else 0
    for tag, zone, rule in STRUCTURES:
        if tag not in inside or held[tag] > MOST_PROSE * prose:
            continue
        verdict = rule.verdict()
        for block in inside[tag]:
            if verdicts[block.index] is None and block.zone & (zone | INNER) == zone and not _belongs(block, tag):
                found[block.index] = verdict
    return found


@lru_cache(maxsize=4_096)  # a page has hundreds of blocks on a few dozen paths, and its sister pages have them too
def _tags_on(path: str) -> tuple[str, ...]:
    steps = path.split(">")
    return tuple(tag for tag, _, _ in STRUCTURES if tag in steps)


def _linked_buttons(page: Page) -> dict[int, Verdict]:
    """Short links that their own class calls buttons; headings and questions so called open and close the text below."""
    buttons = [
        block.index
        for block in page.open()
        if block.link_chars
        and ("btn" in block.tokens or "button" in block.tokens)
        and block.words <= LINKED_BUTTON_WORDS
        and block.link_share >= WHOLLY_LINK
        and block.kind != "heading"
        and not block.ends_sentence
        and not BUTTON_CLASSES.isdisjoint(block.tokens.split())
    ]
    return dict.fromkeys(buttons, LINKED_BUTTON.verdict())


def _belongs(block: Block, tag: str) -> bool:
    """True for what authors put into such elements: headings, and the questions of an accordion."""
    if tag in ("nav", "footer"):
        return False
    if block.kind == "heading" or _HEADING.search(block.path):
        return True
    return tag == "button" and (block.words > BUTTON_WORDS or ">p>button" in block.path)
