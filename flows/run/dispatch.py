"""Takes a run's pages from RAW through the workers into the state, some seconds of work at a time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cleaners.vocabulary import Outcome, QuarantineReason
from flows.errors import Trouble, Unreadable
from flows.read.files import Line, read_sidecar
from flows.read.kinds import KINDS, ManyPages, OnePage
from flows.read.paths import host_of
from flows.read.scan import REJECTED, Found, settled
from flows.run.options import Options
from flows.run.pool import Answer, Job, Pool
from flows.run.progress import Progress
from flows.run.standing import TRANSIENT
from flows.store.boilerplate_index import index_digest
from flows.store.state import AGAIN, LAST_RECORD, NO_RECORD, Held, State

PAGES_A_CHECKPOINT = 200
SECONDS_A_CHECKPOINT = 1.0  # the work a stop costs; keeping it writes to no disk at once and costs next to nothing
FILES_AT_ONCE = 500  # looked up in the state in one go


@dataclass
class Reading:
    """How far one raw file is: it is finished when all was read and nothing is out with the workers."""

    found: Found
    stat: str
    inputs: int = 0
    blank: int = 0
    out: int = 0
    read: bool = False


class Cleaning:
    """All pages of a run that are new or changed, on their way. Call `advance` until it is `done`."""

    def __init__(
        self, options: Options, state: State, pool: Pool, fingerprint: str, index: str | None, progress: Progress
    ) -> None:
        """`fingerprint` is that of the pipeline, `index` the file of learned lines that workers read."""
        self.done = False
        self.cleaned = 0
        self.again = 0  # of these, pages that stood already and were cleaned anew for lines learned since
        self._raw = options.raw.resolve()
        self._retry = options.retry_quarantined
        self._state = state
        self._fingerprint = fingerprint
        self._index = index
        self._run = state.run
        self._progress = progress
        self._readings: dict[str, Reading] = {}
        self._answers = pool.answers(self._jobs())
        self._unkept = 0
        self._kept_at = time.monotonic()

    def advance(self, seconds: float, pages: int) -> None:
        """Clean for about this long, or until so many pages are; `done` says when every page has its outcome."""
        until = time.monotonic() + seconds
        for job, answer in self._answers:
            self._settle(job, answer)
            if time.monotonic() > until or self.cleaned >= pages:
                return
        self._state.keep()
        self.done = True

    def use_index(self, index: str | None) -> None:
        """Clean by this file of learned lines from now on; pages that are out by another are cleaned again where that
        matters."""
        self._index = index

    def _settle(self, job: Job, answer: Answer) -> None:
        """Record one page's outcome, and now and then make all outcomes durable."""
        stale = job.named["learned"] != self._index and answer.fields.get("known", "") != index_digest(
            answer.line_fingerprints, answer.fields.get("site"), self._index
        )
        fingerprint = AGAIN if stale else self._fingerprint
        self._store(job.found, job.found.path, job.record, job.sha, fingerprint, answer)
        reading = self._readings[job.found.path]
        reading.out -= 1
        self._finish(reading)
        self.cleaned += 1
        self._progress.page(answer.fields["outcome"])
        self._checkpoint()

    def _checkpoint(self) -> None:
        self._unkept += 1
        if self._unkept >= PAGES_A_CHECKPOINT or time.monotonic() > self._kept_at + SECONDS_A_CHECKPOINT:
            self._state.keep()
            self._unkept, self._kept_at = 0, time.monotonic()

    def _jobs(self) -> Iterator[Job]:
        """The pages that need cleaning; the outcome of all others is recorded on the way."""
        last = ""
        while chunk := self._state.found_after(last, FILES_AT_ONCE):
            last = chunk[-1].path
            for found in chunk:
                reading = Reading(found, found.stat if found.kind == REJECTED else "")
                self._readings[found.path] = reading
                self._state.unfinish("path = ?", found.path)  # or a stop half-way and its old content again looked done
                if found.kind != REJECTED and settled(found.stat, time.time_ns()):
                    reading.stat = found.stat
                yield from self._read(reading)
                reading.read = True
                self._progress.read(found.size)
                self._finish(reading)

    def _read(self, reading: Reading) -> Iterator[Job]:
        found = reading.found
        if found.kind == REJECTED:
            self._state.drop(found.path, NO_RECORD + 1, why=_why(found.reason))
            self._quarantine(reading, NO_RECORD, Trouble(QuarantineReason(found.reason), found.detail))
            return
        kind = KINDS[found.kind]
        yield from self._container(reading, kind) if isinstance(kind, ManyPages) else self._single(reading, kind)

    def _single(self, reading: Reading, kind: OnePage) -> Iterator[Job]:
        """The page of a file that holds one, unless it stands already or cannot be read."""
        found = reading.found
        sidecar = self._sidecar(reading)
        if sidecar is None and self._stands_for_its_sidecar(reading):
            return
        try:
            payload = kind.read(self._raw / found.path, found.codec)
        except Unreadable as error:
            self._quarantine(reading, NO_RECORD, error.trouble)
        else:
            yield from self._page(reading, NO_RECORD, payload, kind.media, sidecar)

    def _container(self, reading: Reading, kind: ManyPages) -> Iterator[Job]:
        """The records of a container that are new or changed; what they no longer are is forgotten."""
        found = reading.found
        line = Line(NO_RECORD)
        for line in kind.read(self._raw / found.path, found.codec):
            if line.trouble:
                if line.last:  # from here on the file gives nothing, and nothing takes the place of this record
                    self._state.hold(found.path, line.record, line.record, _why(line.trouble.reason))
                self._quarantine(reading, line.record, line.trouble)
            elif not line.skipped:
                yield from self._page(reading, line.record, line.payload, line.media, line.fields)
            else:
                reading.blank += 1
                self._state.drop(found.path, line.record, line.record)
        why = _why(line.trouble.reason) if line.trouble else Held.AWAY
        self._state.drop(found.path, line.record + 1, LAST_RECORD, why=why)
        self._state.drop(found.path, NO_RECORD, NO_RECORD)

    def _page(
        self, reading: Reading, record: int, payload: bytes, media: str, sidecar: dict[str, Any] | None
    ) -> Iterator[Job]:
        """The job for one page, unless an earlier run of the same pipeline had the same bytes."""
        reading.inputs += 1
        found = reading.found
        sha = hashlib.sha256(payload)
        sha_of_payload = sha.hexdigest()
        if sidecar is not None:
            sha.update(b"\0" + repr(sorted(sidecar.items(), key=lambda field: field[0])).encode("utf-8", "replace"))
        before = self._state.earlier(found.path, record)
        again = self._retry and before is not None and before.outcome == Outcome.QUARANTINED
        now = sha.hexdigest(), self._fingerprint
        same = before is not None and not before.held and (before.sha, before.fingerprint) == now
        if before and not again and (same or self._state.restore(found.path, record, *now)):
            self._progress.page("unchanged")
            self._checkpoint()
            return
        named = {
            "source": found.path,
            "record": None if record == NO_RECORD else record,
            "media": media,
            "sidecar": sidecar,
            "folder_host": host_of(found.path),
            "sha256": sha_of_payload,
            "learned": self._index,
        }
        self.again += before is not None and before.fingerprint == AGAIN
        reading.out += 1
        yield Job(found, record, sha.hexdigest(), payload, named)

    def _sidecar(self, reading: Reading) -> dict[str, Any] | None:
        """The fields of a page's sidecar; one that is broken is an input of its own and goes to quarantine."""
        found = reading.found
        if not found.sidecar:
            return None
        try:
            fields = read_sidecar(self._raw / found.sidecar)
        except Unreadable as error:
            self._quarantine(reading, NO_RECORD, error.trouble, path=found.sidecar)
            return None
        self._state.drop(found.sidecar)
        return fields

    def _stands_for_its_sidecar(self, reading: Reading) -> bool:
        """True when a page is as it was and only its sidecar cannot be read now: then so is its article."""
        found = reading.found
        trouble = self._state.trouble(found.sidecar, NO_RECORD) if found.sidecar else None
        before = self._state.earlier(found.path, NO_RECORD)
        if trouble is None or trouble[0] not in TRANSIENT or before is None or before.outcome != Outcome.ARTICLE:
            return False
        reading.inputs += 1
        self._progress.page("unchanged")
        return True

    def _quarantine(self, reading: Reading, record: int, trouble: Trouble, path: str = "") -> None:
        reading.inputs += 1
        if trouble.reason in TRANSIENT:
            reading.stat = ""
        path = path or reading.found.path
        if self._state.trouble(path, record) != trouble:  # writing it again would have its shard written again
            answer = Answer({"outcome": Outcome.QUARANTINED, "reason": trouble.reason, "detail": trouble.detail})
            self._store(reading.found, path, record, "", self._fingerprint, answer)
        self._progress.page(Outcome.QUARANTINED)
        self._checkpoint()

    def _store(self, found: Found, path: str, record: int, sha: str, fingerprint: str, answer: Answer) -> None:
        place = {
            "path": path,
            "record": record,
            "shard": found.shard,
            "sha": sha,
            "recipe": fingerprint,
            "run": self._run,
        }
        why = _why(answer.fields.get("reason"), Held.REPLACED)
        self._state.store(place | answer.fields, answer.body, answer.line_fingerprints, why=why)

    def _finish(self, reading: Reading) -> None:
        if reading.read and not reading.out:
            self._state.finished(reading.found, reading.stat, reading.inputs, reading.blank)
            del self._readings[reading.found.path]


def _why(reason: str | None, otherwise: Held = Held.AWAY) -> Held:
    """Why an article is held in whose place an input gives nothing, for this reason."""
    return Held.UNREADABLE if reason in TRANSIENT else otherwise
