"""Proves, page by page, that a SQLite file is the one this program wrote, whatever tables it holds.

SQLite sees damage only where it breaks the structure of a database: a flipped bit in a text is read as if it were the
text. So a file of sums lies beside the database: 64 bits of hash for each of its pages. The database changes in one place
alone, `Proven.settle`, which copies the write-ahead log into it; all other writing only makes the log longer, and its
frames carry checksums that SQLite looks at when it opens one. The steps of `settle` are ordered so that a stop between any
two of them, or within one, leaves something that proves itself:

1. SQLite copies the frames of the log into the database. Stopped here, the sums are still those of before. What was
   copied is in the log too, so that opening copies it again, and every other page is as the sums say.
2. The sums are replaced by those of the database as it is now, with the salts of the log, which name it. Stopped here,
   the log has the salts that the sums name: all of it is in the database, and opening removes it unread.
3. The log is emptied. Later frames have other salts.

A log that is damaged or lost ends at its last good commit, as after a power cut. Were frames behind that already copied,
their pages are none that the sums or the log tell of, and the database is not proven.

The formats of log and frames: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import struct
from array import array
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from xxhash import xxh3_64_intdigest as _hash
from xxhash import xxh3_128_digest as _seal

from flows.errors import Unproven
from flows.store.atomic import keep_names

DATABASE, LOG, SUMS = "pages.db", "pages.db-wal", "pages.sums"
UNSETTLED = ("pages.db-journal", "pages.db-shm")  # of a database still being made, of a reader that was killed
ASIDE = "pages.db-wal.aside"  # the log while the database is being closed
FILES = (DATABASE, LOG, ASIDE, *UNSETTLED, SUMS)
MOST_LOG = 32 << 20  # bytes of log at which it is settled: a look-up in a longer one takes longer
AT_ONCE = 256  # pages read in one go: a megabyte
HEADER = 100  # bytes of the first page that tell of the database, of which ...
PAGES_AT, LAYOUT_AT = 28, 60  # ... these begin the number of its pages and what we call its layout
LAST_WITHOUT = 6  # the last layout of which there were no sums
MAGIC = b"pagesums"
HEAD = struct.Struct("<8sII8sQ")  # magic, layout, size of a page, salts of the last log, number of pages
SUM = 8  # bytes of a page's hash
SEAL = 16  # bytes of the hash at the end of the file of sums
LOG_HEAD, SALTS = 32, slice(16, 24)  # bytes of the head of a log, and where in it its salts are
FRAME = struct.Struct(">II16x")  # number of the page; pages of the database in the last frame of a commit, else 0
NO_SALTS = bytes(8)


# Kinds of errors that say nothing of the database, only of the place where it is, or of who else is there.
OF_THE_DISK = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
})  # fmt: skip


class Sums(NamedTuple):
    """What proves a database: the layout of its tables, the size of a page, the salts of the last log whose frames are all
    in it, and the hash of every page."""

    layout: int
    page_size: int
    salts: bytes
    pages: array[int]


class Proven:
    """A database that was proven when it was opened, and its connection. Nothing else may write to its files."""

    def __init__(self, private: Path, layout: int) -> None:
        """Open it, an empty one where there is none. Raises Unproven when it is damaged."""
        self._private = private
        sums = read_sums(private)
        if is_new(private, sums):
            forget(private)
            sums = None
        elif sums is None:
            raise Unproven(f"{SUMS} is missing or damaged")
        for name in UNSETTLED:
            remove_any(private / name)
        if (private / ASIDE).exists():  # of a run that was killed while it closed
            os.replace(private / ASIDE, private / LOG)
        if sums and _salts(private / LOG) == sums.salts:
            (private / LOG).unlink()
        self._file = os.open(private / DATABASE, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self.sql = sqlite3.connect(private / DATABASE, isolation_level=None)
        self._asking = self.sql.cursor()  # of a stop amid a statement, one that can be closed
        try:
            self._sums = self._proven(sums) if sums else self._begun(layout)
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter when SQLite quotes what it stumbled over
            self._let_go()
            if isinstance(error, Unproven) or code_of(error) in OF_THE_DISK:
                raise
            raise Unproven(f"SQLite cannot open {DATABASE}") from error  # it looks at what is there before we do
        except BaseException:
            self._let_go()
            raise

    def _logged(self) -> None:
        self.sql.execute("PRAGMA locking_mode = EXCLUSIVE")  # the folder's lock is ours; spares shared memory
        self.sql.execute("PRAGMA journal_mode = WAL")
        self.sql.execute("PRAGMA synchronous = NORMAL")
        self.sql.execute("PRAGMA wal_autocheckpoint = 0")

    def _begun(self, layout: int) -> Sums:
        """The sums of a database that has nothing but its header. They are written before there is any log."""
        self.sql.execute(f"PRAGMA user_version = {layout}")  # earlier versions of this program look here
        self._logged()
        (size,) = self.sql.execute("PRAGMA page_size").fetchone()
        sums = Sums(layout, size, NO_SALTS, array("Q", chain.from_iterable(sums_of(self._file, size))))
        write_sums(self._private, sums)
        return sums

    def _proven(self, sums: Sums) -> Sums:
        """The sums of the database with what a stopped run left in its log. Raises Unproven."""
        self._logged()
        frames = self._checkpoint("PASSIVE")
        sums = followed(sums, self._private / LOG, frames)
        prove(self._file, sums)
        if frames:
            self._note(sums)
        return sums

    def settle(self) -> None:
        """Have all that is committed in the database itself, and proven. Not within a transaction."""
        frames = self._checkpoint("PASSIVE")
        if frames:
            self._sums = followed(self._sums, self._private / LOG, frames)
            self._note(self._sums)

    def _note(self, sums: Sums) -> None:
        """Steps 2 and 3, as the text of this module numbers them."""
        write_sums(self._private, sums)
        self._checkpoint("TRUNCATE")

    def is_long(self) -> bool:
        """True when the log should be settled, lest it grow without end."""
        return (self._private / LOG).stat().st_size > MOST_LOG

    def close(self) -> None:
        """Close the database. What a failing disk keeps from being settled, the next opening settles."""
        try:
            with suppress(sqlite3.Error, OSError):
                if self.sql.in_transaction:
                    self.sql.execute("ROLLBACK")
                self.settle()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._asking.close()
        self.sql.interrupt()  # else closing copies the log, which only `settle` may
        log, aside = self._private / LOG, self._private / ASIDE
        keeps = log.exists() and log.stat().st_size > 0
        if keeps:
            os.replace(log, aside)  # SQLite removes a log that is copied, though the sums may not tell of that yet
        self.sql.close()
        os.close(self._file)  # last: closing a file ends all locks that this process has on it, SQLite's too
        if keeps:
            os.replace(aside, log)

    def _checkpoint(self, how: str) -> int:
        busy, frames, copied = self._asking.execute(f"PRAGMA main.wal_checkpoint({how})").fetchone()
        if busy or frames != copied:
            raise sqlite3.OperationalError("database is locked")
        return int(frames)


def code_of(error: Exception) -> int:
    """What SQLite calls the kind of an error; 0 for one that does not come from it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells kinds of a kind apart


def is_new(private: Path, sums: Sums | None) -> bool:
    """True when nothing was ever written into the database: there is none, or a run was stopped while it made one."""
    head = _head(private)
    return not head or (sums is None and _number(head, PAGES_AT) <= 1)


def layout_of(private: Path) -> int | None:
    """The layout of the tables there, as the sums tell it, or a database from before there were sums; None for neither."""
    sums = read_sums(private)
    if sums or is_new(private, sums):
        return sums.layout if sums else None
    layout = _number(_head(private), LAYOUT_AT)
    return layout if 0 < layout <= LAST_WITHOUT else None


def forget(private: Path) -> None:
    """Remove the database and all that belongs to it; the database first, without which the rest means nothing."""
    for name in FILES:
        remove_any(private / name)


def remove_any(path: Path) -> None:
    """Remove whatever is there, should anything be."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def read_sums(private: Path) -> Sums | None:
    """The sums, None where there are none that prove themselves."""
    content = _content(private / SUMS)
    body, seal = content[:-SEAL], content[-SEAL:]
    if len(body) < HEAD.size or _seal(body) != seal:
        return None
    magic, layout, page_size, salts, pages = HEAD.unpack_from(body)
    if magic != MAGIC or len(body) != HEAD.size + SUM * pages:
        return None
    return Sums(layout, page_size, salts, array("Q", body[HEAD.size :]))


def write_sums(private: Path, sums: Sums) -> None:
    """Replace the sums, safe from power cuts when it returns."""
    body = HEAD.pack(MAGIC, sums.layout, sums.page_size, sums.salts, len(sums.pages)) + sums.pages.tobytes()
    new = private / f"{SUMS}.new"
    remove_any(new)
    with open(new, "wb") as file:
        file.write(body + _seal(body))
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, private / SUMS)
    keep_names(private)


def prove(file: int, sums: Sums) -> None:
    """Raise Unproven unless the database open as this file is as the sums say."""
    size, expected = os.fstat(file).st_size, sums.page_size * len(sums.pages)
    if size != expected:
        raise Unproven(f"{DATABASE} has {size:,} bytes where {expected:,} were written")
    first = 0
    for now in sums_of(file, sums.page_size):
        for page, (found, written) in enumerate(zip(now, sums.pages[first : first + len(now)], strict=True), first + 1):
            if found != written:
                raise Unproven(f"page {page:,} of {DATABASE} is not as it was written")
        first += len(now)


def sums_of(file: int, page_size: int) -> Iterator[array[int]]:
    """The hashes of the pages of an open file, some at a time."""
    place = 0
    while chunk := os.pread(file, AT_ONCE * page_size, place):
        place += len(chunk)
        view = memoryview(chunk)
        yield array("Q", [_hash(view[start : start + page_size]) for start in range(0, len(chunk), page_size)])


def followed(sums: Sums, log: Path, frames: int) -> Sums:
    """The sums of a database into which the first frames of this log were copied, all of them committed."""
    pages, size = array("Q", sums.pages), 0
    empty = _hash(bytes(sums.page_size))  # of one that is skipped, as SQLite does where its locks are, at 1 GiB
    if not frames:
        return sums
    with open(log, "rb") as file:
        salts = file.read(LOG_HEAD)[SALTS]
        for _ in range(frames):
            page, size = FRAME.unpack(file.read(FRAME.size))
            pages.extend([empty] * (page - len(pages)))
            pages[page - 1] = _hash(file.read(sums.page_size))
    pages.extend([empty] * (size - len(pages)))
    return sums._replace(salts=salts, pages=pages[:size])


def _salts(log: Path) -> bytes:
    """The salts of a log, with which all its frames begin; none where there is none."""
    return _content(log, LOG_HEAD)[SALTS]


def _head(private: Path) -> bytes:
    """The header of the database; nothing where there is none."""
    return _content(private / DATABASE, HEADER)


def _content(path: Path, most: int = -1) -> bytes:
    """What a file begins with; nothing where there is none. Raises Unproven for a link, a folder or a pipe in its place."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Unproven(f"{path.name} is no file")
        with open(path, "rb") as file:
            return file.read(most)
    except FileNotFoundError:
        return b""


def _number(head: bytes, place: int) -> int:
    return int.from_bytes(head[place : place + 4], "big")
