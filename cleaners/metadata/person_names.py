"""Tells by its words alone how likely a name is a person's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from cleaners.rules.phrases import built_in
from cleaners.text.fold import fold

_EDGES = " \t\n.,:;|/\\-–—•·*\"'“”„«»()[]<>="
_NO_NAME_ENDS = re.compile(
    r"\w{3,}(?:ing|tion|ment|ness|ity|ship|ware|ics|ung|keit|heit|schaft|ción|ção|zione|té|tet|nost|ость)s?\b", re.I
)


def may_be_a_person(name: str) -> bool:
    """False for a name with a word that ends like a noun: "Social Sharing", "Human Performance"."""
    return not _NO_NAME_ENDS.search(name)


def begins_with_first_name(name: str) -> bool:
    """True for a name whose first word many people are called by."""
    return _is_first_name(name.split(None, 1)[0])


@lru_cache(maxsize=4_096)
def _is_first_name(word: str) -> bool:
    return fold(word).strip(_EDGES).split("-")[0] in _first_names()


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    names: Iterable[str] = built_in().settings["metadata"]["names"]["first"]
    return frozenset(map(fold, names))
