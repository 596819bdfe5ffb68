"""The Prefect flow gives what the plain command gives, to the byte; one server for the whole file, as it starts slowly."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.testing.utilities import prefect_test_harness

from flows.run.option_type import parameters
from flows.run.options import Options
from running import HERE, HOME, cleaned_into, counts, lines, outputs, run


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


REFUSED = [
    # why, the parameter and its value, what is said of it
    ("a bound", "workers", -3, "needs at least 1, as in --workers 2"),
    ("none at all", "workers", 0, "needs at least 1, as in --workers 2"),
    ("a share", "max_quarantined", 2.0, "needs a share from 0 to 1, as in --max-quarantined 0.2"),
    ("no number", "min_confidence", float("nan"), "needs a number from 0 to 1, as in --min-confidence 0.7"),
    ("an open bound", "drift_tail", 0.5, "needs a share from 0 to below 0.5, as in --drift-tail 0.02"),
    ("no time", "page_timeout", 0, "needs seconds above 0, as in --page-timeout 30"),
    ("without end", "page_wall", float("inf"), "needs seconds above 0, as in --page-wall 300"),
    ("too little", "page_memory", 100, "needs at least 256, as in --page-memory 1024"),
    ("of another type", "keep_withdrawn", "maybe", "valid boolean"),
    ("a field of a form left empty", "raw", "", "is empty: give a value, or leave it out"),
    ("one of two", "format", "docx", "'jsonl' or 'txt'"),
]


@pytest.mark.parametrize(("why", "name", "value", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_the_flow_refuses_what_the_command_does(why: str, name: str, value: Any, said: str) -> None:
    from prefect.exceptions import ParameterTypeError

    from flows.prefect_flow import clean

    with pytest.raises(ParameterTypeError, match=re.escape(said)):
        clean.validate_parameters({name: value})


def test_what_is_within_bounds_passes() -> None:
    from flows.prefect_flow import clean

    asked = {"raw": "pages", "workers": 1, "max_withdrawn": 1.0, "drift_tail": 0, "rules": "ours"}
    taken = clean.validate_parameters(asked)
    assert {name: taken[name] for name in asked} == asked | {"raw": Path("pages"), "rules": Path("ours")}


def test_the_schema_of_the_flow_is_that_of_the_options() -> None:
    """The server refuses by it before a run is made, and forms show it."""
    from flows.prefect_flow import clean

    schema = clean.parameters.properties
    assert list(schema) == [parameter.name for parameter, option in parameters(Options) if option.in_flow]
    assert "quiet" not in schema and "pipeline" not in schema and not clean.parameters.required
    for parameter, option in parameters(Options):
        if option.in_flow:
            assert option.help in schema[parameter.name]["description"]
    assert [(schema[name].get("minimum"), schema[name].get("maximum")) for name in ("workers", "max_quarantined")] == [
        (1, None),
        (0, 1),
    ]
    assert schema["page_timeout"]["exclusiveMinimum"] == 0 and "exclusiveMaximum" not in schema["page_timeout"]
    assert schema["drift_tail"]["exclusiveMaximum"] == 0.5 and schema["workers"]["default"] is None
    assert schema["format"]["enum"] == ["jsonl", "txt"] and schema["raw"]["default"] == "raw"


def test_the_deployment_of_prefect_yaml_passes() -> None:
    from flows.prefect_flow import clean

    (deployment,) = yaml.safe_load((HOME / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert clean.validate_parameters(deployment["parameters"])["raw"] == Path("raw")
    module, name = deployment["entrypoint"].split(":")
    assert (HOME / module).samefile(inspect.getfile(clean.fn)) and name == clean.fn.__name__


def test_a_run_by_parameters_gives_the_same_bytes(server: None, tmp_path: Path) -> None:
    from flows.prefect_flow import clean

    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("The ferry came back on Sunday, and four hundred people watched.\n" * 3)
    cleaned_into(tmp_path / "raw", tmp_path / "plain")
    state = clean(raw=str(tmp_path / "raw"), clean=str(tmp_path / "clean"), workers=1, return_state=True)
    assert state.is_completed() and outputs(tmp_path / "clean") == outputs(tmp_path / "plain")


def test_states_are_named(server: None, raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import flow

    from flows.prefect_flow import as_state
    from flows.publish.findings import Gate
    from flows.run.summary import Summary

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
