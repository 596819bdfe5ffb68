"""Measures quality through the whole command: every page is cleaned by a model that never saw its site.

The sites are split into folds. For each fold a model is trained without its sites, put into a copy of the package, and
`python -m flows.clean` is run there on the fold's pages, exported as a scraper would. The shipped model stays untouched.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import baseline, train
from benchmarks.command import HOME, articles, clean, package_copy
from benchmarks.figures import QUALITY, Answer, difference, means, page_figures, table
from benchmarks.pages import Record, asked_sets, digest, read_set, sets_in, site_of, write_export, write_set
from cleaners.pipeline import fingerprint

FOLDS = 5
HALVES = ("half A", "half B")
LEAST_PAGES = 3  # of a language, to be told apart
LANGUAGES_OF = "press"  # the set that is about many languages
SHIPPED = "shipped, has seen them"
Sets = Mapping[str, Sequence[Record]]
Answers = dict[str, dict[str, Answer]]  # by set, by page id


def tell(text: str) -> None:
    """Say how far it is, beside the figures."""
    print(text, file=sys.stderr, flush=True)


def gathered(folder: Path, sample: int | None) -> train.Gathered:
    """What the heads learn from all pages of the folder, or from a sample of each of its sets."""
    tell("gathering what the judge learns from all pages: this takes minutes")
    if sample is None:
        return train.gather(folder)
    with tempfile.TemporaryDirectory(prefix="copydesk-sample-") as few:
        for name in sets_in(folder):
            write_set(Path(few), name, read_set(folder, name, sample))
        return train.gather(Path(few))


def held_out(pages: train.Gathered, sets: Sets, folds: int) -> Answers:
    """Each page's article as a model writes it that was trained without the page's site."""
    found: Answers = {name: {} for name in sets}
    for fold in range(folds):
        part = {
            name: [record for record in records if train.fold_of(site_of(record), folds) == fold]
            for name, records in sets.items()
        }
        unseen = {record["id"] for records in part.values() for record in records}
        tell(f"fold {fold + 1} of {folds}: {len(unseen)} pages")
        learned = train.without(pages, {fold}, folds)
        if any(example.id in unseen for examples in learned.values() for example in examples):
            raise AssertionError("the model learns from pages it is measured on: their sites are told differently")
        with tempfile.TemporaryDirectory(prefix="copydesk-fold-") as folder:
            model = Path(folder) / "model.json.gz"
            train.write_model(model, train.train(learned))
            home = package_copy(Path(folder) / "package", model)
            for name, records in part.items():
                found[name] |= cleaned(records, home)
    shipped = fingerprint()
    for written in found.values():
        if any(article["recipe"] == shipped for article in written.values()):
            raise AssertionError("pages were cleaned by the shipped model, not by the one trained without them")
    return found


def cleaned(records: Sequence[Record], home: Path = HOME) -> dict[str, Answer]:
    """The articles of these pages by page id, through the whole command of the package in this folder."""
    if not records:
        return {}
    with tempfile.TemporaryDirectory(prefix="copydesk-pages-") as folder:
        raw, to = Path(folder) / "raw", Path(folder) / "clean"
        write_export(records, raw)
        clean(raw, to, home)
        return dict(articles(to))


def measure(folder: Path, names: Sequence[str], *, folds: int = FOLDS, halves: bool = False,
            sample: int | None = None, shipped: bool = False) -> dict[str, Any]:  # fmt: skip
    """All figures, as they are written to JSON: by set those of `copydesk` and of `trafilatura`, and their difference.

    `halves` means two folds, and figures of each; `shipped` adds those of the shipped model, which has seen the pages.
    """
    versions = {
        name: version(name) for name in ("trafilatura", "lightgbm", "resiliparse")
    }  # what is missing is missed at once
    folds = len(HALVES) if halves else folds
    sets = {name: read_set(folder, name, sample) for name in names}
    digests = {name: digest(folder, name) for name in names}
    answers = {"copydesk": held_out(gathered(folder, sample), sets, folds)}
    tell("asking trafilatura, and scoring")
    answers["trafilatura"] = {name: dict(baseline.answers(sets[name], digests[name])) for name in names}
    if shipped:
        answers[SHIPPED] = {name: cleaned(sets[name]) for name in names}
    figures = {
        name: set_figures(sets[name], {who: given[name] for who, given in answers.items()}, halves=halves)
        for name in names
    }
    return {
        "sample": sample, "folds": folds, "digests": digests, "python": platform.python_version(),
        "sets": figures,
    } | versions  # fmt: skip


def set_figures(
    records: Sequence[Record], answers: Mapping[str, Mapping[str, Answer]], *, halves: bool = False
) -> dict[str, Any]:
    """The figures of one set by who gave the answers, and of its halves and its languages where they are asked for."""
    values = {
        who: [page_figures(record, given.get(record["id"])) for record in records] for who, given in answers.items()
    }

    def of(chosen: Sequence[int]) -> dict[str, Any]:
        rows = {who: [row[index] for index in chosen] for who, row in values.items()}
        step = difference(rows["copydesk"], rows["trafilatura"])
        found: dict[str, Any] = {"pages": len(chosen), "difference": step._asdict() if step else None}
        return found | {who: means(row) for who, row in rows.items()}

    parts: dict[str, list[int]] = {}
    for index, record in enumerate(records):
        if halves:
            parts.setdefault(HALVES[train.fold_of(site_of(record), len(HALVES))], []).append(index)
        if record["set"] == LANGUAGES_OF:
            parts.setdefault(str((answers["copydesk"].get(record["id"]) or {}).get("language")), []).append(index)
    told_apart = {part: of(chosen) for part, chosen in sorted(parts.items()) if len(chosen) >= LEAST_PAGES}
    is_text = all("text" in record for record in records)  # then the text as it came stands for trafilatura's
    return of(range(len(records))) | {"is_text": is_text, "parts": told_apart}


def told(figures: Mapping[str, Any]) -> str:
    """The figures as a table for people."""
    rows = [row for name, found in figures["sets"].items() for row in _rows(name, found)]
    return "\n".join(
        [
            f"each page by a model that never saw its site ({figures['folds']} folds), beside trafilatura "
            f"{figures['trafilatura']}" + (f"; a sample of about {figures['sample']}" if figures["sample"] else ""),
            table(("set", "part", "by", "pages", *QUALITY, "F1 difference [95 %]", "better", "worse"), rows),
        ]
    )


def _rows(name: str, found: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    for part, figures in [("all", found), *found["parts"].items()]:
        step = figures["difference"]
        for who in [who for who in ("copydesk", SHIPPED, "trafilatura") if who in figures]:
            moved: Sequence[object] = (
                (f"{step['mean']:+.4f} [{step['low']:+.4f}, {step['high']:+.4f}]", step["better"], step["worse"])
                if step and who == "copydesk"
                else (None,) * 3
            )
            by = "as it came" if who == "trafilatura" and found["is_text"] else who
            yield name, part, by, figures["pages"], *(figures[who].get(key) for key in QUALITY), *moved


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    add = command.add_argument
    add("folder", type=Path, metavar="DATA", help="folder of *.jsonl.zst with pages and gold text")
    add("sets", nargs="*", metavar="SET", help="what to measure (default: every set); training always has all of them")
    how = command.add_mutually_exclusive_group()
    how.add_argument("--folds", type=int, default=FOLDS, metavar="N", help=f"parts of the sites (default: {FOLDS})")
    how.add_argument("--halves", action="store_true", help="two parts, and the figures of each")
    add("--shipped", action="store_true", help="the shipped model as well, though it was trained on these very pages")
    add("--sample", type=int, metavar="N", help="a quick look: about N pages a set, also to train on")
    add("--json", type=Path, metavar="FILE", help="write the figures here too")
    return command


def main() -> None:
    command = parser()
    args = command.parse_args()
    names = asked_sets(command, args.folder, args.sets)
    if args.folds < 2:
        command.error("--folds needs at least 2: one to measure, one to learn from")
    figures = measure(
        args.folder, names, folds=args.folds, halves=args.halves, sample=args.sample, shipped=args.shipped
    )
    print(told(figures))
    if args.json:
        args.json.write_text(f"{json.dumps(figures, indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
