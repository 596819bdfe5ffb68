"""This file makes an article record of one raw page: decode, parse, clean, render, with the contract's fields."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from cleaners import page as z
from cleaners.known import Known
from cleaners.language import keep_unpacked
from cleaners.metadata import Metadata, metadata
from cleaners.metadata.head import host_of
from cleaners.notices import notice
from cleaners.numerals import holds_vast, whole_number
from cleaners.page import Page
from cleaners.parse.depth import DEEPEST, too_deep
from cleaners.parse.encoding import Decoded, NotText, decode, looks_like_html
from cleaners.parse.pages import CUT, html_page, text_page
from cleaners.parse.transfer import decoded_body
from cleaners.parse.unseen import without_unseen
from cleaners.recipe import clean, has_words, sure
from cleaners.render import body, captions, kept_ratio, ledger, summary, undecided
from cleaners.site_rules import ruled
from cleaners.survey import pack

if TYPE_CHECKING:
    from cleaners.own_rules import OwnRules

SCHEMA = 1
MOST_CHARACTERS = 16_000_000  # a page; the largest of 1,497 real ones had 5 million
RECORD_FIELDS = frozenset(("url", "html", "html_b64", "text", "id", "fetched_at", "headers", "meta"))
SIDECAR_FIELDS = frozenset(("url", "fetched_at", "headers"))
LONGEST_URL = 2_000  # characters
# The path of a site's front page, without slashes at its ends: nothing, "de", "index.html", "de/index.html".
_FRONT_PAGE = re.compile(r"(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|home|default)(?:\.\w{2,5})?)?")
READERS = (
    "beautifulsoup4", "brotli", "charset-normalizer", "ftfy", "google-re2", "lxml", "py3langid", "selectolax",
    "soupsieve", "trafilatura", "zstandard",
)  # fmt: skip
_WARM_LINE = "The ferry came back on Sunday after nine years, and some four hundred people watched from the bank."
_WARM_PAGE = f"""<!doctype html><html lang="en"><head><title>The ferry is back | News | Fenmoor Post</title></head><body>
<nav><a href="/">Home</a></nav><article><h1>The ferry is back</h1><p>By Agnes Thorley</p><p>Published 3 March 2024</p>
<figure><img src="a.jpg" alt="The bank"><figcaption>The bank (Image: Agnes Thorley)</figcaption></figure>
<p class="text">{_WARM_LINE}</p><p class="text">“It is about time,” said the baker, who lives on the other side.</p>
</article></body></html>"""


class UnreadablePage(Exception):
    """A raw page becomes no article: `reason` as counted in the manifest, and a message with the next step.

    `site` and `fetched_at` are those of a page that was read and holds no article, None where they are not known.
    """

    def __init__(self, reason: str, detail: str, *, site: str | None = None, fetched_at: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail, self.site, self.fetched_at = reason, detail, site, fetched_at


@dataclass(frozen=True)
class Raw:
    """One raw page with what is known of it besides its content."""

    content: bytes | str
    is_html: bool
    url: str | None = None
    id: str | None = None
    fetched_at: str | None = None
    content_type: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    cut: bool = False  # True when it is known to be less than there was


def clean_raw(
    payload: bytes,
    *,
    source: str,
    record: int | None,
    media: str,
    sidecar: Mapping[str, Any] | None = None,
    folder_host: str | None = None,
    sha256: str | None = None,
    known: Known | None = None,
    own: OwnRules | None = None,
) -> dict[str, Any]:
    """What becomes of one raw page.

    `payload` is the content of a file, one line of a container when `media` is "jsonl", the content of a response as it
    was sent when it is "warc"; `source` its path relative to RAW and `record` its index in a container. `sidecar` is
    what stands beside it, or what a web archive says of it. `folder_host` is the site where the input names no address.
    `sha256` is that of the payload, where the caller has it already; `known` what was learned of all sites,
    `own` the user's own rules.
    Gives {"outcome": "article", "article": …, "removed": …, "alternative_id": …, "claimed": …, "own_id": …, "survey": …} or
    {"outcome": "quarantine", "reason": …, "detail": …, "site": …, "fetched_at": …}. The alternative is for an article whose
    id another one has; its own one says what the input does of its address; it is claimed when the page alone says at
    which one it stood. The survey, for learning, does not depend on what
    is known.
    """
    try:
        return clean_with_page(
            payload,
            source=source,
            record=record,
            media=media,
            sidecar=sidecar,
            folder_host=folder_host,
            sha256=sha256,
            known=known,
            own=own,
        )[0]
    except UnreadablePage as error:
        return {
            "outcome": "quarantine", "reason": error.reason, "detail": error.detail, "site": error.site,
            "fetched_at": error.fetched_at,
        }  # fmt: skip


def clean_with_page(
    payload: bytes,
    *,
    source: str,
    record: int | None,
    media: str,
    sidecar: Mapping[str, Any] | None = None,
    folder_host: str | None = None,
    sha256: str | None = None,
    known: Known | None = None,
    own: OwnRules | None = None,
) -> tuple[dict[str, Any], Page]:
    """As `clean_raw` for a page that becomes an article, and the page itself with all its verdicts.

    Raises UnreadablePage for one that does not.
    """
    raw = _raw(payload, media, sidecar or {})
    try:
        return _clean(raw, sha256 or hashlib.sha256(payload).hexdigest(), source, record, folder_host, known, own)
    except NotText as error:
        raise UnreadablePage("not_text", f"{error}; correct or remove it") from error


def _clean(
    raw: Raw,
    sha256: str,
    source: str,
    record: int | None,
    folder_host: str | None,
    known: Known | None,
    own: OwnRules | None,
) -> tuple[dict[str, Any], Page]:
    decoded = _decoded(raw)
    markup = decoded.text
    if len(markup) > MOST_CHARACTERS and raw.is_html:
        markup = without_unseen(markup)
    markup, cut = markup[:MOST_CHARACTERS], len(markup) > MOST_CHARACTERS
    is_html = "<" in markup or not markup.strip() if raw.is_html else looks_like_html(markup)
    rules = own.rules if own else None
    page = (html_page if is_html else text_page)(source, markup, url=raw.url, rules=rules)
    folder = (folder_host or "").removeprefix("www.")
    site = host_of(page.url) or folder or host_of(page.head.canonical) or ""
    if not has_words([block for block in page.blocks if not block.zone & z.BUTTON]):
        raise UnreadablePage("too_little", _wordless(page), site=site or None, fetched_at=raw.fetched_at)
    page = clean(ruled(replace(page, site=site, known=known), own.sites.get(site) if own else None, markup))
    if found_notice := notice(page):
        raise UnreadablePage(*found_notice, site=site or None, fetched_at=raw.fetched_at)
    if not has_words(page.kept()):
        told = f"the rules of {site} drop every line that could be its text; keep one there, or leave it as it is"
        raise UnreadablePage("too_little", told, site=site or None, fetched_at=raw.fetched_at)
    if undecided(page.verdicts):
        raise AssertionError(f"{source}: blocks {undecided(page.verdicts)[:5]} have no verdict")
    found = metadata(page, fetched_at=raw.fetched_at)
    url = _address(raw.url, page.head.canonical, site)
    article_id = identify(url, source, record)
    removed = ledger(page, article_id)
    flags = page.flags | set(decoded.flags) | ({CUT} if cut or raw.cut else set())
    article = _article(page, found, article_id, removed, url)
    article["flags"] = sorted(flags)
    article["source"] = {
        "path": source, "record": record, "id": raw.id, "sha256": sha256,
        "media_type": "text/html" if is_html else "text/plain", "encoding": decoded.encoding,
        "fetched_at": raw.fetched_at,
    }  # fmt: skip
    article["recipe"] = fingerprint(own, page.site)
    article["meta"] = dict(raw.meta)
    own_id = identify(raw.url, source, record)
    return {
        "outcome": "article", "article": article, "removed": removed, "alternative_id": identify(None, source, record),
        "claimed": article_id != own_id, "own_id": own_id, "survey": b"" if page.survey is None else pack(page.survey),
    }, page  # fmt: skip


def _article(
    page: Page, found: Metadata, article_id: str, removed: list[dict[str, Any]], url: str | None
) -> dict[str, Any]:
    text, blocks = body(page)
    return {
        "schema": SCHEMA, "id": article_id, "url": url, "site": page.site or None,
        "site_name": found.site_name, "title": found.title, "authors": list(found.authors),
        "published": found.published, "modified": found.modified, "language": found.language,
        "language_score": found.language_score, "description": found.description, "section": found.section,
        "tags": list(found.tags), "image": found.image, "text": text, "blocks": blocks,
        "captions": captions(page.lifts), "words": sum(block.words for block in page.kept()),
        "kept_ratio": kept_ratio(page), "confidence": page.confidence, "flags": [], "removed": summary(removed),
        "duplicate_of": None, "near_duplicates": [],
    }  # fmt: skip


def _wordless(page: Page) -> str:
    """What to do about a page that shows no word."""
    if page.blocks:
        return "no letter or digit stands in what it shows besides buttons; fetch the page again"
    return "nothing visible is left of it without scripts and styles; fetch the page again"


def _decoded(raw: Raw) -> Decoded:
    if isinstance(raw.content, str):
        return Decoded(raw.content, "utf-8")
    return decode(raw.content, header=raw.content_type, is_html=raw.is_html)


def _address(url: str | None, canonical: str | None, site: str) -> str | None:
    """The address of a page: what it states itself where that can be believed, else what its input says.

    It is believed on the page's own site, and not when it is a front page: some sites state that on every page, and
    anyone may state another's.
    """
    if not canonical or host_of(canonical) != site or _is_front_page(canonical):
        return url
    return canonical


def _is_front_page(url: str) -> bool:
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].partition("#")[0].strip("/").lower()
    return _FRONT_PAGE.fullmatch(path) is not None and "?" not in url


def identify(url: str | None, source: str, record: int | None) -> str:
    """32 hex: of the canonical URL, else of the source path and the index of the record."""
    name = f"url\n{url}" if url else f"source\n{source}\n{'' if record is None else record}"
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def _raw(payload: bytes, media: str, said: Mapping[str, Any]) -> Raw:
    if media == "jsonl":
        return _from_record(payload)
    return _from_response(payload, said) if media == "warc" else _from_file(payload, media, said)


def _from_response(payload: bytes, said: Mapping[str, Any]) -> Raw:
    headers = said.get("headers") or {}
    content, cut = decoded_body(payload, headers)
    kind = _content_type(headers)
    return Raw(
        content, not (kind or "").lower().startswith("text/plain"), _text(said, "url", LONGEST_URL), _text(said, "id"),
        _text(said, "fetched_at"), kind, cut=cut or said.get("truncated") is True,
    )  # fmt: skip


def _from_file(payload: bytes, media: str, sidecar: Mapping[str, Any]) -> Raw:
    return Raw(
        payload, media == "html", _text(sidecar, "url", LONGEST_URL), None, _text(sidecar, "fetched_at"),
        _content_type(sidecar.get("headers")), {k: v for k, v in sidecar.items() if k not in SIDECAR_FIELDS},
    )  # fmt: skip


def _from_record(payload: bytes) -> Raw:
    row = _object(payload)
    content: bytes | str
    given = [name for name in ("html", "html_b64", "text") if isinstance(row.get(name), str)]
    if not given:
        raise UnreadablePage("bad_record", "needs one of html, html_b64 or text as a string; export the record again")
    name = next((name for name in given if row[name].strip()), given[0])  # a table has "" for what is missing
    content, is_html = row[name], name != "text"
    if name == "html_b64":
        try:
            content = base64.b64decode(content, validate=False)
        except (binascii.Error, ValueError) as error:
            raise UnreadablePage("bad_record", f"html_b64 is not base64 ({error}); export the record again") from error
    meta = (
        row["meta"] if isinstance(row.get("meta"), dict) else {} if row.get("meta") is None else {"meta": row["meta"]}
    )
    rest = {name: value for name, value in row.items() if name not in RECORD_FIELDS}
    return Raw(
        content, is_html, _text(row, "url", LONGEST_URL), _text(row, "id"), _text(row, "fetched_at"),
        _content_type(row.get("headers")), {**rest, **meta},
    )  # fmt: skip


def _object(payload: bytes) -> dict[str, Any]:
    """The JSON object of one line; the fast reader first, then the one that is easier on bad bytes and numbers."""
    too_nested = f"fields nested more than {DEEPEST} deep; export the record without them"
    try:
        row = orjson.loads(payload)
    except orjson.JSONDecodeError:
        try:
            row = _exactly(payload)
        except ValueError as error:
            raise UnreadablePage("bad_record", f"not JSON ({error}); export the record again") from error
        except RecursionError as error:
            raise UnreadablePage("bad_record", too_nested) from error
    if not isinstance(row, dict):
        raise UnreadablePage("bad_record", f"a JSON {type(row).__name__}, not an object; export the record again")
    if too_deep(row):
        raise UnreadablePage("bad_record", too_nested)
    return _exactly(payload) if holds_vast(row) else row


def _exactly(payload: bytes) -> Any:
    """What a line of JSON says, with whole numbers of any length. Raises ValueError, RecursionError."""
    row = json.loads(payload.decode("utf-8", "replace"), parse_int=whole_number)
    for name in ("html", "text"):  # this reader lets halves of characters through, which no file can hold
        if isinstance(row, dict) and isinstance(row.get(name), str):
            row[name] = row[name].encode("utf-8", "replace").decode()
    return row


def _text(row: Mapping[str, Any], name: str, longest: int = 500) -> str | None:
    """A string field, or a number as its digits; anything else counts as absent."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip()[:longest] or None if isinstance(value, str) else None


def _content_type(headers: Any) -> str | None:
    if not isinstance(headers, dict):
        return None
    found = next((value for name, value in headers.items() if str(name).lower() == "content-type"), None)
    return found if isinstance(found, str) else None


def own_rules(texts: Mapping[str, str], folder: str) -> OwnRules | None:
    """The user's own rules in the files of a folder, by their path in it; None when there are none. Raises BadRules."""
    if not texts:
        return None
    from cleaners import own_rules as files  # not at the top: few have rules of their own

    return files.own_rules(texts, folder)


def fingerprint(own: OwnRules | None = None, site: str = "") -> str:
    """16 hex of everything that can change an article; of a page of some site, when one is named."""
    digests = (own.digest, own.sites[site].digest if site in own.sites else "") if own else ("", "")
    if not any(digests):
        return _of_the_code()
    return hashlib.sha256(repr((_of_the_code(), digests)).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _of_the_code() -> str:
    """16 hex of code, rules and model here, and the libraries that read pages."""
    here = Path(__file__).parent
    digest = hashlib.sha256(repr([(name, version(name)) for name in READERS]).encode())
    for path in sorted(here.rglob("*")):
        if path.suffix in (".py", ".c", ".toml", ".gz"):
            digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def warm_up() -> None:
    """Load what every page needs: rules and models.

    For a process that is about to clean many pages, and learns here whether it can. What few pages need is loaded by
    the first that does: the reference extractor, the readers of odd encodings and of mojibake.
    """
    keep_unpacked()
    metadata(sure(html_page("warm_up", _WARM_PAGE)))
    result = clean_raw(_WARM_LINE.encode(), source="warm_up", record=None, media="text")
    if result["outcome"] != "article":
        raise RuntimeError(f"the built-in sample gives no article: {result['reason']}: {result['detail']}")
