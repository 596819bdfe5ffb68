"""The Prefect flow gives what the plain command gives, to the byte; one server for the whole file, as it starts slowly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.testing.utilities import prefect_test_harness

from flows.options import Options
from running import HERE, counts, outputs, run


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    """A Prefect server of its own."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


def test_the_flow_gives_the_same_bytes(server: None, raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.deployed import run_as_flow

    monkeypatch.setenv("PYTHONPATH", str(HERE))
    run(raw, clean.with_name("plain"))
    options = Options(raw, clean, workers=1, quiet=True, recipe="scripted_recipe")
    summary = run_as_flow(options)
    assert summary.cleaned == 15
    assert outputs(clean) == outputs(clean.with_name("plain"))
    assert counts(clean) == counts(clean.with_name("plain"))
    assert run_as_flow(options).nothing_new


def test_states_are_named(server: None, raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import flow

    from flows.deployed import as_state
    from flows.stages import Summary

    figures = dict.fromkeys(("inputs", "article", "duplicate", "superseded", "skipped", "quarantined", "withdrawn"), 2)
    options = Options(raw, clean, workers=1)

    @flow
    def ends() -> None:
        for summary in (Summary(figures, cleaned=5120), Summary(figures, nothing_new=True)):
            state = as_state(summary, options)
            said.append((state.name, state.message))

    said: list[tuple[str | None, str | None]] = []
    ends()
    assert said == [("Completed", "5,120 cleaned, 2 quarantined"), ("Skipped", f"nothing new in {raw}/")]
