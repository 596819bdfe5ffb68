"""A sorted table of hashes of learned boilerplate lines, with a membership test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xxhash

from cleaners.site.fingerprints import Keys, among

PLATFORM = ""  # the site of lines that many sites share


def salt(site: str) -> np.uint64:
    """What the keys of a site's lines are mixed with, so that one table can hold the lines of all sites."""
    return np.uint64(xxhash.xxh3_64_intdigest(f"site\n{site}".encode("utf-8", "replace")))


@dataclass(frozen=True)
class BoilerplateIndex:
    """What was learned of all sites: the keys of their lines, each mixed with the salt of its site, in order of size."""

    table: Keys

    def among(self, keys: Keys, site: str) -> npt.NDArray[np.bool_]:
        """Which of these lines are known of this site."""
        return among(keys ^ salt(site), self.table)
