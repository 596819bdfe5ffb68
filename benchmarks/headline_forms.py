"""Turns pages with a gold headline into the forms in which scrapers leave them, to train the finder of headlines."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cleaners.page import Page
from cleaners.text.fold import squash

LABELS = (
    "News", "Sport", "Politik", "Lokales", "Local", "Business", "Culture", "nyheter", "Sociedad", "Actualité", "Cronaca",
    "Новости", "社会", "経済", "사회", "Gündem", "Kultur", "Uutiset", "Breaking News", "Latest", "Opinion", "Región",
    "Wirtschaft", "Nyheder", "Publicystyka", "أخبار", "חדשות", "समाचार", "Top Stories", "Home > News", "Home » Latest",
    "Home   Town   News   Article", "World news",
)  # fmt: skip
SIGNATURES = (
    "By {name}", "By {name}\n{date}", "{name}", "{date}", "Published: {date}", "{date}\nBy {name}", "Von {name}\n{date}",
    "Par {name}", "Por {name} - {date}", "Di {name}", "{name}, {date}", "Автор: {name}", "2 min read\n{date}",
    "Af {name}", "Door {name}",
)  # fmt: skip
NAMES = (
    "Nora Finch", "Mara Ilvan", "Jane Westry", "Guy Lorant", "Elena Ferrand", "Алина Савош", "Torsten Nordin",
    "Joel Banning", "Ruth Amadi",
)  # fmt: skip
DATES = (
    "12.09.2020 06:00", "March 14, 2021", "8 June 2021", "2021-06-08 18:30", "14 mars 2021", "26. Februar 2018, 19:10",
    "Saturday, 18 December 2021",
)  # fmt: skip
TEASERS = (
    "See more of our films on Clips!", "Watch: the week in pictures", "Sign up for our newsletter",
    "Listen to this article", "Accept all cookies to continue", "Click here for the video",
    "Photo gallery (12 pictures)", "Advertisement", "The bridge after the storm (archive picture)",
    "Firefighters at the scene", "View of the old harbour in 2019", "Connect with us", "Share this article",
    "This content is available to subscribers", "Updated daily", "The police cordon on Tuesday morning",
)  # fmt: skip
PAPERS = ("Harbour Echo", "Valley News", "Senton Post", "Tages-Bote", "Fenmoor Herald")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+")
_LEAD = re.compile(r" date \S+ ")
OWN_HEADLINE = 0.6  # of the forms; others have that of another page, which shares no word with the text
IN_SMALL_LETTERS = 0.12  # of the forms, for scripts that have no capitals
WITHOUT_SPACES = 0.2  # of the forms, for scripts that have none


class Form(NamedTuple):
    """One text, the headline it has or once had, whether it still has it, and how much it counts."""

    name: str
    text: str
    headline: str
    shows_it: bool
    weight: float = 1.0


class _Story(NamedTuple):
    """What a form is made of: the page's headline or another, its lines, a cut of them, and what chance draws."""

    headline: str
    lines: list[str]
    body: str
    others: list[str]
    draw: random.Random

    def other(self) -> str:
        return self.draw.choice(self.others)

    def signature(self) -> str:
        return self.draw.choice(SIGNATURES).format(name=self.draw.choice(NAMES), date=self.draw.choice(DATES)) + "\n"

    def perhaps(self, chance: float, made: Callable[[], str]) -> str:
        return made() if self.draw.random() < chance else ""

    def date(self) -> str:
        month = f" date 20{self.draw.randint(10, 25)}-{self.draw.randint(1, 12):02d}"
        return month + self.perhaps(0.6, lambda: f"-{self.draw.randint(1, 28):02d}") + " "

    def teaser(self) -> str:
        return self.draw.choice(TEASERS) + "\n"

    def label(self) -> str:
        return self.draw.choice(LABELS) + "\n"

    def stopped(self) -> str:
        return self.headline.rstrip(".") + ".\n"

    def sentences(self) -> list[str]:
        return [part for part in _SENTENCE.split("\n".join(self.lines)) if part and part[-1] in ".!。"]

    def standfirst(self) -> str:
        return _SENTENCE.split(self.lines[-1])[0]

    def short_sentence(self) -> str:
        short = [part for part in self.sentences() if 2 < len(part.split()) < 12]
        return self.draw.choice(short) + "\n" if short else ""


_WITH: dict[str, Callable[[_Story], str]] = {
    "plain": lambda s: f"{s.headline}\n{s.body}",
    "only": lambda s: f"{s.headline}\n{s.perhaps(0.3, s.signature)}{s.lines[0]}",
    "label": lambda s: f"{s.label()}{s.headline}\n{s.perhaps(0.4, s.signature)}{s.body}",
    "signed": lambda s: f"{s.headline}\n{s.signature()}{s.body}",
    "dated": lambda s: f"{s.date()}{s.headline}\n{s.perhaps(0.3, s.signature)}{s.body}",
    "dated_stop": lambda s: f"{s.date()}{s.stopped()}{s.perhaps(0.5, s.signature)}{s.body}",
    "signed_stop": lambda s: f"{s.stopped()}{s.signature()}{s.body}",
    "twice": lambda s: (s.headline + "\n") * s.draw.choice((2, 3)) + s.perhaps(0.3, s.signature) + s.body,
    "last_too": lambda s: f"{s.headline}\n{s.body}\n{s.headline}",
    "site": lambda s: f"{s.headline}{s.draw.choice((' | ', ' - ', ' – '))}{s.draw.choice(PAPERS)}\n{s.body}",
    "teaser_above": lambda s: f"{s.perhaps(0.4, s.date)}{s.teaser()}{s.headline}\n{s.body}",
    "standfirst": lambda s: (
        f"{s.headline}\n{s.perhaps(0.4, s.signature)}{s.standfirst().rstrip('.' * s.draw.randint(0, 1))}\n"
        f"{s.perhaps(0.4, s.signature)}{s.body}"
    ),
    "standfirst_twice": lambda s: f"{s.headline}\n{s.lines[0]}\n{s.perhaps(0.3, s.teaser)}{s.body}",
    "sentences": lambda s: "\n".join([s.headline, *s.sentences()[: s.draw.choice((3, 6, 15))]]),
    "menu": lambda s: (
        "\n".join(s.draw.sample(LABELS, s.draw.randint(3, 10)))
        + f"\n{s.headline}\n{s.perhaps(0.4, s.signature)}{s.body}"
    ),
    "other_stories": lambda s: (
        "".join(f"{s.other()}\n" for _ in range(s.draw.randint(2, 6)))
        + f"{s.label()}{s.headline}\n{s.signature()}{s.body}"
    ),
}
_WITHOUT: dict[str, Callable[[_Story], str]] = {
    "dated_body": lambda s: s.date() + s.body,
    "bare": lambda s: "\n".join(s.lines),
    "bare_cut": lambda s: s.body,
    "teaser": lambda s: s.perhaps(0.4, s.date) + s.teaser() + s.body,
    "label_alone": lambda s: s.perhaps(0.4, s.date) + s.label() + s.body,
    "signature_alone": lambda s: s.perhaps(0.4, s.date) + s.signature() + s.body,
    "short_first": lambda s: s.perhaps(0.3, s.date) + s.short_sentence() + s.body,
    "bare_sentences": lambda s: "\n".join(s.sentences()[: s.draw.choice((3, 6, 15))]),
    "subhead": lambda s: f"{s.lines[0]}\n{s.other()}\n" + "\n".join(s.lines[1:4]),
}


def forms_of(record: dict[str, Any], page: Page | None, others: list[str], how_many: int) -> Iterator[Form]:
    """The forms of one page, always the same: every visible line of `page`, and texts made of its gold text.

    `others` are headlines of other pages in its language.
    """
    draw = random.Random(record["id"])
    headline = " ".join(record["gold"]["title"].split())
    forms = list(_visible(page, headline)) if page else []
    lines = [" ".join(line.split()) for line in record["gold"]["text"].split("\n")]
    lines = [line for line in lines if squash(line) not in ("", squash(headline))]
    if lines and how_many:
        for name in draw.sample([*_WITH, *_WITHOUT], how_many):
            own = draw.random() < OWN_HEADLINE
            body = "\n".join(lines[: draw.choice((1, 2, 3, 5, 99, 99))])
            story = _Story(headline if own else draw.choice(others), lines, body, others, draw)
            forms.append(Form(name, (_WITH | _WITHOUT)[name](story), story.headline, name in _WITH))
    for form in forms:
        yield form
        chance = random.Random(form.name + record["id"]).random()
        if form.name in _WITH or form.name in _WITHOUT:
            if chance < IN_SMALL_LETTERS:
                yield _rewritten(form, str.lower)
            elif chance < IN_SMALL_LETTERS + WITHOUT_SPACES:
                yield _rewritten(form, without_spaces)


def _visible(page: Page, headline: str) -> Iterator[Form]:
    """Every visible line; and those from the headline on."""
    shown = [block for block in page.blocks if block.kind != "code"]
    yield Form("dump", "\n".join(block.text for block in shown), headline, True)
    at = [block.index for block in shown if squash(block.text) == squash(headline)]
    if at:
        rest = [block.text for block in shown if block.index >= at[-1]]
        yield Form("dump_from_headline", "\n".join(rest[:80]), headline, True)


def _rewritten(form: Form, rewrite: Callable[[str], str]) -> Form:
    """The form in another script; the date an extractor wrote first stays as it is."""
    lead = _LEAD.match(form.text)
    start = lead.end() if lead else 0
    return form._replace(text=form.text[:start] + rewrite(form.text[start:]), headline=rewrite(form.headline))


def without_spaces(text: str) -> str:
    """The text as if it were Chinese: each word becomes one or two ideographs, the same each time."""
    return "\n".join("".join(map(_ideographs, line.split())) for line in text.split("\n"))


_WIDE = str.maketrans(".,!?:", "。，！？：")


def _ideographs(word: str) -> str:
    if not any(map(str.isalpha, word)):
        return word
    bare = word.strip("".join(char for char in word if not char.isalnum()))
    before, after = word.split(bare, 1)
    code = int(hashlib.md5(bare.lower()[:5].encode()).hexdigest(), 16)
    count = 0 if len(bare) < 3 else 1 if len(bare) < 4 else 2
    signs = "".join(chr(0x4E00 + (code >> 16 * place) % 3000) for place in range(count))
    return before + signs + after.translate(_WIDE)
