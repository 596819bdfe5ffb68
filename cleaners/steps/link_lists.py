"""This file drops lists of links: siblings that are nearly all link, and in plain text the menus at the edges."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from cleaners.page import Block, Page
from cleaners.text.prose import PROSE_WORDS, first_prose, last_prose
from cleaners.verdict import Verdict, Why
from cleaners.zones import Zone

NEARLY_LINK = 0.9
MIN_LINKS = 3  # two linked lines in a row may be a product and its shop
MENU_WORDS = 4
MIN_MENU = 4
MIN_LABELS = 3  # known menu labels in a run; a line-up or a list of ingredients has none
LABEL_SHARE = 0.3
CONTENTS_SHARE = 0.6  # of the entries of a table of contents that stand as subheads on the page
NUMBERING = "0123456789.)-–•·> "
ELSEWHERE = Zone.NAV | Zone.SHARE | Zone.RELATED | Zone.COMMENTS | Zone.FOOTER
BODY = Zone.TABLE | Zone.CODE | Zone.QUOTE | Zone.FIGURE  # links in these belong to what the article shows


def link_lists(page: Page) -> Page:
    """Drop runs of linked lines, then menus of short labels; lists between an article's paragraphs stay."""
    if page.media == "html":
        page = _drop(page, _links(page))
    return _drop(page, _menus(page))


def _drop(page: Page, found: Mapping[int, Why]) -> Page:
    return page.decide(
        {
            index: Verdict(False, "link_lists", _reason(page.blocks[index]), rule, why)
            for index, (rule, why) in found.items()
            if page.is_open(index)
        }
    )


def _links(page: Page) -> dict[int, Why]:
    alive = page.alive()
    linked = [block.link_chars > 0 and _is_link(block) for block in alive]
    runs = [(at, run) for at, run in _runs(alive, linked) if len(run) >= MIN_LINKS] if any(linked) else []
    if not runs or _all_linked(alive):
        return {}
    first, last = first_prose(alive), last_prose(alive)
    shown = {block.folded for block, is_link in zip(alive, linked, strict=True) if not is_link}
    found: dict[int, Why] = {}
    for at, run in runs:
        rule = _where(run, at, first, last, shown)
        if rule:
            why = (rule, f"one of {len(run)} lines in a row that are nearly all link")
            found |= dict.fromkeys((block.index for block in run), why)
    return found


def _menus(page: Page) -> dict[int, Why]:
    found: dict[int, Why] = {}
    if len(page.saying(("menu_label",))) < MIN_LABELS:
        return found
    alive = page.alive()
    if len([block for block in alive if "menu_label" in page.hits[block.index]]) < MIN_LABELS:
        return found
    first, last = first_prose(alive), last_prose(alive)
    for edge in (alive[:first], alive[last + 1 :]) if first <= last else (alive,):
        for _, run in _runs(edge, map(_is_label, edge)):
            labels = sum("menu_label" in page.hits[block.index] for block in run)
            if len(run) >= MIN_MENU and labels >= MIN_LABELS and labels >= LABEL_SHARE * len(run):
                why = ("menu", f"one of {len(run)} labels of a menu")
                found |= dict.fromkeys((block.index for block in run), why)
    return found


def _runs(blocks: Sequence[Block], belongs: Iterable[bool]) -> Iterator[tuple[int, list[Block]]]:
    """Each longest run of blocks that belong, with the position of its first."""
    run: list[Block] = []
    for at, (block, belonging) in enumerate(zip(blocks, belongs, strict=True)):
        if belonging:
            run.append(block)
        elif run:
            yield at - len(run), run
            run = []
    if run:
        yield len(blocks) - len(run), run


def _where(run: list[Block], at: int, first: int, last: int, shown: Container[str]) -> str | None:
    """Why a run of links is none of the article's lists; None between paragraphs when nothing proves it."""
    if all(block.zone & ELSEWHERE for block in run):
        return "links_elsewhere"
    if sum(block.folded.lstrip(NUMBERING) in shown for block in run) >= CONTENTS_SHARE * len(run):
        return "contents"  # the table of contents says again what the subheads say
    if at + len(run) <= first or at > last:
        return "links"
    return None


def _all_linked(alive: Sequence[Block]) -> bool:
    """True when an unclosed link covers the page, so that links prove nothing."""
    sentences = [block for block in alive if block.words >= PROSE_WORDS and block.ends_sentence]
    return 2 * sum(block.link_share > NEARLY_LINK for block in sentences) > len(sentences) > 0


def _is_label(block: Block) -> bool:
    return block.words <= MENU_WORDS and not block.ends_sentence


def _is_link(block: Block) -> bool:
    return (
        block.link_chars >= NEARLY_LINK * len(block.text)
        and not block.zone & BODY
        and block.kind != "heading"
        and not (block.words >= PROSE_WORDS and block.ends_sentence)
    )


def _reason(block: Block) -> str:
    return "related" if block.inside(Zone.RELATED) else "site_chrome"
