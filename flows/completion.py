"""The command `completion`: prints the script by which a shell completes commands and options."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Literal

from flows.run.command_line import command, started
from flows.run.commands import copydesk
from flows.run.option_type import Option
from flows.run.progress import NAME, UNSAID, say

EXAMPLES = (
    (f"bash > ~/.local/share/bash-completion/completions/{NAME}", ""),
    (f"zsh > ~/.zsh/completions/_{NAME}", ""),
    (f"fish > ~/.config/fish/completions/{NAME}.fish", ""),
)
# Cyclopts has bash take every word that is called like a command for one, as in `copydesk clean raw clean`, where the
# second is a folder and nothing was completed behind it. No command of ours stands under another.
ANY_COMMAND = 'if [[ " $all_commands " =~ " $word " ]]; then'
FIRST_COMMAND = 'if [[ ${#cmd_path[@]} -eq 0 && " $all_commands " =~ " $word " ]]; then'


def completion(
    shell: Annotated[
        Literal["bash", "zsh", "fish"],
        Option("the shell that is to complete: bash, zsh or fish", metavar="SHELL", by_place=True),
    ],
) -> int:
    """Print the script by which a shell completes commands and options. Put it where your shell looks for such scripts;
    for zsh that is a folder of $fpath."""
    script = copydesk().generate_completion(prog_name=NAME, shell=shell)
    return 0 if say(script.replace(ANY_COMMAND, FIRST_COMMAND), sys.stdout) else UNSAID


app = command(completion, EXAMPLES)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return started(app, words)


if __name__ == "__main__":
    sys.exit(main())
