"""`python -m flows.explain`: for one page, why each of its lines was kept, removed or moved to metadata."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from cleaners.article import Reason
from flows.clean import add_page_limits, answered
from flows.errors import CannotRun, Unreadable
from flows.publish.manifest import place
from flows.read.files import read_sidecar
from flows.read.kinds import KINDS, ManyPages
from flows.read.paths import host_of
from flows.read.scan import REJECTED, SIDECAR, Found, regular
from flows.run.confined import READING, STARTING, Limited, confined
from flows.run.options import PageLimits
from flows.run.progress import UNSAID, CommandLine, ready, say
from flows.run.user_rules import FACT, UserRuleFiles, load_user_rules, read_user_rules
from flows.run.worker import where
from flows.store.boilerplate_index import read_index
from flows.store.page_fields import HEX
from flows.store.paths import PRIVATE
from flows.store.state import NO_RECORD, Held, reading

EXAMPLES = """examples:
  python -m flows.explain raw/news/page.html              why is each line of this page kept or gone?
  python -m flows.explain exports/feed.jsonl#3            the fourth record of a file in RAW
  python -m flows.explain https://fenmoor.example/ferry   a page that CLEAN has, by its URL ...
  python -m flows.explain c02bd3633f151eff5d319d49933a4532 pages/ out/
                                                          ... or its id, with other folders
  python -m flows.explain raw/news/page.html --json | jq '.page[] | select(.reason == "related")'

Nothing is written. The page is cleaned afresh by this version, which may not be the one that made CLEAN, and within the
limits of a run: one that a run gives up is given up here, and the reason is said.
In brackets stand the reason, the step and its rule, and how sure that is, 0 to 1. A number before a piece of evidence
is what it adds to the judge's score, in log-odds: + for main content, - against.

exit codes: 0 explained; 2 there is no such page, or it cannot be read
"""
WIDTH = 100  # characters of a line where there is no terminal to ask
RECORD = re.compile(r"(.+?)(?:[#:](\d+)|, line ([\d,]+))")  # the report counts lines from 1
KNOWN = f"""SELECT this.path, this.record, this.recipe, this.duplicate_of, newer.path, newer.record,
    (SELECT value FROM facts WHERE key = '{FACT}' || this.site),
    (SELECT held FROM pages WHERE path = this.path AND record = this.record AND held <> '')
    FROM pages AS this LEFT JOIN pages AS newer ON this.superseded_by = newer.page WHERE {{}}
    ORDER BY this.held <> '', newer.page IS NOT NULL, this.path, this.record LIMIT 1"""
STANDS = "{} keeps the article that stood here before, since its input {}; what is explained is what stands here now"
WHY_IT_STANDS = {
    Held.AWAY: "is away", Held.UNREADABLE: "cannot be read", Held.DRIFTED: "shows a notice or its site drifted"
}  # fmt: skip


class Known(NamedTuple):
    """What CLEAN says of a page; `newer` is the place in RAW of the take that stands in its stead.

    `site_rules` is what the file with the rules of its site hashed to; `held` why an earlier article of its place stands.
    """

    path: str
    record: int
    recipe: str
    duplicate_of: str | None
    newer: dict[str, Any] | None
    site_rules: str | None
    held: str | None

    def made_with(self, recipe: str, site_rules: str | None) -> bool:
        """True when CLEAN has the page by this recipe, and by site rules that hash to this."""
        return (self.recipe, self.site_rules) == (recipe, site_rules)


class Asked(NamedTuple):
    """The page that was meant: a file below `base`, the index of its record, what CLEAN says of it, and remarks."""

    base: Path
    found: Found
    record: int
    known: Known | None
    notes: list[str]

    @property
    def name(self) -> str:
        """The page as it can be asked for."""
        path = str(self.base / self.found.path)
        return path if self.record == NO_RECORD else f"{path}#{self.record}"


def explain(asked: Asked, clean: Path, rules: UserRuleFiles, limited: Limited) -> dict[str, Any]:
    """Everything there is to say of one page, as `--json` prints it. Raises CannotRun."""
    limited.step(READING)
    payload, media, sidecar = content(asked, limited)
    limited.step(STARTING)
    from cleaners.errors import (
        NoCover,
        UnreadablePage,  # not at the top: loading the cleaners takes a second
    )
    from cleaners.evidence import strongest
    from cleaners.pipeline import clean_with_page, fingerprint, warm_up

    own = load_user_rules(rules)
    warm_up()
    limited.begin_cleaning()
    try:
        result, cleaned = clean_with_page(
            payload,
            source=asked.found.path,
            record=None if asked.record == NO_RECORD else asked.record,
            media=media,
            sidecar=sidecar,
            folder_host=host_of(asked.found.path),
            learned=taught(clean),
            own=own,
        )
    except UnreadablePage as error:
        raise CannotRun(f"{asked.name} becomes no article, {error}") from error
    except MemoryError:
        raise
    except Exception as error:
        raise CannotRun(f"{asked.name} breaks the cleaners: {where(error)}") from error
    limited.end_cleaning()
    article, known = result.article, asked.known
    try:
        judged, evidence = strongest(cleaned)
    except NoCover as error:
        judged, evidence = None, {}
        asked.notes.append(f"why the judge decided so cannot be shown: {error}")
    if known and known.held:
        asked.notes.append(STANDS.format(clean, WHY_IT_STANDS[Held(known.held)]))
    if known and not known.made_with(fingerprint(own), rules.digests().get(article.site or "")):
        asked.notes.append(
            f"{clean} was made by another version or other rules: run python -m flows.clean to have it as shown here"
        )
    told = ("id", "url", "site", "title", "language", "language_score", "flags", "confidence", "words", "kept_ratio")
    return {name: getattr(article, name) for name in told} | {
        "outcome": "superseded"
        if known and known.newer
        else "duplicate"
        if known and known.duplicate_of
        else "article",
        "duplicate_of": known.duplicate_of if known else None,
        "superseded_by": known.newer if known else None,
        "source": msgspec.to_builtins(article.source),
        "recipe": article.recipe,
        "notes": asked.notes,
        "judge": judged and {"head": judged.head, "cut": round(judged.judgement.cut, 4)},
        "page": list(verdicts(cleaned, evidence)),
    }


def taught(clean: Path) -> Any:
    """What CLEAN has learned of all sites, None where that is nothing."""
    file = next(iter(sorted((clean / PRIVATE).glob("known-*.bin"))), None)
    return read_index(str(file)) if file else None


def verdicts(cleaned: Any, evidence: dict[int, list[Any]]) -> Iterator[dict[str, Any]]:
    """Every block of a cleaned page in order: the ledger's names, and what the ledger has no room for."""
    lifted: dict[int, list[dict[str, str]]] = {}
    for lift in cleaned.lifts:
        lifted.setdefault(lift.block, []).append({"field": lift.field, "value": lift.value})
    for block, verdict in zip(cleaned.blocks, cleaned.verdicts, strict=True):
        gone = "moved to metadata" if verdict.reason == Reason.LIFTED else "removed"
        yield {
            "block": block.index,
            "mark": "kept" if verdict.keep else gone,
            "step": verdict.step,
            "rule": verdict.rule,
            "reason": verdict.reason,
            "why": verdict.why,
            "score": verdict.score,
            "text": block.text,
            "lifted": lifted.get(block.index, []),
            "evidence": [
                {
                    "feature": piece.feature,
                    "value": round(piece.value, 4),
                    "contribution": round(piece.contribution, 4),
                    "words": piece.words,
                }
                for piece in evidence.get(block.index, [])
            ],
        }


def meant(page: str, raw: Path, clean: Path) -> Asked:
    """The page a person means by a path, a URL or an id. Raises CannotRun."""
    if "://" in page:
        known = by_url(page, clean)
    elif len(page) == 32 and HEX.issuperset(page.lower()) and not os.path.exists(page):
        known = look_up(clean, "coalesce(this.renamed_to, this.id) = ?", page.lower())
    else:
        return by_path(page, raw, clean)
    if not known:
        raise CannotRun(f"{page}: no article in {clean} has it; name the page by its path in {raw}, as {clean} does")
    if not os.path.isfile(raw / known.path):
        raise CannotRun(
            f"{page}: {clean} has it from {known.path}, which is not in {raw}; name the folder it came from, "
            f"python -m flows.explain {page} RAW {clean}"
        )
    return Asked(raw, entry(raw, known.path), known.record, known, [])


def by_url(url: str, clean: Path) -> Known | None:
    """What CLEAN says of the page with this URL, without its #fragment and with or without a slash at the end."""
    from cleaners.read.address import identify

    bare = url.partition("#")[0]
    spellings = dict.fromkeys((url, bare, bare.removesuffix("/"), f"{bare}/"))
    found = (
        look_up(clean, "coalesce(this.renamed_to, this.id) = ?", identify(spelling, "", None)) for spelling in spellings
    )
    return next(filter(None, found), None)


def by_path(page: str, raw: Path, clean: Path) -> Asked:
    """The page at a path as seen from here or from RAW, with the index of its record where the file has several."""
    split = RECORD.fullmatch(page)
    names = [(page, NO_RECORD)]
    if split:
        number = int(split[2]) if split[2] else int(split[3].replace(",", "") or 0) - 1
        names.append((split[1], number))
    for name, record in names:
        for path in (Path(name), raw / name):
            if os.path.isfile(path):
                return at(path.resolve(), record, raw, clean)
            if os.path.isdir(path):
                raise CannotRun(f"{path} is a folder: name one page in it")
    raise CannotRun(f"{page} is no file here or in {raw}, no URL and no id: look for its name in {clean}/report.html")


def at(path: Path, record: int, raw: Path, clean: Path) -> Asked:
    """The page in this file, a resolved path; what CLEAN says of it is asked only for a file of RAW."""
    inside = path.is_relative_to(raw.resolve())
    base = raw if inside else path.parent
    found = entry(base, path.relative_to(base.resolve()).as_posix())
    known, notes = None, []
    if inside and (clean / PRIVATE / "pages.db").exists():
        try:
            known = look_up(clean, "this.path = ? AND this.record = ?", found.path, record)
        except CannotRun as error:
            notes.append(f"whether it is a copy is not known, {error}")
    return Asked(base, found, record, known, notes)


def entry(base: Path, path: str) -> Found:
    """What a run would make of a file, by its name. Raises CannotRun for one that it would not clean."""
    file = base.resolve() / path
    beside = (file.name + SIDECAR, file.name.removesuffix(SIDECAR))
    present = frozenset(name for name in beside if os.path.lexists(file.with_name(name)))
    found = next(regular(base.resolve(), path, file.name, os.lstat(file), present), None)
    if found is None:
        raise CannotRun(f"{file} belongs to the page beside it: name {file.name.removesuffix(SIDECAR)}")
    if found.kind == REJECTED:
        raise CannotRun(f"{file} is not read, {found.reason}: {found.detail}")
    return found


def content(asked: Asked, limited: Limited) -> tuple[bytes, str, dict[str, Any] | None]:
    """The bytes of the page, what they are, and the fields of its sidecar. Raises CannotRun."""
    path = asked.base.resolve() / asked.found.path
    kind = KINDS[asked.found.kind]
    if isinstance(kind, ManyPages):
        return record_of(path, kind, asked, limited)
    if asked.record != NO_RECORD:
        raise CannotRun(f"{path} holds one page: name it without #{asked.record}")
    sidecar = None
    if asked.found.sidecar:
        try:
            sidecar = read_sidecar(asked.base.resolve() / asked.found.sidecar)
        except Unreadable as error:
            asked.notes.append(f"{asked.found.sidecar}: {error}")
    try:
        return kind.read(path, asked.found.codec), kind.media, sidecar
    except Unreadable as error:
        raise CannotRun(f"{path} cannot be read, {error}") from error


def record_of(path: Path, kind: ManyPages, asked: Asked, limited: Limited) -> tuple[bytes, str, dict[str, Any] | None]:
    """One record of a container, what its bytes are, and what the container says of it. Raises CannotRun."""
    if asked.record == NO_RECORD:
        raise CannotRun(f"{path} holds many pages: say which, the first is {asked.found.path}#0")
    count = 0
    for line in kind.read(path, asked.found.codec):
        limited.step(READING)
        if line.trouble and (line.last or line.record == asked.record):
            raise CannotRun(f"{path}#{line.record} cannot be read, {line.trouble.reason}: {line.trouble.detail}")
        if line.record == asked.record:
            if line.skipped:
                raise CannotRun(f"{asked.name} is a blank line or no page: name another")
            return line.payload, line.media, line.fields
        count = line.record + 1
    raise CannotRun(f"{asked.name}: there are {count:,} records in it, the last is #{count - 1}")


def look_up(clean: Path, condition: str, *values: object) -> Known | None:
    """What the state of CLEAN says of the page for which a condition holds. Raises CannotRun as `reading` does."""
    with reading(clean) as sql:
        row = sql.execute(KNOWN.format(condition), values).fetchone()
    if not row:
        return None
    path, record, recipe, duplicate_of, newer_path, newer_record, site_rules, held = row
    newer = place(newer_path, newer_record) if newer_path else None
    return Known(path, record, recipe, duplicate_of, newer, site_rules, held)


def readable(told: dict[str, Any], *, width: int | None) -> str:
    """The explanation for a person; what is said of a block is cut to `width` characters a line, unless that is None."""
    flags = ", ".join(told["flags"]) or "none"
    source = place_name(told["source"])
    outcome = told["outcome"]
    if told["superseded_by"]:
        outcome += f" by {place_name(told['superseded_by'])}"
    elif told["duplicate_of"]:
        outcome += f" of {told['duplicate_of']}"
    lines = [
        told["title"] or "(no title)",
        source + (f"   {told['url']}" if told["url"] else ""),
        f"id: {told['id']}   outcome: {outcome}",
        f"flags: {flags}   language: {told['language']} ({told['language_score']:.2f})   "
        f"confidence: {told['confidence']:.2f}   kept: {told['words']:,} words, {told['kept_ratio']:.0%} of the page",
    ]
    if told["judge"]:
        judge = told["judge"]
        lines.append(f"judge: the {judge['head']} trees; lines from {judge['cut']:.0%} main content on are kept")
    lines += [f"note: {note}" for note in told["notes"]]
    return "\n".join([*lines, *(part for row in told["page"] for part in told_of(row, width))])


def told_of(row: dict[str, Any], width: int | None) -> Iterator[str]:
    """One block for a person."""
    verdict = f"{row['step']}/{row['rule']}, {row['score']:.2f}"
    reason = f"{row['reason']}, " if row["mark"] == "removed" else ""
    yield ""
    yield fitted(f"{row['block']:>4} {row['mark']} ({reason}{verdict}): {row['why']}", width)
    yield fitted(f"     {' '.join(row['text'].split())}", width)
    for lift in row["lifted"]:
        yield fitted(f"     → {lift['field']}: {lift['value']}", width)
    for piece in row["evidence"]:
        yield fitted(f"     {piece['contribution']:+.2f}  {piece['words']}", width)


def fitted(line: str, width: int | None) -> str:
    """The line, cut to this many characters."""
    return line if width is None or len(line) <= width else f"{line[: width - 1]}…"


def place_name(source: dict[str, Any]) -> str:
    """A page of RAW as it can be asked for."""
    return str(source["path"]) if source["record"] is None else f"{source['path']}#{source['record']}"


def parser() -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = CommandLine(
        prog="python -m flows.explain",
        description="Explain one page: every line of it in order, kept or gone, by which step and rule, and why. "
        "What the judge decided comes with the three pieces of evidence that weighed most.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add("page", metavar="PATH|URL|ID", help="a file, file#record for one of many, or an article's URL or id")
    add("raw", nargs="?", default="raw", type=Path, metavar="RAW", help="folder with your pages (default: raw)")
    add("clean", nargs="?", default="clean", type=Path, metavar="CLEAN", help="folder of the output (default: clean)")
    add("--rules", type=Path, metavar="DIR", help="folder with your own rules (default: rules beside RAW)")
    add_page_limits(command)
    add("--full", action="store_true", help="whole lines, not cut to the width of the terminal")
    add("--json", action="store_true", help="one JSON object, with the names of the article and the ledger")
    return command


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    ready()
    asked = parser().parse_args(words)
    return answered(lambda: shown(asked))


def shown(asked: argparse.Namespace) -> int:
    """Print the explanation of the page asked for. Raises CannotRun."""
    rules = read_user_rules(asked.rules, asked.raw)
    page = PageLimits.asked(asked.page_timeout, asked.page_wall, asked.page_memory)
    one = meant(asked.page, asked.raw, asked.clean)
    told = confined(partial(explain, one, asked.clean, rules), page, one.name)
    if asked.json:
        said = json.dumps(told, ensure_ascii=False, indent=1)
    else:
        said = readable(told, width=None if asked.full else shutil.get_terminal_size((WIDTH, 0)).columns)
    return 0 if say(f"{said}\n", sys.stdout) else UNSAID


if __name__ == "__main__":
    sys.exit(main())
