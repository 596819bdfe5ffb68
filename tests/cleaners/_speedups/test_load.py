"""The built C parts are loaded where they fit the sources beside them and nobody asks for Python alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from c_parts import built
from cleaners import _speedups as place
from cleaners._speedups import speedups


@built
def test_a_build_of_other_sources_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.load() is speedups
    parts = sorted(place.HERE.glob("*.c"))
    for part in parts:
        (tmp_path / part.name).write_bytes(part.read_bytes())
    monkeypatch.setattr(place, "HERE", tmp_path)
    assert place.load() is speedups
    (tmp_path / parts[-1].name).write_bytes(parts[-1].read_bytes() + b"\n")
    assert place.load() is None


def test_plain_python_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(place.PURE, "1")
    assert place.load() is None
