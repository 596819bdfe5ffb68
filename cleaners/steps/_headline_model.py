"""How likely each candidate is the headline of a text: trees over its facts, trained by benchmarks/train_headline.py."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

import orjson

from cleaners.errors import WrongModel
from cleaners.judge.feature_table import Floats
from cleaners.judge.trees import Trees
from cleaners.page import Page
from cleaners.steps._headline_facts import NAMES, Lines, facts

MODEL = Path(__file__).parent / "headline_model.json.gz"
TRAIN = "python -m benchmarks.train_headline DATA"


@lru_cache(maxsize=1)
def trees() -> Trees:
    """The shipped trees, read once a process. Raises WrongModel when they ask about other facts than are gathered."""
    found = Trees.from_record(orjson.loads(gzip.decompress(MODEL.read_bytes())))
    if found.names != NAMES:
        raise WrongModel(f"{MODEL.name} was trained on other facts than are gathered; train it anew with {TRAIN}")
    return found


def chances(page: Page, lines: Lines) -> Floats:
    """For each candidate the probability, 0 to 1, that it is the headline."""
    return trees().probability(facts(page, lines))
