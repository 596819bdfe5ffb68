"""This file holds the raw folders that several tests run the command over."""

from __future__ import annotations

from pathlib import Path

import pytest

from running import lines, page


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
