"""Trains the judge: `python -m benchmarks.train DATA` reads pages with gold text and writes model.json.gz.

The same data gives the same file. It needs LightGBM and Resiliparse, which the shipped package does not:
`pip install ".[train]"`.
"""

from __future__ import annotations

import argparse
import copyreg
import gzip
import hashlib
import io
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import zstandard

from benchmarks.extracted import extracted
from benchmarks.families import NoSuchFeature, columns, columns_of
from benchmarks.pages import BUILD, SUFFIX, sets_in
from benchmarks.text_forms import TEACH_HEADS, Form, Unknown, forms, head_lines, line_weights, unknown, weight_of
from cleaners.errors import WrongModel
from cleaners.judge.align import aligned
from cleaners.judge.edges import cuts_by_place
from cleaners.judge.feature_table import FeatureTable, Floats, Table
from cleaners.judge.features import add_lexicon, evidence, with_vote
from cleaners.judge.lexicon import NOTHING, Lexicon, Seen, learn, look
from cleaners.judge.model import MODEL, HeadName, Model, cut, model, other_columns
from cleaners.judge.protected import protected
from cleaners.judge.second_reader import vote
from cleaners.judge.trees import Trees, averaged, flatten
from cleaners.judge.words import Words, words_of
from cleaners.page import Head, Page, run
from cleaners.pipeline import SURE
from cleaners.read.charset import decode
from cleaners.read.pages import html_page, text_page
from cleaners.rules.phrases import Rules, built_in
from cleaners.text.fold import squash
from cleaners.text.language import identify

HEADS: tuple[HeadName, ...] = ("html", "voted", "text")
SEEDS = (7, 11, 13)  # of a head's ensembles, whose scores are averaged: one alone moves press pages by .002
ROUNDS = 110  # trees of each
SETTINGS = {
    "objective": "binary", "num_leaves": 15, "max_depth": 7, "learning_rate": 0.08, "min_data_in_leaf": 100,
    "feature_fraction": 0.25, "bagging_fraction": 0.6, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 63,
    "num_threads": 2, "deterministic": True, "force_col_wise": True, "verbose": -1,
}  # fmt: skip
WORKERS = 2  # that gather; the order of the pages stays, and so does the model
WORD_POWER = 0.6  # the weight of a block grows with its words, because the score counts words, but slower
IN_GOLD = 0.5  # a block counts as main content when half of its shingles stand in the gold text
FOLDS = 5
NEWS_SETS, NEWS = ("five", "press"), 3.0  # pages of news sites count more: they are what this is for, and few
OTHER_KINDS = 0.4  # weight of a page that is no article (forum, product, listing …); at 1 press pages lose .003
LEXICON_PARTS = 8  # a page learns from names and wordings of the other parts' sites only, as it will be judged
TEXTS = 3.0  # weight of the set `text`
EVERYDAY = "stop_share"  # in the names of the columns about everyday words
_WORDS = re.compile(r"\w+")


class Example(NamedTuple):
    """One page as a head sees it, with what its gold text says of each block; all evidence but the lexicon's."""

    id: str
    set: str
    site: str
    gold: str
    page: Page
    words: Words
    columns: FeatureTable
    wanted: Floats
    weight: float
    stays: npt.NDArray[np.bool_]
    teaches: npt.NDArray[np.bool_]  # the lines that trees learn from
    vote: Floats | None = None
    unknown: Unknown = ""
    seen: Seen | None = None  # what a lexicon learns from it, where it is HTML

    def table(self, lexicon: Lexicon) -> tuple[Table, list[str]]:
        """The evidence of the page by this lexicon, with the vote where the head has one."""
        columns = self.columns.copy()
        add_lexicon(self.page, self.words, columns, NOTHING if self.unknown else lexicon)
        if self.unknown == "words":
            for row in (columns[name] for name in columns.names if EVERYDAY in name):
                np.minimum(row, 0, out=row)  # where a line has no neighbour it stays below
        table, names = columns.table(), columns.names
        return (table, names) if self.vote is None else with_vote(table, names, self.vote)

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """The blocks that no rule has decided."""
        return np.array([verdict is None for verdict in self.page.verdicts])


class CannotTrain(Exception):
    """The options or the installation do not allow it; the message says why and what to do."""


Gathered = Mapping[HeadName, Sequence[Example]]


def read_pages(folder: Path) -> Iterator[dict[str, Any]]:
    """The records of all measuring sets of a folder (*.jsonl.zst) that have gold text, with the name of their set."""
    for path in sorted(folder.glob("*.jsonl.zst")):
        with path.open("rb") as file:
            for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
                record = json.loads(line)
                if record["gold"].get("text"):
                    yield record | {"set": path.name.removesuffix(".jsonl.zst")}


def examples(
    record: dict[str, Any], heads: Container[HeadName] = HEADS, cache: Path | None = None
) -> Iterator[tuple[HeadName, Example]]:
    """What each head learns from one page: HTML with and without the vote, and an article in the forms of plain text.

    The HTML example comes whichever heads are asked for, because the lexicon learns from it.
    """
    if "text" in record:
        page = run(text_page(record["id"], record["text"]), *SURE)
        if page.blocks and "text" in heads:
            example = _without_head(_example(record, page), record, page)
            yield "text", example._replace(weight=example.weight * TEXTS)
        return
    markup = record["html"] if "html" in record else decode(b64decode(record["html_b64"])).text
    page = run(html_page(record["id"], markup, url=record["url"]), *SURE)
    if not page.blocks:
        return
    bare = _example(record, page, seen_by_head="html" in heads or "voted" in heads)
    yield "html", bare._replace(seen=look(bare.site, page, bare.words, (bare.wanted >= IN_GOLD).tolist()))
    if "voted" in heads and (voted := vote(page)) is not None:
        yield "voted", bare._replace(vote=voted)
    if record["kind"] == "article" and "text" in heads:
        wanted, language = (bare.wanted >= IN_GOLD).tolist(), identify(bare.gold)[0]
        for form in forms(record, page, wanted, extracted(markup, cache)):
            weight = weight_of(form.name, record["set"], language)
            text = run(text_page(record["id"], form.text), *SURE) if weight else None
            if text and text.blocks:
                yield "text", _as_text(record, page, form, text, weight)


def _as_text(record: dict[str, Any], source: Page, form: Form, page: Page, weight: float) -> Example:
    """A form of an HTML page as the text head learns from it; its set is the form, so that `text` has its own figures."""
    example = _example(record | {"set": form.name}, page)
    if form.name not in TEACH_HEADS:
        example = _without_head(example, record, source)
    known = [form.known.get(squash(block.text)) for block in page.blocks]
    wanted = [share if told is None else float(told) for told, share in zip(known, example.wanted, strict=True)]
    gold = "\n".join(block.text for block, good in zip(page.blocks, wanted, strict=True) if good >= IN_GOLD)
    return example._replace(
        wanted=np.array(wanted, np.float32), gold=gold if form.known else example.gold,
        weight=example.weight * weight,
        unknown=unknown(record["id"], form.name),
    )  # fmt: skip


def _without_head(example: Example, record: dict[str, Any], source: Page) -> Example:
    """The example without its headline, byline and date as lessons: other steps decide these."""
    blocks = example.page.blocks
    return example._replace(teaches=example.teaches & ~np.array(head_lines(record["gold"], source, blocks)))


def _example(record: dict[str, Any], page: Page, *, seen_by_head: bool = True) -> Example:
    """A page with its evidence; without, where only the lexicon learns from it."""
    site = (record["site"] or record["id"]).removeprefix("www.")
    gold = record["gold"]["text"]
    words = words_of([block.folded for block in page.blocks])
    stays = protected(page)
    return Example(
        record["id"], record["set"], site, gold, replace(page, markup="", head=Head()), words,
        evidence(page, words) if seen_by_head else FeatureTable(len(page.blocks)),
        aligned(page.blocks, gold), 1.0 if record["kind"] == "article" else OTHER_KINDS,
        np.array([block.index in stays for block in page.blocks]),
        np.array([verdict is None for verdict in page.verdicts]),
    )  # fmt: skip


def fold_of(site: str, folds: int = FOLDS) -> int:
    """The part a site belongs to: all its pages together, the same in every run."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % folds


def train(pages: Gathered, heads: Sequence[HeadName] = HEADS, left_out: Collection[str] = ()) -> Model:
    """The model of these pages: the lexicon of all, and trees that saw each page by the lexicon of other sites.

    It has these heads, and their trees never ask about the columns that are left out.
    """
    parts: list[list[Seen]] = [[] for _ in range(LEXICON_PARTS)]
    for example in pages["html"]:
        if example.seen:
            parts[fold_of(example.site, LEXICON_PARTS)].append(example.seen)
    others = [
        learn(seen for at, part in enumerate(parts) if at != left for seen in part) for left in range(LEXICON_PARTS)
    ]
    trees: dict[HeadName, Trees] = {
        head: fit(pages[head], [others[fold_of(example.site, LEXICON_PARTS)] for example in pages[head]], left_out)
        for head in heads
    }
    return Model(learn(seen for part in parts for seen in part), trees)


def fit(learned: Sequence[Example], lexicons: Sequence[Lexicon], left_out: Collection[str] = ()) -> Trees:
    """Trees for these pages, each read with its lexicon. Every page counts the same; within a page, blocks by their words.

    A column that is left out is the same number on every line: trees cannot ask about it, and still fit the table.
    """
    import lightgbm

    tables, wanted, weights = [], [], []
    names: list[str] = []
    for example, lexicon in zip(learned, lexicons, strict=True):
        chosen = example.teaches
        if not chosen.any():
            continue
        good, words = example.wanted >= IN_GOLD, example.columns["words"]
        weight = (words**WORD_POWER + 0.5) * line_weights(example.set, good, words)
        table, names = example.table(lexicon)
        shown = table[chosen]
        shown[:, [name in left_out for name in names]] = 0
        tables.append(shown)
        wanted.append(good[chosen])
        weights.append((weight / weight.sum() * 100 * example.weight)[chosen])
    data = lightgbm.Dataset(
        np.concatenate(tables), np.concatenate(wanted).astype(int), weight=np.concatenate(weights), free_raw_data=False
    )
    return averaged(
        [
            flatten(lightgbm.train(SETTINGS | {"seed": seed}, data, num_boost_round=ROUNDS).dump_model(), names)
            for seed in SEEDS
        ]
    )


def word_f1(text: str, gold: str) -> float:
    """F1 of the multiset word overlap of two texts."""
    ours, theirs = Counter(_WORDS.findall(text.lower())), Counter(_WORDS.findall(gold.lower()))
    common = sum((ours & theirs).values())
    return 2 * common / (sum(ours.values()) + sum(theirs.values())) if common else 0.0


def score(example: Example, head: HeadName, model: Model) -> float:
    """Word F1 of a page when the model judges it and its open blocks are cut as the judge cuts them."""
    table, _ = example.table(model.lexicon)
    chance = np.where(example.open, model.heads[head].probability(table), np.float32(0))
    least = cut(head, chance, example.columns["words"])
    least_of_each = cuts_by_place(example.page, chance, least) if example.page.media == "text" else least
    kept = ((chance >= least_of_each) & example.open) | example.stays
    lines = (block.text for block, keep in zip(example.page.blocks, kept, strict=True) if keep)
    return word_f1("\n".join(lines), example.gold)


def cross_validate(
    pages: Gathered, heads: Sequence[HeadName] = HEADS, left_out: Collection[str] = ()
) -> dict[tuple[HeadName, str], list[float]]:
    """The F1 of every page by head and set, each page judged by a model that never saw its site."""
    figures: dict[tuple[HeadName, str], list[float]] = {}
    for fold in range(FOLDS):
        model = train(without(pages, {fold}), heads, left_out)
        left = without(pages, set(range(FOLDS)) - {fold})
        for head in heads:
            for example in left[head]:
                figures.setdefault((head, example.set), []).append(score(example, head, model))
        print(f"  fold {fold + 1} of {FOLDS}", flush=True)
    return figures


def without(pages: Gathered, left_out: Container[int], parts: int = FOLDS) -> Gathered:
    """The pages of the sites that are not in these parts."""
    return {
        head: [example for example in shown if fold_of(example.site, parts) not in left_out]
        for head, shown in pages.items()
    }


def gather(folder: Path, heads: Container[HeadName] = HEADS, cache: Path | None = None) -> Gathered:
    """Every page of a folder of measuring sets, for every one of these heads that learns from it, and for the lexicon."""
    found: dict[HeadName, list[Example]] = {head: [] for head in HEADS}
    with get_context("fork").Pool(WORKERS) as pool:
        for several in pool.imap(partial(_examples, heads=heads, cache=cache), read_pages(folder), chunksize=8):
            for head, example in several:
                found[head].append(example)
    news = {example.site for example in found["html"] if example.set in NEWS_SETS}
    return {
        head: [one._replace(weight=one.weight * NEWS) if one.site in news else one for one in shown]
        for head, shown in found.items()
    }


# Each process has the rules of its own already; the others could not be sent to it.
copyreg.pickle(Rules, lambda rules: (built_in, ()))


def _examples(record: dict[str, Any], heads: Container[HeadName], cache: Path | None) -> list[tuple[HeadName, Example]]:
    return list(examples(record, heads, cache))


def write_model(path: Path, model: Model) -> None:
    """The model file; equal models give equal bytes."""
    path.write_bytes(gzip.compress(json.dumps(model.as_record(), separators=(",", ":")).encode(), 9, mtime=0))


def kept_heads(shipped: Model, trained: Collection[HeadName]) -> dict[HeadName, Trees]:
    """The heads of the shipped model that are not trained anew.

    Raises WrongModel where one of them was trained on other columns than are gathered now.
    """
    kept = {head: trees for head, trees in shipped.heads.items() if head not in trained}
    for head, trees in kept.items():
        now = columns(head)
        if tuple(now) != trees.names:
            raise WrongModel(other_columns(head, now, trees.names))
    return kept


def check(args: argparse.Namespace, to: Path | None) -> None:
    """Raise CannotTrain for what would else come out after minutes of gathering."""
    if args.only_head not in (None, *HEADS):
        raise CannotTrain(f"no head is called {args.only_head}; heads: {', '.join(HEADS)}")
    if to is None and args.no_validation:
        raise CannotTrain("--without and --no-validation leave nothing to do: give --out FILE, or validate")
    if not sets_in(args.data):
        raise CannotTrain(f"{args.data} has no *{SUFFIX}: {BUILD} {args.data} builds the public sets")
    for needed in ("lightgbm", "resiliparse"):
        if find_spec(needed) is None:
            raise CannotTrain(f'{needed} is not installed: pip install ".[train]"')


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.train", description=__doc__)
    add = command.add_argument
    add("data", type=Path, metavar="DATA", help="folder of *.jsonl.zst with pages and gold text")
    add(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to write the model (default: the shipped one; with --without nowhere)",
    )
    add("--without", action="append", default=[], metavar="FEATURE",
        help="learn nothing from this feature, or this family of features, to see what it is worth; may be given again")  # fmt: skip
    add("--only-head", metavar="HEAD",
        help=f"train this head alone, and keep the others as they are shipped: {', '.join(HEADS)}")  # fmt: skip
    add("--cache", type=Path, metavar="DIR", help="a folder where the extractors' answers stay for the next run")
    add("--parts", type=int, default=2, help="into how many parts sites are split (with --leave-out)")
    add("--leave-out", type=int, action="append", default=[], metavar="PART",
        help="train without the sites of this part, to measure on them; may be given again")  # fmt: skip
    add("--no-validation", action="store_true", help="train the model only, without cross-validation")
    return command


def main(arguments: Sequence[str] | None = None) -> None:
    command = parser()
    args = command.parse_args(arguments)
    heads = tuple(head for head in HEADS if args.only_head in (None, head))
    to = args.out or (None if args.without else MODEL)
    try:
        check(args, to)
        left_out = columns_of(args.without)
        kept = kept_heads(model(), heads) if args.only_head else {}
    except (CannotTrain, NoSuchFeature, WrongModel) as error:
        command.exit(2, f"{command.prog}: {error}\n")
    pages = without(gather(args.data, heads, args.cache), args.leave_out, args.parts)
    for head in (head for head in heads if not pages[head]):
        command.exit(2, f"{command.prog}: no page of {args.data} teaches the head {head}\n")
    for head in heads:
        print(
            f"{head}: {len(pages[head])} pages, {sum(len(one.page.blocks) for one in pages[head]):,} blocks", flush=True
        )
    if left_out:
        print(f"without {', '.join(args.without)}: {len(left_out)} columns", flush=True)
    if not args.no_validation:
        for (head, name), row in sorted(cross_validate(pages, heads, left_out).items()):
            print(f"  {head} {name:<9} {len(row):>5} pages  word F1 {sum(row) / len(row):.4f}", flush=True)
    if to is None:
        print("no model was written: --out FILE writes one")
        return
    trained = train(pages, heads, left_out)
    if kept:  # they were trained with the shipped lexicon
        merged = {head: kept[head] if head in kept else trained.heads[head] for head in HEADS}
        trained = Model(model().lexicon, merged)
    write_model(to, trained)
    print(f"wrote {to} ({to.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
