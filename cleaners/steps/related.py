"""Drops links to other stories: "Read more: …", heads like "More on this story" with the teasers below them, and
paragraphs that are one link in capitals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaners.page import Block, Page
from cleaners.rules.phrases import MARGIN
from cleaners.text.prose import is_prose, is_quoted, is_sentence, is_titlelike, last_prose
from cleaners.verdict import Rule
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

STEP, REASON = "related", Reason.RELATED
RELATED_HEAD = Rule(STEP, "related_head", REASON, "a head above other stories")
RELATED_TEASER = Rule(STEP, "related_teaser", REASON, "a story below a head above other stories")
RELATED_BARE = Rule(STEP, "related_bare", REASON, "a link to another story that does not name it, as “Read more”")
RELATED_PREFIX = Rule(STEP, "related_prefix", REASON, "“Read more” or the like, and the headline of another story")
SHOUTED_LINK = Rule(STEP, "shouted_link", REASON, "a link in capitals among prose in small letters")
RULES = (RELATED_HEAD, RELATED_TEASER, RELATED_BARE, RELATED_PREFIX, SHOUTED_LINK)

PREFIX_WORDS = 30  # prefix and headline together
BARE_WORDS = 6  # of "Read more" and the like alone
ELSEWHERE_WORDS = 14  # of "Read the full story in the Echo"
SPACELESS_HEAD = 4  # characters of a head in a script that parts no words
TEASER_WORDS = 25
MANY_TEASERS = 40  # lines below one head; the longest lists of most-read stories have about twenty
MOSTLY_LINKS = 0.7
SHOUTED_WORDS = 5  # at least
WHOLLY_LINK = 0.9  # of a shouted line
LEADS = frozenset(":|>»›→▶►：]】")  # what parts "Read more" from a headline; a hyphen also parts half-sentences
ASKED = "?!？！"  # ends a prefix that needs nothing to part it: "Have you read this?"
COLONS = ":：?？"
SHORT_REST = 4  # words of a line that a lower-case headline may have: "Read: why we swim"
NAMED_WORDS = 4  # of a section's or paper's name
BELOW_PREFIX = 2  # lines below "Read also:" that may be headlines of other stories
BELOW_BULLETED = 5  # such lines where each has the same bullet
HEADLINE_WORDS = (5, 25)  # of such a line; subheads are mostly shorter
LEADING = (
    "related_head",
    "related_bare",
    "related_prefix",
    "announcing",
    "related_elsewhere",
)  # the families of words that lead to other stories
BULLETS = "•▪●◦■►▶‣*-–·+»"
LONE_BULLETS = frozenset("•▪►▶‣*»")  # before a headline on its own; a dash opens what somebody says
AFTER_TEASERS = frozenset(
    ("ad_marker", "promo_call", "newsletter_label", "follow_line", "form_residue", "related_bare")
)


def related(page: Page) -> Page:
    """Drop lines that lead to other stories, and heads together with the linked or short lines below them.

    A head above prose that is not linked stays: it is a subhead of the article. A linked paragraph in capitals goes
    only where the prose is not written so: of those on the measuring pages, 26 led elsewhere and 2 were text.
    """
    alive = page.alive()
    found: dict[int, Rule] = _shouted(alive)
    leading = set(page.saying(LEADING))
    last = last_prose(alive) if leading else -1
    for at, block in enumerate(alive) if leading else ():
        if block.index not in leading or block.index in found:
            continue
        said = page.hits[block.index]
        if "related_head" in said:
            below = _teasers(alive, at, last)
            lone = "most_read" in said and block.kind != "heading"
            if below or lone or at + 1 == len(alive) or not _tells(alive[at + 1]):
                found |= dict.fromkeys([line.index for line in below], RELATED_TEASER) | {block.index: RELATED_HEAD}
        if block.index not in found:
            rule = _leads(block, said)
            if rule:
                found[block.index] = rule
        if page.media == "text" and _announces(block, said):
            below = _announced(page, alive, at)
            if below:
                found |= dict.fromkeys([line.index for line in below], RELATED_TEASER)
                found.setdefault(block.index, RELATED_HEAD)
    if page.media == "text":
        found |= dict.fromkeys(_lone_bullets(alive, found), RELATED_TEASER)
    verdicts = {rule: rule.verdict() for rule in RULES}
    return page.decide({index: verdicts[rule] for index, rule in found.items() if page.is_open(index)})


def _shouted(alive: Sequence[Block]) -> dict[int, Rule]:
    """The paragraphs that are one link in capitals, on a page whose prose is in small letters."""
    links = [
        block
        for block in alive
        if block.link_chars
        and block.tag == "p"
        and block.words >= SHOUTED_WORDS
        and block.link_share >= WHOLLY_LINK
        and block.text.isupper()
        and 2 * sum(map(str.isupper, block.text)) > sum(map(str.isalpha, block.text))
    ]
    if not links or all(block.text.isupper() for block in alive if is_prose(block)):
        return {}
    return dict.fromkeys([block.index for block in links], SHOUTED_LINK)


def _leads(block: Block, said: Mapping[str, str]) -> Rule | None:
    """The rule for a line that leads to another story, wherever it stands."""
    if "related_bare" in said and block.words <= BARE_WORDS:
        return RELATED_BARE
    if "related_elsewhere" in said and block.words <= ELSEWHERE_WORDS and not is_quoted(block):
        return RELATED_BARE
    if "related_prefix" not in said or block.words > PREFIX_WORDS or is_quoted(block):
        return None
    prefix = said["related_prefix"]
    rest = block.folded[block.folded.find(prefix) + len(prefix) :].lstrip()
    dotted = rest[:1] == "." and " " in prefix and bool(rest[1:].strip())  # "LEES OOK. …"
    parted = rest[:1] in LEADS or dotted or (prefix[-1] in ASKED and rest) or _is_named(prefix, rest)
    if not parted or (is_prose(block) and not block.folded.endswith("?")) or _goes_on(block, prefix):
        return None
    return RELATED_PREFIX


def _is_named(prefix: str, rest: str) -> bool:
    """True for "Also on the Echo: …", where the section's name stands before the colon."""
    name, colon, _ = rest.partition(":")
    return prefix.startswith("also ") and bool(colon) and len(name.split()) <= NAMED_WORDS


def _goes_on(block: Block, prefix: str) -> bool:
    """True for a sentence of the story, as in "More: that is all she wants": no headline begins so."""
    rest = block.text[block.folded.find(prefix) + len(prefix) :].lstrip(" :|>»›→▶►")
    return " " not in prefix and rest[:1].islower() and block.words > SHORT_REST


def _announces(block: Block, said: Mapping[str, str]) -> bool:
    """True for a line that is nothing but "Read also", "Related stories:", "Have you read this?" or the like."""
    head = said.get("related_head", "")
    if " " in head or (len(head) >= SPACELESS_HEAD and block.words > 1 and " " not in block.text):
        return True
    if block.words > BARE_WORDS:
        return False
    if "announcing" in said:
        return True
    colon = block.text[-1] in COLONS
    if "related_bare" in said and colon:
        return True
    prefix = said.get("related_prefix", "")
    return " " in prefix and colon and block.folded.strip(MARGIN) == prefix.strip(MARGIN)


def _announced(page: Page, alive: Sequence[Block], head: int) -> Sequence[Block]:
    """The headlines right below such a line, in the middle of a text, up to the story's next paragraph."""
    at = head + 1
    bullet = alive[at].text[0] if at < len(alive) and alive[at].text[0] in BULLETS else ""
    most = BELOW_BULLETED if bullet else BELOW_PREFIX
    while at < len(alive) and at - head <= most and _is_headline(alive[at], bullet) and not _closes(page, alive[at]):
        at += 1
    if at == len(alive) or not (is_prose(alive[at]) or _closes(page, alive[at])):
        return ()
    return alive[head + 1 : at]


def _closes(page: Page, block: Block) -> bool:
    """True for an advert or a call to action, which ends a list of headlines as a paragraph does."""
    return not AFTER_TEASERS.isdisjoint(page.hits[block.index])


def _is_headline(block: Block, bullet: str = "") -> bool:
    fewest, most = HEADLINE_WORDS
    if not fewest <= block.words <= most or block.ends_sentence:
        return False
    return block.text[0] == bullet if bullet else block.text[0] not in "•-*–—·0123456789"


def _lone_bullets(alive: Sequence[Block], found: Mapping[int, Rule]) -> list[int]:
    """The headlines that stand alone behind a bullet, between two paragraphs or below the last.

    A list has more points than one, and scripts that part no words set bullets before subheads.
    """
    lone: list[int] = []
    for at, block in enumerate(alive):
        if (
            not at
            or block.text[0] not in LONE_BULLETS
            or block.text[1:2] != " "
            or not _is_headline(block, block.text[0])
        ):
            continue
        above, below = alive[at - 1], alive[at + 1] if at + 1 < len(alive) else None
        closed = below is None or below.ends_sentence or found.get(below.index) is RELATED_HEAD
        beside = (above,) if below is None else (above, below)
        spaced = block.words < 2 * len(block.text.split())
        if (
            (above.ends_sentence or above.text[-1] == ")")
            and closed
            and spaced
            and all(line.text[0] not in BULLETS for line in beside)
        ):
            lone.append(block.index)
    return lone


def _tells(block: Block) -> bool:
    """True for a sentence long enough to be told by an article, linked or not, and for tables and code."""
    return is_sentence(block) or block.inside(Zone.TABLE | Zone.CODE)


def _teasers(alive: Sequence[Block], head: int, last: int) -> Sequence[Block]:
    """The lines below a head that are teasers: linked ones, or short ones when no article follows."""
    at = head + 1
    while at < len(alive) and at - head <= MANY_TEASERS:
        block = alive[at]
        linked = block.link_share >= MOSTLY_LINKS or block.inside(Zone.RELATED)
        if _tells(block) or not (linked or (head > last and is_titlelike(block, TEASER_WORDS))):
            break
        at += 1
    return alive[head + 1 : at]
