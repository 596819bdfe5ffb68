"""The command `copydesk`: all commands under one name, its version, and the completion of a shell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Literal

from flows.run.command_line import NAME, command, new_app, started
from flows.run.option import Option
from flows.run.progress import UNSAID, say

COMMANDS = {  # each is a file of this folder, loaded when it is asked for
    "clean": "Clean scraped pages: articles and a ledger of everything removed.",
    "explain": "Explain one page: why each of its lines was kept or removed.",
    "sites": "List what was learned of sites, or try the rules you wrote for them.",
    "serve": "Clean every night, seen in Prefect, while it is left running.",
}
EXAMPLES = (
    (f"bash > ~/.local/share/bash-completion/completions/{NAME}", ""),
    (f"zsh > ~/.zsh/completions/_{NAME}", "in a folder of $fpath"),
    (f"fish > ~/.config/fish/completions/{NAME}.fish", ""),
)


def completion(
    shell: Annotated[
        Literal["bash", "zsh", "fish"], Option("the shell that is to complete", metavar="SHELL", by_place=True)
    ],
) -> int:
    """Print the script by which a shell completes commands and options: put it where your shell looks for such."""
    return 0 if say(app.generate_completion(prog_name=NAME, shell=shell), sys.stdout) else UNSAID


app = new_app(NAME, f"{NAME} COMMAND [OPTIONS]", f"Each command explains itself: {NAME} clean --help")
app.help = "Clean scraped news pages, and see why each line was kept or removed."
for name, help in COMMANDS.items():
    app.command(f"flows.{name}:app", name=name, help=help, sort_key=list(COMMANDS).index(name))
app.command(command(completion, EXAMPLES, me=f"{NAME} completion"))


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return started(app, words)


if __name__ == "__main__":
    sys.exit(main())
