"""This file trains the judge: `python -m cleaners.main_content.train DATA` reads pages with gold text, writes model.json.gz.

The same data gives the same file. It needs LightGBM, which the shipped package does not: `pip install lightgbm`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import zstandard

from cleaners.main_content.align import aligned
from cleaners.main_content.features import Column, Table, features, with_vote
from cleaners.main_content.judge import MODEL, HeadName, cut
from cleaners.main_content.reference import vote
from cleaners.main_content.trees import Trees, flatten
from cleaners.page import Page
from cleaners.parse.encoding import decode
from cleaners.parse.pages import html_page, text_page
from cleaners.recipe import SURE, run

HEADS: tuple[HeadName, ...] = ("voted", "unvoted", "text")
ROUNDS = 160  # trees; with 120 or 250 no set changed by more than .001
SETTINGS = {
    "objective": "binary", "num_leaves": 15, "max_depth": 7, "learning_rate": 0.08, "min_data_in_leaf": 100,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127,
    "seed": 7, "num_threads": 2, "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip
WORD_POWER = 0.6  # the weight of a block grows with its words, because the score counts words, but slower
IN_GOLD = 0.5  # a block counts as main content when half of its shingles stand in the gold text
FOLDS = 5
OTHER_KINDS = 0.4  # weight of a page that is no article (forum, product, listing …); at 1 press pages lose .003
_WORDS = re.compile(r"\w+")


class Sample(NamedTuple):
    """One page as a head sees it, with what its gold text says of each block."""

    id: str
    set: str
    site: str
    gold: str
    lines: list[str]
    table: Table
    names: list[str]
    wanted: Column
    open: Column
    weight: float


def read_pages(folder: Path) -> Iterator[dict[str, Any]]:
    """The records of all measuring sets of a folder (*.jsonl.zst) that have gold text, with the name of their set."""
    for path in sorted(folder.glob("*.jsonl.zst")):
        with path.open("rb") as file:
            for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
                record = json.loads(line)
                if record["gold"].get("text"):
                    yield record | {"set": path.name.removesuffix(".jsonl.zst")}


def samples(record: dict[str, Any]) -> Iterator[tuple[HeadName, Sample]]:
    """What each head learns from one page: HTML with and without the vote, and the same as other scrapers would leave it.

    Plain text comes as every visible line of an article, and as the reference extractor's answer, which is nearly clean.
    """
    if "text" in record:
        page = run(SURE, text_page(record["id"], record["text"]))
        if page.blocks:
            yield "text", _sample(record, page, None)
        return
    markup = record["html"] if "html" in record else decode(b64decode(record["html_b64"])).text
    bare = html_page(record["id"], markup, url=record["url"])
    if not bare.blocks:
        return
    page = run(SURE, bare)
    voted = vote(page)
    if voted is not None:
        yield "voted", _sample(record, page, voted)
    yield "unvoted", _sample(record, page, None)
    if record["kind"] == "article":
        yield "text", _masked(record, page, np.ones(len(page.blocks), np.float32))
        if voted is not None:
            yield "text", _masked(record, page, voted)


def _masked(record: dict[str, Any], page: Page, chosen: Column) -> Sample:
    """The chosen lines of an HTML page as a text page; its set is "masked", so that the figures of `text` stay its own."""
    lines = [block.text for block, share in zip(page.blocks, chosen, strict=True) if share >= IN_GOLD]
    return _sample(record | {"set": "masked"}, run(SURE, text_page(record["id"], "\n".join(lines))), None)


def _sample(record: dict[str, Any], page: Page, voted: Column | None) -> Sample:
    table, names = features(page)
    if voted is not None:
        table, names = with_vote(table, names, voted)
    wanted = aligned(page.blocks, record["gold"]["text"])
    undecided = np.array([verdict is None for verdict in page.verdicts], np.float32)
    lines = [block.text for block in page.blocks]
    site = (record["site"] or record["id"]).removeprefix("www.")
    weight = 1.0 if record["kind"] == "article" else OTHER_KINDS
    return Sample(
        record["id"], record["set"], site, record["gold"]["text"], lines, table, names, wanted, undecided, weight
    )


def fold_of(site: str, folds: int = FOLDS) -> int:
    """The part a site belongs to: all its pages together, the same in every run."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % folds


def fit(learned: Sequence[Sample]) -> Trees:
    """Trees for these pages. Every page counts the same; within a page, blocks by their words."""
    import lightgbm

    tables, wanted, weights = [], [], []
    for sample in learned:
        chosen = sample.open > 0
        if not chosen.any():
            continue
        weight = sample.table[:, sample.names.index("words")] ** WORD_POWER + 0.5
        tables.append(sample.table[chosen])
        wanted.append(sample.wanted[chosen] >= IN_GOLD)
        weights.append((weight / weight.sum() * 100 * sample.weight)[chosen])
    data = lightgbm.Dataset(np.concatenate(tables), np.concatenate(wanted).astype(int), weight=np.concatenate(weights))
    return flatten(lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS).dump_model(), learned[0].names)


def word_f1(text: str, gold: str) -> float:
    """F1 of the multiset word overlap of two texts."""
    ours, theirs = Counter(_WORDS.findall(text.lower())), Counter(_WORDS.findall(gold.lower()))
    common = sum((ours & theirs).values())
    return 2 * common / (sum(ours.values()) + sum(theirs.values())) if common else 0.0


def score(sample: Sample, head: HeadName, probability: Column) -> float:
    """Word F1 of a page when its open blocks are cut as the judge cuts them."""
    chance = np.where(sample.open > 0, probability, 0.0)
    kept = (chance >= cut(head, chance, sample.table[:, sample.names.index("words")])) & (sample.open > 0)
    return word_f1("\n".join(line for line, keep in zip(sample.lines, kept, strict=True) if keep), sample.gold)


def cross_validate(head: HeadName, pages: Sequence[Sample]) -> dict[str, tuple[int, float]]:
    """Pages and mean F1 by set, each page judged by trees that never saw its site."""
    figures: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        trees = fit([sample for sample in pages if fold_of(sample.site) != fold])
        for sample in pages:
            if fold_of(sample.site) == fold:
                figures.setdefault(sample.set, []).append(score(sample, head, trees.probability(sample.table)))
    return {name: (len(row), sum(row) / len(row)) for name, row in sorted(figures.items())}


def write_model(path: Path, heads: Mapping[HeadName, Trees]) -> None:
    """The model file; equal trees give equal bytes."""
    record = {name: trees.as_record() for name, trees in heads.items()}
    path.write_bytes(gzip.compress(json.dumps(record, separators=(",", ":")).encode(), 9, mtime=0))


def gather(folder: Path, left_out: Iterable[int], parts: int) -> dict[HeadName, list[Sample]]:
    """The samples of every head, without the sites of the parts left out."""
    skipped = set(left_out)
    found: dict[HeadName, list[Sample]] = {head: [] for head in HEADS}
    for record in read_pages(folder):
        if fold_of((record["site"] or record["id"]).removeprefix("www."), parts) in skipped:
            continue
        for head, sample in samples(record):
            found[head].append(sample)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of *.jsonl.zst with pages and gold text")
    parser.add_argument("--out", type=Path, default=MODEL, help="where to write the model (default: the shipped one)")
    parser.add_argument("--parts", type=int, default=2, help="into how many parts sites are split (with --leave-out)")
    parser.add_argument("--leave-out", type=int, action="append", default=[], metavar="PART",
                        help="train without the sites of this part, to measure on them; may be given again")  # fmt: skip
    parser.add_argument("--no-validation", action="store_true", help="train the model only, without cross-validation")
    args = parser.parse_args()
    pages = gather(args.data, args.leave_out, args.parts)
    heads: dict[HeadName, Trees] = {}
    for head in HEADS:
        print(f"{head}: {len(pages[head])} pages, {sum(len(s.lines) for s in pages[head]):,} blocks", flush=True)
        if not args.no_validation:
            for name, (count, f1) in cross_validate(head, pages[head]).items():
                print(f"  {name:<9} {count:>5} pages  word F1 {f1:.4f}", flush=True)
        heads[head] = fit(pages[head])
    write_model(args.out, heads)
    print(f"wrote {args.out} ({args.out.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
