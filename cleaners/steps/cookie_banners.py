"""Drops cookie banners and consent boxes, known by a noun, a verb of consent and a word of the web in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cleaners.page import Block, Page
from cleaners.text.prose import is_sentence
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason
from cleaners.zones import Zone

STEP, REASON = "cookie_banners", Reason.COOKIE_BANNER
CONSENT_SENTENCE = Rule(STEP, "consent_sentence", REASON, "asks in one sentence for consent to cookies on a website")
CONSENT_EMBED = Rule(STEP, "consent_embed", REASON, "stands in for outside content that waits for the reader's consent")
CONSENT_SAVED = Rule(STEP, "consent_saved", REASON, "tells the reader that their choice about cookies was kept")
CONSENT_CONTAINER = Rule(STEP, "consent_container", REASON, "stands in a container named after cookies or consent")
SETTINGS_LINK = Rule(STEP, "cookie_settings_link", REASON, "nothing but a link to cookie settings")
BESIDE_BANNER = Rule(STEP, "beside_banner", REASON, "a button or note in one run with a cookie banner")
RULES = (CONSENT_SENTENCE, CONSENT_EMBED, CONSENT_SAVED, CONSENT_CONTAINER, SETTINGS_LINK, BESIDE_BANNER)

_SENTENCE = re.compile(r"(?<=[.!?。！？؟।])")
_STEMS = "consent_stems_"
TOLD_TWICE = 2  # sentences about cookies make them the subject; one may be a stray line of a banner
EDGE_LINES = 2  # body lines that may stand between a lone banner and the page's end: a headline and a standfirst
LONGEST_LABEL = 8  # words; a longer line with the noun needs the proof of a sentence
EMBED_LABEL = 5  # words
LONGEST_NEIGHBOUR = 60  # words; boxes explain themselves in paragraphs, but not in longer ones
FARTHEST_NEIGHBOUR = 6  # lines; banners with more buttons than this stand in a container that says so
ARTICLE_LINES = 3  # plain sentences that show a consent container to hold the article itself
PLAIN_WORDS = 20  # such a sentence has at least so many words
LONGEST_SAVED = 12  # words; "Your cookie choices have been stored." has six, a sentence of a story goes on
LONGEST_BANNER = 2_500  # characters; a longer line is a policy or a whole page in one line

SAVED = frozenset({"consent_yours", "consent_choices", "consent_saved"})
_SPOKEN = ("cookie_nouns", "consent_embeds", "cookie_links", "consent_saved")  # one of which every banner says
_TALK = ("cookie_nouns", "consent_web", "consent_agreement", "consent_neighbours", "consent_buttons")


def cookie_banners(page: Page) -> Page:
    """Drop consent banners with their buttons and notes; articles and recipes about cookies stay undecided."""
    spoken = [page.blocks[index] for index in page.saying(_SPOKEN) if page.is_open(index)]
    if not spoken:
        return page
    found = _in_containers(page)
    proofs = {block.index: proof for block in spoken if block.index not in found and (proof := _proof(page, block))}
    links = {block.index for block in spoken if block.index not in found and page.says(block, "cookie_links")}
    if not (found or proofs or links):
        return page
    banners = found.keys() | proofs.keys()
    if _about_cookies(page, banners | links):
        proofs, links = {}, set()
    body = _middle(page) if proofs else (0, 0)
    found |= {index: proof for index, proof in proofs.items() if _stands_like_a_banner(page, index, banners, body)}
    found |= dict.fromkeys(links - found.keys(), SETTINGS_LINK.verdict())
    found |= _beside(page, found)
    return page.decide(found)


def _proof(page: Page, block: Block) -> Verdict | None:
    """A verdict on a line whose words alone prove it to be of a banner, or None."""
    hits = page.hits[block.index]
    if "cookie_nouns" not in hits and "consent_embeds" not in hits and "consent_saved" not in hits:
        return None
    if len(block.text) > LONGEST_BANNER or block.folded[0] == '"' or " | " in block.text or "\n" in block.text:
        return None
    embed, agreement = hits.get("consent_embeds"), hits.get("consent_agreement")
    if embed and agreement and ("cookie_nouns" in hits or "consent_web" in hits):
        return CONSENT_EMBED.verdict(f"asks for agreement before showing content: “{embed}”, “{agreement}”")
    if embed and "consent_yours" in hits and "consent_web" in hits:
        return CONSENT_EMBED.verdict(f"says that your settings hold content back: “{embed}”")
    if embed and block.words <= EMBED_LABEL and not block.ends_sentence:
        return CONSENT_EMBED.verdict(f"the label of content held back: “{embed}”")
    if saved := _saved(page, block):
        return saved
    if "cookie_nouns" not in hits or not (_stem(hits) or "consent_phrases" in hits):
        return None
    for _, said in sentences(page, block):
        noun, consent, web = said.get("cookie_nouns"), _stem(said), said.get("consent_web")
        if not noun:
            continue
        if consent and web:
            return CONSENT_SENTENCE.verdict(f"“{noun}”, “{consent}” and “{web}” in one sentence")
        phrase = said.get("consent_phrases")
        if phrase and (web or consent or "consent_web" in hits):
            return CONSENT_SENTENCE.verdict(f"says “{phrase}”")
    return None


def _saved(page: Page, block: Block) -> Verdict | None:
    """A verdict on the note that a reader's choice is kept: whose, the choice and the keeping in one short sentence."""
    if not page.hits[block.index].keys() >= SAVED or block.words > LONGEST_NEIGHBOUR or block.folded[0] == '"':
        return None
    for part, said in sentences(page, block):
        if part.count(" ") < LONGEST_SAVED and said.keys() >= SAVED:
            return CONSENT_SAVED.verdict(f"tells the reader “{said['consent_choices']}” and “{said['consent_saved']}”")
    return None


def sentences(page: Page, block: Block) -> list[tuple[str, Mapping[str, str]]]:
    """The sentences of a line, folded, each with its families as in `page.hits`."""
    parts = [part.strip() for part in _SENTENCE.split(block.folded) if part.strip()]
    found = page.rules.scan(parts)
    return list(zip(parts, found, strict=True))


def _stem(hits: Mapping[str, str]) -> str | None:
    return next((phrase for family, phrase in hits.items() if family.startswith(_STEMS)), None)


def _about_cookies(page: Page, banners: set[int]) -> bool:
    """True when the article itself speaks of cookies: sentences do so away from any banner, or without its voice."""
    told = 0
    for block in page.open():
        hits = page.hits[block.index]
        if "cookie_nouns" in hits and is_sentence(block) and not block.inside(Zone.CONSENT | Zone.CHROME):
            near = not banners.isdisjoint(range(block.index - EDGE_LINES, block.index + EDGE_LINES + 1))
            told += not near or not ("consent_phrases" in hits or page.rules.asks(block.folded, "consent_voice"))
    return told >= TOLD_TWICE


def _stands_like_a_banner(page: Page, index: int, banners: set[int], body: tuple[int, int]) -> bool:
    """True at an edge of the page, beside another line of the banner, or in a dialog; alone it may be news."""
    block = page.blocks[index]
    if block.inside(Zone.CONSENT | Zone.CHROME) or page.says(block, "consent_embeds"):
        return True
    if any(near in banners or _is_neighbour(page, near) for near in (index - 1, index + 1)):
        return True
    return index < body[0] or index > body[1]


def _middle(page: Page) -> tuple[int, int]:
    """The first and last line of the body that is no edge: a few full sentences stand on either side of it."""
    body = [block.index for block in page.blocks if _is_body(page, block)]
    if len(body) <= EDGE_LINES:
        return len(page.blocks), -1
    return body[EDGE_LINES], body[-1 - EDGE_LINES]


def _is_body(page: Page, block: Block) -> bool:
    return is_sentence(block) and not page.says(block, "cookie_nouns") and not block.inside(Zone.CONSENT | Zone.CHROME)


def _is_neighbour(page: Page, index: int) -> bool:
    """True when the line would fall with a banner beside it."""
    if not 0 <= index < len(page.blocks) or not page.is_open(index):
        return False
    block, hits = page.blocks[index], page.hits[index]
    if "consent_buttons" in hits:
        return True
    if block.kind == "heading" and block.inside(Zone.ARTICLE):
        return False
    if "cookie_nouns" in hits:
        return block.words <= LONGEST_LABEL or bool(_stem(hits)) or "consent_phrases" in hits
    if _saved(page, block):
        return True
    return "consent_neighbours" in hits and block.words <= LONGEST_NEIGHBOUR and block.folded[0] != '"'


def _beside(page: Page, banner: Mapping[int, Verdict]) -> dict[int, Verdict]:
    """The buttons and notes that stand in one run with a banner, a few lines in each direction."""
    found: dict[int, Verdict] = {}
    for index in sorted(index for index, verdict in banner.items() if verdict.rule != SETTINGS_LINK.id):
        for step in (-1, 1):
            for near in range(index + step, index + step * (FARTHEST_NEIGHBOUR + 1), step):
                if near in banner or not _is_neighbour(page, near):
                    break
                found[near] = BESIDE_BANNER.verdict()
    return found


def _in_containers(page: Page) -> dict[int, Verdict]:
    """Everything in a consent container that speaks of cookies, unless the container holds the article."""
    found: dict[int, Verdict] = {}
    for run in _runs(page.inside(Zone.CONSENT)):
        if _holds_a_banner(page, run):
            for block in run:
                if page.is_open(block.index):
                    found[block.index] = CONSENT_CONTAINER.verdict()
    return found


def _holds_a_banner(page: Page, run: Sequence[Block]) -> bool:
    """True when a container named after cookies asks for consent, and neither documents code nor holds the article."""
    if sum(_is_plain(page, block) for block in run) >= ARTICLE_LINES or any(block.inside(Zone.CODE) for block in run):
        return False
    if any(_proof(page, block) for block in run):
        return True
    said = [block for block in run if block.inside(Zone.DIALOG)]
    return any(page.says(block, "cookie_nouns") for block in said) and any(
        page.says(block, "consent_buttons") for block in said
    )


def _is_plain(page: Page, block: Block) -> bool:
    """True for a full sentence without a word that banners use."""
    return block.words >= PLAIN_WORDS and block.ends_sentence and not any(page.says(block, said) for said in _TALK)


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """The unbroken runs among these blocks."""
    runs: list[list[Block]] = []
    last = -2
    for block in blocks:
        if block.index == last + 1:
            runs[-1].append(block)
        else:
            runs.append([block])
        last = block.index
    return runs
