"""Finds the page that a person names by a path, a URL or an id, and reads what is in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from flows.errors import CannotRun, Unreadable
from flows.publish.manifest import place
from flows.read.files import read_sidecar
from flows.read.kinds import KINDS, ManyPages
from flows.read.scan import REJECTED, SIDECAR, Found, regular
from flows.run.confined import READING, Limited
from flows.run.progress import called
from flows.run.user_rules import FACT
from flows.store.checksums import DATABASE
from flows.store.page_fields import HEX, ID_DIGITS
from flows.store.paths import PRIVATE
from flows.store.state import NO_RECORD, reading

RECORD = re.compile(r"(.+?)(?:[#:](\d+)|, line ([\d,]+))")  # the report counts lines from 1
IN_CLEAN = f"""SELECT this.path, this.record, this.recipe, this.duplicate_of, newer.path, newer.record,
    (SELECT value FROM facts WHERE key = '{FACT}' || this.site),
    (SELECT held FROM pages WHERE path = this.path AND record = this.record AND held <> '')
    FROM pages AS this LEFT JOIN pages AS newer ON this.superseded_by = newer.page WHERE {{}}
    ORDER BY this.held <> '', newer.page IS NOT NULL, this.path, this.record LIMIT 1"""


class InClean(NamedTuple):
    """What CLEAN says of a page; `newer` is the place in RAW of the version that stands in its stead.

    `site_rules` is what the file with the rules of its site hashed to; `held` why an earlier article of its place stands.
    """

    path: str
    record: int
    fingerprint: str
    duplicate_of: str | None
    newer: dict[str, Any] | None
    site_rules: str | None
    held: str | None

    def made_with(self, fingerprint: str, site_rules: str | None) -> bool:
        """True when CLEAN has the page by the pipeline of this fingerprint, and by site rules that hash to this."""
        return (self.fingerprint, self.site_rules) == (fingerprint, site_rules)


class Asked(NamedTuple):
    """The page that was meant: a file below `base`, the index of its record, what CLEAN says of it, and remarks."""

    base: Path
    found: Found
    record: int
    in_clean: InClean | None
    notes: list[str]

    @property
    def name(self) -> str:
        """The page as it can be asked for."""
        path = str(self.base / self.found.path)
        return path if self.record == NO_RECORD else f"{path}#{self.record}"


def meant(page: str, raw: Path, clean: Path) -> Asked:
    """The page a person means by a path, a URL or an id. Raises CannotRun."""
    if "://" in page:
        in_clean = by_url(page, clean)
    elif len(page) == ID_DIGITS and HEX.issuperset(page.lower()) and not os.path.exists(page):
        in_clean = look_up(clean, "coalesce(this.renamed_to, this.id) = ?", page.lower())
    else:
        return by_path(page, raw, clean)
    if not in_clean:
        raise CannotRun(f"{page}: no article in {clean} has it; name the page by its path in {raw}, as {clean} does")
    if not os.path.isfile(raw / in_clean.path):
        raise CannotRun(
            f"{page}: {clean} has it from {in_clean.path}, which is not in {raw}; name the folder it came from, "
            f"{called('explain')} {page} RAW {clean}"
        )
    return Asked(raw, entry(raw, in_clean.path), in_clean.record, in_clean, [])


def by_url(url: str, clean: Path) -> InClean | None:
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
    in_clean, notes = None, []
    if inside and (clean / PRIVATE / DATABASE).exists():
        try:
            in_clean = look_up(clean, "this.path = ? AND this.record = ?", found.path, record)
        except CannotRun as error:
            notes.append(f"whether it is a copy is not known, {error}")
    return Asked(base, found, record, in_clean, notes)


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


def look_up(clean: Path, condition: str, *values: object) -> InClean | None:
    """What the state of CLEAN says of the page for which a condition holds. Raises CannotRun as `reading` does."""
    with reading(clean) as sql:
        row = sql.execute(IN_CLEAN.format(condition), values).fetchone()
    if not row:
        return None
    path, record, fingerprint, duplicate_of, newer_path, newer_record, site_rules, held = row
    newer = place(newer_path, newer_record) if newer_path else None
    return InClean(path, record, fingerprint, duplicate_of, newer, site_rules, held)
