"""How likely a line is the headline of a text: trees on what is cheaply known of all lines, then others on the likeliest.

Both are trained by benchmarks/train_headline.py.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from cleaners.errors import WrongModel
from cleaners.judge.feature_table import Floats
from cleaners.judge.trees import Trees
from cleaners.page import Page
from cleaners.steps._headline_facts import CLOSER_NAMES, NAMES, Lines, closer_facts

MODEL = Path(__file__).parent / "headline_model.json.gz"
TRAIN = "python -m benchmarks.train_headline DATA"
LOOKED_AT = 8  # of the likeliest lines
FAR_LESS_LIKELY = 7.0  # log-odds below the likeliest line, where a line is not looked at
SMALLEST = 1e-6  # a chance that is told from none


class HeadlineModel(NamedTuple):
    """The trees that are asked about all lines of a text, and those that are asked about the likeliest of them."""

    far: Trees
    close: Trees


@lru_cache(maxsize=1)
def shipped() -> HeadlineModel:
    """The shipped trees, read once a process. Raises WrongModel when they ask about other facts than are gathered."""
    record = orjson.loads(gzip.decompress(MODEL.read_bytes()))
    found = HeadlineModel(*(Trees.from_record(record[name]) for name in HeadlineModel._fields))
    if (found.far.names, found.close.names) != (NAMES, NAMES + CLOSER_NAMES):
        raise WrongModel(f"{MODEL.name} was trained on other facts than are gathered; train it anew with {TRAIN}")
    return found


def likeliest(lines: Lines, far: Trees) -> tuple[npt.NDArray[np.intp], Floats]:
    """The candidates to look at closely, the likeliest first, and their log-odds by what is cheaply known."""
    chance = np.minimum(np.maximum(far.probability(lines.table, lines.candidates), SMALLEST), 1 - SMALLEST)
    order = np.argsort(-chance, kind="stable")[:LOOKED_AT]
    odds = np.log(chance[order] / (1 - chance[order]))
    near = odds >= odds[:1] - FAR_LESS_LIKELY
    return lines.candidates[order[near]], odds[near]


def chances(page: Page, lines: Lines) -> list[tuple[float, int]]:
    """The likeliest candidates with the probability, 0 to 1, that each is the headline; the best first."""
    model = shipped()
    chosen, odds = likeliest(lines, model.far)
    found = model.close.probability(closer_facts(page, lines, chosen, odds))
    return sorted(zip(found.tolist(), chosen.tolist(), strict=True), key=lambda pair: -pair[0])
