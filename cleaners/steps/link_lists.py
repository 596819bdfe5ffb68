"""Drops lists of links: lines in a row that are nearly all link, and rows of short labels of which menus are made."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cleaners.page import Block, Page
from cleaners.text.prose import first_prose, is_sentence, last_prose, sentences_of
from cleaners.verdict import Rule, Verdict
from cleaners.vocabulary import Reason
from cleaners.zones import Zone


class ListRules(NamedTuple):
    """The two rules for one kind of list: for lines in a container of related stories, and for all others."""

    related: Rule
    elsewhere: Rule


def _rules(name: str, of_related: str, what: str) -> ListRules:
    return ListRules(
        Rule(STEP, of_related, Reason.RELATED, f"{what}, in a container of related stories"),
        Rule(STEP, name, Reason.SITE_CHROME, what),
    )


STEP = "link_lists"
AT_EDGE = _rules(
    "links_at_edge", "related_links_at_edge", "one of several linked lines in a row, above or below all prose"
)
IN_CONTAINER = _rules(
    "links_in_container", "related_links_in_container", "one of several linked lines in a row, all in menus or the like"
)
CONTENTS = _rules(
    "table_of_contents",
    "related_contents",
    "one of several linked lines in a row that say what the page's subheads say",
)
MENU = _rules("menu_labels", "related_menu_labels", "one of several short labels in a row, as in a menu")
RULES = (*AT_EDGE, *IN_CONTAINER, *CONTENTS, *MENU)

NEARLY_LINK = 0.9
MIN_LINKS = 3  # two linked lines in a row may be a product and its shop
MENU_WORDS = 4  # of a label, at most
MIN_MENU = 4  # labels
MIN_LABELS = 3  # of a run, words that menus have; a line-up or a list of ingredients has none
LABEL_SHARE = 0.3
CONTENTS_SHARE = 0.6  # of the entries of a table of contents that stand as subheads on the page
NUMBERING = "0123456789.)-–•·> "
ELSEWHERE = Zone.NAV | Zone.SHARE | Zone.RELATED | Zone.COMMENTS | Zone.FOOTER
BODY = Zone.TABLE | Zone.CODE | Zone.QUOTE | Zone.FIGURE  # links in these belong to what the article shows


def link_lists(page: Page) -> Page:
    """Drop runs of linked lines, then menus of short labels; lists between an article's paragraphs stay."""
    if page.media == "html":
        page = _open_alone(page, _links(page))
    return _open_alone(page, _menus(page))


def _open_alone(page: Page, found: Mapping[int, Verdict]) -> Page:
    """The page with these verdicts, but for the lines that a step before kept."""
    return page.decide({index: verdict for index, verdict in found.items() if page.is_open(index)})


def _verdicts(run: Sequence[Block], rules: ListRules, why: str) -> dict[int, Verdict]:
    related, elsewhere = rules.related.verdict(why), rules.elsewhere.verdict(why)
    return {block.index: related if block.inside(Zone.RELATED) else elsewhere for block in run}


def _links(page: Page) -> dict[int, Verdict]:
    """What stands in a run of linked lines, unless an unclosed link makes all lines look so."""
    alive = page.alive()
    linked = [block.link_chars > 0 and _is_link(block) for block in alive]
    runs = [(at, run) for at, run in _runs(alive, linked) if len(run) >= MIN_LINKS] if any(linked) else []
    if not runs or _all_linked(alive):
        return {}
    first, last = first_prose(alive), last_prose(alive)
    shown = {block.folded for block, is_link in zip(alive, linked, strict=True) if not is_link}
    found: dict[int, Verdict] = {}
    for at, run in runs:
        rules = _where(run, at, first, last, shown)
        if rules:
            found |= _verdicts(run, rules, f"one of {len(run)} lines in a row that are nearly all link")
    return found


def _menus(page: Page) -> dict[int, Verdict]:
    """The rows of short labels at the edges of the text, or anywhere on a page without prose."""
    found: dict[int, Verdict] = {}
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
                found |= _verdicts(run, MENU, f"one of {len(run)} labels of a menu")
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


def _where(run: list[Block], at: int, first: int, last: int, shown: Container[str]) -> ListRules | None:
    """The rules for a run of links that is none of the article's lists; None where nothing proves it.

    `at` is its position among the blocks, `first` and `last` those of the first and last prose, `shown` the folded
    text of all lines that are no links.
    """
    if all(block.zone & ELSEWHERE for block in run):
        return IN_CONTAINER
    if sum(block.folded.lstrip(NUMBERING) in shown for block in run) >= CONTENTS_SHARE * len(run):
        return CONTENTS
    if at + len(run) <= first or at > last:
        return AT_EDGE
    return None


def _all_linked(alive: Sequence[Block]) -> bool:
    """True when an unclosed link covers the page, so that links prove nothing."""
    sentences = sentences_of(alive)
    return 2 * sum(block.link_share > NEARLY_LINK for block in sentences) > len(sentences) > 0


def _is_label(block: Block) -> bool:
    return block.words <= MENU_WORDS and not block.ends_sentence


def _is_link(block: Block) -> bool:
    return (
        block.link_chars >= NEARLY_LINK * len(block.text)
        and not block.zone & BODY
        and block.kind != "heading"
        and not is_sentence(block)
    )
