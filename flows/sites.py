"""This file is `python -m flows.sites`: what sites taught, to look through, and what a person says of them, tried."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.clean import answered
from flows.run.learned_lines import learned_sites, lines_of_site, lines_table, sites_table
from flows.run.progress import UNSAID, CommandLine, ready, say
from flows.run.user_rules import load_user_rules, read_user_rules

if TYPE_CHECKING:
    from cleaners.site.user_rules import Case, UserRules

EXAMPLES = """examples:
  python -m flows.sites                         which sites taught clean/ something, and how much
  python -m flows.sites fenmoor.example         the lines of one site: on how many pages, where, with an example
  python -m flows.sites fenmoor.example --clean out/ --json
  python -m flows.sites --check                 do the cases in rules/sites/*.toml hold?
  python -m flows.sites --check --rules ours/   those of another folder

A learned line goes from every page of its site that would keep it. To keep it, write it under keep = [...] in
rules/sites/<host>.toml; to drop one that was not learned, under drop = [...]. Parts of titles, labels and credits of
captions are learned and kept alike; their action says what comes of them.

A case is a small page in the file of its site. It is cleaned as a run would clean it, with all your rules and without
what sister pages taught:

  [[case]]
  why = "the paper's podcast box goes, a sentence about podcasts stays"
  html = '''<article><p>Her podcast has nine listeners, all of them lock-keepers.</p><p>Hear our podcast</p></article>'''
  drop = ["Hear our podcast"]

exit codes: 0 listed, or all cases hold; 1 some do not; 2 there is nothing to list, or the rules cannot be used
"""
FAILED = 1


def check(own: UserRules | None, folder: str) -> Iterator[str]:
    """What is wrong with each case that does not hold: file, line, why, and the difference."""
    for host, rules in sorted(own.sites.items()) if own else ():
        for case in rules.cases:
            found = list(difference(case, own))
            if found:
                place = f"{folder}/sites/{host}.toml, line {case.line}"
                yield "\n".join([f"{place}: {case.why}", *(f"  {line}" for line in found)])


def difference(case: Case, own: UserRules | None) -> Iterator[str]:
    """Where the text of a case's page is not what the case says."""
    from cleaners.errors import UnreadablePage
    from cleaners.pipeline import clean_with_page

    record = json.dumps({"url": case.url, case.media: case.content}).encode()
    try:
        _, page = clean_with_page(record, source=case.url, record=0, media="jsonl", own=own)
    except UnreadablePage as error:
        yield f"it is no page: {error}"
        return
    shown = {block.text for block in page.blocks}
    kept = {block.text for block in page.kept()}
    wanted = [" ".join(line.split()) for line in case.drop]
    for line in wanted:
        if line not in shown:
            yield f"not on the page: {line}"
    for block, verdict in zip(page.blocks, page.verdicts, strict=True):
        by = f"{verdict.step}/{verdict.rule}: {verdict.why}" if verdict else ""
        if block.text in wanted and block.text in kept:
            yield f"should go, was kept by {by}\n    {block.text}"
        elif block.text not in wanted and verdict and not verdict.keep:
            yield f"should stay, was removed by {by}\n    {block.text}"


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = CommandLine(
        prog="python -m flows.sites",
        description="List what sites taught, or try the rules you wrote for single sites.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add(
        "host", nargs="?", metavar="HOST", help="the site whose lines to list, as in an article's `site` (default: all)"
    )
    add("--clean", default="clean", type=Path, metavar="DIR", help="folder that was cleaned into (default: clean)")
    add("--json", action="store_true", help="the list as JSON, with whole lines")
    add("--check", action="store_true", help="clean the cases of all sites and say which do not hold")
    add("--rules", default="rules", type=Path, metavar="DIR", help="folder with your rules (default: rules)")
    return command


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    ready()
    asked = parser().parse_args(words)
    if asked.check:
        return answered(lambda: checked(asked.rules))
    return answered(lambda: listed(asked.host, asked.clean, as_json=asked.json))


def listed(host: str | None, clean: Path, *, as_json: bool) -> int:
    """Print what all sites taught, or the lines of one. Raises CannotRun."""
    rows = learned_sites(clean) if host is None else lines_of_site(clean, host)
    if as_json:
        text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    else:
        text = sites_table(rows) if host is None else lines_table(host, rows)
    return 0 if say(text, sys.stdout) else UNSAID


def checked(folder: Path) -> int:
    """Print which cases of a folder's rules do not hold. Raises CannotRun."""
    own = load_user_rules(read_user_rules(folder, folder))
    failures = list(check(own, str(folder)))
    cases = sum(len(rules.cases) for rules in own.sites.values()) if own else 0
    told = "".join(f"{failure}\n" for failure in failures)
    say(f"{told}{cases - len(failures):,} of {cases:,} cases hold\n", sys.stdout)
    return FAILED if failures else 0


if __name__ == "__main__":
    sys.exit(main())
