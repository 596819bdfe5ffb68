"""The Prefect flow gives what the plain command gives, to the byte; one server for the whole file, as it starts slowly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.testing.utilities import prefect_test_harness

from flows.run.options import Options
from running import HERE, counts, lines, outputs, run


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    """A Prefect server of its own."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


def test_the_flow_gives_the_same_bytes(server: None, raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.prefect_flow import run_as_flow

    monkeypatch.setenv("PYTHONPATH", str(HERE))
    run(raw, clean.with_name("plain"))
    options = Options(raw, clean, workers=1, quiet=True, pipeline="scripted_pipeline")
    summary = run_as_flow(options)
    assert summary.cleaned == 15
    assert outputs(clean) == outputs(clean.with_name("plain"))
    assert counts(clean) == counts(clean.with_name("plain"))
    assert run_as_flow(options).nothing_new


def test_states_are_named(server: None, raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import flow

    from flows.prefect_flow import as_state
    from flows.publish.findings import Gate
    from flows.run.stages import Summary

    figures = dict.fromkeys(("inputs", "article", "duplicate", "superseded", "skipped", "quarantined", "standing"), 2)
    shut = [Gate("quarantined", True, 3, 4, "quarantined: CLEAN says why"), Gate("broken", True, 1, 1, "broken: look")]
    options = Options(raw, clean, workers=1)

    @flow
    def ends() -> None:
        for summary in (
            Summary(figures, cleaned=5120),
            Summary(figures, nothing_new=True),
            Summary(figures, nothing_new=True, closed=shut),
        ):
            state = as_state(summary, options)
            said.append((state.name, state.message))

    said: list[tuple[str | None, str | None]] = []
    ends()
    assert said == [
        ("Completed", "5,120 cleaned, 2 quarantined"),
        ("Skipped", f"nothing new in {raw}/"),
        ("Gate closed", f"quarantined: {clean} says why; broken: look"),
    ]


def test_drift_is_told_as_an_event(server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.events.clients import AssertingEventsClient
    from prefect.events.worker import EventsWorker

    from flows.prefect_flow import run_as_flow

    monkeypatch.setenv("PYTHONPATH", str(HERE))
    raw = tmp_path / "raw"
    for day in range(1, 6):
        text = " ".join("word" * (day != 5) + str(number) for number in range(9 if day == 5 else 90))
        records = [{"fetched_at": f"2026-03-{day:02}", "text": f"{text} {number}"} for number in range(10)]
        lines(raw / "fenmoor.example" / f"{day}.jsonl", *records)
    EventsWorker.set_client_override(AssertingEventsClient)
    try:
        options = Options(raw, tmp_path / "clean", 1, quiet=True, pipeline="scripted_pipeline", fail_on_drift=True)
        (gate,) = run_as_flow(options).closed
        assert "fenmoor.example since 2026-03-05" in gate.said
        EventsWorker.drain_all()
        told = [event for client in AssertingEventsClient.all for event in client.events if "drifted" in event.event]
    finally:
        EventsWorker.set_client_override(None)
    assert [(event.event, event.resource["prefect.resource.name"]) for event in told] == [
        ("copydesk.site.drifted", "fenmoor.example")
    ]
    assert told[0].payload["measure"] == "words"
