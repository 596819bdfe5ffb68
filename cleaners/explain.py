"""Says in words which features made the judge keep or drop a block: for people, no page needs it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cleaners.judge.judgement import Judged, judged
from cleaners.judge.model import model
from cleaners.page import Page, run
from cleaners.pipeline import STEPS
from cleaners.steps.keep_rest import keep_rest
from cleaners.steps.main_content import STEP, main_content

_WORDS = tomllib.loads((Path(__file__).parent / "explain.toml").read_text("utf-8"))
_FEATURES: Mapping[str, str | Mapping[str, str]] = _WORDS["features"]
_AROUND = re.compile(r"(.+)([-+~])(\d+)")
_NO_LINE = -1.0  # what a line beyond either end of the page counts as
_PERCENT_BELOW = 0.995  # a share that rounds to 100 % is written as such only when it is


class Evidence(NamedTuple):
    """What one feature adds to a block's score, in log-odds: above 0 for main content, below 0 against it."""

    feature: str
    value: float
    contribution: float
    words: str


def strongest(page: Page, *, most: int = 3) -> tuple[Judged | None, dict[int, list[Evidence]]]:
    """The judgement behind a cleaned page, and for each block it decided the strongest evidence, strongest first.

    There is none where every block was decided by rules, or where the page was cleaned again with caution. Raises
    NoCover when the model cannot be explained.
    """
    decided = [
        block.index
        for block, verdict in zip(page.blocks, page.verdicts, strict=True)
        if page.scores and verdict is not None and verdict.step in (STEP, keep_rest.__name__)
    ]
    if not decided:
        return None, {}
    fresh = replace(page, verdicts=(), lifts=(), flags=frozenset(), scores=())
    found = judged(run(fresh, *STEPS[: STEPS.index(main_content)]))
    rows = found.table[decided]
    added, _ = model().heads[found.head].contributions(rows)
    kinds = [_kind(name) for name in found.names]
    pieces = {}
    for block, row, adds in zip(decided, rows, added, strict=True):
        best: dict[str, int] = {}  # kind → its strongest column; siblings and path mostly say the same
        for at in np.argsort(-np.abs(adds), kind="stable"):
            if len(best) == most or not adds[at]:
                break
            best.setdefault(kinds[at], at)
        pieces[block] = [
            Evidence(found.names[at], float(row[at]), float(adds[at]), in_words(found.names[at], float(row[at])))
            for at in best.values()
        ]
    return found, pieces


def in_words(feature: str, value: float) -> str:
    """A feature's value as a reader would say it; by the feature's own name where nobody wrote a phrase for it."""
    container, base, sign, steps = _parsed(feature)
    beyond = sign in ("-", "+") and value == _NO_LINE
    said = "none" if beyond else _chosen(_phrases(base), value, many=bool(container) or sign == "~")
    around = ""
    if sign == "~":
        around = f"with {steps} lines on either side: "
    elif sign:
        nth = {"1": "", "2": "2nd ", "3": "3rd "}.get(steps, f"{steps}th ")
        around = f"{nth}line {'before' if sign == '-' else 'after'}: "
    place = f"{_WORDS['places'].get(container, container.replace('_', ' '))}: " if container else ""
    return around + place + (said or f"{base} {_count(value)}")


class _Name(NamedTuple):
    """A feature's name in its parts: parent_words~5 is about the siblings, their words, ~ (a window) and 5 lines."""

    container: str
    base: str
    sign: str
    steps: str


@cache
def _parsed(feature: str) -> _Name:
    around = _AROUND.fullmatch(feature)
    name, sign, steps = around.groups() if around else (feature, "", "")
    if not _phrases(name):
        parts = name.split("_")
        for cut in range(1, len(parts)):
            if _phrases("_".join(parts[cut:])):
                return _Name("_".join(parts[:cut]), "_".join(parts[cut:]), sign, steps)
    return _Name("", name, sign, steps)


def _kind(feature: str) -> str:
    """What a feature is about, whichever container or width of window it looks at."""
    container, base, sign, steps = _parsed(feature)
    return f"{'around ' if container else ''}{base}{sign}{'' if sign == '~' else steps}"


def _phrases(base: str) -> Mapping[str, str]:
    """The phrases of a base name by exact value, `any` and `mean`; none for an unknown one."""
    if base in _FEATURES:
        known = _FEATURES[base]
        return {"any": known} if isinstance(known, str) else known
    kind, _, rest = base.partition("_")
    if rest and kind == "in":
        zone = _WORDS["zones"].get(rest, rest)
        return {"1": f"inside {zone}", "0": f"outside {zone}", "mean": f"{{share}} of them inside {zone}"}
    if rest and kind == "tag":
        return {"1": f"a <{rest}>", "0": f"no <{rest}>", "mean": f"{{share}} of them <{rest}>"}
    return {}


def _chosen(phrases: Mapping[str, str], value: float, *, many: bool) -> str:
    """The phrase that fits the value, filled in; empty when none does."""
    found = (phrases.get("mean") if many else None) or phrases.get(f"{value:g}") or phrases.get("any", "")
    return found.format(count=_count(value), share=_share(value))


def _count(value: float) -> str:
    """A number with as many digits as a reader wants."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2g}"


def _share(value: float) -> str:
    """A share in per cent; "nearly all" and "next to none" are not rounded to all and none."""
    if _PERCENT_BELOW <= value < 1:
        return "nearly 100%"
    return "under 1%" if 0 < value < 1 - _PERCENT_BELOW else f"{value:.0%}"
