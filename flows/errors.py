"""Every error that a run raises on purpose.

CannotRun              the run cannot start or go on as asked; ends a command with exit code 2
└── NotAccounted       inputs that were read have no outcome: a fault of ours; exit code 3
Unreadable             a raw file, or the rest of it, cannot be read; its page goes to quarantine
DamagedRecovery        a shard is not as its recovery file says; its pages are cleaned again
DamagedBody            the stored article of a page cannot be decompressed      ┐ `.state` is made again
sqlite3.DatabaseError  SQLite finds the database malformed                      │ from the output files
├── Unproven           the database is not, or not provably, what was written   │ and the recovery files
└── OldLayout          an earlier version wrote the database                    ┘

No error of the cleaners comes here: a worker turns each into the outcome of its page (cleaners/errors.py has those).
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from cleaners.vocabulary import QuarantineReason


class CannotRun(Exception):
    """The run cannot start or go on as asked; the message is one line with the next step."""

    exit_code = 2


class NotAccounted(CannotRun):
    """The figures of a run do not agree with each other."""

    exit_code = 3


class Trouble(NamedTuple):
    """Why something could not be read: the reason as counted in the manifest, and what happened with the next step."""

    reason: QuarantineReason
    detail: str


class Unreadable(Exception):
    """A raw file, or the rest of it, cannot be read; carries the Trouble."""

    def __init__(self, reason: QuarantineReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.trouble = Trouble(QuarantineReason(reason), detail)


class DamagedRecovery(Exception):
    """The output files of a shard, or its recovery file, are not as they were written."""


class DamagedBody(Exception):
    """The stored article and ledger of a page cannot be decompressed."""


class Unproven(sqlite3.DatabaseError):
    """The database is not, or not provably, what was written; the message says where."""


class OldLayout(sqlite3.DatabaseError):
    """An earlier version wrote the database; the message names both layouts."""
