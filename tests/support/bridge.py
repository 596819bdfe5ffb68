"""An invented article about a bridge, as lines and as HTML, and the columns of the feature table that a page has."""

from __future__ import annotations

from cleaners.judge.features import features
from cleaners.judge.lexicon import NOTHING, Lexicon
from cleaners.read.pages import html_page

BODY = [
    "The lantern bridge opened to walkers on Sunday, nine years after the flood took the old one.",
    "Engineers lifted the last span into place during the night, watched by some four hundred people.",
    "“I have rowed across for nine years,” said the baker, who lives on the other bank of the river.",
    "The town paid for it with a levy on parking that the council wants to end in the spring.",
]


def article(*more: str, body: list[str] = BODY) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in body)
    return f"<html><body><article><h1>Bridge opens</h1>{paragraphs}</article>{''.join(more)}</body></html>"


def column_of(markup: str, name: str, lexicon: Lexicon = NOTHING) -> list[float]:
    table, names = features(html_page("t", f"<html><body>{markup}</body></html>"), lexicon)
    return [float(value) for value in table[:, names.index(name)]]
