"""The words a browser without scripts shows of a page, read by html5lib: an independent check of cleaners/read.

Nothing of the parser, the walk or its lists is shared with the code it checks; only the mending of a line is, so that
a word that was mended is not taken for one that is missing. What `hidden` and styles hide counts as shown: it has to
reach the ledger.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from typing import Any

import html5lib

from cleaners.text.repair import repair

_HTML = "{http://www.w3.org/1999/xhtml}"
_SVG = "{http://www.w3.org/2000/svg}"
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
# What the HTML standard's rendering section gives no box, and what replaces its content by something that is no text.
_NOT_SHOWN = frozenset(
    "area audio base basefont bgsound canvas col datalist embed frame head iframe img input link meta meter noembed "
    "noframes param progress rp script source style template title track video wbr".split()
)
_IN_LINES = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q ruby s samp slot "
    "small span strike strong sub sup time tt u var".split()
)
_DRAWN_ELSEWHERE = frozenset(
    "clipPath defs desc linearGradient marker mask metadata pattern radialGradient script style symbol title".split()
)
_BESIDE_FORMULA = frozenset(("annotation", "annotation-xml"))
_BUTTONS = frozenset(("submit", "button", "reset"))
_FRAMES = 3  # documents inside each other; nobody writes more
_WORD = re.compile(r"[^\W_]+")
_HOSTS = frozenset(  # of shadow roots, besides elements with a hyphen in their name
    "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split()
)
_BREAK = "\n"


def visible_lines(markup: str) -> list[str]:
    """The lines of text that a browser without scripts shows, mended as ours are."""
    text = "".join(_texts(markup, _FRAMES))
    return [mended for line in text.split(_BREAK) if (mended := repair(line))]


def words_of(lines: Iterable[str]) -> Counter[str]:
    """How often each word stands in these lines; a word is what letters and digits stand together."""
    return Counter(word for line in lines for word in _WORD.findall(line))


def lost_words(shown: Iterable[str], found: Iterable[str]) -> Counter[str]:
    """The words of `shown` that are missing from `found`, and how often each.

    Where one reading puts a space between two elements and the other none, "the" and "end" may be "theend": so a word
    is missed only where the run of all letters and digits has it less often as well.
    """
    shown, found = list(shown), list(found)
    fewer = words_of(shown) - words_of(found)
    if not fewer:
        return fewer
    one, other = ("".join(_WORD.findall(" ".join(lines))) for lines in (shown, found))
    return +Counter({word: min(count, one.count(word) - other.count(word)) for word, count in fewer.items()})


def _texts(markup: str, frames: int) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # html5lib names what it cannot keep of odd names
        root = html5lib.HTMLParser(html5lib.getTreeBuilder("etree")).parse(markup, scripting=False)
    pieces: list[str] = []
    # An element to be read, or a string; what is pushed last is read first.
    waiting: list[Any] = [(root, False)]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            pieces.append(here)
            continue
        element, drawn = here
        waiting += reversed(_read(element, drawn, frames))
    return pieces


def _read(element: Any, drawn: bool, frames: int) -> list[Any]:
    """What is read in place of an element: strings, and elements with whether they stand in a drawing without text."""
    if not isinstance(element.tag, str):  # a comment
        return []
    space, _, name = element.tag.rpartition("}")
    space += "}"
    if space == _SVG:
        return _read_drawing(element, name, drawn)
    if space == _MATHML:
        return [] if name in _BESIDE_FORMULA else _inside(element, drawn)
    if name == "input":
        kind = element.get("type", "").strip().lower()
        return [_BREAK, element.get("value", ""), _BREAK] if kind in _BUTTONS else []
    if name == "iframe" and element.get("srcdoc") is not None and frames:
        return [_BREAK, *_texts(element.get("srcdoc"), frames - 1), _BREAK]
    if name == "select":
        return [_BREAK, *_read_choice(element), _BREAK]
    if name in _NOT_SHOWN:
        return [_BREAK] if name in ("img", "iframe", "embed") else []
    inside = _inside(element, drawn)
    return inside if name in _IN_LINES or "-" in name else [_BREAK, *inside, _BREAK]


def _read_drawing(element: Any, name: str, drawn: bool) -> list[Any]:
    if name in _DRAWN_ELSEWHERE:
        return []
    if name == "foreignObject":
        return [_BREAK, *_inside(element, False), _BREAK]
    if name == "text":
        return [_BREAK, *_inside(element, False), _BREAK]
    return _inside(element, drawn or name == "svg")


def _inside(element: Any, drawn: bool) -> list[Any]:
    parts: list[Any] = [] if drawn or not element.text else [_flat(element.text)]
    for child in element:
        if child.tag == f"{_HTML}template":
            parts += [_BREAK, *_inside(child, drawn), _BREAK] if _is_shadow_root(child, element) else []
        else:
            parts.append((child, drawn))
        if child.tail and not drawn:
            parts.append(_flat(child.tail))
    return parts


def _flat(text: str) -> str:
    return " ".join(re.split(r"[ \t\r\n\f]+", text))


def _is_shadow_root(template: Any, host: Any) -> bool:
    """Whether browsers show it; html5lib, which knows no templates, leaves what is in them inside."""
    mode = template.get("shadowrootmode") or template.get("shadowroot") or ""
    name = host.tag.removeprefix(_HTML)
    return mode.lower() in ("open", "closed") and (name in _HOSTS or "-" in name)


def _read_choice(select: Any) -> list[str]:
    """The labels of groups, and the option that is chosen, or all where the list is open."""
    options, texts = [], []
    for child in select.iter():
        if child.tag == f"{_HTML}optgroup":
            texts += [child.get("label", ""), _BREAK]
        elif child.tag == f"{_HTML}option":
            options.append(child)
    if select.get("multiple") is None and not re.match(r"\s*([2-9]|1\d)", select.get("size", "")):
        chosen = [option for option in options if option.get("selected") is not None][-1:]
        options = chosen or [option for option in options if option.get("disabled") is None][:1]
    for option in options:
        texts += [option.get("label") or "".join(option.itertext()), _BREAK]
    return [_flat(text) if text != _BREAK else text for text in texts]
