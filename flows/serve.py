"""The command `python -m flows.serve`: the nightly run of prefect.yaml without a work pool, while it is left running."""

from __future__ import annotations

from flows.run.progress import CommandLine, ready

CRON = "15 2 * * *"
TIMEZONE = "Europe/London"


def main() -> None:
    """Serve the flow until stopped."""
    ready()
    command = CommandLine(
        prog="python -m flows.serve",
        description="Clean raw/ into clean/ every night, and whenever asked in the Prefect UI, until stopped. "
        "Needs PREFECT_API_URL; run it in the folder that holds raw/.",
        epilog='example: python -m flows.serve --cron "0 5 * * 1"   Mondays at five',
    )
    command.add_argument("--cron", default=CRON, help=f'when to run (default: "{CRON}", {TIMEZONE})')
    asked = command.parse_args()

    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron

    from flows.prefect_flow import clean

    one_at_a_time = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    clean.serve(name="served", schedule=Cron(asked.cron, timezone=TIMEZONE), global_limit=one_at_a_time)


if __name__ == "__main__":
    main()
