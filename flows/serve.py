"""The command `serve`: the nightly run of prefect.yaml without a work pool, while it is left running."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

from flows.errors import CannotRun
from flows.run.command_line import command, started
from flows.run.option_type import Option
from flows.run.pool import ROOT

CRON = "15 2 * * *"
TIMEZONE = "Europe/London"
EXAMPLES = (("", "every night at a quarter past two"), ('--cron "0 5 * * 1"', "Mondays at five"))


def serve(
    *,
    cron: Annotated[
        str, Option(f"when to run, by the clock of {TIMEZONE}", example='--cron "0 5 * * 1"', metavar="WHEN")
    ] = CRON,
) -> int:
    """Clean raw/ into clean/ every night, and whenever asked in the Prefect UI, until stopped. Needs PREFECT_API_URL; run
    it in the folder that holds raw/."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron
    from prefect.settings import PREFECT_API_URL

    from flows.prefect_flow import clean

    one_at_a_time = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    try:
        schedule = Cron(cron, timezone=TIMEZONE)
    except ValueError as error:
        raise CannotRun(f"--cron {cron!r} is no schedule: minute hour day month weekday, as in {CRON!r}") from error
    if not PREFECT_API_URL.value():
        raise CannotRun(
            "no server that would start the runs: start one with `prefect server start` and set PREFECT_API_URL=http://127.0.0.1:4200/api, or use cron"
        )
    # Prefect starts each run as a Python of its own here, where another folder may be called flows.
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    clean.serve(name="served", schedule=schedule, global_limit=one_at_a_time)
    return 0


app = command(serve, EXAMPLES)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return started(app, words)


if __name__ == "__main__":
    sys.exit(main())
