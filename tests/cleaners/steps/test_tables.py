"""Each cleaner against its own table, tests/cases/<cleaner>.toml, alone on the page: no other step has run."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.rules_page import CASES, after, cases_of, page_of

TABLES = sorted(path.stem for path in CASES.glob("*.toml"))


def rows() -> list[Any]:
    found = []
    for step in TABLES:
        for number, case in enumerate(cases_of(step)):
            marks = [pytest.mark.xfail(strict=True, reason=case["cannot_yet"])] if "cannot_yet" in case else []
            found.append(pytest.param(step, case, id=f"{step}-{number}-{case['why']}", marks=marks))
    return found


@pytest.mark.parametrize(("step", "case"), rows())
def test_case(step: str, case: dict[str, Any]) -> None:
    page, drop = page_of(case)
    cleaned = after(step, page)
    decided = list(zip(cleaned.blocks, cleaned.verdicts, strict=True))
    dropped = {block.text: verdict for block, verdict in decided if verdict and not verdict.keep}
    assert sorted(dropped) == sorted(set(drop)), case["why"]
    assert {block.text for block, verdict in decided if not verdict or verdict.keep} >= set(case.get("stays", ()))
    for _, verdict in decided:
        if verdict:
            assert verdict.step == step or step == "cautious", "cautious runs other steps too"
            assert verdict.rule and verdict.why
    if "reason" in case:
        assert {verdict.reason for verdict in dropped.values()} == {case["reason"]}
    lifted = [{"field": x.field, "value": x.value} | ({"credit": x.credit} if x.credit else {}) for x in cleaned.lifts]
    for expected in case.get("lifts", []):
        assert expected in lifted, f"{expected} not in {lifted}"


@pytest.mark.parametrize("step", TABLES)
def test_table_has_lookalikes(step: str) -> None:
    """Every table names lines that must stay, at least one page of them for each three that lose something."""
    cases = cases_of(step)
    untouched = [case for case in cases if not page_of(case)[1]]
    assert len(untouched) * 3 >= len(cases) - len(untouched), f"{step}.toml: add look-alikes that must stay"
