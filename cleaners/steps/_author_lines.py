"""Weighs which of the lines around a text name its author: those that say so, and names that only stand where authors do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from cleaners.metadata.person_names import begins_with_first_name, may_be_a_person
from cleaners.metadata.stated_line import Stated, is_agency, is_house, names_helper
from cleaners.page import Block, Page
from cleaners.steps._text_bylines import (
    ADDRESS,
    JOB,
    NAMED_WORDS,
    is_bare_name,
    is_common,
    is_job_line,
    is_signed,
    is_stamp,
)
from cleaners.text.fold import squash
from cleaners.text.prose import is_prose

LEAST, LEAST_SIGNED = 3.0, 3.5  # points of a name alone, and of one behind "by"
SIGNED, ON_DATE = 6.0, 4.5  # points of "by" or a label, of a name on the line of a date
KNOWN, UNKNOWN, DESK, NO_PERSON = 2.0, -0.5, -0.5, -4.0  # by the name itself
BESIDE_STAMP, BESIDE_JOB, BESIDE_BIO, BESIDE_ADDRESS = 2.5, 2.0, 2.5, 2.0
ABOVE_TEXT, AGAIN, JOINT, COMMON, LISTED, BURIED = 1.0, 1.0, 0.5, -4.0, -2.0, -0.7
CLOSE, NEAR, FAR = 6, 16, 40  # lines below the headline
CLOSE_POINTS, NEAR_POINTS, FAR_POINTS, ABOVE_POINTS, UNTITLED_POINTS = 2.0, 1.0, -3.0, 0.5, 1.0
MOST_BURIED, SPOKEN_OF, BESIDE_OTHERS = -2.0, -2.5, -1.5
LONGEST_WORD = 22  # letters; a longer one is several that lost their spaces
MANY = 3  # names above each other are a list of people
_ACCOUNT = re.compile(r"[a-z][a-z0-9_]{3,20}")
_ABOUT = re.compile(r"^(?:about|über|à propos de|sobre|chi è|over|om|par|by)\s+", re.I)
OWN_WORDS, LONGEST_OWN = 4, 40  # of a line that names the person of a site
OWN_EDGE = 40  # lines at either end of a page that name its site
_ITEMS = frozenset(("* ", "- ", "• ", "– ", "· "))
_MINUTES = re.compile(
    r"\d{1,3}\s?(?:mins?\.?|minutes?|minuten|minutos|minuti|minuter|dk|мин\.?|хв\.?|分)(?:\s.{0,12})?", re.I
)


class Around(NamedTuple):
    """The lines around the beginning of a text, and where among them the headline and the first prose stand."""

    page: Page
    lines: Sequence[Block]
    said: Mapping[int, Stated]  # by position in `lines`
    prose_at: int
    title_at: int | None


class Weighing:
    """The points of the lines around one text; what depends on the whole page is looked for once."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def authors(self) -> list[int]:
        """Positions of the lines that name authors, the likeliest first; joined lines stand beside each other."""
        lines, said = self._around.lines, self._around.said
        points = {at: self._points(at, stated) for at, stated in said.items() if stated.names}
        points = {at: found for at, found in points.items() if found >= (LEAST_SIGNED if said[at].signed else LEAST)}
        order = sorted(points, key=lambda at: (-points[at], lines[at].index))
        house = next((at for at in order if is_house(said[at].names)), None)
        if house is None:
            return order
        people = [at for at in order if not is_house(said[at].names) and abs(at - house) <= NEAR]
        others = [at for at in order if at not in people]
        return people + sorted(others, key=lambda at: abs(at - house) > FAR)

    def _points(self, at: int, stated: Stated) -> float:
        """How likely this line names the author."""
        line = self._around.lines[at]
        if at == self._around.title_at or any(len(word) > LONGEST_WORD for word in line.text.split()):
            return NO_PERSON
        if at and names_helper(self._around.lines[at - 1].text):
            return NO_PERSON
        labelled = at > 0 and "byline_label" in self._around.page.hits[self._around.lines[at - 1].index]
        house = DESK if is_house(stated.names) else 0.0
        if is_signed(line, stated) or (labelled and is_bare_name(line, stated)):
            return SIGNED + self._place(at) + 4 * house
        if not stated.signed and stated.rest == 0 and (stated.published or stated.told):
            return ON_DATE + self._place(at) + 4 * house
        if is_bare_name(line, stated):
            return self._alone(at, stated)
        return NO_PERSON

    def _alone(self, at: int, stated: Stated) -> float:
        """The points of a name alone, by its shape and by what stands beside it."""
        lines, said = self._around.lines, self._around.said
        line = lines[at]
        known = all(begins_with_first_name(name) or is_agency(name) for name in stated.names)
        if len(line.text.split()) == 1 and not known and not is_house(stated.names):
            return NO_PERSON
        points = self._place(at) + (KNOWN if known else UNKNOWN)
        if line.text[:2] in _ITEMS or (stated.rest and not JOB.search(line.text)):
            points += BESIDE_OTHERS
        if is_house(stated.names) or not all(map(may_be_a_person, stated.names)):
            points += NO_PERSON if not is_house(stated.names) else DESK
        if self._beside_stamp(at):
            points += BESIDE_STAMP
        if JOB.search(line.text) or any(is_job_line(near) for near in lines[at + 1 : at + 3]):
            points += BESIDE_JOB
        if at + 1 < len(lines):
            below = lines[at + 1]
            if ADDRESS.match(below.text):
                points += BESIDE_ADDRESS
            elif below.words > NAMED_WORDS and (JOB.match(below.text) or _is_of(below.text, stated.names[0])):
                points += BESIDE_BIO
        joint = len(stated.names) > 1 and all(" " in name for name in stated.names)
        if at < self._around.prose_at <= at + 2 and (known or joint):
            points += ABOVE_TEXT
        if joint:
            points += JOINT
        if any(
            stated.names[0] in near.text
            for near in lines[max(0, at - 6) : at + 12]
            if is_prose(near) and not near.text.startswith(stated.names[0])
        ):
            points += SPOKEN_OF
        if self._seen.get(line.folded, 0) in (2, 3):
            points += AGAIN
        if (
            sum(
                near in said and is_bare_name(lines[near], said[near])
                for near in range(at - 2, at + 3)
                if near != at and 0 <= near < len(lines) and lines[near].folded != line.folded
            )
            >= MANY - 1
        ):
            points += LISTED
        return points + (COMMON if points >= LEAST and is_common(line, self._around.page) else 0.0)

    def _place(self, at: int) -> float:
        """The points of a line's distance from headline and text."""
        title, first = self._around.title_at, self._around.prose_at
        start = first if title is None else max(title, min(first, at))
        prose = sum(is_prose(line) for line in self._around.lines[start:at]) if at > start else 0
        buried = max(MOST_BURIED, (prose - 1) * BURIED) if prose else 0.0
        if title is None:
            return UNTITLED_POINTS + buried if first - NEAR <= at else FAR_POINTS
        away = at - title
        if away < 0:
            return ABOVE_POINTS if away >= -2 else FAR_POINTS / 2
        if away <= CLOSE:
            return CLOSE_POINTS + buried
        if away <= NEAR or first - CLOSE <= at <= first:
            return NEAR_POINTS + buried
        return (0.0 if away <= FAR else FAR_POINTS) + buried

    def _beside_stamp(self, at: int) -> bool:
        lines, said = self._around.lines, self._around.said
        near = [place for place in (at - 1, at + 1, at + 2) if 0 <= place < len(lines)]
        return (
            any(
                (place in said and is_stamp(said[place])) or bool(_MINUTES.fullmatch(lines[place].text))
                for place in near
            )
            or said[at].aged
        )

    @cached_property
    def _seen(self) -> Mapping[str, int]:
        """How often the short lines of names stand on the page."""
        wanted = {self._around.lines[at].folded for at, stated in self._around.said.items() if stated.names}
        seen = dict.fromkeys(wanted, 0)
        for block in self._around.page.blocks:
            if block.folded in wanted:
                seen[block.folded] += 1
        return seen


def _is_of(text: str, name: str) -> bool:
    """True for a line that begins with the name, or with its first word."""
    return text.startswith((name, name.split()[0] + " "))


def account(text: str, host: str) -> str:
    """The line where it is the name of the site's own house, or an account: small letters with a digit or an underscore."""
    if len(text) > LONGEST_WORD or len(text.split()) > 2:
        return ""
    if _ACCOUNT.fullmatch(text) and not text.isalpha():
        return text
    return text if squash(text).replace(" ", "") in _labels(host) else ""


def own_name(page: Page) -> tuple[int, str] | None:
    """The person by whose name the site itself is called, and the index of a line that shows it."""
    labels = _labels(page.site.host)
    if not labels:
        return None
    blocks = page.blocks
    for block in blocks if len(blocks) <= 2 * OWN_EDGE else (*blocks[:OWN_EDGE], *blocks[-OWN_EDGE:]):
        if 2 <= block.words <= OWN_WORDS and len(block.text) <= LONGEST_OWN:
            name = _ABOUT.sub("", block.text).strip(" /|.©")
            if " " in name and begins_with_first_name(name) and squash(name).replace(" ", "") in labels:
                return block.index, name
    return None


def _labels(host: str) -> frozenset[str]:
    """What a host may be called by: its label, and its labels written as one word."""
    parts = [part for part in host.split(".") if part not in ("www", "blog")]
    if len(parts) < 2:
        return frozenset()
    return frozenset(
        name.replace("-", "") for name in (parts[-2], "".join(parts[:-1]), "".join(parts)) if len(name) > 3
    )
