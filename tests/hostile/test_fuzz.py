"""The fuzzer's fixed draw, the same inputs each time, and what it found at any time; `make fuzz` draws others."""

from __future__ import annotations

import pytest

from hostile.fuzz import EXAMPLES, a_round, check

pytestmark = pytest.mark.slow

ROUNDS = 10  # 2,000 inputs, some 20 CPU seconds

# What longer hunts found: content, kind, and what stood beside it.
FINDS: dict[str, tuple[bytes, str, dict[str, object] | None]] = {
    "comments before a text": (
        b"<!-- a -->" * 400 + b"boats",
        "text",
        None,
    ),  # each could have ended at any later arrow
}


@pytest.mark.parametrize("first", range(ROUNDS))
def test_no_spoilt_page_breaks_a_promise(first: int) -> None:
    assert a_round(first) >= EXAMPLES / 2


@pytest.mark.parametrize("name", FINDS)
def test_finds_stay_repaired(name: str) -> None:
    check(*FINDS[name])
