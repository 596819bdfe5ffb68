"""Trains the finder of headlines: `python -m benchmarks.train_headline DATA` writes headline_model.json.gz.

The same data gives the same file. Like benchmarks.train it needs LightGBM: `pip install ".[train]"`.
"""

from __future__ import annotations

import argparse
import gzip
import random
from base64 import b64decode
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from benchmarks.headline_forms import Form, forms_of
from benchmarks.train import OTHER_KINDS, fold_of, read_pages
from cleaners.judge.trees import Trees, flatten
from cleaners.page import Page, run
from cleaners.pipeline import SURE
from cleaners.read.charset import decode
from cleaners.read.pages import html_page, text_page
from cleaners.steps._headline_facts import CLOSER_NAMES, NAMES, Lines, closer_facts, lines_of
from cleaners.steps._headline_model import MODEL, HeadlineModel, likeliest
from cleaners.steps.text_head import LIKELY, STEP
from cleaners.text.fold import squash

SETTINGS = {
    "objective": "binary", "num_leaves": 15, "max_depth": 6, "min_data_in_leaf": 60, "feature_fraction": 0.4,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 63, "seed": 7, "num_threads": 1,
    "deterministic": True, "force_col_wise": True, "verbose": -1,
}  # fmt: skip
FAR = {"learning_rate": 0.15, "num_iterations": 40}
CLOSE = {"learning_rate": 0.08, "num_iterations": 120, "max_depth": 7, "min_data_in_leaf": 40}
OTHERS = 40  # candidates of one text that are learned from as what no headline is, those of long texts by chance
PARTS = 2  # of the sites; the likeliest lines are those of trees that saw no page of the site
HALVES = 2  # of the sites, to measure on sites unseen
FORMS, FORMS_OF_PRESS = 7, 14  # made of a page's gold text; press pages are few, and in many languages
WEIGHTS = {"press": 2.0, "text": 2.0}
ALIKE = 0.6  # of its words that a line shares with the headline, from which nobody can say that it is none
LEAST_ALIKE = 15  # characters of such a line
TOLD = 0.5  # of the forms are told the page's address: many texts come without
WITHOUT_WEIGHT = {"dump": 0.03, "leaky": 0.4}  # of a text that lost its headline: extractors lose it, dumps never do
BEFORE = SURE[: [step.__name__ for step in SURE].index(STEP)]


class Example(NamedTuple):
    """The lines of one text, which candidates are its headline, and what each counts."""

    set: str
    form: str
    site: str
    page: Page
    lines: Lines
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
            is_told = random.Random(f"{place}{record['id']}").random() < TOLD
            yield _example(record, form, record["url"] if is_told else None, 1.0 if is_article else OTHER_KINDS)


def _of_text(record: dict[str, Any]) -> Iterator[Example]:
    """A text as it stands in the set, with its address and without it, and without its headline."""
    title, name = record["gold"]["title"], record["form"]
    yield _example(record, Form(name, record["text"], title, True), record["url"])
    yield _example(record, Form(f"{name}_no_address", record["text"], title, True), None)
    lines = [line for line in record["text"].split("\n") if not squash(line).startswith(squash(title))]
    without = Form(f"{name}_without", "\n".join(lines), title, False, WITHOUT_WEIGHT[name])
    yield _example(record, without, record["url"])


def _example(record: dict[str, Any], form: Form, url: str | None, weight: float = 1.0) -> Example:
    page = run(text_page(record["id"], form.text, url=url), *BEFORE)
    lines = lines_of(page)
    headline = squash(form.headline)
    shown = [squash(lines.alive[at].text) for at in lines.candidates.tolist()]
    wanted = np.array([form.shows_it and _is(line, headline, form.name) for line in shown], bool)
    counts = np.array(
        [1.0 if is_it or not _alike(line, headline) else 0.0 for line, is_it in zip(shown, wanted, strict=True)]
    )
    if form.shows_it and not wanted.any():
        counts[:] = 0.0  # the headline stands there in other words, and one of the lines may be it
    weight *= form.weight * WEIGHTS.get(record["set"], 1.0)
    site = (record["site"] or record["id"]).removeprefix("www.")
    return Example(record["set"], form.name, site, page, lines, wanted, counts * weight, form.shows_it)


def _is(line: str, headline: str, form: str) -> bool:
    return line.startswith(headline) if form == "site" else line == headline


def _alike(line: str, headline: str) -> bool:
    ours, theirs = set(line.split()), set(headline.split())
    shared = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
    return line.startswith(headline) or (shared >= ALIKE and len(line) > LEAST_ALIKE)


def fit(learned: Sequence[Example]) -> HeadlineModel:
    """Trees for all lines of these texts, and trees for the likeliest by others that did not see the site."""
    tables, wanted, weights = [], [], []
    for part in range(PARTS):
        far = _fit_far([example for example in learned if fold_of(example.site, PARTS) != part])
        for example in learned:
            if fold_of(example.site, PARTS) == part and example.weights.any():
                chosen, table = _closely(example, far)
                tables.append(table)
                wanted.append(example.wanted[chosen])
                weights.append(example.weights[chosen])
    close = _trees(np.concatenate(tables), np.concatenate(wanted), np.concatenate(weights), NAMES + CLOSER_NAMES, CLOSE)
    return HeadlineModel(_fit_far(learned), close)


def _fit_far(learned: Sequence[Example]) -> Trees:
    draw = np.random.default_rng(7)
    tables, wanted, weights = [], [], []
    for example in learned:
        counted = np.flatnonzero(example.weights)
        share = min(1.0, OTHERS / max(1, len(counted)))
        counted = counted[example.wanted[counted] | (draw.random(len(counted)) < share)]
        tables.append(example.lines.table[example.lines.candidates[counted]])
        wanted.append(example.wanted[counted])
        weights.append(np.where(example.wanted, 1.0, 1 / share)[counted] * example.weights[counted])
    return _trees(np.concatenate(tables), np.concatenate(wanted), np.concatenate(weights), NAMES, FAR)


def _trees(
    table: npt.NDArray[np.float32],
    wanted: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64],
    names: Sequence[str],
    settings: dict[str, Any],
) -> Trees:
    import lightgbm

    counted = weights > 0
    data = lightgbm.Dataset(table[counted], wanted[counted].astype(int), weight=weights[counted])
    return flatten(lightgbm.train(SETTINGS | settings, data).dump_model(), names)


def _closely(example: Example, far: Trees) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """The likeliest candidates, as positions among them, and their closer facts."""
    at, odds = likeliest(example.lines, far)
    return np.searchsorted(example.lines.candidates, at), closer_facts(example.page, example.lines, at, odds)


def cross_validate(learned: Sequence[Example]) -> dict[tuple[str, str], Counter[str]]:
    """By set and form, how many headlines are right, wrong or missed, and given where none is; each site unseen."""
    figures: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for half in range(HALVES):
        model = fit([example for example in learned if fold_of(example.site + "half", HALVES) != half])
        for example in learned:
            if fold_of(example.site + "half", HALVES) == half and len(example.lines.candidates):
                figures[example.set, example.form][_outcome(example, model)] += 1
    return figures


def _outcome(example: Example, model: HeadlineModel) -> str:
    chosen, table = _closely(example, model.far)
    chance = model.close.probability(table)
    best = int(chance.argmax())
    given = chance[best] >= LIKELY
    if not example.wanted.any():
        return "given, none there" if given else "none, none there"
    return ("right" if example.wanted[chosen[best]] else "wrong") if given else "missed"


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
    options.out.write_bytes(packed(fit(learned)))


def packed(model: HeadlineModel) -> bytes:
    """The content of the model's file."""
    record = {name: trees.as_record() for name, trees in model._asdict().items()}
    for trees in record.values():
        trees.pop("cover", None)
    return gzip.compress(orjson.dumps(record), 9, mtime=0)


if __name__ == "__main__":
    main()
