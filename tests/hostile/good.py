"""The good pages that stand among the hostile ones: articles with chrome, of several sites and languages.

There are 60 of them, or as many as `COPYDESK_GOOD` says; no two tell the same story, and in each stands a line of its site,
which the run has to learn.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

GOOD = int(os.environ.get("COPYDESK_GOOD", "60"))
PLACES = "Quellin Fenmoor Harrowby Nordhafen Pikes Acre Calderside Lowmere Ashgrove Tillow Brackwater Senning Oxley Marsh".split()
PARTS = ("", "Upper ", "Old ", "New ", "North ", "Little ", "Saint ", "Port ", "Castle ")  # one or two before a name
PEOPLE = ("Agnes Thorley", "Odile Marsh", "Jelle Brookmann", "Rosa Linde", "Tom Aldous", "Mina Varga")
HOUSE = "Every Friday the letter of {site} lies on the table before the bread does, with the best stories of the week."
TURNS = 3  # in which a story says what it has to say
FETCHED = datetime(2026, 3, 20, 8, tzinfo=UTC)  # and each page an hour before the last
STORIES = {
    "fenmoor.example": (
        "en",
        "Read more: the ferry timetable",
        (
            "The bridge at {place} was closed on Monday after {person} found a crack in the third pier from the left bank.",
            "“We had {count} people waiting before nine,” said {person}, who keeps the ticket office of {place}.",
            "Repairs will take {count} days if the weather holds, and the ferry to {place} will run every half hour.",
            "Nobody was hurt, although a cart of pears for {place} had to be left in the middle of the road until the afternoon.",
        ),
    ),
    "nordhafen.example": (
        "de",
        "Das könnte Sie auch interessieren",
        (
            "Der Gemeinderat von {place} hat am Mittwoch beschlossen, das alte Strandbad im Sommer wieder zu öffnen.",
            "„Wir haben {count} Briefe bekommen“, sagte {person}, die den Verein der Badegäste von {place} leitet.",
            "Die Umkleiden von {place} müssen erneuert werden, und für den Steg fehlen noch {count} Bretter aus Lärchenholz.",
            "Im Herbst soll darüber gesprochen werden, ob auch die Sauna am Ufer von {place} wieder geheizt wird.",
        ),
    ),
    "elfaro.example": (
        "es",
        "Lo más leído de la semana",
        (
            "El ayuntamiento de {place} aprobó ayer una ordenanza que limita el ruido de las terrazas después de medianoche.",
            "“Recibimos {count} quejas en un solo mes”, explicó {person}, que vive encima de la plaza de {place} desde hace años.",
            "Los dueños de los bares de {place} tendrán {count} días para presentar alegaciones antes de que la norma entre en vigor.",
            "La biblioteca flotante de {place} seguirá abierta los sábados por la tarde, como ha ocurrido durante todo el invierno.",
        ),
    ),
    "quellin.example": (
        "en",
        "Sign up to our newsletter",
        (
            "Volunteers in {place} have counted {count} herons on the salt marsh, the most since the count began.",
            "{person} led the walk from {place} at dawn and asked everyone to keep to the dyke so that the nests would not be disturbed.",
            "The council will decide in {count} weeks whether the footpath to {place} should be moved behind the second row of willows.",
            "A small exhibition about the birds opens at the harbour office of {place} on Friday, and school classes may visit it free.",
        ),
    ),
    "marais.example": (
        "fr",
        "À lire aussi sur notre site",
        (
            "La mairie de {place} a décidé lundi de rouvrir la passerelle qui relie le vieux port aux jardins ouvriers.",
            "« Nous attendions depuis {count} mois », raconte {person}, qui cultive des poireaux près de {place}.",
            "Les travaux de {place} ont coûté {count} mille euros, dont la moitié a été payée par les habitants du quartier.",
            "Une fête aura lieu dimanche, avec un orchestre de pêcheurs de {place} et une course de barques à fond plat.",
        ),
    ),
}


def good_pages() -> dict[str, bytes]:
    """Each good page, and the sidecars of some, by its path under RAW."""
    files: dict[str, bytes] = {}
    for site, (language, teaser, sentences) in STORIES.items():
        lines = []
        for number in range(-(-GOOD // len(STORIES))):
            url = f"https://{site}/news/{number}"
            title = told(sentences[0], number)[:60]
            story = [told(sentence, number, turn) for turn in range(TURNS) for sentence in sentences]
            story.insert(len(sentences), HOUSE.format(site=site))
            markup = page(site, language, title, teaser, story)
            match number % 4:
                case 0:
                    files[f"{site}/{number}.html"] = markup.encode()
                case 1:
                    files[f"{site}/{number}.html"] = markup.encode()
                    fields = {"url": url, "fetched_at": f"{FETCHED - timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"}
                    files[f"{site}/{number}.html.meta.json"] = json.dumps(fields).encode()
                case 2:
                    files[f"{site}/{number}.txt"] = "\n".join([title, *story, teaser]).encode()
                case _:
                    lines.append(json.dumps({"url": url, "html": markup}))
        files[f"{site}/feed.jsonl"] = "\n".join(lines).encode()
    return files


def told(sentence: str, number: int, turn: int = 0) -> str:
    """A sentence as a story has it in one of its turns: nowhere else is it said of the same place."""
    at = TURNS * number + turn
    towns, town = divmod(at, len(PLACES))
    more, part = divmod(towns, len(PARTS))
    place = PARTS[more % len(PARTS)] + PARTS[part] + PLACES[town]
    return sentence.format(place=place, person=PEOPLE[at % len(PEOPLE)], count=11 + 7 * number + turn)


def page(site: str, language: str, title: str, teaser: str, story: list[str]) -> str:
    """A news page as they are: a menu, the article with a picture, a teaser, a footer."""
    paragraphs = "\n".join(f"<p>{line}</p>" for line in story)
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} | {site}</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>
<div class="cookie-consent">We use cookies to make this site work. You can accept or reject additional cookies.</div>
<article><h1>{title}</h1><p class="byline">By {PEOPLE[len(title) % 6]}</p>
<figure><img src="a.jpg" alt="The bank"><figcaption>The bank in the morning (Image: Tom Aldous)</figcaption></figure>
{paragraphs}</article>
<aside><a href="/other">{teaser}</a></aside><footer>Copyright © 2026 {site}. All rights reserved.</footer></body></html>
"""
