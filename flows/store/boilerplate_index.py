"""Reads the index of learned lines that a run writes for its workers, and says what it means for one page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=2)
def read_index(path: str | None) -> Any:
    """The learned lines of all sites, from the file a run wrote for its workers; an empty index where there is none."""
    import numpy as np  # not at the top: a run that finds nothing new does without

    from cleaners.site.boilerplate_index import BoilerplateIndex

    return BoilerplateIndex(np.fromfile(path, "<u8") if path else np.zeros(0, np.uint64))


def index_digest(line_fingerprints: bytes, site: str | None, path: str | None) -> str:
    """A short hash of what the index at `path` says of the lines that a page would keep; empty where that is nothing.

    A page is cleaned alike by all indexes for which this is the same.
    """
    if not line_fingerprints or path is None:
        return ""
    import xxhash

    from cleaners.site.boilerplate_index import PLATFORM
    from cleaners.site.fingerprints import unpack

    lines, index = unpack(line_fingerprints), read_index(path)
    kept = lines.keys[lines.kept]
    said = [index.among(kept, name) for name in (site or PLATFORM, PLATFORM)]
    return (
        xxhash.xxh3_64_hexdigest(b"".join(part.tobytes() for part in said)) if any(part.any() for part in said) else ""
    )
