"""The fingerprint of the pipeline: a hash of everything that can change an article."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from cleaners.site.user_rules import UserRules

READERS = (
    "beautifulsoup4", "brotli", "charset-normalizer", "ftfy", "google-re2", "lxml", "py3langid", "selectolax",
    "soupsieve", "trafilatura", "zstandard",
)  # fmt: skip


def fingerprint(own: UserRules | None = None, site: str = "") -> str:
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
