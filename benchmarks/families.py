"""Names the families of the judge's columns, so that training can leave one out and show what it is worth."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cleaners.judge.features import features, with_vote
from cleaners.judge.lexicon import NOTHING
from cleaners.judge.model import HeadName
from cleaners.read.pages import text_page

# The first column of each family, in the order in which features.py adds them: a family goes as far as the next begins,
# so that a column that is added in its midst belongs to it.
FIRST = {
    "shape": "words", "place": "from_top", "markup": "in_figure", "siblings": "parent_words",
    "likeness": "title_likeness", "rules": "dropped_by_rule", "containers": "core_up", "neighbours": "words-1",
    "page": "page_lines", "sections": "comments_since", "names": "names_least", "wordings": "wordings_mean",
    "vote": "vote",
}  # fmt: skip
_AROUND = re.compile(r"[-+~]\d+$")  # ends the name of a column that is about lines around


class NoSuchFeature(Exception):
    """No column and no family has this name. The message lists those there are, in one line."""


def columns(head: HeadName = "voted") -> list[str]:
    """The columns that this version gathers for a head; that of the vote has all of the others', and its own last."""
    table, names = features(text_page("columns", "One line."), NOTHING)
    return with_vote(table, names, np.zeros(len(table), np.float32))[1] if head == "voted" else names


def families(names: Sequence[str]) -> dict[str, list[str]]:
    """The columns of each family."""
    starts = [names.index(first) for first in FIRST.values()]
    return {
        family: list(names[start:end]) for family, start, end in zip(FIRST, starts, [*starts[1:], None], strict=True)
    }


def columns_of(wanted: Sequence[str]) -> frozenset[str]:
    """The columns of these families and features. Raises NoSuchFeature.

    A feature is its column and those that say the same of the lines around: `repeats` is repeats, repeats-1, repeats~5 …
    """
    names = columns()
    known = families(names)
    for name in names:
        feature = _AROUND.sub("", name)
        if feature not in FIRST:  # the vote is a family and a feature
            known.setdefault(feature, []).append(name)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        features_known = ", ".join(name for name in known if name not in FIRST)
        raise NoSuchFeature(
            f"no feature or family is called {unknown[0]}; families: {', '.join(FIRST)}; features: {features_known}"
        )
    return frozenset(column for name in wanted for column in known[name])
