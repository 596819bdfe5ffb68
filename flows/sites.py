"""The command `sites`: lists what was learned of sites, and tries the rules that a person wrote for them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from json import dumps as to_json
from pathlib import Path
from typing import Annotated

from flows.run.command_line import command, started
from flows.run.learned_lines import learned_sites, lines_of_site, table_of_lines, table_of_sites
from flows.run.option_type import Option
from flows.run.progress import UNSAID, say, say_table
from flows.run.rule_cases import check
from flows.run.user_rules import load_user_rules, read_user_rules

EXAMPLES = (
    ("", "of which sites lines were learned, and how many"),
    ("fenmoor.example", "the lines of one site: on how many pages, where, with an example"),
    ("fenmoor.example --clean out/ --json", "the same of another folder, for a program"),
    ("--check", "do the cases in rules/sites/*.toml hold?"),
    ("--check --rules ours/", "those of another folder"),
)
NOTES = """A learned line goes from every page of its site that would keep it. To keep it, write it under keep = [...] in
rules/sites/<host>.toml; to drop one that was not learned, under drop = [...]. Parts of titles, labels and credits of
captions are learned and kept alike; their action says what comes of them.

A case is a small page in the file of its site. It is cleaned as a run would clean it, with all your rules and without
what was learned from sister pages:

  [[case]]
  why = "the paper's podcast box goes, a sentence about podcasts stays"
  html = '''<p>Her podcast has nine listeners, all of them lock-keepers.</p><p>Hear our podcast</p>'''
  drop = ["Hear our podcast"]

exit codes: 0 listed, or all cases hold; 1 some do not; 2 there is nothing to list, or the rules cannot be used"""
FAILED = 1


def sites(
    host: Annotated[
        str | None,
        Option("the site whose lines to list, as in an article's `site`", metavar="HOST", default="all", by_place=True),
    ] = None,
    *,
    clean: Annotated[Path, Option("folder that was cleaned into", example="--clean out/", metavar="DIR")] = Path(
        "clean"
    ),
    json: Annotated[bool, Option("the list as JSON, with whole lines")] = False,
    check: Annotated[bool, Option("clean the cases of all sites and say which do not hold")] = False,
    rules: Annotated[Path, Option("folder with your rules", example="--rules ours/", metavar="DIR")] = Path("rules"),
) -> int:
    """List what was learned of sites, or try the rules you wrote for single sites."""
    return checked(rules) if check else listed(host, clean, as_json=json)


def listed(host: str | None, clean: Path, *, as_json: bool) -> int:
    """Print of which sites lines were learned, or the lines of one. Raises CannotRun."""
    rows = learned_sites(clean) if host is None else lines_of_site(clean, host)
    if as_json:
        told = say(to_json(rows, ensure_ascii=False, indent=1) + "\n", sys.stdout)
    elif not rows:
        whose = "No site" if host is None else f"{host}"
        no = "the same line" if host is None else "no line"
        told = say(f"{whose} has shown {no} under enough different stories yet.\n", sys.stdout)
    else:
        told = say_table(*(table_of_sites(rows) if host is None else table_of_lines(rows)), sys.stdout)
    return 0 if told else UNSAID


def checked(folder: Path) -> int:
    """Print which cases of a folder's rules do not hold. Raises CannotRun."""
    own = load_user_rules(read_user_rules(folder, folder))
    failures = list(check(own, str(folder)))
    cases = sum(len(rules.cases) for rules in own.sites.values()) if own else 0
    told = "".join(f"{failure}\n" for failure in failures)
    say(f"{told}{cases - len(failures):,} of {cases:,} cases hold\n", sys.stdout)
    return FAILED if failures else 0


app = command(sites, EXAMPLES, NOTES)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return started(app, words)


if __name__ == "__main__":
    sys.exit(main())
