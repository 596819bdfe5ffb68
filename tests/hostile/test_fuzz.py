"""This file lets the fuzzer run for half a minute of CPU, and keeps what it found at any time."""

from __future__ import annotations

import pytest

from hostile.fuzz import check, hunt

SECONDS = 30.0

# What longer hunts found: content, kind, and what stood beside it.
FINDS: dict[str, tuple[bytes, str, dict[str, object] | None]] = {
    "comments before a text": (
        b"<!-- a -->" * 400 + b"boats",
        "text",
        None,
    ),  # each could have ended at any later arrow
}


def test_no_spoilt_page_breaks_a_promise() -> None:
    assert hunt(SECONDS) > 100


@pytest.mark.parametrize("name", FINDS)
def test_finds_stay_mended(name: str) -> None:
    check(*FINDS[name])
