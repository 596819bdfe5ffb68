"""The command `copydesk`, under which all the others stand."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from flows.run.command_line import started
from flows.run.commands import copydesk


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return started(copydesk(), words)


if __name__ == "__main__":
    sys.exit(main())
