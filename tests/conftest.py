"""What all tests share: how Hypothesis draws, and the raw folders that several run the command over."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from running import lines, page

# A gate throws no dice: it draws the same examples each time. `make fuzz` draws others each time, and keeps what failed.
settings.register_profile("gate", derandomize=True, database=None, deadline=None)
settings.register_profile("fuzz", derandomize=False, max_examples=1_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("COPYDESK_DRAWS", "gate"))
if settings.get_current_profile_name() == "gate":
    # Hypothesis also draws numbers and words that stand in the modules loaded so far: a test would draw otherwise alone than
    # among all others, and otherwise after any change of the code. It says that it knows none, and draws as it would then.
    no_constants = providers._local_constants
    providers._get_local_constants = lambda: no_constants


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be missing: there a test that is skipped has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} is skipped, and in CI nothing may be: {report.longrepr}"
    return report


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Two sites of loose pages and a container, with one line that is not JSON and one that is blank."""
    folder = tmp_path / "raw"
    for number in range(12):
        site = f"site{number % 2}.example"
        page(folder / site / f"p{number}.html", url=f"https://{site}/{number}", text=f"text {number}", chrome="yes")
    lines(folder / "news.jsonl", {"url": "https://c.example/1", "text": "one"}, "", "no json", {"text": "four"})
    return folder


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return tmp_path / "clean"
