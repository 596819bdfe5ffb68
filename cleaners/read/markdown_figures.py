"""Finds the pictures of a Markdown text that stand alone, and makes figures of them with what is said below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from markdown_it.token import Token

from cleaners.text.prose import count_words

_LEAST_ALT = 3  # words of a picture's description that says something; fewer are "Logo" and "Share"
_LONGEST_CAPTION = 80  # words
_NUMBERED = re.compile(r"Image \d+(?::\s*|$)")  # what a reader service writes before each description
_FILE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|svg)$", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.I)
_BREAKS = ("softbreak", "hardbreak")


def with_figures(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a figure for each paragraph that is a picture; lines below it that are set apart are its caption."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        inline = tokens[at + 1] if tokens[at].type == "paragraph_open" and not tokens[at].level else None
        pictures, below = _pictures(inline.children or []) if inline is not None else ([], [])
        if not pictures:
            found.append(tokens[at])
            at += 1
            continue
        at += 3
        if not below and at < len(tokens) and tokens[at].type == "paragraph_open" and _is_set_apart(tokens[at + 1]):
            below = tokens[at + 1].children or []
            at += 3
        found += _figure(pictures, below)
    return found


def _pictures(children: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The pictures that a paragraph begins with, and the lines below them; none where text stands beside a picture."""
    pictures: list[Token] = []
    shown = [child for child in children if child.type != "text" or child.content.strip()]
    for at, child in enumerate(shown):
        if child.type == "image":
            pictures.append(child)
        elif child.type in _BREAKS and pictures and shown[at + 1 : at + 2] and shown[at + 1].type != "image":
            below = shown[at + 1 :]
            if _is_link_to_other(below) or count_words(_plain(below)) > _LONGEST_CAPTION:
                return [], []
            return pictures, below
        elif child.type not in _BREAKS and not _is_link_to_picture(child):
            return [], []
    return pictures, []


def _is_link_to_picture(child: Token) -> bool:
    return child.type == "link_close" or (child.type == "link_open" and bool(_PICTURE.search(_address(child))))


def _is_link_to_other(children: Sequence[Token]) -> bool:
    return children[0].type == "link_open"


def _address(link: Token) -> str:
    return str(link.attrs.get("href") or "")


def _is_set_apart(inline: Token) -> bool:
    """True of a paragraph that is one emphasis from end to end."""
    children = [child for child in inline.children or [] if child.type != "text" or child.content.strip()]
    if len(children) < 3 or children[0].type != "em_open" or children[-1].type != "em_close":
        return False
    inner = children[1:-1]
    return (
        not any(child.type in ("em_open", "em_close") for child in inner)
        and count_words(_plain(inner)) <= _LONGEST_CAPTION
    )


def _figure(pictures: Sequence[Token], below: Sequence[Token]) -> list[Token]:
    caption = list(below)
    if not caption:
        alts = dict.fromkeys(_alt(picture) for picture in pictures)
        caption = [_text(alt) for alt in alts if count_words(alt) >= _LEAST_ALT and not _FILE.match(alt)]
        caption = [part for text in caption for part in (text, Token("hardbreak", "br", 0))][:-1]
    tags = "".join(f'<img alt="{escape(_alt(picture))}">' for picture in pictures)
    opened, inline, closed = Token("html_block", "", 0), Token("inline", "", 0), Token("html_block", "", 0)
    opened.content, closed.content = f"<figure>{tags}<figcaption>", "</figcaption></figure>\n"
    inline.children = caption
    inline.content = _plain(caption)
    return [opened, inline, closed]


def _text(content: str) -> Token:
    text = Token("text", "", 0)
    text.content = content
    return text


def _alt(picture: Token) -> str:
    return _NUMBERED.sub("", _plain(picture.children or []) or picture.content).strip()


def _plain(children: Sequence[Token]) -> str:
    return "".join(" " if child.type in _BREAKS else child.content for child in children)
