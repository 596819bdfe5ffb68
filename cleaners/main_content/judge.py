"""This file gives every block of a page the probability that it is main content, by trees over its evidence."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from cleaners.main_content.features import Column, features
from cleaners.main_content.trees import Trees
from cleaners.page import Page

MODEL = Path(__file__).parent / "model.json.gz"
HeadName = Literal["voted", "unvoted", "text"]


class TrainedHead(NamedTuple):
    """The trees for one kind of input, and the probability from which a block is kept."""

    trees: Trees
    threshold: float


@lru_cache(maxsize=1)
def heads() -> Mapping[str, TrainedHead]:
    """The shipped heads, read once a process."""
    record = json.loads(gzip.decompress(MODEL.read_bytes()))
    return {
        name: TrainedHead(Trees.from_record(head["trees"]), head["threshold"]) for name, head in record["heads"].items()
    }


def head_for(page: Page, vote: Column | None) -> HeadName:
    """Which head judges a page: text input has no markup, and some HTML pages no vote."""
    return "text" if page.media == "text" else "unvoted" if vote is None else "voted"


def judge(page: Page, vote: Column | None) -> tuple[Column, float]:
    """For each block the probability, 0 to 1, of being main content, and the one from which a block is kept."""
    head = heads()[head_for(page, vote)]
    table, names = features(page, vote)
    if tuple(names) != head.trees.names:
        raise ValueError(f"{MODEL.name} was trained on other features than this version gathers; train it again")
    return head.trees.probability(table), head.threshold
