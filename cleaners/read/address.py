"""The address of a page, as far as it can be believed, and the id that comes of it."""

from __future__ import annotations

import hashlib
import re

from cleaners.metadata.head import host_of

# The path of a site's front page, without slashes at its ends: nothing, "de", "index.html", "de/index.html".
_FRONT_PAGE = re.compile(r"(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|home|default)(?:\.\w{2,5})?)?")


def believed(url: str | None, canonical: str | None, site: str) -> str | None:
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
