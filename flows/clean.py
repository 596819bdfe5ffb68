"""The command `clean`: pages in, articles and a ledger of everything removed out."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from flows.run.command_line import INTERRUPTED, command, started
from flows.run.option_type import Option
from flows.run.options import PIPELINE, Options
from flows.run.progress import called, one_line, say
from flows.run.run import run
from flows.run.summary import told

CLOSED = 3  # a gate is: exit code

EXAMPLES = (
    ("", "clean raw/ into clean/"),
    ("pages/ out/", "other folders"),
    ("--workers 4", "leave the other cores alone"),
    ("--format txt", "a readable .txt an article as well"),
    ("--rules ours/", f"with rules of your own; {called('sites')} --check tries them first"),
    ("--page-timeout 30 --retry-quarantined", "give slow pages a second, longer chance"),
    ("--max-withdrawn 1", "pages were taken out of raw/ on purpose: let their articles go"),
    ("--keep-withdrawn", "pages are moved away once they are cleaned: keep their articles"),
    ("--fail-on-drift", "for schedules: exit code 3 when a site is no longer what it was"),
    ("PREFECT_API_URL=http://127.0.0.1:4200/api {me}", "the same, seen in Prefect"),
)
NOTES = """exit codes: 0 every page has its outcome; 2 the run cannot be as asked; 3 a gate is closed: all was written but what the
message holds back, look at the report before using the output"""


def clean(
    options: Options,
    *,
    prefect: Annotated[bool, Option("run as a Prefect flow even when no PREFECT_API_URL is set (slower)")] = False,
    pipeline: str = PIPELINE,
) -> int:
    """Clean scraped pages: RAW in, articles and a ledger of everything removed out. Only new and changed pages are
    cleaned; a stopped run goes on where it was."""
    options = replace(options, pipeline=pipeline)
    before = signal.signal(signal.SIGTERM, _interrupt)  # a scheduler's stop is as clean as Ctrl-C
    try:
        if prefect or os.environ.get("PREFECT_API_URL"):
            from flows.prefect_flow import run_as_flow  # not at the top: Prefect alone takes longer to load than we do

            summary = run_as_flow(options)
        else:
            summary = run(options)
    except KeyboardInterrupt:
        say("stopped; what is cleaned is kept, the same command goes on from here\n", sys.stderr)
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)
    say(f"{told(summary, options)}\n", sys.stdout)
    for gate in summary.closed:
        say(f"{one_line(gate.told(options))}\n", sys.stderr)
    return CLOSED if summary.closed else 0


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


app = command(clean, EXAMPLES, NOTES)


def main(words: Sequence[str] | None = None, *, pipeline: str = PIPELINE) -> int:
    """Run the command and give its exit code. `pipeline` names the module that cleans a page."""
    return started(app, words, pipeline=pipeline)


if __name__ == "__main__":
    sys.exit(main())
