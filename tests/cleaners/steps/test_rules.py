"""The rules of all steps: ids that name one rule each, none left out, and a page of documentation that is up to date."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import rules_page
from benchmarks.rules_page import CASES, DOCS
from cleaners.all_rules import MODULES, all_rules
from cleaners.steps import promos
from cleaners.verdict import Rule
from cleaners.vocabulary import Reason

HOME = Path(__file__).parents[3]
CODE = sorted(path for path in (HOME / "cleaners").rglob("*.py") if path.name != "verdict.py")


def rules_in(value: object) -> Iterator[Rule]:
    """A rule, or those in a tuple of rules."""
    if isinstance(value, Rule):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from rules_in(part)


def test_an_id_is_snake_case_and_names_one_rule() -> None:
    ids = Counter(rule.id for rule in all_rules())
    assert {rule: times for rule, times in ids.items() if times > 1} == {}
    assert [rule for rule in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", rule)] == []
    assert len(ids) > 80


def test_each_rule_has_a_step_a_reason_of_the_contract_and_words() -> None:
    for module in MODULES:
        for rule in module.RULES:
            assert module.__name__ == f"cleaners.steps.{rule.step}", rule
            assert rule.reason is None or isinstance(rule.reason, Reason)
            assert len(rule.why.split()) >= 3 and not rule.why.endswith("."), rule


def test_a_rule_without_reason_keeps() -> None:
    assert {rule.id for rule in all_rules() if rule.verdict().keep} == {
        "kept", "keep_line", "keep_pattern", "keep_selector", "standfirst", "first_sentence", "slide_head", "result",
    }  # fmt: skip
    verdict = promos.AD_MARKER.verdict("says “Ad”", 0.5)
    assert verdict == (False, "promos", "advert", "ad_marker", "says “Ad”", 0.5)
    assert promos.AD_MARKER.verdict().why == promos.AD_MARKER.why


def test_no_rule_is_left_out() -> None:
    """Every rule that a module of cleaners/ holds is among all rules."""
    listed = set(all_rules())
    for path in CODE:
        name = ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__")
        held = {rule for value in vars(importlib.import_module(name)).values() for rule in rules_in(value)}
        assert held <= listed, f"{name}: add {held - listed} to RULES of its step"


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_verdicts_are_made_by_rules_alone(path: Path) -> None:
    """So that no verdict names an id that is not listed."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    assert not [call.lineno for call in calls if isinstance(call, ast.Name) and call.id == "Verdict"]


def test_the_page_is_up_to_date() -> None:
    up_to_date = rules_page.rules_page() == DOCS.read_text(encoding="utf-8")
    assert up_to_date, "a rule, its why or its example changed: python -m benchmarks.rules_page writes the page anew"


def test_a_rule_that_no_table_shows_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in CASES.glob("*.toml"):
        text = path.read_text("utf-8")
        (tmp_path / path.name).write_text("case = []" if path.stem == "keep_rest" else text, "utf-8")
    monkeypatch.setattr(rules_page, "CASES", tmp_path)
    with pytest.raises(KeyError, match="no line of tests/cases shows keep_rest/kept; add a case"):
        rules_page.rules_page()


def test_an_example_is_one_line_without_markup() -> None:
    assert rules_page._plain(rules_page._cut("a *b* [c](d)\n| <e>")) == r"a \*b\* \[c\](d) \| \<e\>"
    assert rules_page._cut("word " * 40).endswith("word …") and len(rules_page._cut("word " * 40)) <= 122
