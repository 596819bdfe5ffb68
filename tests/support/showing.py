"""Lets scripted pages teach: what such a page shows are its lines, and its text all of them but what is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaners.site.boilerplate_index import PLATFORM, BoilerplateIndex
from cleaners.site.fingerprints import LineFingerprints, fingerprint, pack


def fingerprints_of(lines: Sequence[str]) -> bytes:
    """The line fingerprints of a page that would keep these lines, all in its body."""
    told = {fingerprint(line): line for line in lines}
    keys = sorted(told)
    words = np.array([len(told[key].split()) for key in keys], np.uint16)
    none, all_of_them = np.zeros(len(keys), np.uint8), np.ones(len(keys), np.bool_)
    return pack(LineFingerprints(np.array(keys, np.uint64), words, none, all_of_them))


def unknown(lines: Sequence[str], known: BoilerplateIndex | None, site: str | None) -> list[str]:
    """The lines that are known neither of the site nor of its platform."""
    if known is None:
        return list(lines)
    keys = np.array([fingerprint(line) for line in lines], np.uint64)
    there = known.among(keys, site or PLATFORM) | known.among(keys, PLATFORM)
    return [line for line, is_known in zip(lines, there.tolist(), strict=True) if not is_known]
