"""Finds what an organisation says of itself below its own news: who it is, its careers, how to reach it."""

from __future__ import annotations

from collections.abc import Mapping

from cleaners.page import Block, Page
from cleaners.text.prose import is_prose, is_quoted, is_titlelike

TAIL_KINDS = ("organisation_care", "organisation_careers", "organisation_contact")
HIRING = frozenset({"organisation_jobs", "organisation_invites"})
CALLING = frozenset({"organisation_emergency", "organisation_dial"})
PAIR_WORDS = 40  # of a line in which two cues stand for one kind, at most
LABEL = 7  # words of "Careers", "About Northshire Police", at most
NAME_WORDS = 8  # "The University of Arden" stands before "is home to 18,000 students"
NAME_CAPITALS = 2  # "Harbour Lights runs" names itself; "The council runs" is told by a reporter
MIN_KINDS = 2  # one kind may close an article; values, careers, contact together are the organisation on itself
OPENING = 90  # characters: where "At <organisation>, we …" has come to its verb
MIN_PROSE = 2  # paragraphs above the tail; with fewer the page is about the organisation
LONGEST_DESCRIPTION = 60  # words

Said = Mapping[str, str]  # family → the phrase of it that stands in a line


def tail_of(page: Page) -> list[Block]:
    """The organisation's words on itself below an article, from the end upward until a line is something else."""
    alive = page.alive()
    tail: list[Block] = []
    kinds: set[str] = set()
    headings: list[Block] = []  # short lines above the tail so far: its own when it goes on above them
    for at in range(len(alive) - 1, -1, -1):
        block, said = alive[at], page.hits[alive[at].index]
        above = page.hits[alive[at - 1].index] if at else {}
        told = kinds_told(page, block, said) or _invites(page, block, said, above)
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
        return []
    return tail


def kinds_told(page: Page, block: Block, said: Said) -> set[str]:
    """Which kinds of self-description a line holds; none when somebody is quoted or a case is spoken of."""
    if not said or "case_words" in said or is_quoted(block):
        return set()
    kinds = {kind for kind in TAIL_KINDS if kind in said}
    if said.keys() >= HIRING and block.words <= PAIR_WORDS and has_voice(page, block):
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
    told = plain and has_voice(page, block)
    return {"organisation_careers"} if told else set()


def _describes(page: Page, block: Block, said: Said) -> bool:
    """True for what an organisation says of itself only beside its other kinds: who it is, what it stands for."""
    if "organisation_we" not in said and "organisation_serves" not in said:
        return False
    if "case_words" in said or is_quoted(block) or block.words > LONGEST_DESCRIPTION:
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


def has_voice(page: Page, block: Block) -> bool:
    """True when the line says "we", "our", "you" or the like."""
    return page.rules.asks(block.folded, "consent_voice") != ""
