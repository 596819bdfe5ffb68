"""The Prefect flow: the stages of a run as tasks, named final states, a summary to read in the UI."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from flows.run.option_type import with_parameters_of
from flows.run.options import Options

# Without an API, Prefect starts a server of its own for the run; these keep it from losing history and from chatter.
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
GATE = "Gate closed"  # the name of a state: all was written, and somebody should look
if not os.environ.get("PREFECT_API_URL"):
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)

from prefect import flow, get_run_logger, task  # noqa: E402 - the settings above count only before this
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.schemas.objects import State  # noqa: E402
from prefect.events import emit_event  # noqa: E402
from prefect.logging.loggers import flow_run_logger  # noqa: E402
from prefect.states import Completed, Failed  # noqa: E402

from flows.run.progress import plain  # noqa: E402
from flows.run.run import run  # noqa: E402
from flows.run.summary import Summary, told  # noqa: E402


def say_what_to_do(flow: Any, flow_run: Any, state: State) -> None:
    """When a run fails or its process dies, say in the log what that means: nothing is lost."""
    logger = flow_run_logger(flow_run)
    if state.name == GATE:
        logger.error("%s: %s", state.name, state.message)
        return
    logger.error(
        "%s: %s. What is cleaned is kept; start the run again to go on from there.",
        state.name,
        plain(state.message or ""),
    )


@flow(name="clean", on_failure=[say_what_to_do], on_crashed=[say_what_to_do], persist_result=False)
@with_parameters_of(Options)
def clean(**asked: Any) -> State:
    """Clean RAW into CLEAN, as the command `clean` does, with batches of pages as tasks. Prefect checks the parameters,
    which are the command's options, before a run starts."""
    options = Options(**asked, quiet=True)
    return as_state(watched(options), options)


def watched(options: Options) -> Summary:
    """A run with its stages as tasks, and an event for each site of which it noticed that it drifted."""
    try:
        summary = run(options, step=as_task)
    except Exception as error:
        error.args = tuple(plain(said) if isinstance(said, str) else said for said in error.args)  # logs show it
        raise
    for drift in summary.drifted:  # an event each, for an automation to act on
        resource = {"prefect.resource.id": f"copydesk.site.{drift.site}", "prefect.resource.name": drift.site}
        emit_event(event="copydesk.site.drifted", resource=resource, payload=drift._asdict())
    return summary


def as_task(stage: Callable[..., None]) -> Callable[..., None]:
    """The stage as a task of the running flow. Its arguments are captured in a closure, so that Prefect neither hashes nor
    stores them."""

    def work(*given: Any) -> None:
        def unseen() -> None:
            stage(*given)

        task(name=stage.__name__.replace("_", " "), cache_policy=NO_CACHE, persist_result=False)(unseen)()

    return work


def as_state(summary: Summary, options: Options) -> State:
    """The final state of a flow run, named and worded for a list of runs, with an artifact that says more."""
    said = plain(told(summary, options))
    create_markdown_artifact(key="clean-run", markdown=as_markdown(said, summary), description=said.splitlines()[0])
    get_run_logger().info(said)
    if summary.closed:
        return Failed(name=GATE, message=plain("; ".join(gate.told(options) for gate in summary.closed)))
    if summary.nothing_new:
        return Completed(name="Skipped", message=plain(f"nothing new in {options.raw}/"))
    return Completed(message=f"{summary.cleaned:,} cleaned, {summary.counts['quarantined']:,} quarantined")


def as_markdown(said: str, summary: Summary) -> str:
    """The figures of a run as a table."""
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in summary.counts.items())
    return f"{said}\n\n| outcome | pages |\n|---|---:|\n{rows}\n"


def run_as_flow(options: Options) -> Summary:
    """The command's own run, as a flow run of the configured API or of a server just for it."""
    done: list[Summary] = []

    @flow(name="clean", on_failure=[say_what_to_do], on_crashed=[say_what_to_do], persist_result=False)
    def command() -> State:
        done.append(watched(options))
        return as_state(done[0], options)

    state = command(return_state=True)
    if not done or (state.is_failed() and state.name != GATE):
        state.result()  # raises what ended it
    return done[0]
