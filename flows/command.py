"""The command `copydesk`, under which all the others stand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import cast

from flows.run.command_line import started
from flows.run.commands import COMMANDS, copydesk


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code. What follows the name of a command is that command's own to read, so that
    its help is the same whichever way it is started."""
    name, *rest = list(sys.argv[1:] if words is None else words) or [""]
    if name in COMMANDS:
        return cast(int, import_module(f"flows.{name}").main(rest))
    return started(copydesk(), words)


if __name__ == "__main__":
    sys.exit(main())
