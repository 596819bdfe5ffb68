"""`make test` draws the same each time: what chance finds belongs into `make fuzz`, and a find becomes an example."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

HERE = Path(__file__).parent
UNSEEDED = frozenset(("urandom", "token_bytes", "token_hex", "uuid4", "SystemRandom", "getrandbits"))
NEED_A_SEED = frozenset(("Random", "default_rng"))


def dice(source: str) -> Iterator[str]:
    """Calls in this source whose outcome nobody can repeat."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of, name = node.func.value, node.func.attr
        is_module = isinstance(of, ast.Name) and of.id == "random" and name != "Random"
        if name in UNSEEDED or (is_module and name != "sample") or (name in NEED_A_SEED and not node.args):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if any(word.arg == "use_true_random" and getattr(word.value, "value", True) for word in node.keywords):
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.py")), ids=lambda path: str(path.relative_to(HERE)))
def test_no_test_throws_dice(path: Path) -> None:
    assert [*dice(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("random.random()", 1), ("os.urandom(8)", 1), ("random.Random()", 1), ("np.random.default_rng()", 1),
        ("st.randoms(use_true_random=True)", 1), ("random.Random(7).random()", 0), ("np.random.default_rng(seed)", 0),
        ("st.randoms(use_true_random=False)", 0), ("drawn.random()", 0),
    ],
)  # fmt: skip
def test_dice_are_told_from_draws(source: str, found: int) -> None:
    assert len([*dice(source)]) == found


def test_hypothesis_draws_the_same_each_time() -> None:
    if os.environ.get("COPYDESK_DRAWS", "gate") == "gate":
        assert settings.get_profile("gate").derandomize and settings().derandomize and settings().database is None
        assert len(providers._get_local_constants()) == 0  # whatever modules the tests before this one have loaded
    assert not settings.get_profile("fuzz").derandomize
