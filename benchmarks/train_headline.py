"""Trains the finder of headlines: `python -m benchmarks.train_headline DATA` writes headline_model.json.gz.

The same data gives the same file. Like benchmarks.train it needs LightGBM: `pip install ".[train]"`.
"""

from __future__ import annotations

import argparse
import gzip
from base64 import b64decode
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from benchmarks.headline_forms import Form, forms_of
from benchmarks.train import FOLDS, OTHER_KINDS, fold_of, read_pages
from cleaners.judge.trees import Trees, flatten
from cleaners.page import run
from cleaners.pipeline import SURE
from cleaners.read.charset import decode
from cleaners.read.pages import html_page, text_page
from cleaners.steps._headline_facts import NAMES, facts, lines_of
from cleaners.steps._headline_model import MODEL
from cleaners.steps.text_head import LIKELY, STEP
from cleaners.text.fold import squash

SETTINGS = {
    "objective": "binary", "num_leaves": 15, "max_depth": 7, "learning_rate": 0.08, "min_data_in_leaf": 60,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 63, "seed": 7,
    "num_threads": 2, "deterministic": True, "force_col_wise": True, "verbose": -1,
}  # fmt: skip
ROUNDS = 160
FORMS, FORMS_OF_PRESS = 7, 14  # made of a page's gold text; press pages are few, and in many languages
WEIGHTS = {"press": 2.0, "text": 2.0}
ALIKE = 0.6  # of its words that a line shares with the headline, from which nobody can say that it is none
LEAST_ALIKE = 15  # characters of such a line
ADDRESSES = 3  # one form of so many is told the page's address: most texts come without
WITHOUT_WEIGHT = {"dump": 0.03, "leaky": 0.4}  # of a text that lost its headline: extractors lose it, dumps never do
BEFORE = SURE[: [step.__name__ for step in SURE].index(STEP)]


class Example(NamedTuple):
    """The candidates of one text, which of them are its headline, and what each counts."""

    set: str
    form: str
    site: str
    facts: npt.NDArray[np.float32]
    wanted: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float64]
    shows_it: bool


def examples(folder: Path) -> Iterator[Example]:
    """The texts of a folder of measuring sets, and the forms made of its HTML pages."""
    records = [record for record in read_pages(folder) if record["gold"].get("title")]
    by_language: dict[Any, list[str]] = defaultdict(list)
    for record in records:
        by_language[record["set"], record.get("country")].append(record["gold"]["title"])
    for record in records:
        if "text" in record:
            yield from _of_text(record)
            continue
        markup = record["html"] if "html" in record else decode(b64decode(record["html_b64"])).text
        page = html_page(record["id"], markup, url=record["url"])
        is_article = record["kind"] == "article"
        count = (FORMS_OF_PRESS if record["set"] == "press" else FORMS) if is_article else 0
        others = by_language[record["set"], record.get("country")]
        for place, form in enumerate(forms_of(record, page, others, count)):
            url = None if place % ADDRESSES else record["url"]
            yield _example(record, form, url, 1.0 if is_article else OTHER_KINDS)


def _of_text(record: dict[str, Any]) -> Iterator[Example]:
    """A text as it stands in the set, and without its headline."""
    title, name = record["gold"]["title"], record["form"]
    yield _example(record, Form(name, record["text"], title, True), record["url"])
    lines = [line for line in record["text"].split("\n") if not squash(line).startswith(squash(title))]
    without = Form(f"{name}_without", "\n".join(lines), title, False, WITHOUT_WEIGHT[name])
    yield _example(record, without, record["url"])


def _example(record: dict[str, Any], form: Form, url: str | None, weight: float = 1.0) -> Example:
    page = run(text_page(record["id"], form.text, url=url), *BEFORE)
    lines = lines_of(page)
    headline = squash(form.headline)
    shown = [squash(lines.alive[at].text) for at in lines.candidates]
    wanted = np.array([form.shows_it and _is(line, headline, form.name) for line in shown], bool)
    counts = np.array(
        [1.0 if is_it or not _alike(line, headline) else 0.0 for line, is_it in zip(shown, wanted, strict=True)]
    )
    if form.shows_it and not wanted.any():
        counts[:] = 0.0  # the headline stands there in other words, and one of the lines may be it
    weight *= form.weight * WEIGHTS.get(record["set"], 1.0)
    site = (record["site"] or record["id"]).removeprefix("www.")
    return Example(record["set"], form.name, site, facts(page, lines), wanted, counts * weight, form.shows_it)


def _is(line: str, headline: str, form: str) -> bool:
    return line.startswith(headline) if form == "site" else line == headline


def _alike(line: str, headline: str) -> bool:
    ours, theirs = set(line.split()), set(headline.split())
    shared = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
    return line.startswith(headline) or (shared >= ALIKE and len(line) > LEAST_ALIKE)


def fit(learned: Sequence[Example]) -> Trees:
    """Trees for the candidates of these texts."""
    import lightgbm

    table = np.concatenate([example.facts for example in learned])
    wanted = np.concatenate([example.wanted for example in learned])
    weights = np.concatenate([example.weights for example in learned])
    counted = weights > 0
    data = lightgbm.Dataset(table[counted], wanted[counted].astype(int), weight=weights[counted])
    return flatten(lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS).dump_model(), NAMES)


def cross_validate(learned: Sequence[Example]) -> dict[tuple[str, str], Counter[str]]:
    """By set and form, how many headlines are right, wrong or missed, and given where none is; each site unseen."""
    figures: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for fold in range(FOLDS):
        trees = fit([example for example in learned if fold_of(example.site) != fold])
        for example in learned:
            if fold_of(example.site) == fold and len(example.facts):
                figures[example.set, example.form][_outcome(example, trees)] += 1
    return figures


def _outcome(example: Example, trees: Trees) -> str:
    chance = trees.probability(example.facts)
    best = int(chance.argmax())
    given = chance[best] >= LIKELY
    if not example.wanted.any():
        return "given, none there" if given else "none, none there"
    return ("right" if example.wanted[best] else "wrong") if given else "missed"


def main() -> None:
    """Train, and with --cross-validate print what trees that did not see a site make of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the measuring sets")
    parser.add_argument("--cross-validate", action="store_true", help="print figures of unseen sites, write nothing")
    parser.add_argument("--out", type=Path, default=MODEL, help="where the model goes")
    options = parser.parse_args()
    learned = list(examples(options.data))
    if options.cross_validate:
        for (name, form), counts in sorted(cross_validate(learned).items()):
            print(f"{name:12} {form:22} {dict(sorted(counts.items()))}")
        return
    record = fit(learned).as_record()
    record.pop("cover", None)
    options.out.write_bytes(gzip.compress(orjson.dumps(record), 9, mtime=0))


if __name__ == "__main__":
    main()
