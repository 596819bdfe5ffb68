"""Tries the cases that a person wrote beside the rules of a site: small pages, and which of their lines should go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaners.site.user_rules import Case, UserRules


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
