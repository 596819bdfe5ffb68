"""Fetches the public measuring sets and builds them: `python -m benchmarks.data DIR`, which the other commands call DATA.

The sources stand in data.toml, each at one commit. A set that is in DIR already is left alone; delete its file to have
it built anew.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from benchmarks import builders
from benchmarks.builders import BUILDERS, TEXT_OF, Built, WrongShape
from benchmarks.fetch import DataError, GitMissing, Origin, fetch
from benchmarks.pages import SUFFIX, Record, read_set, write_set

SOURCES = Path(__file__).parent / "data.toml"
TEXT = "text"  # the set that is made of others, by benchmarks.builders.text
FAILED, USAGE = 1, 2  # exit codes: some set could not be built; nothing can be
MOST_AWAY = 0.5  # of the named pages; where more have gone, the repository is not the one that was meant
_COMMIT = re.compile(r"(?P<remote>.+)#(?P<commit>[0-9a-f]{40})")


class Source(NamedTuple):
    """A row of data.toml."""

    name: str
    sets: tuple[str, ...]
    builder: str
    origin: Origin
    folders: tuple[str, ...]
    licence: str
    by: str
    pages: tuple[str, ...]  # patterns of the pages that are taken; none means all
    learned: bool  # by the shipped model; other sets are built when they are named


def sources(path: Path = SOURCES) -> list[Source]:
    """All sources, in the order of the file."""
    return [
        Source(
            name, tuple(row["sets"]), row["builder"], Origin(row["repository"], row["commit"]), tuple(row["folders"]),
            row["licence"], row["by"], tuple(row.get("pages", ())),
            row["learned"],
        )
        for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items()
    ]  # fmt: skip


def build(source: Source, wanted: Sequence[str], to: Path) -> list[str]:
    """Fetch a source and write the wanted ones of its sets into a folder, all of them or none.

    Gives lines to tell. Raises DataError.
    """
    with tempfile.TemporaryDirectory(prefix="measuring-sets-") as folder:
        try:
            built = BUILDERS[source.builder](fetch(source.name, source.origin, source.folders, Path(folder)))
        except WrongShape as wrong:
            raise DataError(
                f"{source.name}: {wrong}: {source.origin.remote} has another shape at {source.origin.commit} than "
                f"{SOURCES.name} says: give a commit that has it with --from {source.name}={source.origin.remote}#COMMIT"
            ) from wrong
    sets, notes = chosen(source, built)
    for name in wanted:
        if not sets.get(name):
            raise DataError(
                f"{source.name}: no page is left for {name}: compare `pages` in {SOURCES.name} with the source"
            )
    place(source.name, {name: sets[name] for name in wanted}, to)
    told = [
        f"{name}: {len(sets[name])} pages of {source.origin.remote} ({source.by}, {source.licence})" for name in wanted
    ]
    return told + [f"{source.name}: left out {note}" for note in notes]


def chosen(source: Source, built: Built) -> tuple[dict[str, list[Record]], list[str]]:
    """The pages of a source that data.toml asks for, and a line for each that is not there. Raises DataError.

    A few may have gone from another commit; where most have, it is no longer the same set.
    """
    if not source.pages:
        return dict(built.sets), built.notes
    names = {record["id"]: page_name(record) for records in built.sets.values() for record in records}
    away = [one for one in source.pages if not any(fnmatchcase(name, one) for name in names.values())]
    if len(away) > len(source.pages) * MOST_AWAY:
        raise DataError(
            f"{source.name}: {len(away)} of the {len(source.pages)} pages that {SOURCES.name} names are not in "
            f"{source.origin.remote} at {source.origin.commit}: give another commit with --from {source.name}=REMOTE#COMMIT"
        )
    sets = {
        name: [record for record in records if any(fnmatchcase(names[record["id"]], one) for one in source.pages)]
        for name, records in built.sets.items()
    }
    reasons = dict(note.split(": ", 1) for note in built.notes)  # by page, or by publisher: the page's name up to a "_"
    why = {one: reasons.get(one) or reasons.get(one.split("_")[0]) or "not there" for one in away}
    return sets, [f"{one}: {reason}" for one, reason in why.items()]


def page_name(record: Record) -> str:
    """A page's name as data.toml has it: its id without the set's, countries as folders."""
    name: str = record["id"].split("-", 1)[1]
    return f"{record['country']}/{name.split('-', 1)[1]}" if "country" in record else name


def place(source: str, sets: Mapping[str, Sequence[Record]], to: Path) -> None:
    """Write sets into a folder: beside it first, then by rename, so that nobody ever reads half a set.

    Raises DataError where the disk does not take them.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".building-", dir=to) as beside:
            for name, records in sets.items():
                write_set(Path(beside), name, records)
            for name in sets:
                os.replace(Path(beside) / f"{name}{SUFFIX}", to / f"{name}{SUFFIX}")
    except OSError as error:
        raise DataError(f"{source}: cannot write to {to} ({error.strerror}): make room or give another DIR") from error


def build_text(to: Path) -> list[str]:
    """Make the set `text` of the sets in a folder. Raises DataError when one of them is missing, or Resiliparse is."""
    away = [name for name in TEXT_OF if not (to / f"{name}{SUFFIX}").exists()]
    if away:
        raise DataError(f"{TEXT}: is made of {', '.join(TEXT_OF)}, and {to} has no {', '.join(away)}: build them first")
    if find_spec("resiliparse") is None:
        raise DataError(f'{TEXT}: needs Resiliparse: pip install ".[bench]"')
    records = builders.text({name: read_set(to, name) for name in TEXT_OF}, builders.resiliparse)
    place(TEXT, {TEXT: records}, to)
    return [f"{TEXT}: {len(records)} pages, made of {', '.join(TEXT_OF)}"]


def build_all(known: Sequence[Source], asked: Sequence[str], to: Path) -> Iterator[str | DataError]:
    """Build the asked sets that are not there yet: lines to tell, and the error of each source that failed.

    One that fails does not keep the others from being built. Raises GitMissing.
    """
    wanted = [name for name in asked if not (to / f"{name}{SUFFIX}").exists()]
    yield from (f"{name}: is there already" for name in asked if name not in wanted)
    steps: list[Callable[[], list[str]]] = []
    for source in known:
        its = [name for name in source.sets if name in wanted]
        if its:
            steps.append(partial(build, source, its, to))
    if TEXT in wanted:
        steps.append(partial(build_text, to))
    for step in steps:
        try:
            yield from step()
        except GitMissing:
            raise
        except DataError as error:
            yield error


def redirected(known: Sequence[Source], replaced: Sequence[str]) -> list[Source]:
    """The sources with other origins for those named in NAME=REMOTE or NAME=REMOTE#COMMIT. Raises ValueError."""
    origins = {source.name: source.origin for source in known}
    for one in replaced:
        name, _, remote = one.partition("=")
        if name not in origins or not remote:
            raise ValueError(f"--from {one}: write NAME=REMOTE or NAME=REMOTE#COMMIT with one of {', '.join(origins)}")
        with_commit = _COMMIT.fullmatch(remote)
        if with_commit:
            remote, commit = with_commit["remote"], with_commit["commit"]
        else:
            commit = origins[name].commit
        here = Path(remote).expanduser()
        origins[name] = Origin(str(here.resolve()) if here.is_dir() else remote, commit)
    return [source._replace(origin=origins[source.name]) for source in known]


def sets_of(known: Sequence[Source], *, learned: bool = False) -> list[str]:
    """The names of all sets, or of those that the shipped model learned from."""
    return [*(name for source in known if source.learned or not learned for name in source.sets), TEXT]


def writable(to: Path) -> str | None:
    """Why sets cannot be written into this folder, which is made where it is not there; None when they can."""
    try:
        to.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=to):
            return None
    except OSError as error:
        return f"cannot write to {to} ({error.strerror}): give another DIR"


def parser(known: Sequence[Source]) -> argparse.ArgumentParser:
    """The command line, every option explained."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.data", description=__doc__)
    add = command.add_argument
    add("folder", type=Path, metavar="DIR", help="where the sets are written; it is made where it is not there")
    add(
        "sets",
        nargs="*",
        metavar="SET",
        help=f"what to build: {', '.join(sets_of(known))} (default: what the shipped model "
        f"learned from, which is {', '.join(sets_of(known, learned=True))})",
    )
    add("--from", action="append", default=[], dest="origins", metavar="NAME=REMOTE[#COMMIT]",
        help="fetch a source from another place, a URL or a folder, and at another commit if one is given: "
             f"{', '.join(source.name for source in known)}")  # fmt: skip
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    known = sources()
    command = parser(known)
    args = command.parse_args(arguments)
    names = sets_of(known)
    for name in args.sets:
        if name not in names:
            command.error(f"no set is named {name}: there are {', '.join(names)}")
    try:
        known = redirected(known, args.origins)
    except ValueError as error:
        command.error(str(error))
    if why := writable(args.folder):
        command.exit(USAGE, f"{command.prog}: {why}\n")
    failed = False
    try:
        for line in build_all(known, args.sets or sets_of(known, learned=True), args.folder):
            failed |= isinstance(line, DataError)
            print(line, file=sys.stderr if isinstance(line, DataError) else sys.stdout, flush=True)
    except GitMissing as error:
        command.exit(USAGE, f"{command.prog}: {error}\n")
    return FAILED if failed else 0


if __name__ == "__main__":
    sys.exit(main())
