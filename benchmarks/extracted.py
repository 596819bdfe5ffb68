"""What extractors make of a page, asked once: the answers are kept in a folder of the user's, a file a page."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

VERSION = "1"  # of how they are asked; another asks them anew
MOST_ELEMENTS = 60_000  # of a page's markup; more hold up the slowest of them for minutes
Answers = Mapping[str, str]


def extracted(markup: str, cache: Path | None = None) -> Answers:
    """The text of a page by each extractor, empty where it finds none; from the cache where that has it."""
    if markup.count("<") > MOST_ELEMENTS:
        return {}
    kept = cache / f"{_key(markup)}.json" if cache else None
    if kept is not None and kept.exists():
        answers: Answers = json.loads(kept.read_text(encoding="utf-8"))
        return answers
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs a line for each page it finds nothing on
    answers = {name: ask(markup) for name, ask in EXTRACTORS.items()}
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(answers, ensure_ascii=True), encoding="utf-8")
    return answers


def _key(markup: str) -> str:
    return hashlib.sha256(f"{VERSION}\n{markup}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def leaky(markup: str) -> str:
    """Resiliparse's rules for main content, which lose little and leave much."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(markup, main_content=True, alt_texts=False, links=False, list_bullets=False))


def recall(markup: str) -> str:
    """trafilatura, told rather to keep too much."""
    from trafilatura import extract

    return extract(markup, include_comments=False, favor_recall=True) or ""


def precision(markup: str) -> str:
    """trafilatura, told rather to lose something."""
    from trafilatura import extract

    return extract(markup, include_comments=False, favor_precision=True) or ""


def paragraphs(markup: str) -> str:
    """jusText without a list of everyday words, so that every language is read alike."""
    import justext  # type: ignore[import-untyped]

    found = justext.justext(
        markup.encode("utf-8", "replace"), frozenset(), encoding="utf-8", stopwords_low=0.0, stopwords_high=0.0,
        length_low=40,
    )  # fmt: skip
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


def _safely(ask: Callable[[str], str]) -> Callable[[str], str]:
    """An extractor that finds nothing where it breaks."""

    def asked(markup: str) -> str:
        try:
            return ask(markup)
        except Exception as error:  # noqa: BLE001  # whatever breaks in it, the others answer
            logging.getLogger(__name__).info("%s: %s", ask.__name__, error)
            return ""

    return asked


EXTRACTORS = {ask.__name__: _safely(ask) for ask in (leaky, recall, precision, paragraphs)}
