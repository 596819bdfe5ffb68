"""All commands under one name: `copydesk` and what follows it."""

from __future__ import annotations

from cyclopts import App

from flows.run.command_line import new_app
from flows.run.progress import NAME, called

# Each is a file of flows/, loaded when it is asked for. What stands beside it is for the list of all.
COMMANDS = {
    "clean": "clean scraped pages: articles and a ledger of everything removed",
    "explain": "explain one page: why each of its lines was kept or removed",
    "sites": "list what was learned of sites, or try the rules you wrote for them",
    "serve": "clean every night, seen in Prefect, while it is left running",
    "completion": "print the script by which a shell completes all this",
}


def copydesk() -> App:
    """The whole command."""
    app = new_app(NAME, f"{NAME} COMMAND [OPTIONS]", f"Each command explains itself: {called('clean')} --help")
    app.help = "Clean scraped news pages, and see why each line was kept or removed."
    for order, (name, help) in enumerate(COMMANDS.items()):
        app.command(f"flows.{name}:app", name=name, help=help, sort_key=order)
    return app
