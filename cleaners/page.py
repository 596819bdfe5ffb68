"""A page on its way from bytes to article: Page, its blocks, what it says of itself, what is known of its site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from cleaners.article import Kind
from cleaners.errors import DecidedTwice
from cleaners.rules.phrases import Rules
from cleaners.verdict import Lift, Verdict
from cleaners.vocabulary import Flag

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import re2

Media = Literal["html", "text"]

SENTENCE_ENDS = frozenset(".!?…。！？।؟۔։።။៕︒｡．‽")
CLOSERS = "\"'”’»›)]}」』）】〉》〗”“‘"


class Block(NamedTuple):
    """One visible line of a page with its evidence, gathered once while parsing.

    `index` is its position on the page. `text` is what a reader sees, spaces folded; only code keeps its line
    breaks. `folded` is the same for matching: casefolded, straight quotes, single spaces. `path` is the tag path
    from the body down, `zone` the bits above, `words` a count (two CJK characters count as one word).
    `link_chars` counts the characters inside links. `tokens` are the class and id of the nearest block element.
    `alt` is the text of an image in the same figure, or of the last image before. `element` is the number of the block's
    own element and `parent` that of the one around it, so that blocks with one parent are siblings. `after_break` is
    true when only a <br> parts it from the block before.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks a block for
    text: str
    folded: str
    kind: Kind = "paragraph"
    tag: str = ""
    path: str = ""
    zone: int = 0
    words: int = 0
    link_chars: int = 0
    tokens: str = ""
    alt: str = ""
    parent: int = 0
    element: int = 0
    depth: int = 0
    after_break: bool = False

    def inside(self, zones: int) -> bool:
        """True when the block stands in at least one of these zones."""
        return self.zone & zones != 0

    @property
    def link_share(self) -> float:
        """Share of the characters that stand in links, 0 to 1."""
        return min(1.0, self.link_chars / len(self.text)) if self.link_chars and self.text else 0.0

    @property
    def ends_sentence(self) -> bool:
        """True when the last character, closing quotes and brackets aside, ends a sentence in its script."""
        last = self.text[-1:]
        return (last if last not in CLOSERS else (self.text.rstrip(CLOSERS) or " ")[-1]) in SENTENCE_ENDS


class Candidate(NamedTuple):
    """One statement of the page about itself: `field`, where it stands, and the value as stated, spaces folded."""

    field: Literal["title", "author", "published", "modified", "site_name"]
    source: str  # json-ld, og, meta, twitter, title, h1, microdata, rel, time, class
    value: str


@dataclass(frozen=True)
class Head:
    """What the page says about itself outside its visible text; empty for text input."""

    title: str | None = None
    titles: tuple[str, ...] = ()  # every form of the title: og:title, <title>, JSON-LD headline
    description: str | None = None
    descriptions: tuple[str, ...] = ()
    site_name: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    canonical: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    body: str | None = None  # JSON-LD articleBody
    paywalled: bool = False
    live_blog: bool = False
    candidates: tuple[Candidate, ...] = ()  # every statement the fields above were chosen from, best source first


class LineIndex(Protocol):
    """What was learned of all sites, as a page asks it; cleaners/site/boilerplate_index.py is one."""

    def among(self, keys: npt.NDArray[np.uint64], site: str) -> npt.NDArray[np.bool_]:
        """Which of these line keys were learned of this site."""


@dataclass(frozen=True)
class SiteRules:
    """What a person ruled about one site. Lines are keys, so numbers in them do not matter, nor dates in short ones.

    A pattern stands for the whole line. A selector stands for the lines that are inside the elements it matches.
    """

    keep: frozenset[int] = frozenset()
    drop: frozenset[int] = frozenset()
    keep_patterns: tuple[re2._Regexp[str], ...] = ()
    drop_patterns: tuple[re2._Regexp[str], ...] = ()
    keep_selectors: tuple[str, ...] = ()
    drop_selectors: tuple[str, ...] = ()

    @property
    def selectors(self) -> tuple[str, ...]:
        """All selectors, each once."""
        return tuple(dict.fromkeys(self.keep_selectors + self.drop_selectors))


@dataclass(frozen=True)
class Site:
    """What is known of the site of one page: its host, what a person ruled about it, what was learned from its other pages."""

    host: str = ""  # without "www."; empty when nobody says
    rules: SiteRules | None = None
    selected: Mapping[str, frozenset[int]] = field(default_factory=dict)  # selector of those rules → blocks inside
    learned: LineIndex | None = None
    title_parts: frozenset[str] = frozenset()  # of the page's title, learned to be the site's


@dataclass(frozen=True)
class Page:
    """One page on its way from bytes to article. Steps return a changed copy; blocks never change or move."""

    source: str
    media: Media
    blocks: tuple[Block, ...]
    rules: Rules
    url: str | None = None
    head: Head = field(default_factory=Head)
    parents: tuple[int, ...] = (0,)  # per element that is not inline: the number of the one around it; 0 is the page
    names: tuple[str, ...] = ("",)  # per such element: its tag, and after a space its class and id
    markup: str = ""  # the HTML the blocks were read from, for the second reader
    bare: bool = False  # True where its markup has tags and no classes, as that of Markdown
    hits: tuple[Mapping[str, str], ...] = ()  # per block: family → the phrase of it that stands in the block
    verdicts: tuple[Verdict | None, ...] = ()
    lifts: tuple[Lift, ...] = ()
    flags: frozenset[Flag] = frozenset()
    done: frozenset[str] = frozenset()  # steps that left nothing to find, so that the second pass may skip them
    site: Site = field(default_factory=Site)
    fingerprints: bytes = b""  # of its lines, packed, for learning; there once rules and judge have decided
    scores: tuple[float, ...] = ()  # per block: the judge's probability that it is main content
    confidence: float = 1.0  # 0 to 1: how sure the judge is of the page as a whole

    def __post_init__(self) -> None:
        if not self.verdicts and self.blocks:
            object.__setattr__(self, "verdicts", (None,) * len(self.blocks))
        if not self.hits and self.blocks:
            object.__setattr__(self, "hits", self.rules.scan([block.folded for block in self.blocks]))

    def open(self) -> tuple[Block, ...]:
        """The blocks that have no verdict yet, in page order."""
        return self._open

    def alive(self) -> tuple[Block, ...]:
        """The blocks that are kept or undecided, in page order."""
        return self._alive

    def kept(self) -> tuple[Block, ...]:
        """The blocks a step decided to keep, in page order."""
        return self._kept

    @cached_property  # most steps decide nothing, and the next one asks the same page again
    def _open(self) -> tuple[Block, ...]:
        judged = zip(self.blocks, self.verdicts, strict=True)
        return tuple([block for block, verdict in judged if verdict is None])

    @cached_property
    def _alive(self) -> tuple[Block, ...]:
        judged = zip(self.blocks, self.verdicts, strict=True)
        return tuple([block for block, verdict in judged if verdict is None or verdict.keep])

    @cached_property
    def _kept(self) -> tuple[Block, ...]:
        judged = zip(self.blocks, self.verdicts, strict=True)
        return tuple([block for block, verdict in judged if verdict is not None and verdict.keep])

    @cached_property  # blocks never change, so that all steps may ask for it
    def shown(self) -> str:
        """All lines of the page, one below the other: what does not stand there stands in no line."""
        return "\n".join([block.text for block in self.blocks])

    def inside(self, zones: int) -> list[Block]:
        """The blocks that stand in at least one of these zones, in page order."""
        return [block for block in self.blocks if block.zone & zones]

    def is_open(self, index: int) -> bool:
        """True while no step has decided on the block at this position."""
        return self.verdicts[index] is None

    def says(self, block: Block, family: str) -> str:
        """The phrase of this family that stands in the block as the family demands, or an empty string."""
        return self.hits[block.index].get(family, "")

    def saying(self, families: Iterable[str]) -> Sequence[int]:
        """The positions of the blocks that say something of at least one of these families, in page order."""
        found = [self._places[family] for family in families if family in self._places]
        return found[0] if len(found) == 1 else sorted(set().union(*found))

    @cached_property  # most families stand in few blocks or none, and a dozen steps ask for theirs
    def _places(self) -> Mapping[str, list[int]]:
        places = defaultdict(list)
        for index, said in enumerate(self.hits):
            for family in said:
                places[family].append(index)
        return places

    def decide(self, verdicts: Mapping[int, Verdict], *, lifts: tuple[Lift, ...] = (), done: str = "") -> Page:
        """A copy with these verdicts (block index → verdict) and lifts added; `done` names a step with nothing left to find.

        Raises DecidedTwice when a block already has a verdict.
        """
        if not verdicts and not lifts and not done:
            return self
        decided = list(self.verdicts)
        for index, verdict in verdicts.items():
            if decided[index] is not None:
                raise DecidedTwice(
                    f"{self.source}: block {index} was decided by {decided[index]} and again by {verdict}"
                )
            decided[index] = verdict
        # As dataclasses.replace, which takes each field in its hands: a page is decided on a dozen times.
        page = object.__new__(Page)
        page.__dict__.update(
            self.__dict__,
            verdicts=tuple(decided),
            lifts=self.lifts + lifts,
            done=self.done | {done} if done else self.done,
        )
        for counted in ("_open", "_alive", "_kept"):
            page.__dict__.pop(counted, None)
        return page


def drop_where(page: Page, judged: Callable[[Block], Verdict | None]) -> Page:
    """Decide every undecided block for which `judged` gives a verdict; None leaves it undecided."""
    verdicts = {}
    for block in page.open():
        verdict = judged(block)
        if verdict:
            verdicts[block.index] = verdict
    return page.decide(verdicts)


Step = Callable[[Page], Page]


def run(page: Page, *steps: Step) -> Page:
    """The page after these steps, in order."""
    for step in steps:
        page = step(page)
    return page
