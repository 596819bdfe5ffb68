"""Each cleaner against its own table, tests/cases/<cleaner>.toml, alone on the page: no other step has run."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cleaners.page import Page
from cleaners.read.pages import html_page, text_page
from cleaners.site.user_rules import read_site_file
from sites import ruled

TABLES = sorted((Path(__file__).parents[2] / "cases").glob("*.toml"))


def rows() -> list[Any]:
    found = []
    for path in TABLES:
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"]):
            marks = [pytest.mark.xfail(strict=True, reason=case["cannot_yet"])] if "cannot_yet" in case else []
            found.append(pytest.param(path.stem, case, id=f"{path.stem}-{number}-{case['why']}", marks=marks))
    return found


def page_of(case: dict[str, Any]) -> tuple[Page, list[str]]:
    """The page of a case and the lines that must go: those after "- " in `text`, or those of `drop` for `html`."""
    rules = read_site_file(case["rules"], "rules/sites/fenmoor.example.toml") if "rules" in case else None
    if "html" in case:
        page = html_page("case", case["html"], url=case.get("url"))
        return ruled(page, rules, case["html"]), case.get("drop", [])
    lines = [line for line in case["text"].strip("\n").split("\n") if line.strip()]
    unmarked = [line for line in lines if line[:2] not in ("- ", "  ")]
    assert not unmarked, f"begin each line with '- ' (goes) or two spaces (stays): {unmarked}"
    page = text_page("case", "\n".join(line[2:] for line in lines))
    return ruled(page, rules, ""), [line[2:].strip() for line in lines if line.startswith("- ")]


@pytest.mark.parametrize(("cleaner", "case"), rows())
def test_case(cleaner: str, case: dict[str, Any]) -> None:
    page, drop = page_of(case)
    cleaned = getattr(importlib.import_module(f"cleaners.steps.{cleaner}"), cleaner)(page)
    dropped = {
        block.text: verdict
        for block, verdict in zip(cleaned.blocks, cleaned.verdicts, strict=True)
        if verdict and not verdict.keep
    }
    assert sorted(dropped) == sorted(set(drop)), case["why"]
    for verdict in dropped.values():
        assert verdict.step == cleaner and verdict.rule and verdict.why
        if "reason" in case:
            assert verdict.reason == case["reason"]
    lifted = [{"field": x.field, "value": x.value} | ({"credit": x.credit} if x.credit else {}) for x in cleaned.lifts]
    for expected in case.get("lifts", []):
        assert expected in lifted, f"{expected} not in {lifted}"


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_table_has_lookalikes(path: Path) -> None:
    """Every table names lines that must stay, at least one page of them for each three that lose something."""
    cases = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    spared = [case for case in cases if not page_of(case)[1]]
    assert len(spared) * 3 >= len(cases) - len(spared), f"{path.name}: add look-alikes that must stay"
