"""Writes docs/rules.md: every rule id, why a line goes by it, and an example from the tables in tests/cases.

`python -m benchmarks.rules_page` writes the page anew; a test holds it against the rules and the tables. A table is
tests/cases/<step>.toml; each of its cases is a small page on which that step alone decides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cleaners.all_rules import MODULES
from cleaners.page import Block, Page, Site
from cleaners.pipeline import sure, sure_again
from cleaners.read.pages import html_page, text_page
from cleaners.site.boilerplate_index import PLATFORM, BoilerplateIndex, salt
from cleaners.site.fingerprints import fingerprint
from cleaners.site.user_rules import read_site_file, with_rules
from cleaners.steps.cautious import cautious
from cleaners.text.fold import fold
from cleaners.verdict import Lift, Rule, Verdict

HOME = Path(__file__).parents[1]
CASES, DOCS = HOME / "tests" / "cases", HOME / "docs" / "rules.md"
SITE = "fenmoor.example"
LONGEST_EXAMPLE = 120  # characters
HEAD = """# The rules, one by one

Made from the rules in `cleaners/steps/` and the tables in `tests/cases/` by `python -m benchmarks.rules_page`; do not
edit it. Steps stand in the order in which they decide, and the first that decides on a line decides for good. A second
pass, before `keep_rest`, asks the sure rules (`cookie_banners` to `duplicate_lines`) again about the text that is
left; `cautious` decides anew on the few pages of which all the others leave next to nothing. In the ledger
(`clean/removed/`) `step` and `rule` name an entry of this page, `reason` is the word in brackets; a rule without one
keeps its lines. An example is one line of a page on which that rule decides; `python -m flows.explain` tells the rule
and the why of every line of your own pages, and [writing-rules.md](writing-rules.md) how to decide otherwise.
"""


def cases_of(step: str) -> list[dict[str, Any]]:
    """The cases of a step's table, in the file's order; none where there is no table."""
    path = CASES / f"{step}.toml"
    cases: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["case"] if path.exists() else []
    return cases


def page_of(case: dict[str, Any]) -> tuple[Page, list[str]]:
    """The page of a case and the lines that must go: those after "- " in `text`, or those of `drop` for `html`.

    `rules` is what a person wrote about its site; `learned` lists lines that were learned of it, `platform` lines
    learned of many sites, `conventions` pairs of a kind and a text. `stays` lists lines that must stay of those that
    go elsewhere on the page; `reason` and `lifts` are what the test of the table expects. `headline` is a line of `text`
    that was lifted as the title before.
    """
    if "html" in case:
        page, drop = html_page("case", case["html"], url=case.get("url")), case.get("drop", [])
    else:
        lines = [line for line in case["text"].strip("\n").split("\n") if line.strip()]
        unmarked = [line for line in lines if line[:2] not in ("- ", "  ")]
        if unmarked:
            raise ValueError(f"begin each line with '- ' (goes) or two spaces (stays): {unmarked}")
        page = text_page("case", "\n".join(line[2:] for line in lines))
        drop = [line[2:].strip() for line in lines if line.startswith("- ")]
        if "headline" in case:
            at = next(block.index for block in page.blocks if block.text == case["headline"])
            page = page.decide({}, lifts=(Lift("title", case["headline"], at),))
    rules = read_site_file(case["rules"], f"rules/sites/{SITE}.toml").rules if "rules" in case else None
    known = with_rules(Site(SITE, learned=_learned(case)), rules, case.get("html", ""))
    return replace(page, site=known), drop


def _learned(case: dict[str, Any]) -> BoilerplateIndex | None:
    of_site = [fold(line) for line in case.get("learned", [])]
    of_site += [f"{kind}\t{fold(text)}" for kind, text in case.get("conventions", [])]
    keys = [fingerprint(line) ^ int(salt(SITE)) for line in of_site]
    keys += [fingerprint(fold(line)) ^ int(salt(PLATFORM)) for line in case.get("platform", [])]
    return BoilerplateIndex(np.array(sorted(keys), np.uint64)) if keys else None


def decided(step: str, page: Page) -> list[tuple[Block, Verdict]]:
    """What the step decides about the blocks of a page on which no other has run, with its verdicts."""
    return [(block, verdict) for block, verdict in zip(page.blocks, after(step, page).verdicts, strict=True) if verdict]


def after(step: str, page: Page) -> Page:
    """The page after this step alone."""
    if step == "cautious":
        return cautious(page, sure=sure, second_pass=sure_again)
    (module,) = [module for module in MODULES if module.__name__.endswith(f".{step}")]
    cleaned: Page = getattr(module, step)(page)
    return cleaned


def examples(step: str) -> dict[str, str]:
    """Rule id → the first line of the step's table on which that rule decides."""
    found: dict[str, str] = {}
    for case in cases_of(step):
        if "cannot_yet" not in case:
            for block, verdict in decided(step, page_of(case)[0]):
                if verdict.step == step:
                    found.setdefault(verdict.rule, block.text)
    return found


def rules_page() -> str:
    """The whole of docs/rules.md. Raises KeyError naming each rule that decides on no line of its table."""
    parts, missing = [HEAD], []
    for module in MODULES:
        step = module.__name__.rpartition(".")[2]
        shown = examples(step)
        missing += [f"{step}/{rule.id}" for rule in module.RULES if rule.id not in shown]
        parts.append(f"## {step}\n\n{_paragraph(module.__doc__ or '')}\n")
        parts += _entries(module.RULES, shown)
    if missing:
        raise KeyError(f"no line of tests/cases shows {', '.join(missing)}; add a case and a look-alike that stays")
    return "\n".join(parts)


def _entries(rules: Iterable[Rule], shown: dict[str, str]) -> Iterator[str]:
    for rule in rules:
        reason = f" ({rule.reason})" if rule.reason else ""
        yield f"- **`{rule.id}`**{reason}: {_plain(rule.why)}.\n\n  > {_plain(_cut(shown.get(rule.id, '')))}\n"


def _paragraph(text: str) -> str:
    """The first paragraph of a docstring, in one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def _cut(line: str) -> str:
    """The beginning of a line, without line breaks."""
    line = " ".join(line.split())
    return line if len(line) <= LONGEST_EXAMPLE else f"{line[:LONGEST_EXAMPLE].rsplit(' ', 1)[0]} …"


def _plain(text: str) -> str:
    """The text so that nothing in it is Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


if __name__ == "__main__":
    DOCS.write_text(rules_page(), encoding="utf-8")
    print(f"{DOCS.relative_to(HOME)} is written")
