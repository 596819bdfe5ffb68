"""This file reads what was learned of all sites, as a run leaves it for its workers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=2)
def known_in(path: str | None) -> Any:
    """What was learned of all sites, from the file a run wrote for its workers; nothing where there is none."""
    import numpy as np  # not at the top: a run that finds nothing new does without

    from cleaners.site.boilerplate_index import BoilerplateIndex

    return BoilerplateIndex(np.fromfile(path, "<u8") if path else np.zeros(0, np.uint64))


def known_of(survey: bytes, site: str | None, path: str | None) -> str:
    """What this file says of the lines that a page of this survey would keep, as a short hash; empty for nothing.

    A page ends the same by any file of which this is the same.
    """
    if not survey or path is None:
        return ""
    import xxhash

    from cleaners.site.boilerplate_index import PLATFORM
    from cleaners.site.fingerprints import unpack

    lines, known = unpack(survey), known_in(path)
    kept = lines.keys[lines.kept]
    said = [known.among(kept, name) for name in (site or PLATFORM, PLATFORM)]
    return (
        xxhash.xxh3_64_hexdigest(b"".join(part.tobytes() for part in said)) if any(part.any() for part in said) else ""
    )
