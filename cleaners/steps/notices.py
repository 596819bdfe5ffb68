"""Tells a page that is nothing but a notice, a consent wall or a page of a server that refuses, from an article.

It is no step of the pipeline, drops no line and has no rule ids: asked about a page that all steps have decided on, it
gives the reason for which the whole page goes to quarantine, or none.

Every sentence of such a page speaks of the notice's matter, as `rules/notices.toml` and `rules/cookie_banners.toml` word
it; an article about the same matter has sentences that do not. A page stays an article where that is in doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from cleaners.page import SENTENCE_ENDS, Block, Page
from cleaners.site.conventions import STEP as SITE_REPEATS
from cleaners.steps._caption_lines import STEP as CAPTIONS
from cleaners.steps.cookie_banners import STEP as BANNERS
from cleaners.steps.cookie_banners import sentences
from cleaners.steps.site_rules import STEP as SITE_RULES
from cleaners.text.fold import fold, squash
from cleaners.text.language import identify
from cleaners.text.prose import MOSTLY_LINK, PROSE_WORDS, is_prose
from cleaners.vocabulary import Flag, QuarantineReason
from cleaners.zones import Zone

MOST_LINES = 5_000  # of a notice; one that names a thousand partners with what they want has as many
PLAIN_WORDS = 80  # of prose without a word of consent; a wall of 500 words may have so many
PLENTY = 250  # words of prose without a word of consent; the longest block pages seen have some 200
STATED = 50  # words of a stated body that is the article; a shorter one may be its description
LONGEST_BLOCK = 260  # words
BARE_LABEL = 2  # words; shorter lines are names, buttons and entries of menus
LONGEST_ENTRY = 4  # words; a longer link leads to a story
LABEL_WORDS = 12  # of all labels longer than bare that no family fits: a slogan or two; lists of results have more
LABEL_SHARE = 0.1  # of the words that speak of consent; long walls list more purposes than the families have
FREE_HEADINGS = 2  # the headline of a story that the wall hides, and the wall's own
LONGEST_QUESTION = 9  # words of a headline that ends like a sentence, "Do you want to read on for free?"
LONGEST_HEADLINE = 25  # words
PLAIN_INSIDE = 0.4  # words of plain sentences in paragraphs that speak of consent, to one that does
PLAIN_BETWEEN = 0.15  # the same, of paragraphs between two such; a story between two banners is longer
NEAR = 2  # paragraphs; one without words of consent may stand beside another
PLAIN_APART = 6  # words elsewhere; the shortest news has more
VOICED = 0.4  # of the words that speak of consent: a wall says "we" and "you", a report on walls does not
LEAST_TALK = 4  # words
PLAIN_BLOCKED = 0.25  # words of plain sentences to one that speaks of the block
LEAST_BLOCKED = 0.4  # of the words; those of a sentence about pages and servers in general count half
LONGEST_UNVOICED = 10  # words; a longer sentence of such a page has a "you", "we" or "please", one of a report has not
LONGEST_REFUSAL = 14  # words; of a sentence that has none, but speaks of pages or servers as well
FIRST_LINES = 4  # a block page says what it is at its top
LONGEST_POLICY = 8  # words of a title; in a longer one the word may be the story's

_WALL = ("wall_phrases", "wall_voice", "wall_data", "wall_partners", "wall_purposes", "wall_offer")
_BLOCK = ("block_phrases", "block_asides", "block_words")
_ASKED = (*_WALL, *_BLOCK, "notice_told", "notice_policy", "consent_voice")
_STRONG = ("wall_phrases", "block_phrases")
_BANNER = ("cookie_nouns", "consent_phrases")
_NO_HEADLINE = frozenset(("text_head",))  # steps not asked: a notice has no headline
_TALK = frozenset((*_BANNER, "consent_neighbours", "consent_agreement"))
_CORE = frozenset(("cookie_nouns", "consent_neighbours", "wall_data", "wall_partners"))
_MORE = frozenset(
    ("consent_web", "consent_agreement", "consent_choices", "consent_phrases", "wall_purposes", "wall_offer")
)
_CONSENT = _TALK | {"consent_web", "consent_choices", "consent_buttons", "consent_saved"}
_SURE = frozenset(("wall_phrases", "consent_phrases", "consent_buttons", "cookie_links"))
_ASKING = frozenset(("consent_phrases", "wall_purposes"))
_VOICE = frozenset(("consent_voice", "wall_voice", "wall_phrases"))
_LABELS = _CORE | _MORE | {"consent_buttons", "cookie_links", "consent_saved"}
_MENUS = Zone.NAV | Zone.FOOTER
_AROUND = _MENUS | Zone.RELATED | Zone.PROMO | Zone.SHARE | Zone.COMMENTS


class Line(NamedTuple):
    """A sentence, or a line that is none: its words, what it says by family, and how it stands on the page."""

    words: int
    says: Mapping[str, str]
    block: int
    is_sentence: bool = False
    in_banner: bool = False  # dropped as part of one
    is_heading: bool = False
    digits: bool = False  # mostly numbers, addresses and codes
    leads_away: bool = False  # a link as long as the headline of another story


def notice(page: Page, sure: Callable[[Page], Page]) -> tuple[QuarantineReason, str] | None:
    """The reason and the detail with which a cleaned page goes to quarantine as a mere notice, or None for an article."""
    own = _own(page)
    if len(page.blocks) > MOST_LINES or _reads_on(page, own) or _stated(page) or _wanted(page):
        return None
    may_wall, may_block = not _tells(page, own), sum(block.words for block in own) <= LONGEST_BLOCK
    if not (may_wall or may_block):
        return None
    found = page.rules.ask_all([block.folded for block in page.blocks] + [_title(page)], _STRONG)
    said: set[str] = set().union(*found)
    walled = may_wall and ("wall_phrases" in said or bool(page.saying(_BANNER)))
    blocked = may_block and "block_phrases" in said
    if not (walled or blocked):
        return None
    lines, signed = _lines(page, own, sure)
    if any("notice_told" in line.says for line in lines):
        return None
    if blocked and not signed and _is_block(lines, "block_phrases" in found[-1]):
        told = f"nothing but a page that refuses, checks or misses something ({_spoken(page)}); fetch it again"
        return QuarantineReason.BLOCKED, told
    if walled and _is_wall(lines):
        told = f"nothing but a consent dialog ({_spoken(page)}); fetch the page again with consent given"
        return QuarantineReason.CONSENT_WALL, told
    return None


def _own(page: Page) -> Sequence[Block]:
    """The blocks that are kept, or would be had nothing been learned of the site, which must make no page a notice."""
    judged = zip(page.blocks, page.verdicts, strict=True)
    return [block for block, verdict in judged if verdict and (verdict.keep or verdict.step == SITE_REPEATS)]


def _reads_on(page: Page, own: Sequence[Block]) -> bool:
    """True as soon as the article has more prose than a notice that is none of consent; most pages end here."""
    words = 0
    for block in own:
        if is_prose(block) and _TALK.isdisjoint(page.hits[block.index]):
            words += block.words
            if words >= PLENTY:
                return True
    return False


def _tells(page: Page, own: Sequence[Block]) -> bool:
    """True when the article has prose in which no word is one of consent: more than a wall can have."""
    words = 0
    for block in own:
        said = page.hits[block.index]
        if is_prose(block) and _CONSENT.isdisjoint(said) and not _has_stem(said):
            words += block.words
    return words >= PLAIN_WORDS


def _stated(page: Page) -> bool:
    """True when the page's own data state the article that the notice hides."""
    body = page.head.body
    return body is not None and len(body.split(maxsplit=STATED)) > STATED


def _wanted(page: Page) -> bool:
    """True when a rule of the site keeps a line."""
    if page.site.rules is None:
        return False
    return any(verdict and verdict.keep and verdict.step == SITE_RULES for verdict in page.verdicts)


def _title(page: Page) -> str:
    return fold(page.head.title or "")


def _spoken(page: Page) -> str:
    """The language of the notice, for a reader of the quarantine."""
    return f"language: {identify(' '.join([block.text for block in page.blocks[:50]]), page.head.language)[0]}"


def _lines(page: Page, own: Sequence[Block], sure: Callable[[Page], Page]) -> tuple[list[Line], bool]:
    """The sentences and labels of a page that are no chrome, and whether somebody signed it."""
    read = sure(replace(page, verdicts=(), lifts=(), done=_NO_HEADLINE))
    told = set() if Flag.OVER_CLEANED in page.flags else {block.index for block in own}
    titles = {squash(title) for title in (page.head.title, *page.head.titles) if title}
    lines: list[Line] = []
    for block, verdict in zip(read.blocks, read.verdicts, strict=True):
        in_banner = verdict is not None and verdict.step == BANNERS
        if not in_banner and block.index not in told and not is_prose(block):
            if block.link_share > MOSTLY_LINK and block.words > LONGEST_ENTRY and not block.inside(_MENUS):
                lines.append(Line(block.words, {}, block.index, leads_away=True))
            if block.link_share > MOSTLY_LINK or block.inside(_AROUND):
                continue
        hides = verdict is not None and not in_banner and block.index not in told and verdict.step != CAPTIONS
        is_heading = (
            block.kind == "heading"
            or (
                not lines
                and page.media == "text"
                and not (block.ends_sentence and (block.words > LONGEST_QUESTION or block.folded[-1] == "."))
            )
            or squash(block.text) in titles
        )
        lines += _parts(page, block, in_banner=in_banner, is_heading=is_heading, hides=hides)
    return lines, any(lift.field == "author" for lift in read.lifts)


def _parts(page: Page, block: Block, *, in_banner: bool, is_heading: bool, hides: bool) -> list[Line]:
    """The sentences of a block; of one that rules `hides` only those that say what a notice says."""
    parts = sentences(page, block)
    asked = page.rules.ask_all([part for part, _ in parts], _ASKED)
    lines = []
    for (part, said), more in zip(parts, asked, strict=True):
        if hides and not ("block_phrases" in more or "wall_phrases" in more):
            continue
        words = max(1, round(block.words * len(part) / len(block.folded)))
        # A line as long as prose is told to a reader though no stop ends it, as in Thai.
        full = (part[-1] in SENTENCE_ENDS or words >= PROSE_WORDS) and words > BARE_LABEL
        heading = is_heading and words <= LONGEST_HEADLINE
        lines.append(Line(words, {**said, **more}, block.index, full, in_banner, heading, _is_code(part)))
    return lines


def _is_code(part: str) -> bool:
    """True for what a server logs of a visit: most of its words have digits, or are addresses."""
    words = part.split()
    return sum("://" in word or any(map(str.isdigit, word)) for word in words) * 2 >= len(words)


def _is_wall(lines: Sequence[Line]) -> bool:
    """True when the page asks for consent, in its own voice, and says nothing else."""
    talk = [_speaks_of_consent(line) for line in lines]
    total = sum(line.words for line, speaks in zip(lines, talk, strict=True) if speaks)
    if total < LEAST_TALK or not any(map(_asks_for_consent, lines)) or _is_policy(lines):
        return False
    voiced = sum(
        line.words for line, speaks in zip(lines, talk, strict=True) if speaks and (line.in_banner or _is_voiced(line))
    )
    if voiced < VOICED * total:
        return False
    balance: Counter[int] = Counter()  # block → words that speak of consent, less half of those that do not
    for line, speaks in zip(lines, talk, strict=True):
        balance[line.block] += 2 * line.words if speaks else -line.words
    speaking = {block for block, more in balance.items() if more >= 0}
    framed = _framed(lines, speaking)
    inside = between = apart = labels = headings = 0
    after_partners = False
    for line, speaks in zip(lines, talk, strict=True):
        if speaks:
            after_partners = after_partners or (not line.is_sentence and "wall_partners" in line.says)
        elif not line.is_sentence or line.is_heading:
            headings += line.is_heading
            if line.words > BARE_LABEL and not after_partners and not line.digits:
                labels += 0 if line.is_heading and headings <= FREE_HEADINGS else line.words
        elif line.block in speaking or (line.block in framed and _may_be_of_consent(line)):
            inside += line.words
        elif line.block in framed:
            between += line.words
        else:
            apart += line.words
    return (
        inside <= PLAIN_INSIDE * total
        and between <= PLAIN_BETWEEN * total
        and apart <= PLAIN_APART
        and labels <= LABEL_WORDS + LABEL_SHARE * total
    )


def _framed(lines: Sequence[Line], speaking: set[int]) -> set[int]:
    """The blocks near one that speaks of consent, with a sentence or two labels near behind them that do as well."""
    order = list(dict.fromkeys([line.block for line in lines]))
    told = {line.block for line in lines if line.is_sentence} & speaking
    framed = set()
    for at, block in enumerate(order):
        before, after = (
            speaking.intersection(order[max(0, at - NEAR) : at]),
            speaking.intersection(order[at + 1 : at + 1 + NEAR]),
        )
        if before and (len(after) > 1 or after & told):
            framed.add(block)
    return framed


def _speaks_of_consent(line: Line) -> bool:
    said = line.says.keys()
    if not _SURE.isdisjoint(said) or (line.in_banner and (_is_voiced(line) or not _LABELS.isdisjoint(said))):
        return True
    core, more = len(_CORE & said), len(_MORE & said) + _has_stem(said)
    if not line.is_sentence:
        return core > 0 or not _LABELS.isdisjoint(said)
    return core > 1 or (core > 0 and more > 0) or (core + more > 1 and _is_voiced(line)) or "wall_offer" in said


def _may_be_of_consent(line: Line) -> bool:
    return _is_voiced(line) and (not (_CORE | _MORE).isdisjoint(line.says) or _has_stem(line.says))


def _asks_for_consent(line: Line) -> bool:
    said = line.says.keys()
    if "wall_phrases" in said:
        return True
    voiced = "consent_web" in said or not _VOICE.isdisjoint(said)
    return "cookie_nouns" in said and voiced and (_has_stem(said) or not _ASKING.isdisjoint(said))


def _is_voiced(line: Line) -> bool:
    return not line.is_sentence or not line.says.keys().isdisjoint(_VOICE)


def _has_stem(said: Iterable[str]) -> bool:
    return any(family.startswith("consent_stems_") for family in said)


def _is_policy(lines: Sequence[Line]) -> bool:
    """True when the page says that it is a policy: a document of the site, whatever it says of consent."""
    return any(
        line.is_heading and "notice_policy" in line.says and line.words <= LONGEST_POLICY and not line.is_sentence
        for line in lines
    )


def _is_block(lines: Sequence[Line], titled: bool) -> bool:
    """True when the page says that something is refused, checked, missing or broken, and nothing else."""
    lines = [line for line in lines if not (line.in_banner or line.leads_away)]
    first = set(list(dict.fromkeys([line.block for line in lines]))[:FIRST_LINES])
    if not (titled or any("block_phrases" in line.says for line in lines if line.block in first)):
        return False
    spoken = words = plain = labels = headings = 0
    for line in lines:
        known = "block_phrases" in line.says or "block_asides" in line.says
        if known and _may_refuse(line):
            spoken += line.words
        elif line.digits:
            continue
        elif not line.is_sentence or line.is_heading:
            headings += line.is_heading
            if line.words > BARE_LABEL:
                labels += 0 if line.is_heading and headings <= FREE_HEADINGS else line.words
        elif "block_words" in line.says and not known:
            words += line.words
        else:
            plain += line.words
    return (
        spoken > 0
        and spoken + words + plain <= LONGEST_BLOCK
        and plain <= PLAIN_BLOCKED * spoken
        and spoken + words / 2 >= LEAST_BLOCKED * (spoken + words + plain)
        and labels <= LABEL_WORDS
    )


def _may_refuse(line: Line) -> bool:
    """True unless the sentence is one of a report: long, to nobody, with the words of a refusal and no others of it."""
    if line.words <= LONGEST_UNVOICED or _is_voiced(line) or "block_asides" in line.says:
        return True
    return line.words <= LONGEST_REFUSAL and "block_words" in line.says
