"""A page as it was given to Copydesk, and its way through the pipeline of cleaners/."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal, NamedTuple

from copydesk._errors import NoArticle
from copydesk._rules import RuleTexts, own_rules

if TYPE_CHECKING:
    from cleaners.article import Cleaned
    from cleaners.page import Page

FASTEST = 1  # of zstandard's levels: a page of 100 kB shrinks to a sixth of it in a quarter of a millisecond
_LOADING = threading.Lock()
_loaded = False


class Given(NamedTuple):
    """One page with what was said of it. `content` is compressed, so that an article can hold on to its page."""

    content: bytes
    kind: Literal["html", "text", "bytes"]  # "bytes" are HTML in an encoding that is yet to be found
    url: str | None
    rules: RuleTexts


def given(page: str | bytes, kind: Literal["html", "text"], url: str | None, rules: RuleTexts) -> Given:
    """The page as given. Halves of characters in a str, which no file can hold, become question marks."""
    import zstandard

    content = page.encode("utf-8", "replace") if isinstance(page, str) else page
    return Given(zstandard.compress(content, FASTEST), "bytes" if isinstance(page, bytes) else kind, url, rules)


def content(page: Given) -> bytes:
    """The page's bytes; those of a str are its UTF-8."""
    import zstandard

    return zstandard.decompress(page.content)


def markup(page: Given, encoding: str) -> str:
    """The page as it was given, twice: as it is and with its entities resolved. `encoding` is that of its bytes."""
    import html

    text = content(page).decode(encoding if page.kind == "bytes" else "utf-8", "replace")
    return f"{text}\n{html.unescape(text)}"


def cleaned(page: Given) -> tuple[Cleaned, Page]:
    """What becomes of a page, and the page with all its verdicts. Raises NoArticle, BadRules.

    A str goes the way of a record with "html" or "text" in a `.jsonl` file, bytes that of an `.html` file, so that the
    command makes the same article of them. `source.path` is named after the content: no two pages share an id by it.
    """
    import hashlib
    import json

    own = own_rules(page.rules)
    _load()
    from cleaners.errors import UnreadablePage
    from cleaners.pipeline import clean_with_page

    body = content(page)
    digest = hashlib.sha256(body).hexdigest()
    said = {"url": page.url} if page.url else {}
    if page.kind == "bytes":
        payload, media, sidecar = body, "html", said
    else:
        payload, media, sidecar = json.dumps({page.kind: body.decode(), **said}).encode(), "jsonl", {}
    try:
        return clean_with_page(
            payload,
            source=f"{digest}.{'txt' if page.kind == 'text' else 'html'}",
            record=None,
            media=media,
            sidecar=sidecar,
            sha256=digest,
            own=own,
        )
    except UnreadablePage as error:
        raise NoArticle(str(error.reason), error.detail) from error


def _load() -> None:
    """Load rules and models, once, whichever thread comes first: half a second, and 0.7 s more on a machine's first day."""
    global _loaded
    if _loaded:
        return
    with _LOADING:
        if not _loaded:
            from cleaners.pipeline import warm_up

            warm_up()
            _loaded = True
