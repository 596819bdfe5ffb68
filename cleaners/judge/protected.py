"""Protected lines, which the judge may not drop: the standfirst, and the note of who reported for an agency."""

from __future__ import annotations

import re

from cleaners.judge.protected_text import protected_text
from cleaners.page import Block, Page
from cleaners.text.fold import squash
from cleaners.text.prose import MOSTLY_LINK
from cleaners.zones import Zone

MOST_WORDS_OF_NOTE = 60
LEAST_WORDS = 5
LONG_ENOUGH = 40  # characters that a line and a description cut short, or one that goes on, must share
_ELSEWHERE = Zone.NAV | Zone.FOOTER | Zone.COMMENTS | Zone.FIGCAPTION
_WORD = re.compile(r"\w+")
_DECK = re.compile(
    r"(?<![a-z])(?:stand-?first|sub-?head(?:ing|line|er)?|sub-?title|dec?k|chapo|chapeau|vorspann|ingress|entradilla"
    r"|sommario)(?![a-z])"
)


def protected(page: Page) -> frozenset[int]:
    """The indices of the undecided blocks that stay whatever the judge says of them.

    Both look like furniture and are text: a standfirst is short and stands alone; "Reporting by …; Editing by …" at
    the end of an agency's report is part of it, and most gold text has it.
    """
    found = {
        block.index
        for block, said, verdict in zip(page.blocks, page.hits, page.verdicts, strict=True)
        if said and verdict is None and block.words <= MOST_WORDS_OF_NOTE and said.get("agency_note")
    }
    if page.media == "text":
        found.update(protected_text(page))
    first = standfirst(page) or deck(page)
    return frozenset(found if first is None else {*found, first.index})


def deck(page: Page) -> Block | None:
    """The line right below the headline, beside it in one element, that its class calls a deck or standfirst.

    One that ends like a sentence is left to the judge, who can tell; one that does not looks like a headline in all
    but its class and place. Of those that the judge alone would drop, gold text has 13 of 16.
    """
    headline = next((block for block in page.blocks if block.tag == "h1"), None)
    if headline is None:
        return None
    below = next((block for block in page.open() if block.index > headline.index), None)
    if below is None or below.parent != headline.parent or not _DECK.search(below.tokens):
        return None
    unlike = below.words < LEAST_WORDS or below.link_share > MOSTLY_LINK or below.ends_sentence
    return None if unlike else below


def standfirst(page: Page) -> Block | None:
    """The first undecided line below the headline that equals, begins or continues a stated description.

    Readers lose it easily: it is short, and stands between a headline and a byline. On 98 of 100 news pages gold text
    has it; extractors by density lose it on two of five.
    """
    stated = [
        said for said in {squash(text): None for text in page.head.descriptions} if said.count(" ") + 1 >= LEAST_WORDS
    ]
    if not stated:
        return None
    beginnings = tuple({said.split(" ", 1)[0] for said in stated})
    headline = next((block for block in page.blocks if block.tag == "h1"), None)
    below, around = (headline.index, headline.zone) if headline else (-1, 0)
    for block in page.open():
        if block.index <= below or block.words < LEAST_WORDS:
            continue
        if block.folded[:1].isalnum() and not block.folded.startswith(beginnings):
            continue  # nearly every line ends here
        first = _WORD.search(block.folded)
        if first and first[0] in beginnings and _says(squash(block.text), stated):
            elsewhere = block.inside(_ELSEWHERE & ~around)  # what stands around the headline too says nothing of a line
            return None if elsewhere or block.link_share > MOSTLY_LINK else block
    return None


def _says(line: str, stated: list[str]) -> bool:
    return any(
        line == said
        or (len(line) >= LONG_ENOUGH and said.startswith(line))
        or (len(said) >= LONG_ENOUGH and line.startswith(said))
        for said in stated
    )
