"""Invents the news of many sites, page after page: articles, and around and in them what sites repeat.

A page depends on the seed, the number of sites and its own number alone, so a corpus of 2,000 pages is the beginning of
one of 200,000, and nothing is held but a count a site. Each record says in `meta` which of its lines are `article` and
which stand between them: `planted` by site or platform, or `teasers` of other stories. Words, names and templates are
our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, islice, product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import zstandard

PAGES_A_DAY = 1_000  # of all sites together; a container each
FIRST_DAY = date(2024, 1, 1)
EVEN = 10  # ranks by which the largest sites are evened out: of 500, the largest has 25 times the pages of the smallest
TEXT_SITES = 0.2  # of the sites come as plain text
PLATFORMS = 8  # systems that several hosts are made with
PLATFORM_SITES = 0.4  # of the sites are made with one of them
PLATFORM_DAYS = 30  # then its lines change
PLATFORM_SHOWN = 0.6  # of its pages
FAMILIES = 14  # templates
ERA_PAGES = (150, 600)  # pages after which a site's own lines change, least and most
TEASED_PAGES = 20  # pages of a site in a row that tease the same story
COPIES = 0.05  # of the pages tell a story of their site again under another address
WIRE = 0.06  # of the pages tell a story that other sites tell too
WIRE_STORIES = 12  # a day
STOCK, SUBHEAD, LISTED = 0.03, 0.12, 0.06  # of the articles have a reporters' phrase, a subhead, a list
COMMON_SUBHEADS = 0.5  # of the subheads are such as stand in other articles too

Record = dict[str, Any]

_NOUNS = (
    "miller baker warden teacher farmer ferryman gardener printer clerk surgeon organist carpenter mayor skipper "
    "librarian weaver shepherd driver builder nurse grocer potter judge painter drummer referee tailor brewer cook "
    "postman surveyor widow beekeeper conductor blacksmith fisherman editor cyclist porter lodger"
).split()
_ADJECTIVES = (
    "old young quiet former second retired famous tired cheerful patient stubborn local careful hopeful angry proud "
    "lonely busy honest nervous"
).split()
_DID = (
    "has bought,wants to sell,had to close,will open,is repairing,found,lost,gave away,has counted,plans to move,"
    "refused to leave,is fighting for,took care of,voted against,spoke about,built,has painted,asked for,paid for,"
    "complained about,stood up for,is looking for,wrote a letter about,measured,put up,has saved"
).split(",")
_KINDS = "wooden narrow broken new empty forgotten expensive crowded northern green hollow borrowed public tiny".split()
_THINGS = (
    "bridge,market hall,orchard,bus shelter,school roof,swimming pool,chapel,railway station,harbour wall,concert hall,"
    "water tower,playground,footpath,library,mill pond,lighthouse,allotment,theatre,village green,car park,ferry,"
    "clock tower,hospital wing,tram line,bakery,boathouse,museum,forest road,football ground,town archive"
).split(",")
_WHERE = (
    "by the river,behind the church,at the edge of town,on the island,near the old station,in the lower village,"
    "along the canal,above the harbour,across the valley,next to the school,in the square,on the northern shore,"
    "below the castle,beside the mill,at the crossroads,in the hills"
).split(",")
_WHEN = (
    "last winter,on Tuesday,since the spring,after nine years,before the festival,this week,in the early morning,"
    "at the end of the month,during the storm,two summers ago,on the second day,after a long debate,within a week,"
    "late on Friday,for the first time,until the autumn"
).split(",")
_AFTER = (
    "because nobody else would,and the neighbours were glad of it,although the money had run out,"
    "which came as a surprise to many,while the council was still talking,so that the children could cross safely,"
    "and not everyone agreed,even if it meant waiting,as the papers show,which had not happened before,"
    "and hundreds came to watch,but the work took longer than planned,until someone noticed the mistake,"
    "and that was the end of the matter,though few had believed it,which pleased the visitors"
).split(",")
_SAID = (
    "“It was time,” said,“Nobody had asked us,” said,“We would do it again,” said,“That is how it always was,” said,"
    "“I could not believe it,” said,“There is a lot left to do,” said,“It rained the whole day,” said,"
    "“We will see about that,” said"
).split(",")
_WHO = [f"the {adjective} {noun}" for adjective, noun in product(_ADJECTIVES, _NOUNS)]
_WHAT = [f"the {kind} {thing}" for kind, thing in product(_KINDS, _THINGS)]
_FIRST_NAMES = "Agnes Jonas Maud Edwin Clara Piers Hester Ivo Nell Rufus Ada Silas Greta Hugh Orla Tobias".split()
_LAST_NAMES = "Thorley Wexcombe Marlow Pell Harrowby Quince Sturt Fenwick Oakes Lamb Tilling Voss Ambrey Crane".split()
_TOWN_BEGINS = (
    "Fen Alder Wick Marl Thorn Hazel Oster Brack Lind Sedge Ravel Corn Tarn Quill Hart Ember Dun Pell".split()
)
_TOWN_ENDS = "moor ford bury well stead combe ness wick holm bridge mouth field haven by thorpe gate".split()
_PAPERS = "Post Echo Herald Courier Gazette Star Mercury Chronicle Observer Lantern".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SECTIONS = "news sport culture council farming letters business weather".split()
_SUBHEADS = (
    "What happens next,How it began,The other side,A long wait,Voices from the town,The figures,What it costs,"
    "No answer yet,Back to work,A question of money,The day after,Who decides,In short,The plan,Looking back"
).split(",")
_STOCK = (
    "The council did not answer our questions before this page went to print.",
    "Nobody was hurt, and the road was open again within the hour.",
    "The case goes on next week, and a decision is expected before the summer.",
    "Whoever saw something is asked to call the constable of the town.",
    "Both sides have agreed to meet again, but no day has been set.",
)

# What sites put between the paragraphs of their articles, as paragraphs like any other.
_HOUSE_LINES = {
    "newsletter": (
        "Every {day} our letter gathers what {town} has been talking about, and it costs nothing.",
        "The letter of the {paper} leaves at six in the morning, and thousands in {town} begin the {day} with it.",
        "Would you like to hear from {town} before breakfast? The {paper} letter comes every {day}.",
        "Sign up for the {paper} newsletter and find the week of {town} in your inbox every {day}.",
    ),
    "app": (
        "The {paper} fits in every pocket: all stories from {town}, also where there is no network.",
        "With our app the whole of {town} travels with you, from the first headline to the last score.",
        "Download the {paper} app and read every story from {town} on the way to work.",
        "On the telephone the {paper} is quicker still, with a bell for everything that happens in {town}.",
    ),
    "house": (
        "The {paper} has told the stories of {town} for generations, and belongs to the people who read it.",
        "For a town like {town} a paper is a neighbour, and the {paper} has been one longer than most.",
        "Reporters of the {paper} live in {town} and write about streets that they walk every day.",
        "Behind the {paper} stand {number} people, and all of them can be met in the market hall of {town}.",
    ),
    "talk": (
        "What do you think about it? Write to {person} at the {paper}, who reads every letter from {town}.",
        "Have you seen something in {town} that we should know? {person} is waiting for your call.",
        "{person} collects memories of {town} for the {day} page, and looks forward to yours.",
    ),
    "credit": ("Picture: {person} / {paper}", "{person} took the picture for the {paper}", "Photo by {person}, {town}"),
    "label": ("The {paper} on {day}", "{town} in pictures", "From our {day} edition", "More voices from {town}"),
}
_PLATFORM_LINES = (
    "This page is delivered by {town}Press, the network of independent papers, and paid for by its members.",
    "Pages of the {town}Press network may be read aloud by the browser: choose the loudspeaker at the top.",
    "Readers of one {town}Press paper read all others for the same price, wherever they live.",
    "{town}Press keeps what you read on your own device and passes it on to no one.",
)
_MENU = "News Sport Culture Council Farming Letters".split()

# Names that templates give to their parts; a family takes one of each, in its own combination.
_CLASSES = {
    "shell": ("page", "site-wrap", "l-outer", "container", "root"),
    "top": ("masthead", "site-header", "topbar", "header-main", "banner-area", "c-head", "brand-row"),
    "menu": ("nav-main", "menu", "navigation", "sections"),
    "crumbs": ("breadcrumb", "crumbs", "path", "you-are-here", "trail"),
    "story": ("article", "story", "post", "entry", "c-article", "news-item"),
    "head": ("headline", "entry-title", "title", "c-title", "story-head"),
    "by": ("byline", "author", "post-meta", "credits-line"),
    "body": ("article-body", "entry-content", "story-text", "rich-text", "body-copy", "post-body", "text"),
    "text": ("paragraph", "text", "par", "copy", "p-block", "body-text"),
    "side": ("sidebar", "most-read", "side-column", "secondary"),
    "foot": ("footer", "site-footer", "colophon", "page-end"),
}
_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | {paper}</title>'
    '<meta property="og:title" content="{title}"><meta name="description" content="{standfirst}">'
    '<meta property="article:published_time" content="{day}"><meta property="og:site_name" content="{paper}"></head><body>'
)
_COOKIES = '<div class="cookie-box"><p>The {paper} uses cookies. Accept them or change your settings.</p><button>Accept</button></div>'
_SKELETONS = (
    '<header class="{top}"><a href="/">{paper}</a><nav class="{menu}"><ul>{menu_items}</ul></nav></header>{cookies}'
    '<main class="{shell}"><div class="{crumbs}"><a href="/">Home</a> / <a href="/{section}">{section}</a></div>'
    '<article class="{story}"><h1 class="{head}">{title}</h1><p class="standfirst">{standfirst}</p>'
    '<p class="{by}">By {author}</p><time>{day}</time><div class="{body}">{lines}</div></article></main>'
    '<aside class="{side}"><h2>Most read</h2><ul>{most_read}</ul></aside>'
    '<footer class="{foot}"><p>© {paper}. All rights reserved.</p><a href="/about">About us</a></footer>',
    '<div class="{shell}"><div class="{top}"><a href="/">{paper}</a></div><div class="{menu}"><ul>{menu_items}</ul></div>'
    '<div class="{crumbs}">Home &gt; {section}</div><div class="{story}"><h1>{title}</h1><div class="{by}">{author}, {day}'
    '</div><p>{standfirst}</p><div class="{body}">{lines}</div></div><div class="{side}"><h3>Most read</h3>'
    '<ul>{most_read}</ul></div><div class="{foot}">{paper}, printed in {town}</div></div>{cookies}',
    '{cookies}<div id="{shell}"><div id="{top}"><b>{paper}</b></div><section class="{story}"><span class="{crumbs}">'
    '{section}</span><h1 class="{head}">{title}</h1><h2>{standfirst}</h2><div class="{body}">{lines}</div>'
    '<div class="{by}">Written by {author}</div></section><section class="{side}"><ul>{most_read}</ul></section>'
    '<footer class="{foot}"><ul>{menu_items}</ul><p>The {paper} is not responsible for what others write.</p></footer></div>',
)


class Site(NamedTuple):
    """One publisher: where it is, how its pages look, and after how many pages its own lines change."""

    host: str
    paper: str
    town: str
    family: int
    platform: int | None
    is_text: bool
    era: int


class Story(NamedTuple):
    """One article: its lines with the tag that each stands in."""

    title: str
    standfirst: str
    author: str
    lines: tuple[tuple[str, str], ...]


class Place(NamedTuple):
    """Which page of the corpus it is, of which site, and the how-many-th of that site, all counted from 0."""

    number: int
    site: int
    nth: int


def write(raw: Path, pages: int, sites: int, *, first: int = 0, seed: int = 0) -> None:
    """Write so many pages from the first on into RAW, a container for each day's."""
    raw.mkdir(parents=True, exist_ok=True)
    lines = (f"{json.dumps(record, ensure_ascii=False)}\n" for record in records(pages, sites, first=first, seed=seed))
    for start in range(first, first + pages, PAGES_A_DAY):
        path = raw / f"pages-{start:07}.jsonl.zst"
        with path.open("wb") as file, zstandard.ZstdCompressor(1).stream_writer(file) as packed:
            for line in islice(lines, min(PAGES_A_DAY, first + pages - start)):
                packed.write(line.encode())


def records(pages: int, sites: int, *, first: int = 0, seed: int = 0) -> Iterator[Record]:
    """So many pages from the first on, as a scraper exports them."""
    for place in islice(places(sites, seed), first, first + pages):
        yield record(place, seed)


def places(sites: int, seed: int = 0) -> Iterator[Place]:
    """Page after page without end; few sites have many pages, and many have few."""
    draw = Random(f"{seed} places")
    weights = list(accumulate(1 / (rank + EVEN) for rank in range(sites)))
    so_far = [0] * sites
    number = 0
    while True:
        site = draw.choices(range(sites), cum_weights=weights)[0]
        yield Place(number, site, so_far[site])
        so_far[site] += 1
        number += 1


def record(place: Place, seed: int = 0) -> Record:
    """One page of the corpus."""
    draw = Random(f"{seed} page {place.number}")
    site = site_of(place.site, seed)
    day = place.number // PAGES_A_DAY
    told, address = _told(place, day, draw)
    story = story_of(f"{seed} {told}")
    planted = _planted(place, site, day, draw, seed)
    teasers = _teasers(place, site, seed)
    lines = list(story.lines)
    for text in (*planted, *teasers):
        lines.insert(draw.randint(1, len(lines)), ("p", text))
    section = draw.choice(_SECTIONS)
    stamp = (FIRST_DAY + timedelta(day)).isoformat()
    content = (
        _as_text(site, story, lines, stamp) if site.is_text else _as_html(site, story, lines, stamp, section, draw)
    )
    return {
        "id": f"p{place.number}",
        "url": f"https://{site.host}/{section}/{address}",
        "fetched_at": f"{stamp}T12:00:00Z",
        "text" if site.is_text else "html": content,
        "meta": {
            "article": [story.standfirst, *(text for _, text in story.lines)],
            "planted": planted,
            "teasers": teasers,
        },
    }


@lru_cache(maxsize=4096)
def site_of(number: int, seed: int = 0) -> Site:
    """The site of this number."""
    draw = Random(f"{seed} site {number}")
    town = _town(draw)
    kind = draw.choice(_PAPERS)
    platform = number % PLATFORMS if draw.random() < PLATFORM_SITES else None
    return Site(
        f"{town}{kind}{number}.example".lower(), f"{town} {kind}", town,
        draw.randrange(FAMILIES) if platform is None else platform, platform, draw.random() < TEXT_SITES,
        draw.randint(*ERA_PAGES),
    )  # fmt: skip


def story_of(name: str) -> Story:
    """The article of this name."""
    draw = Random(name)
    paragraphs = [("p", _paragraph(draw)) for _ in range(draw.randint(5, 11))]
    if draw.random() < STOCK:
        paragraphs.append(("p", draw.choice(_STOCK)))
    if draw.random() < SUBHEAD:
        own = f"{_capital(draw.choice(_WHO))} and {draw.choice(_WHAT)}"
        subhead = draw.choice(_SUBHEADS) if draw.random() < COMMON_SUBHEADS else own
        paragraphs.insert(draw.randint(2, 4), ("h2", subhead))
    if draw.random() < LISTED:
        at = draw.randint(2, 5)
        paragraphs[at:at] = [("li", f"{_capital(draw.choice(_WHAT))} {draw.choice(_WHERE)}") for _ in range(3)]
    return Story(title_of(name), _sentence(draw), _person(draw), tuple(paragraphs))


@lru_cache(maxsize=4096)
def title_of(name: str) -> str:
    """The headline of the article of this name."""
    draw = Random(f"{name} title")
    return f"{_capital(draw.choice(_WHO))} {draw.choice(_DID)} {draw.choice(_WHAT)} {draw.choice(_WHERE)}"


@lru_cache(maxsize=4096)
def house_lines(number: int, era: int, seed: int = 0) -> tuple[str, ...]:
    """What a site puts between the paragraphs of its articles in one of its eras."""
    site = site_of(number, seed)
    draw = Random(f"{seed} lines {number} {era}")
    return tuple(_filled(draw, draw.choice(lines), site.town, site.paper) for lines in _HOUSE_LINES.values())


def platform_line(platform: int, era: int, seed: int = 0) -> str:
    """What all sites of a platform put there."""
    draw = Random(f"{seed} platform {platform}")
    return _filled(draw, _PLATFORM_LINES[(platform + era) % len(_PLATFORM_LINES)], _town(draw), "")


def _told(place: Place, day: int, draw: Random) -> tuple[str, str]:
    """The name of the story that a page tells, and the end of the page's address."""
    chance = draw.random()
    if chance < WIRE:
        return f"wire {day} {draw.randrange(WIRE_STORIES)}", f"wire-{place.nth}"
    if chance < WIRE + COPIES and place.nth:
        return f"{place.site}/{max(0, place.nth - draw.randint(1, 8))}", f"amp-{place.nth}"
    return f"{place.site}/{place.nth}", f"story-{place.nth}"


def _planted(place: Place, site: Site, day: int, draw: Random, seed: int) -> list[str]:
    """The lines of site and platform that a page has between its paragraphs."""
    chosen = draw.sample(house_lines(place.site, place.nth // site.era, seed), draw.randint(2, 4))
    if site.platform is not None and draw.random() < PLATFORM_SHOWN:
        chosen.append(platform_line(site.platform, day // PLATFORM_DAYS, seed))
    return chosen


def _teasers(place: Place, site: Site, seed: int) -> list[str]:
    """The headline of another story that a page has there; the story itself has none."""
    teased = place.nth - place.nth % TEASED_PAGES
    if teased == place.nth:
        return []
    title = title_of(f"{seed} {place.site}/{teased}")
    return [title if site.family % 2 else f"Also in the {site.paper}: {title}"]


def _as_text(site: Site, story: Story, lines: list[tuple[str, str]], stamp: str) -> str:
    top = [site.paper, " | ".join(_MENU), story.title, f"By {story.author}", stamp, story.standfirst]
    end = [f"© {site.paper}. All rights reserved.", f"The {site.paper} uses cookies. Accept them or leave."]
    return "\n\n".join([*top, *(text for _, text in lines), *end])


def _as_html(site: Site, story: Story, lines: list[tuple[str, str]], stamp: str, section: str, draw: Random) -> str:
    names = {
        slot: f"{choices[(site.family + at) % len(choices)]}" for at, (slot, choices) in enumerate(_CLASSES.items())
    }
    most_read = (
        f'<li><a href="/{n}">{_capital(draw.choice(_WHO))} and {draw.choice(_WHAT)}</a></li>' for n in range(4)
    )
    skeleton = _HEAD + _SKELETONS[site.family % len(_SKELETONS)] + "</body></html>"
    return skeleton.format(
        **names, paper=site.paper, town=site.town, title=story.title, standfirst=story.standfirst, author=story.author,
        day=stamp, section=section, cookies=_COOKIES.format(paper=site.paper), most_read="".join(most_read),
        menu_items="".join(f'<li><a href="/{item.lower()}">{item}</a></li>' for item in _MENU),
        lines="\n".join(_marked(tag, text, names["text"]) for tag, text in lines),
    )  # fmt: skip


def _marked(tag: str, text: str, name: str) -> str:
    return f"<ul><li>{text}</li></ul>" if tag == "li" else f'<{tag} class="{name}">{text}</{tag}>'


def _filled(draw: Random, line: str, town: str, paper: str) -> str:
    number = draw.randint(20, 90)
    return line.format(town=town, paper=paper, day=draw.choice(_DAYS), person=_person(draw), number=number)


def _paragraph(draw: Random) -> str:
    return " ".join(_sentence(draw) for _ in range(draw.choice((1, 1, 2, 2, 3))))


def _sentence(draw: Random) -> str:
    pick = draw.choice
    if draw.random() < 0.12:
        return f"{pick(_SAID)} {pick(_WHO)}, who {pick(_DID)} {pick(_WHAT)} {pick(_WHEN)}."
    told = f"{_capital(pick(_WHO))} {pick(_DID)} {pick(_WHAT)} {pick(_WHERE)} {pick(_WHEN)}"
    return f"{told}, {pick(_AFTER)}." if draw.random() < 0.6 else f"{told}."


def _person(draw: Random) -> str:
    return f"{draw.choice(_FIRST_NAMES)} {draw.choice(_LAST_NAMES)}"


def _town(draw: Random) -> str:
    return draw.choice(_TOWN_BEGINS) + draw.choice(_TOWN_ENDS)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
