"""The sample gives the articles and ledgers that stand here; a change that is meant is written anew by `make golden`."""

from __future__ import annotations

import pytest

from golden.sample import HERE, cleaned

EXPECTED = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.json")}
ANEW = "where this is meant: make golden, and look at git diff tests/golden"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sample as it is cleaned now."""
    return cleaned(tmp_path_factory.mktemp("golden") / "clean")


def test_every_page_of_the_sample_is_here(found: dict[str, str]) -> None:
    assert sorted(found) == sorted(EXPECTED) and len(EXPECTED) == 13, ANEW


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_article_and_ledger_are_as_before(name: str, found: dict[str, str]) -> None:
    assert found[name] == EXPECTED[name], ANEW
