"""The state database of a CLEAN folder: what every input became, so that only what changed is cleaned again.

One SQLite file holds it. A row a page (`pages`) keeps its outcome and the few fields that pages are compared by, its
article and ledger compressed beside it (`bodies`), so that any output file can be written again without cleaning. What
is to be written is itself state (`dirty`): a run that is killed leaves the next one knowing what was not finished.

A place in RAW, a path and a record, has one row for what stands there now and at most one more that is `held`: an
article that was there before and stands on, because its input is away or cannot be read, or because what came in its
place was fetched while the site drifted. A place has the line fingerprints of one article: that there now, else the held
one.

Some columns have names that the code does not use; they stay, because another layout has every CLEAN cleaned again:
`pages.recipe` is the fingerprint of the pipeline that cleaned the page, `surveys.survey` the line fingerprints of a page,
`pages.known` the digest of what the index of learned lines said of these when the page was cleaned. `lines` has the
learned lines. The fact `known` names the file with that index, `.state/known-*.bin`; the folder `.state/kept` has the
recovery files.

The triggers on `surveys` do without OR IGNORE: in a trigger the statement that fired it says what a conflict means, and
that one, in `store`, brings its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from flows.errors import CannotRun, OldLayout
from flows.read.scan import Found
from flows.store import checksums
from flows.store.atomic import Written
from flows.store.paths import PRIVATE

LAYOUT = 7  # another number here has every state made again, by flows/store/recovery.py, whose FORMAT names the fields
NO_RECORD = -1  # the record of a file that holds one page
LAST_RECORD = 1 << 62
AGAIN = ""  # in place of the fingerprint, for a page that must be cleaned again: more was learned of its site

TABLES = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, stat TEXT, inputs INTEGER, blank INTEGER);
CREATE TABLE IF NOT EXISTS pages (
    page INTEGER PRIMARY KEY, path TEXT, record INTEGER, shard TEXT, sha TEXT, recipe TEXT,
    outcome TEXT, reason TEXT, detail TEXT, id TEXT, alternative_id TEXT, fetched TEXT, published TEXT, text_hash BLOB,
    site TEXT, language TEXT, words INTEGER, confidence REAL, kept_ratio REAL, flags TEXT, removed TEXT,
    claimed INTEGER, own_id TEXT, known TEXT, superseded_by INTEGER, renamed_to TEXT, duplicate_of TEXT,
    contested INTEGER NOT NULL DEFAULT 0, held TEXT NOT NULL DEFAULT '', run INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS pages_by_place ON pages (path, record, held <> '');
CREATE INDEX IF NOT EXISTS pages_held ON pages (held) WHERE held <> '';
CREATE INDEX IF NOT EXISTS pages_by_run ON pages (run, outcome, reason, held);
CREATE INDEX IF NOT EXISTS pages_quarantined ON pages (site) WHERE outcome = 'quarantined';
CREATE INDEX IF NOT EXISTS pages_by_id ON pages (id);
CREATE INDEX IF NOT EXISTS pages_by_text ON pages (text_hash);
CREATE INDEX IF NOT EXISTS pages_by_shard ON pages (shard, path, record);
CREATE INDEX IF NOT EXISTS pages_again ON pages (recipe) WHERE recipe = '';
CREATE TABLE IF NOT EXISTS bodies (page INTEGER PRIMARY KEY, body BLOB);
CREATE TRIGGER IF NOT EXISTS page_gone AFTER DELETE ON pages BEGIN
    DELETE FROM bodies WHERE page = old.page;
    INSERT OR IGNORE INTO dirty VALUES (old.shard);
    INSERT OR IGNORE INTO gone VALUES (old.path, old.record);
    DELETE FROM surveys WHERE old.outcome = 'article' AND old.held = '' AND path = old.path AND record = old.record
        AND EXISTS (SELECT 1 FROM pages WHERE path = old.path AND record = old.record AND held <> '');
END;
CREATE TRIGGER IF NOT EXISTS page_held AFTER UPDATE OF held ON pages WHEN old.held <> new.held BEGIN
    INSERT OR IGNORE INTO dirty VALUES (new.shard);
END;
CREATE TRIGGER IF NOT EXISTS page_come AFTER INSERT ON pages BEGIN INSERT OR IGNORE INTO dirty VALUES (new.shard); END;
CREATE TABLE IF NOT EXISTS surveys (path TEXT, record INTEGER, site TEXT, survey BLOB, UNIQUE (path, record));
CREATE INDEX IF NOT EXISTS surveys_by_site ON surveys (site, path, record);
CREATE TRIGGER IF NOT EXISTS survey_come AFTER INSERT ON surveys BEGIN
    INSERT INTO unlearned SELECT new.site EXCEPT SELECT site FROM unlearned;
END;
CREATE TRIGGER IF NOT EXISTS survey_changed AFTER UPDATE ON surveys BEGIN
    INSERT INTO unlearned SELECT old.site UNION SELECT new.site EXCEPT SELECT site FROM unlearned;
END;
CREATE TRIGGER IF NOT EXISTS survey_gone AFTER DELETE ON surveys BEGIN
    INSERT OR IGNORE INTO unlearned VALUES (old.site);
END;
CREATE TABLE IF NOT EXISTS gone (path TEXT, record INTEGER, UNIQUE (path, record));
CREATE TABLE IF NOT EXISTS unlearned (site TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS lines (site TEXT, key INTEGER, stories INTEGER, pages INTEGER, kept INTEGER, words INTEGER,
    place INTEGER, text TEXT, path TEXT, record INTEGER, PRIMARY KEY (site, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lines_by_key ON lines (key);
CREATE TABLE IF NOT EXISTS drifted (site TEXT, first TEXT, last TEXT, pages INTEGER, measure TEXT, usual REAL, now REAL,
    latest INTEGER, PRIMARY KEY (site, first, measure)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS walls (page INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS dirty (shard TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS outputs (path TEXT PRIMARY KEY, shard TEXT, size INTEGER, mtime_ns INTEGER, sha256 TEXT);
CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value);
CREATE TEMP TABLE found (path TEXT PRIMARY KEY, shard TEXT, kind TEXT, codec TEXT, stat TEXT, size INTEGER,
    sidecar TEXT, reason TEXT, detail TEXT);
"""

# Of a row of `pages`: it is an article of CLEAN; its place has a held article.
STANDING = "outcome = 'article' AND superseded_by IS NULL"
HAS_HELD = """EXISTS (SELECT 1 FROM pages AS before
    WHERE before.path = pages.path AND before.record = pages.record AND before.held <> '')"""
# Of two rows `now` and `pages`: they are of one address, and the first is not known to be of an older version. An address
# that a page alone claims is that of both only where their inputs say the same.
ONE_ADDRESS = """now.id = pages.id AND CASE WHEN now.claimed THEN now.own_id ELSE now.id END
    = CASE WHEN pages.claimed THEN pages.own_id ELSE pages.id END"""
SAME_ADDRESS = f"{ONE_ADDRESS} AND NOT (now.fetched <> '' AND now.fetched < pages.fetched)"


class Earlier(NamedTuple):
    """What an earlier reading of a page led to: the hash of its bytes, the pipeline's fingerprint, `held` as in the table."""

    sha: str
    fingerprint: str
    outcome: str
    held: str


class Held(StrEnum):
    """Why an article stands that its input does not give now."""

    AWAY = "away"  # the input is not in RAW any more, or no longer has the record
    UNREADABLE = "unreadable"
    DRIFTED = "drifted"  # its site drifted, and what was fetched in its place waits for someone to look
    REPLACED = "replaced"  # until the run has decided: it is one of the above, or goes


class State:
    """The open state of one CLEAN folder; every change is safe on disk after `keep()`."""

    def __init__(self, private: Path) -> None:
        """Open it. Raises sqlite3.DatabaseError when the file is damaged, OldLayout when an earlier version wrote it, which
        both end with `forget_everything`, and CannotRun when a later one did.
        """
        layout = checksums.layout_of(private)
        if layout is not None and layout < LAYOUT:
            raise OldLayout(f"layout {layout}, this version writes {LAYOUT}")
        if layout is not None and layout > LAYOUT:
            raise CannotRun(
                f"a later version of this program wrote this folder's .state (layout {layout}, this one knows {LAYOUT}): "
                "update it, or name another folder for the output"
            )
        self._proven = checksums.Proven(private, LAYOUT)
        self.sql = self._proven.sql
        try:
            _sort_in(str(private.resolve()))
            self.sql.executescript(TABLES)
            self.sql.execute("BEGIN")
        except BaseException:
            self.close()
            raise

    def keep(self) -> None:
        """Commit: all changes so far survive the end of this process."""
        self.sql.execute("COMMIT")
        if self._proven.is_long():
            self._proven.settle()
        self.sql.execute("BEGIN")

    def settle(self) -> None:
        """Commit and write through: all changes so far survive a power cut."""
        self.sql.execute("COMMIT")
        self._proven.settle()
        self.sql.execute("BEGIN")

    def close(self) -> None:
        """Close the database. What was not committed is undone: a run that is stopped may be in the middle of a change."""
        self._proven.close()
        _sort_in("")

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows a query gives, one at a time."""
        return iter(self.sql.execute(query, values))

    def one(self, query: str, *values: object) -> Any:
        """The first value of the first row, or None."""
        row = self.sql.execute(query, values).fetchone()
        return row[0] if row else None

    def fact(self, key: str) -> Any:
        """The value stored under a key, or None."""
        return self.one("SELECT value FROM facts WHERE key = ?", key)

    @property
    def run(self) -> int:
        """The number of the run under way; a run that was stopped goes on under its number."""
        return int(self.fact("run") or 0)

    def remember(self, key: str, value: object) -> None:
        """Store a value under a key."""
        self.sql.execute(
            """INSERT INTO facts VALUES (?, ?) ON CONFLICT (key)
            DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value""",
            (key, value),
        )

    def note_found(self, found: Iterable[Found]) -> None:
        """Record what RAW holds today."""
        self.sql.executemany("INSERT OR REPLACE INTO found VALUES (?,?,?,?,?,?,?,?,?)", found)

    def found_after(self, path: str, limit: int) -> list[Found]:
        """The next entries of RAW in order of path that must be read: new, changed, or unfinished last time."""
        return [
            Found(*row)
            for row in self.rows(
                """SELECT found.* FROM found LEFT JOIN files USING (path)
                WHERE path > ? AND kind <> 'skipped'
                AND files.stat IS NOT found.stat ORDER BY path LIMIT ?""",
                path,
                limit,
            )
        ]

    def earlier(self, path: str, record: int) -> Earlier | None:
        """What this page led to last time: the row of now, else the article that stands without its input."""
        query = "SELECT sha, recipe, outcome, held FROM pages WHERE path = ? AND record = ? ORDER BY held LIMIT 1"
        found = self.sql.execute(query, (path, record)).fetchone()
        return Earlier(*found) if found else None

    def restore(self, path: str, record: int, sha: str, fingerprint: str) -> bool:
        """Make a held article current again, as its input gives the same bytes to the same pipeline; True where there is one."""
        held = self.one(
            "SELECT page FROM pages WHERE path = ? AND record = ? AND held <> '' AND sha = ? AND recipe = ?",
            path,
            record,
            sha,
            fingerprint,
        )
        if held is None:
            return False
        self.sql.execute("DELETE FROM pages WHERE path = ? AND record = ? AND held = ''", (path, record))
        self.sql.execute("UPDATE pages SET held = '' WHERE page = ?", (held,))
        # its site may have other pages meanwhile, and so other lines
        self.sql.execute("INSERT OR IGNORE INTO unlearned SELECT coalesce(site, '') FROM pages WHERE page = ?", (held,))
        return True

    def forget_line_fingerprints(self, where: str, *values: object) -> None:
        """Have nothing learned from the held articles of this condition; should their input come back, it is cleaned again."""
        self.sql.execute(
            f"""UPDATE pages SET recipe = ? WHERE {where} AND EXISTS (
                SELECT 1 FROM surveys WHERE surveys.path = pages.path AND surveys.record = pages.record)""",
            (AGAIN, *values),
        )
        self.sql.execute(
            f"DELETE FROM surveys WHERE (path, record) IN (SELECT path, record FROM pages WHERE {where})", values
        )

    def trouble(self, path: str, record: int) -> tuple[str, str] | None:
        """Reason and detail for which a page is in quarantine."""
        query = """SELECT reason, detail FROM pages
            WHERE path = ? AND record = ? AND outcome = 'quarantined' AND held = ''"""
        row: tuple[str, str] | None = self.sql.execute(query, (path, record)).fetchone()
        return row

    def store(
        self, fields: dict[str, Any], body: bytes = b"", line_fingerprints: bytes = b"", *, why: Held = Held.REPLACED
    ) -> None:
        """Record what a page became, in place of what it was.

        An article that stood there and was made of other content is held until the run decides whether it may go. `why`
        is UNREADABLE where its input gives nothing at all.
        """
        place, sha = (fields["path"], fields["record"]), fields["sha"]
        held = self.sql.execute(
            f"""UPDATE pages SET held = ? WHERE path = ? AND record = ? AND held = '' AND sha NOT IN ('', ?)
            AND {STANDING} AND NOT {HAS_HELD}""",
            (why, *place, sha),
        )
        if held.rowcount and why is Held.REPLACED:
            self.forget_line_fingerprints("path = ? AND record = ? AND held <> ''", *place)
        self.sql.execute("DELETE FROM pages WHERE path = ? AND record = ? AND (held = '' OR sha = ?)", (*place, sha))
        self.put(fields, body, line_fingerprints)

    def put(self, fields: dict[str, Any], body: bytes = b"", line_fingerprints: bytes = b"") -> None:
        """Record a page where none is, and the fingerprints of its lines."""
        names = ", ".join(fields)
        marks = ", ".join("?" * len(fields))
        page = self.sql.execute(f"INSERT INTO pages ({names}) VALUES ({marks})", tuple(fields.values())).lastrowid
        if body:
            self.sql.execute("INSERT INTO bodies VALUES (?, ?)", (page, body))
        if line_fingerprints:
            self.sql.execute(
                """INSERT INTO surveys VALUES (?, ?, ?, ?) ON CONFLICT (path, record)
                DO UPDATE SET site = excluded.site, survey = excluded.survey
                WHERE site <> excluded.site OR survey <> excluded.survey""",
                (fields["path"], fields["record"], fields["site"] or "", line_fingerprints),
            )

    def drop(self, path: str, first: int = NO_RECORD, last: int = LAST_RECORD, *, why: Held = Held.AWAY) -> None:
        """Delete the records of a file from the first to the last, both included; all of them where these are not given.

        Articles that stand are held until the run decides about them, for the reason given.
        """
        self.hold(path, first, last, why)
        self.sql.execute(
            "DELETE FROM pages WHERE path = ? AND record BETWEEN ? AND ? AND held = ''", (path, first, last)
        )

    def hold(self, path: str, first: int, last: int, why: Held) -> None:
        """Hold the articles of these records that stand, as nothing takes their place."""
        self.sql.execute(
            f"""UPDATE pages SET held = ? WHERE path = ? AND record BETWEEN ? AND ? AND held = ''
            AND {STANDING} AND NOT {HAS_HELD}""",
            (why, path, first, last),
        )

    def finished(self, found: Found, stat: str, inputs: int, blank: int) -> None:
        """Record that every page of a file is accounted for."""
        self.sql.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (found.path, stat, inputs, blank))

    def unfinish(self, where: str, *values: object) -> None:
        """Make the next run read again every file whose path meets an SQL condition."""
        self.sql.execute(f"UPDATE files SET stat = '' WHERE {where}", values)

    def wrote(self, path: str, shard: str, written: Written | None) -> None:
        """Record what an output file is now; None when it is gone."""
        self.sql.execute("DELETE FROM outputs WHERE path = ?", (path,))
        if written:
            self.sql.execute("INSERT INTO outputs VALUES (?, ?, ?, ?, ?)", (path, shard, *written))

    def make_dirty(self, shard: str) -> None:
        """Mark a shard, so that its files are written again."""
        self.sql.execute("INSERT OR IGNORE INTO dirty VALUES (?)", (shard,))


def listed(words: Iterable[str]) -> str:
    """The words as a list of strings in SQL."""
    return ", ".join(f"'{word}'" for word in words)


def _sort_in(folder: str) -> None:
    """Make SQLite sort on disk in this folder what does not fit into its memory; "" for the system's own."""
    quoted = folder.replace("'", "''")
    with closing(sqlite3.connect(":memory:")) as sql:  # it holds for the whole process, and not amid a transaction
        sql.execute(f"PRAGMA temp_store_directory = '{quoted}'")


@contextmanager
def reading(clean: Path) -> Iterator[sqlite3.Connection]:
    """The state of a CLEAN folder to look things up in; nothing is locked or written.

    Raises CannotRun when there is none, or when it cannot be read, as while a run writes to it. It is not proven, which
    would take longer than most look-ups: what an undetected damage can do is a wrong answer, once.
    """
    state = clean / PRIVATE / checksums.DATABASE
    if not state.exists():
        raise CannotRun(f"{clean} knows no pages yet: clean into it first, or name the folder that was cleaned into")
    at_rest = "" if state.with_name(checksums.LOG).exists() else "&immutable=1"
    try:
        with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro{at_rest}", uri=True, timeout=1)) as sql:
            yield sql
    except (
        sqlite3.Error,
        UnicodeDecodeError,
    ) as error:  # the latter for a damaged text, also in what SQLite says of it
        if checksums.code_of(error) in checksums.OF_THE_DISK:
            raise CannotRun(
                f"{clean} cannot be read now ({error}): wait for the run in it to end, or run again"
            ) from error
        raise CannotRun(f"{clean}/.state is damaged: clean into {clean} again, which makes it anew") from error


def forget_everything(private: Path) -> None:
    """Remove a damaged state; the next opening starts an empty one."""
    checksums.forget(private)
