"""Protected lines of already-extracted text: what its place and shape say, in any language, where markup says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaners.page import Block, Page
from cleaners.text.prose import is_prose

MARKS = "•●▪■◦‣·*-–—"
_MAY_BEGIN = frozenset(MARKS + "(0123456789")  # what an item begins with
LEAST_ITEMS = 2  # of a list
INTRODUCES = 6  # words, at least, of a line that announces a list by its colon; "Read more:" has fewer
SHORT_SENTENCE = 3  # words of a line that ends like a sentence and so belongs to the text
HEAD_WORDS = 6  # of a list's own head, at most
SALUTATION = 5  # words, at most
SIGNED = 3  # lines at the end of a letter: name, office, place
SIGNED_WORDS = 6  # of each
_FURNITURE = frozenset(
    [
        "related_head",
        "related_bare",
        "related_prefix",
        "share_start",
        "share_label",
        "comments_head",
        "comments_start",
        "newsletter_label",
        "tag_head",
        "menu_label",
    ]
)  # families of phrases that say of a short line that it is none of the story
_NUMBERED = re.compile(r"(?:\(?\d{1,2}[.)]|\d{1,2}\s[-–])\s*\w")
_LETTER = re.compile(
    r"(?:(?:open |readers?'? )?letters?(?: to the editor)?|lesers?brief\w*|leserzuschrift\w*|lezersbrie\w+|ingezonden brief"
    r"|insändare|l(?:æ|e)serbrev|leserinnlegg|lukijan kirje|mielipide\w*|courrier des lecteurs|lettres? ouvertes?"
    r"|cartas?(?: al director| abierta| aberta| dos leitores| do leitor)?|letter[ae](?: al direttore| aperta)?"
    r"|list(?:y)? (?:do redakcji|czytelnik\w*|otwarty)|dopis\w* čten\w+|olvasói levél|scrisoare deschisă|писмо|письмо"
    r"|лист|επιστολή|mektup|okur mektubu|surat pembaca|读者来信|讀者來信|読者の声|독자투고)(?=\s*[:：|–-]|\s*$)"
)


def protected_text(page: Page) -> Iterator[int]:
    """The open lines of a text that stay whatever the judge says: items of the story's lists, the frame of a letter."""
    yield from _lists(page)
    salutation = _salutation(page)
    if salutation is not None:
        yield salutation
    if salutation is not None or any(_LETTER.match(block.folded) for block in page.blocks[:3]):
        yield from _signature(page)


def _lists(page: Page) -> Iterator[int]:
    """The lists that a line announces by its colon, or that stand between sentences of the text, with their heads."""
    if sum([block.text[0] in _MAY_BEGIN for block in page.blocks]) < LEAST_ITEMS:
        return
    many, at = len(page.blocks), 0
    while at < many:
        if not _is_item(page, at):
            at += 1
            continue
        first, end = at, _end_of_list(page, at)
        at = end
        items = sum(_is_item(page, place) for place in range(first, end))
        if items < LEAST_ITEMS or not first:
            continue
        if _is_head(page, first - 1):
            first -= 1
        if _announced(page, first - 1) or (_told(page, first - 1) and end < many and _told(page, end)):
            yield from (place for place in range(first, end) if page.verdicts[place] is None)


def _end_of_list(page: Page, at: int) -> int:
    """Where a list ends that begins here: behind its last item. A head may part it, and what a rule has dropped."""
    end, many = at + 1, len(page.blocks)
    while end < many:
        if _is_item(page, end) or page.verdicts[end] is not None:
            end += 1
        elif _is_head(page, end) and end + 1 < many and _is_item(page, end + 1):
            end += 2
        else:
            break
    return end


def _is_item(page: Page, at: int) -> bool:
    text = page.blocks[at].text
    if text[0] not in _MAY_BEGIN or not _is_open(page, at):
        return False
    return text[0] in MARKS or _NUMBERED.match(text) is not None


def _is_head(page: Page, at: int) -> bool:
    """True for a short line that says nothing that a rule knows: a list's own head."""
    block = page.blocks[at]
    return at > 0 and block.words <= HEAD_WORDS and _is_open(page, at) and not _is_item(page, at)


def _announced(page: Page, at: int) -> bool:
    block = page.blocks[at]
    return at >= 0 and block.words >= INTRODUCES and block.text[-1] in ":：" and _is_open(page, at)


def _told(page: Page, at: int) -> bool:
    """True for an undecided line that ends like a sentence and says nothing that a rule knows."""
    block = page.blocks[at]
    return at >= 0 and block.words >= SHORT_SENTENCE and block.ends_sentence and _is_open(page, at)


def _is_open(page: Page, at: int) -> bool:
    """True for a line that no rule has decided, and that no phrase tells to be none of the story."""
    said = page.hits[at]
    return page.verdicts[at] is None and (not said or _FURNITURE.isdisjoint(said))


def _salutation(page: Page) -> int | None:
    """The line that a letter begins with, right above its first paragraph: "Dear Editor,"."""
    for block in page.open()[:4]:
        if block.words > SALUTATION or block.text[-1] not in ",，،" or block.index + 1 >= len(page.blocks):
            continue
        return block.index if is_prose(page.blocks[block.index + 1]) else None
    return None


def _signature(page: Page) -> Iterator[int]:
    """Name and place below the last paragraph of a letter, where the text ends with them."""
    below: list[Block] = []
    for block in reversed(page.open()):
        if block.words > SIGNED_WORDS or len(below) > SIGNED:
            break
        below.append(block)
    if 0 < len(below) <= SIGNED and len(below) < len(page.open()):
        yield from (block.index for block in below if _is_open(page, block.index))
