"""Measures what learning from sites costs and brings, on an invented corpus: `python -m benchmarks.learning`.

Seconds are of CPU unless they are called wall. What a page costs is told without what a run of few pages costs, so that
a worker's start does not pass for the cost of a page.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from benchmarks import corpus
from benchmarks.command import HOME, run
from benchmarks.figures import squash, table
from benchmarks.staged import LESSONS
from flows.run.options import cores

PAGES, SITES = 200_000, 500
SMALL = 2_000  # pages of the corpus that the cost of a page is compared with; it has as many pages a site
LEAST_SITES = 5
ROUNDS = 3  # of what is compared with: short runs are at the mercy of a moment
FEW = 64  # pages a worker of a run that mostly starts up
ADDED = 100  # pages that come later
SAMPLE = 500  # pages at which the step is timed
STEP = "site_repeats"


class Taught(NamedTuple):
    """Lines that the step dropped: in all, of articles, planted and teasers; of the last two those that it left.

    `lines` are the article lines that there are.
    """

    dropped: int
    of_article: int
    planted: int
    left: int
    teased: int
    teased_left: int
    lines: int

    def figures(self) -> dict[str, float]:
        """Precision and recall of the step, and the share of all article lines that it cost."""
        return {
            "precision": 1 - self.of_article / max(1, self.dropped),
            "recall": self.planted / max(1, self.planted + self.left),
            "recall_teasers": self.teased / max(1, self.teased + self.teased_left),
            "lost": self.of_article / max(1, self.lines),
        } | self._asdict()


def cleaned(raw: Path, clean: Path, workers: int) -> dict[str, Any]:
    """What a run did and took: as benchmarks.staged tells it, and `cpu` of all its processes."""
    said, cpu = run([sys.executable, "-m", "benchmarks.staged", str(raw), str(clean), str(workers)], HOME)
    figures: dict[str, Any] = json.loads(said)
    return figures | {"cpu": cpu}


def first_run(folder: Path, pages: int, sites: int, workers: int) -> dict[str, Any]:
    """What the first run over a corpus took; raw/ and clean/ stay in the folder."""
    corpus.write(folder / "raw", pages, sites)
    return cleaned(folder / "raw", folder / "clean", workers)


def middle(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The run of middle cost."""
    return sorted(runs, key=lambda run: float(run["cpu"]))[len(runs) // 2]


def measure(pages: int, sites: int, workers: int) -> dict[str, Any]:
    """All figures, as they are written to JSON."""
    with tempfile.TemporaryDirectory(prefix="copydesk-learning-") as name:
        few, small, whole = (Path(name) / part for part in ("few", "small", "whole"))
        started = middle([first_run(few / str(n), FEW * workers, LEAST_SITES, workers) for n in range(ROUNDS)])
        small_pages = min(SMALL, pages)
        small_sites = max(LEAST_SITES, sites * small_pages // pages)
        compared = middle([first_run(small / str(n), small_pages, small_sites, workers) for n in range(ROUNDS)])
        found = first_run(whole, pages, sites, workers)
        taught = lessons(whole / "clean")
        before = shard_files(whole / "clean")
        corpus.write(whole / "raw", ADDED, sites, first=pages)
        more = cleaned(whole / "raw", whole / "clean", workers)
        after = shard_files(whole / "clean")
        timed = step_seconds(corpus.records(min(SAMPLE, pages), sites), whole / "clean")
    step_cpu = timed["step"] * (found["cleaned"] + found["again"])
    learn_cpu = found["stages"][LESSONS]["cpu"]
    page, small_page = (
        (figures["cpu"] - started["cpu"]) / (figures["cleaned"] - started["cleaned"]) for figures in (found, compared)
    )
    return {
        "pages": pages, "sites": sites, "workers": workers, "few": started, "run": found, "small": compared,
        "small_sites": small_sites, "pages_a_second": found["cleaned"] / found["wall"],
        "step": timed, "step_cpu": step_cpu, "learn_cpu": learn_cpu, "share": (step_cpu + learn_cpu) / found["cpu"],
        "page_cpu": page, "small_page_cpu": small_page, "growth": page / small_page - 1,
        "taught": taught.figures(), "added": more | rewritten(before, after),
    }  # fmt: skip


def step_seconds(records: Iterator[corpus.Record], clean: Path) -> dict[str, float]:
    """Seconds of a page in this process: of the step, fingerprints and their packing included, and of the whole page."""
    from cleaners import pipeline  # not at the top: what this process holds would count as its child's peak
    from flows.store.boilerplate_index import read_index

    spent = 0.0

    def clocked(function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any) -> Any:
            nonlocal spent
            started = time.process_time()
            answer = function(*args)
            spent += time.process_time() - started
            return answer

        return timed

    steps = tuple(clocked(step) if step.__name__ == STEP else step for step in pipeline.STEPS)
    known = next((read_index(str(path)) for path in (clean / ".state").glob("known-*.bin")), None)
    lines = [json.dumps(record, ensure_ascii=False).encode() for record in records]
    pipeline.warm_up()
    with patch.object(pipeline, "STEPS", steps):
        started = time.process_time()
        for number, line in enumerate(lines):
            pipeline.clean_raw(line, source="pages.jsonl", record=number, media="jsonl", learned=known)
        whole = time.process_time() - started
    return {"step": spent / len(lines), "page": whole / len(lines)}


def lessons(clean: Path) -> Taught:
    """What the step dropped and left on all pages that stand, shard by shard."""
    sums = [0] * len(Taught._fields)
    for path in sorted((clean / "articles").rglob("*.jsonl")):
        removed: dict[str, list[str]] = {}
        for row in rows(clean / "removed" / path.relative_to(clean / "articles")):
            if row["step"] == STEP:
                removed.setdefault(row["id"], []).append(row["text"])
        for page in rows(path):
            sums = [a + b for a, b in zip(sums, lesson(page, removed.get(page["id"], [])), strict=True)]
    return Taught(*sums)


def lesson(page: Mapping[str, Any], removed: Sequence[str]) -> Taught:
    """What the step dropped and left on one page."""
    names = ("article", "planted", "teasers")
    of_article, planted, teasers = ({squash(line) for line in page["meta"][name]} for name in names)
    gone = [squash(line) for line in removed]
    left = [squash(page["text"][block["start"] : block["end"]]) for block in page["blocks"]]
    counts = [
        sum(line in wanted for line in found)
        for found, wanted in ((gone, of_article), (gone, planted), (left, planted), (gone, teasers), (left, teasers))
    ]
    return Taught._make((len(gone), *counts, len(page["meta"]["article"])))


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a shard file, none when it is not there."""
    if path.exists():
        with path.open("rb") as file:
            yield from map(json.loads, file)


def shard_files(clean: Path) -> dict[str, tuple[str, int]]:
    """Hash and time of each shard file that the manifest lists."""
    listed = json.loads((clean / "manifest.json").read_bytes())["files"]
    return {
        row["path"]: (row["sha256"], (clean / row["path"]).stat().st_mtime_ns)
        for row in listed
        if row["path"].startswith(("articles/", "removed/"))
    }


def rewritten(before: Mapping[str, tuple[str, int]], after: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    """How many shard files there are, how many were written again, and how many of these with another content."""
    old = {path: after[path] for path in before.keys() & after.keys()}
    return {
        "files": len(after),
        "new": len(after.keys() - before.keys()),
        "written": sum(mark != before[path] for path, mark in old.items()),
        "changed": sum(mark[0] != before[path][0] for path, mark in old.items()),
    }


def told(figures: Mapping[str, Any]) -> str:
    """The figures as tables for people."""
    taught, more = figures["taught"], figures["added"]
    runs = [
        ("few", figures["few"], None), ("small", figures["small"], figures["small_page_cpu"]),
        ("whole", figures["run"], figures["page_cpu"]), (f"{ADDED} more", more, None),
    ]  # fmt: skip
    stages = [
        (name, *(f"{figures['run']['stages'][name][key]:.1f}" for key in ("cpu", "wall", "peak")))
        for name in figures["run"]["stages"]
    ]
    run_rows = (
        (name, row["cleaned"], row["again"], f"{row['wall']:.1f}", f"{row['cpu']:.1f}",
         f"{row['stages'][LESSONS]['cpu']:.1f}", f"{row['peak']:.0f}",
         None if page is None else f"{page * 1000:.2f}")
        for name, row, page in runs
    )  # fmt: skip
    return "\n".join(
        [
            f"{figures['pages']:,} invented pages of {figures['sites']} sites, {figures['workers']} workers",
            table(("run", "cleaned", "again", "wall s", "cpu s", "learn s", "peak MB", "ms a page"), run_rows),
            "",
            table(("stage of the whole run", "cpu s", "wall s", "peak MB"), stages),
            "",
            f"pages a second: {figures['pages_a_second']:.1f}",
            f"cost of a page against that of {figures['small']['cleaned']:,} pages: {figures['growth']:+.1%}",
            f"fingerprints and step: {figures['step']['step'] * 1000:.2f} of {figures['step']['page'] * 1000:.2f} ms a page; "
            f"with learning {figures['share']:.1%} of the run",
            f"step {STEP}: precision {taught['precision']:.4f}, recall {taught['recall']:.4f} of planted lines "
            f"and {taught['recall_teasers']:.4f} of teasers; {taught['dropped']:,} lines dropped, {taught['lost']:.3%} of article lines among them",
            f"{ADDED} more pages: {more['written']} of {more['files'] - more['new']} shard files written again, "
            f"{more['changed']} with another content",
        ]
    )


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    add = command.add_argument
    add("--pages", type=int, default=PAGES, metavar="N", help=f"of the corpus (default: {PAGES})")
    add("--sites", type=int, default=SITES, metavar="S", help=f"that they are of (default: {SITES})")
    add("--workers", type=int, default=cores(), metavar="W", help="pages cleaned at once (default: all cores)")
    add("--json", type=Path, metavar="FILE", help="write the figures here too")
    return command


def main() -> None:
    args = parser().parse_args()
    figures = measure(args.pages, args.sites, args.workers)
    print(told(figures))
    if args.json:
        args.json.write_text(f"{json.dumps(figures, indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
