"""The judge: the probability of every block that it is main content, by trees over its features."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson

from cleaners.errors import WrongModel
from cleaners.judge.feature_table import Floats, Table
from cleaners.judge.lexicon import Lexicon
from cleaners.judge.trees import Trees
from cleaners.page import Page

MODEL = Path(__file__).parent / "model.json.gz"
TRAIN = "python -m benchmarks.train DATA"
HeadName = Literal["html", "voted", "text"]
EVEN = 0.5
NEARLY_CLEAN = 0.6  # of the words expected to be main content: from here on doubt counts for the text
BENEFIT = 0.3  # the cut for a text that is all main content; labels at its edges are cut higher


class Model(NamedTuple):
    """All that was learned: what names and wordings say, and the trees that weigh the evidence."""

    lexicon: Lexicon
    heads: Mapping[HeadName, Trees]

    def as_record(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return {
            "lexicon": self.lexicon.as_record(),
            "heads": {name: trees.as_record() for name, trees in self.heads.items()},
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Model:
        """The model that `as_record` wrote."""
        heads: dict[HeadName, Trees] = {name: Trees.from_record(trees) for name, trees in record["heads"].items()}
        return cls(Lexicon.from_record(record["lexicon"]), heads)


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped model, read once a process."""
    return Model.from_record(orjson.loads(gzip.decompress(MODEL.read_bytes())))


class Judgement(NamedTuple):
    """For each block the probability, 0 to 1, of being main content (0 where a rule dropped it), and what follows.

    `cut` is the probability from which blocks are kept; `confidence`, 0 to 1, the F1 the judge expects of its answer.
    """

    probability: Floats
    cut: float
    confidence: float


def judge(page: Page, table: Table, names: list[str], head: HeadName) -> Judgement:
    """The judgement of one head on a page, by the table of its evidence. Raises WrongModel."""
    trees = model().heads[head]
    if tuple(names) != trees.names:
        raise WrongModel(other_columns(head, names, trees.names))
    still_open = np.array([block.index for block in page.open()], np.intp)
    probability = np.zeros(len(page.blocks), np.float32)
    probability[still_open] = trees.probability(table, still_open)
    words = table[:, names.index("words")]
    return Judgement(probability, cut(head, probability, words), confidence(probability, words))


def other_columns(head: HeadName, gathered: Sequence[str], trained: Sequence[str]) -> str:
    """What parts the columns that are gathered from those a head was trained on, and the command that puts it right."""
    added = [name for name in gathered if name not in trained]
    gone = [name for name in trained if name not in gathered]
    said = [f"{', '.join(added)} added since"] * bool(added) + [f"{', '.join(gone)} no longer gathered"] * bool(gone)
    return (
        f"{MODEL.name}: its head {head} was trained on other columns: {'; '.join(said) or 'the same in another order'}; "
        f"train it anew with {TRAIN} (docs/training.md)"
    )


def confidence(probability: Floats, words: Floats) -> float:
    """The F1, by the words of the blocks, to expect of keeping what is more likely main content than not."""
    counted = words.astype(np.float64)
    kept = (probability >= EVEN) * counted
    total = float(kept.sum() + (probability * counted).sum())
    return 2 * float((kept * probability).sum()) / total if total else 0.0


def cut(head: HeadName, probability: Floats, words: Floats) -> float:
    """The probability from which blocks of this page are kept.

    It starts from the one with the highest expected F1 by words (Nan et al. 2012: half of that F1), so that pages
    that nobody can be sure of are cut lower than those where everything is plain. Half the way from there to an even
    chance measured best; text that is nearly clean already gets the benefit of the doubt.
    """
    chance = (probability * words).astype(np.float64)
    order = np.argsort(-probability, kind="stable")
    expected = 2 * np.cumsum(chance[order]) / (np.cumsum(words[order], dtype=np.float64) + chance.sum() + 1e-9)
    best = (float(probability[order[int(np.argmax(expected))]]) + EVEN) / 2
    if head != "text":
        return best
    counted = words[probability > 0].sum()
    clean = float(chance.sum() / counted) if counted else 0.0
    doubt = min(1.0, max(0.0, (clean - NEARLY_CLEAN) / (1 - NEARLY_CLEAN)))
    return best * (1 - doubt) + BENEFIT * doubt
