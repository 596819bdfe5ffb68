"""The command `explain`: for one page, why each of its lines was kept, removed or moved to metadata."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from functools import partial
from json import dumps as to_json
from pathlib import Path
from typing import Annotated

from flows.run.asked_page import meant
from flows.run.command_line import command, started
from flows.run.confined import confined
from flows.run.explained import explanation, readable
from flows.run.option_type import Option
from flows.run.options import A_PAGE, Clean, PageLimits, PageMemory, PageTimeout, PageWall, Raw, Rules
from flows.run.progress import UNSAID, say
from flows.run.user_rules import read_user_rules

EXAMPLES = (
    ("raw/news/page.html", "why is each line of this page kept or gone?"),
    ("exports/feed.jsonl#3", "the fourth record of a file in RAW"),
    ("https://fenmoor.example/ferry", "a page that CLEAN has, by its URL"),
    ("c02bd3633f151eff5d319d49933a4532 pages/ out/", "or by its id, with other folders"),
    ("""raw/news/page.html --json | jq '.page[] | select(.reason == "related")'""", "what went as related"),
)
NOTES = """Nothing is written. The page is cleaned afresh by this version, which may not be the one that made CLEAN, and within the
limits of a run: one that a run gives up is given up here, and the reason is said.
In brackets stand the reason, the step and its rule, and how sure that is, 0 to 1. A number before a piece of evidence
is what it adds to the judge's score, in log-odds: + for main content, - against.

exit codes: 0 explained; 2 there is no such page, or it cannot be read"""
WIDTH = 100  # characters of a line where there is no terminal to ask


def explain(
    page: Annotated[
        str,
        Option("a file, file#record for one of many, or an article's URL or id", metavar="PATH|URL|ID", by_place=True),
    ],
    raw: Raw = Path("raw"),
    clean: Clean = Path("clean"),
    *,
    rules: Rules = None,
    page_timeout: PageTimeout = A_PAGE.cpu,
    page_wall: PageWall = None,
    page_memory: PageMemory = A_PAGE.memory,
    full: Annotated[bool, Option("whole lines, not cut to the width of the terminal")] = False,
    json: Annotated[bool, Option("one JSON object, with the names of the article and the ledger")] = False,
) -> int:
    """Explain one page: every line of it in order, kept or gone, by which step and rule, and why. What the judge decided
    comes with the three pieces of evidence that weighed most."""
    own = read_user_rules(rules, raw)
    limits = PageLimits.asked(page_timeout, page_wall, page_memory)
    one = meant(page, raw, clean)
    told = confined(partial(explanation, one, clean, own), limits, one.name)
    if json:
        said = to_json(told, ensure_ascii=False, indent=1)
    else:
        said = readable(told, width=None if full else shutil.get_terminal_size((WIDTH, 0)).columns)
    return 0 if say(f"{said}\n", sys.stdout) else UNSAID


app = command(explain, EXAMPLES, NOTES)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return started(app, words)


if __name__ == "__main__":
    sys.exit(main())
