"""What the lines around already-extracted text say of author and date, where only their shape and place tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from cleaners.metadata.person_names import begins_with_first_name, may_be_a_person
from cleaners.metadata.stated_line import (
    LONGEST,
    Stated,
    is_desk_name,
    is_house,
    may_be_told,
    may_sign_alone,
    read_stated,
)
from cleaners.page import Block, Page
from cleaners.text.language import identify
from cleaners.text.prose import is_prose

LINE_WORDS = 36  # the longest line of several authors, two dates and the sections of a page
NAME_WORDS = 4  # of a person
NAMED_WORDS = 9  # of a line that is a name alone, its job beside it
HEADLINE_WORDS = 3  # at least; the line above a bare name
DESK_WORDS = 5  # of a line of house and place below a name
NEAR = 4  # lines between a bare name and the prose below it
FAR = 12  # lines, for the only name there
MOST_PRESENTED = 2  # people in one box; more are those whom a text is about
SENTENCE_WORDS = 20  # a longer line that ends like a sentence is one
LOOSE_WORDS = 3  # beside a date that no word for publishing announces: a place, a section
SIGNED_WORDS = 4  # beside a signed name: a job, a place
DIGIT = re.compile(r"\d")
_TWO_DAYS = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}(?!\d)")
_DAY_AND_YEAR = re.compile(r"(?<!\d)\d{1,2}\D.*(?<!\d)20\d\d(?!\d)|(?<!\d)20\d\d\D.*(?<!\d)\d{1,2}(?!\d)")
_DAY_FIRST_HOSTS = re.compile(
    r"\.(?:uk|ie|au|nz|za|in|sg|ng|ke|gh|mt|ug|tz|zw|zm|na|bw|lk|pk|bd|my|hk|jm|tt|eu|scot|wales|london)$"
)
_MONTH_FIRST_HOSTS = re.compile(r"\.(?:us|gov|mil|edu)$")
_BRITISH = re.compile(r"£|€|\b(?:colour|centre|councillors?|programme|organis\w+|neighbours?|metres|tyres?)\b")
_AMERICAN = re.compile(r"\b(?:color|center|sheriff|program|organiz\w+|neighbors?|zip code)\b")
_JOBS = r"writer|editor|reporter|journalist|author|columnist|correspondent|producer|freelance\w*|critic|contributor|blogger|Redakteur\w*|Journalist\w*|Autor\w*|Reporter\w*|Korrespondent\w*|journaliste|rédact\w+|correspondant\w*|periodista|redactor\w*|escritor\w*|giornalista|scrittore|scrittrice|jornalista|verslaggever|redacteur|dziennikar\w+|redaktor\w*|novinář\w*|gazeteci|muhabir"
JOB = re.compile(rf"\b(?:{_JOBS})s?\b", re.I)
_NAMED = r"[A-ZÀ-Þ][^\W\d_]+(?: [A-ZÀ-Þ][\w.'’-]*){1,3}"
_IS = r"(?:is|was|has been|works|writes|covers|serves|ist|arbeitet|schreibt|est|écrit|es|escribe|è|scrive|é|escreve|is een|schrijft|jest|pisze|je|píše|är|skriver|er|on)"
_BIO = re.compile(
    rf"({_NAMED})(?: \([^()]{{2,40}}\))?,? {_IS} (?:[\w’',-]+ ){{0,6}}?(?:{_JOBS}|essayist|historian|founder|blogger|author)\b"
)
_PRESENTED = re.compile(rf"({_NAMED})(?: \([^()]{{2,40}}\))?(?::|,| {_IS}\b)")
ADDRESS = re.compile(r"\S*@\S+")  # of mail, or of an account
_SAMPLE_LINES, _SPELLED_LINES = 6, 40  # of prose
_SAMPLE = 600  # characters of prose by which the language of a doubtful date is told


class Said(NamedTuple):
    """A line and what it says."""

    block: Block
    stated: Stated


class Reader:
    """Reads lines of one page; language and order of day and month are looked for where a date depends on them."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def read(self, block: Block) -> Stated | None:
        """What a block says of author and date; None for any other line."""
        text = block.text
        if block.words > LINE_WORDS or len(text) > LONGEST or block.kind in ("heading", "table", "code"):
            return None
        if (
            block.ends_sentence
            and block.words > LOOSE_WORDS
            and (block.words > SENTENCE_WORDS or not DIGIT.search(text))
        ):
            return None
        stated = read_stated(text)
        if (stated is None or not (stated.published or stated.modified)) and _may_be_dated(text):
            stated = read_stated(text, self.language, self.day_first) or stated
        return stated

    @cached_property
    def language(self) -> str:
        """The language of the page's prose."""
        prose = " ".join([block.text for block in self._page.blocks if is_prose(block)][:_SAMPLE_LINES])[:_SAMPLE]
        return self._page.head.language or identify(prose)[0]

    @cached_property
    def day_first(self) -> bool | None:
        """Whether the day stands first in 03/04/2024, by the page's other dates, its address and its spelling."""
        for block in self._page.blocks:
            for found in _TWO_DAYS.finditer(block.text) if "/" in block.text or "-" in block.text else ():
                first, second = int(found[1]), int(found[2])
                if 12 < first <= 31 and second <= 12:
                    return True
                if 12 < second <= 31 and first <= 12:
                    return False
        host = self._page.site.host
        if _DAY_FIRST_HOSTS.search(host):
            return True
        if _MONTH_FIRST_HOSTS.search(host):
            return False
        text = " ".join([block.folded for block in self._page.blocks if is_prose(block)][:_SPELLED_LINES])
        british, american = len(_BRITISH.findall(text)), len(_AMERICAN.findall(text))
        return None if british == american else british > american


def _may_be_dated(text: str) -> bool:
    return bool(_TWO_DAYS.search(text)) or (not text.isascii() and bool(_DAY_AND_YEAR.search(text)))


def said_by(reader: Reader, lines: Sequence[Block], start: int = 0) -> dict[int, Stated]:
    """What the lines from `start` on say, by position; of bare names those beside a stamp or a label, or that we know."""
    said: dict[int, Stated] = {}
    bare: list[int] = []
    for at in range(start, len(lines)):
        block = lines[at]
        words = block.words
        if words > LINE_WORDS or (words > SENTENCE_WORDS and block.ends_sentence) or len(block.text) > LONGEST:
            continue
        if _may_be_told(block.text):
            if stated := reader.read(block):
                said[at] = stated
        elif words <= NAMED_WORDS and not block.ends_sentence and not block.text[0].islower():
            bare.append(at)
    jobs: list[int] = [
        at for at in range(start, len(lines)) if lines[at].words <= DESK_WORDS and is_job_line(lines[at])
    ]
    stamps = {at + near for at in said for near in (1, -1, -2)}.union(*((at - 1, at - 2) for at in jobs))
    for at in bare:
        if (at in stamps or may_sign_alone(lines[at].text)) and (stated := reader.read(lines[at])):
            said[at] = stated
    return dict(sorted(said.items()))


_may_be_told = lru_cache(maxsize=4_096)(may_be_told)  # a page's top is looked at in each pass and once more at the end


def is_date_line(stated: Stated, *, below_headline: bool) -> bool:
    """True for a line that is a date before all; words that explain nothing are allowed below a headline alone."""
    if stated.published or stated.modified:
        return stated.told or stated.rest == 0 or (below_headline and stated.rest <= LOOSE_WORDS)
    return stated.told and not stated.names and stated.rest == 0


def is_signed(block: Block, stated: Stated) -> bool:
    """True for "by" or a label and a name, with little beside it."""
    if not stated.signed or (block.ends_sentence and block.words > NAMED_WORDS):
        return False
    return bool(stated.published or stated.modified) or stated.rest <= SIGNED_WORDS or stated.aged


def is_bare_name(block: Block, stated: Stated) -> bool:
    """True for a name alone, with perhaps a job."""
    return (
        bool(stated.names) and not stated.signed and not stated.published and block.words <= NAMED_WORDS
        and not block.ends_sentence and stated.rest <= SIGNED_WORDS
    )  # fmt: skip


def bare_names(lines: Sequence[Block], said: Mapping[int, Stated], prose_at: int, page: Page) -> list[int]:
    """Positions in `lines` of names without "by": next to a line of date or byline, or between headline and prose.

    A name that begins with no first name we know needs both.
    """
    found: list[int] = []
    alone: list[int] = []  # of people with a first name we know, whatever stands beside them
    for at, block in enumerate(lines):
        stated = said.get(at)
        if at == 0 or stated is None or not is_bare_name(block, stated) or (at >= prose_at and is_common(block, page)):
            continue
        fits = _fits(lines, said, prose_at, at)
        lone = prose_at - FAR <= at < prose_at and any(map(begins_with_first_name, stated.names))
        if (fits or lone) and not is_common(block, page):
            (found if fits else alone).append(at)
    return found or (alone if len({lines[at].folded for at in alone}) == 1 else [])


def _fits(lines: Sequence[Block], said: Mapping[int, Stated], prose_at: int, at: int) -> bool:
    """True where what stands beside a bare name speaks for an author's."""
    block, above = lines[at], lines[at - 1]
    dated = is_beside_stamp(said, at) or said[at].aged
    jobbed = bool(JOB.search(block.text)) or any(is_job_line(line) for line in lines[at + 1 : at + 3])
    if at >= prose_at:
        return dated or jobbed or (block.words == 1 and at <= prose_at + NEAR)
    between = prose_at <= at + NEAR and above.words >= HEADLINE_WORDS and above.words > block.words
    if block.words == 1 and not is_house(said[at].names):
        return dated or jobbed
    if block.words == 1 or any(map(begins_with_first_name, said[at].names)):
        return dated or jobbed or between
    if not all(map(may_be_a_person, said[at].names)):
        return False
    return (dated or jobbed) and (between or above.words > block.words + 1)


def is_beside_stamp(said: Mapping[int, Stated], at: int) -> bool:
    """True for a line with a date or an age right above or below it."""
    return any(is_stamp(said[near]) for near in (at - 1, at + 1, at + 2) if near in said)


def is_stamp(line: Stated) -> bool:
    """True for a line with a date, an age, or a word for publishing."""
    return bool(line.published or line.modified or line.aged or (line.told and not line.names))


def is_common(block: Block, page: Page) -> bool:
    """True when words of a supposed name stand in small letters on the page: names do not."""
    words = block.text.split()[: 1 if is_desk_name(block.text) else 2]
    names = [word.strip(".,:;|()") for word in words]
    small = [f" {word.casefold()} " for word in names if len(word) > 2 and word[0].isupper()]
    return any(word in other.text for other in page.blocks if other.words > NAMED_WORDS for word in small)


def signature(lines: Sequence[Block]) -> tuple[int, str] | None:
    """The name of a person that is all of a line, as some houses sign below a text: right below it, or above an address.

    Gives the index of the block and the name.
    """
    first = True
    for at, block in enumerate(lines):
        addressed = at + 1 < len(lines) and bool(ADDRESS.match(lines[at + 1].text))
        if block.ends_sentence or not (first or addressed):
            continue
        first = False
        if 2 <= block.words <= NAME_WORDS and (addressed or begins_with_first_name(block.text)):
            stated = read_stated(block.text)
            if stated and len(stated.names) == 1 and stated.rest == 0 and len(block.text) <= len(stated.names[0]) + 3:
                return block.index, stated.names[0]
    return None


def names_in_bio(lines: Sequence[Block]) -> tuple[int, str] | None:
    """The author whom a box at the end presents: a name alone, and a line below it that begins with the name.

    Gives the index of the name's block and the name; a box without such a line tells by a job right behind the name.
    """
    presented: dict[str, int] = {}
    for at, block in enumerate(lines):
        below = lines[at + 1 : at + 4]
        if 2 <= block.words <= NAME_WORDS and not block.ends_sentence:
            stated = read_stated(block.text)
            name = stated.names[0] if stated and len(stated.names) == 1 and not stated.published else ""
            if name and any(
                line.words > NAMED_WORDS and line.text.startswith((name, name.split()[0] + " ")) for line in below
            ):
                return block.index, name
        elif block.words > NAMED_WORDS and (name := _presented(block.text)):
            presented.setdefault(name, block.index)
    return (
        next(((index, name) for name, index in presented.items()), None) if len(presented) <= MOST_PRESENTED else None
    )


def _presented(text: str) -> str:
    """The author whom a line presents by name and job, and perhaps goes on to call by one of both names."""
    bio = _BIO.match(text)
    if bio and begins_with_first_name(bio[1]):
        return bio[1]
    if not (bio := bio or _PRESENTED.match(text)) or is_house((bio[1],)):
        return ""
    parts = bio[1].split()
    again = any(
        re.search(rf"[.,;] (?:[\w ]+ )?{re.escape(part)}\b", text[bio.end() :]) for part in (parts[0], parts[-1])
    )
    return bio[1] if again and (JOB.search(text) or begins_with_first_name(bio[1])) else ""


def is_job_line(block: Block) -> bool:
    """True for a line of a few words that names a job of the press."""
    return block.words <= DESK_WORDS and not block.ends_sentence and _names_job(block.text)


@lru_cache(
    maxsize=4_096
)  # the short lines of a page are asked about in each pass, and come again on a site's next page
def _names_job(text: str) -> bool:
    return bool(JOB.search(text))


def is_desk(block: Block) -> bool:
    """True for a line of a few capitalised words, such as stands below a name: the house, the place."""
    return block.words <= DESK_WORDS and not block.ends_sentence and all(
        word[:1].isupper() or not word[:1].isalpha() or len(word) <= 3 for word in block.text.split()
    )  # fmt: skip
