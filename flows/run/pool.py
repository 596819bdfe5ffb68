"""Worker processes for a run: a page that hangs, crashes or balloons costs only itself, and a bad day costs no page.

Pages go out in small batches to whichever worker is free; answers come back one by one, so the run always knows which
page a worker is at. A worker that dies takes down the page it was at and no other: its neighbours are sent again. A page
gets further chances, each alone and in a fresh process, before it is blamed: what came before it may have been the
cause, or what went on around it. How many depends on what ended the worker, see CHANCES. Nothing here knows what
cleaning is.
"""

from __future__ import annotations

import errno
import os
import pickle
import socket
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from cleaners.vocabulary import Outcome
from flows.errors import CannotRun
from flows.read.scan import Found
from flows.run.causes import CLOCK, CPU, FAULT, OUTSIDE, blame, cause_of, in_words
from flows.run.messages import Inbox, Patience, send, starved
from flows.run.options import PageLimits
from flows.store.disk import OPEN_FILES

BATCH_PAGES = 16  # a few tenths of a second of work: the pipe costs little, and the end of a run stays balanced
BATCH_BYTES = 2 * 1024 * 1024
PAGES_A_WORKER = 2000  # then a fresh one, so that no library's leak can grow; starting one costs about a second
START_SECONDS = 120.0
STARTS = (
    5  # in a row, with no worker well: short of memory a system ends one or two, a broken installation fails always
)
START_AGAIN = 0.1  # seconds after the first start that failed, twice as many after each further one
START_MORE = 30.0  # seconds before one more worker is tried where others are well: the run goes on with those
ENDING_SECONDS = 10.0  # for a process that closed its connection to end by itself
AGAIN = "make memory free and run again, or check the installation"
CHANCES = {
    CPU: 1,  # nobody else can spend a page's CPU time: a stopped worker spends none, a starved one what it gets
    CLOCK: 2,  # the worker may have been stopped, or its disk away
    FAULT: 2,  # a page before it may have left the process broken
    OUTSIDE: 5,  # somebody ended the worker, for reasons of his own; or the system, for the page's memory
}
ROOT = Path(__file__).resolve().parents[2]


class Job(NamedTuple):
    """One page to clean: where it came from, its bytes, and what the cleaners are told about it."""

    found: Found
    record: int
    sha: str
    payload: bytes
    named: dict[str, Any]


class Answer(NamedTuple):
    """What became of a page: the fields the state keeps, the compressed article and ledger, and its line fingerprints."""

    fields: dict[str, Any]
    body: bytes = b""
    line_fingerprints: bytes = b""


class Worker:
    """One child process and the batch it is at."""

    def __init__(self, pipeline: str, page: PageLimits, rules: bytes) -> None:
        self._pages = _unnamed_file()
        self._pages.write(rules)  # the first thing a worker reads there
        self._pages.flush()
        self.pipe, theirs = socket.socketpair()
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "flows.run.worker",
                    *map(str, (theirs.fileno(), self._pages.fileno(), os.getpid(), pipeline, page.cpu, page.memory)),
                ],
                pass_fds=[theirs.fileno(), self._pages.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                process_group=0,
            )
        except OSError:
            self.close()
            raise
        finally:
            theirs.close()
        self.inbox = Inbox(self.pipe)
        self.batch: deque[Job] = deque()
        self.ready = self.warm = False
        self.fingerprint = ""
        self.served = 0
        self.deadline = 0.0
        self._starved = 0.0

    def take(self, batch: list[Job]) -> None:
        """Give it pages to clean. All but their number goes through a file: a worker that is stopped blocks nobody."""
        self.batch.extend(batch)
        self.starved()
        named = pickle.dumps([job.named for job in batch])
        self._pages.seek(0)
        self._pages.truncate(2 * BATCH_BYTES)  # the room of a batch of usual size is kept
        self._pages.writelines([*(job.payload for job in batch), named])  # half the cost of sending them
        self._pages.flush()
        with suppress(OSError):  # it died while idle: that is noticed at the next listening, and the batch sent again
            send(self.pipe, pickle.dumps(([len(job.payload) for job in batch], len(named))))

    def starved(self) -> float:
        """Seconds since this was last asked in which it was ready to run and others had all the cores, where known."""
        before, self._starved = self._starved, starved(self._process.pid)
        return max(self._starved - before, 0.0)

    def gone(self) -> bool:
        """True when the process has ended."""
        return self._process.poll() is not None

    def end(self, *, kindly: bool) -> int:
        """Its exit status, once it has ended: at once, or when it had a moment to do so itself."""
        if kindly:
            with suppress(subprocess.TimeoutExpired):
                return self._process.wait(timeout=ENDING_SECONDS)
        self._process.kill()
        return self._process.wait()

    def close(self) -> None:
        """Let go of what leads to it."""
        self.pipe.close()
        self._pages.close()


class Pool:
    """The workers of one run. Start it, ask `fingerprint()`, feed it with `answers()`, close it."""

    def __init__(
        self,
        pipeline: str,
        workers: int,
        page: PageLimits,
        rules: bytes,
        *,
        patience: Patience | None = None,
        start: Callable[[str, PageLimits, bytes], Worker] = Worker,
    ) -> None:
        self._new = partial(start, pipeline, page, rules)
        self._most = workers
        self._page = page
        self._patience = patience or Patience()
        self._workers: list[Worker] = []
        self._failed_starts = 0  # in a row
        self._start_at = 0.0
        self._batches: deque[list[Job]] = deque()
        self._suspects: deque[Job] = deque()
        self._deaths: dict[tuple[str, int], Counter[str]] = {}  # of workers at this page, by what ended them
        self._start()

    def fingerprint(self) -> str:
        """The fingerprint of the pipeline, from the first worker.

        Raises CannotRun when the cleaners do not load or refuse a rule.
        """
        while not (ready := next((worker for worker in self._workers if worker.ready), None)):
            if not self._workers:
                self._start()
            list(self._listen())  # no worker has a page yet
        return ready.fingerprint

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        while self._workers:
            self._dismiss(self._workers[0])

    def answers(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Answer]]:
        """Clean all the jobs, taken as workers become free, in any order; every job gets exactly one answer."""
        while True:
            self._hand_out(jobs)
            if not self._batches and not self._suspects and not any(worker.batch for worker in self._workers):
                return
            yield from self._listen()

    def _hand_out(self, jobs: Iterator[Job]) -> None:
        """Give every free worker something to do, start the workers that are missing, and read one batch ahead."""
        while True:
            if not self._batches and (batch := _next_batch(jobs)):
                self._batches.append(batch)
            if not self._batches and not self._suspects:
                return
            free = [worker for worker in self._workers if worker.ready and not worker.batch]
            fresh = next((worker for worker in free if not worker.served), None)
            starting = any(not worker.ready for worker in self._workers)
            if useless := next((worker for worker in free if worker.gone() or worker.served >= PAGES_A_WORKER), None):
                self._dismiss(useless)
            elif self._suspects and fresh:
                self._send(fresh, [self._suspects.popleft()])
            elif self._suspects and free and not starting and len(self._workers) >= self._most:
                self._dismiss(free[0])  # for a fresh one
            elif self._batches and free:
                self._send(free[0], self._batches.popleft())
            else:
                if len(self._workers) < self._most and not starting:
                    self._start()
                return

    def _send(self, worker: Worker, batch: list[Job]) -> None:
        worker.take(batch)
        worker.deadline = self._patience.now + (self._page.wall if worker.warm else START_SECONDS)

    def _listen(self) -> Iterator[tuple[Job, Answer]]:
        """Wait a moment, take in what workers have to say, all of it, and then bury those that are dead or late."""
        busy = [worker for worker in self._workers if worker.batch or not worker.ready]
        moments = [worker.deadline for worker in busy]
        if self._start_at > self._patience.now or not busy:
            moments.append(self._start_at)
        self._patience.wait([worker.pipe for worker in busy], min(moments))
        for worker in busy:
            yield from self._heard(worker)
        for worker in busy:  # after all were listened to: that takes as long as whoever asked for the answers pleases
            if worker.inbox.over or self._late(worker):
                yield from self._bury(worker)

    def _heard(self, worker: Worker) -> Iterator[tuple[Job, Answer]]:
        """Take in what a worker has to say."""
        for message in worker.inbox.messages():
            worker.deadline = self._patience.now + self._page.wall
            if worker.warm:
                worker.served += 1
                job = worker.batch.popleft()
                self._deaths.pop(_place(job), None)
                yield job, Answer(*pickle.loads(message))
            else:
                self._greeted(worker, *pickle.loads(message))

    def _late(self, worker: Worker) -> bool:
        """True when a worker has had its time by the clock. Waiting for a core is not counted: it ends, or the CPU time."""
        if self._patience.now >= worker.deadline:
            worker.deadline += worker.starved()
        return self._patience.now >= worker.deadline

    def _greeted(self, worker: Worker, word: str, said: str) -> None:
        """Take in that a worker is ready, with its pipeline's fingerprint, or later that it is warm.

        Raises CannotRun if it refuses.
        """
        if word == "refused":
            raise CannotRun(said)
        if word == "failed":
            self._dismiss(worker, f"the cleaners do not load: {said}")
        elif word == "warm":
            worker.warm = True
            self._failed_starts = 0
        else:
            worker.ready, worker.fingerprint = True, said

    def _bury(self, worker: Worker) -> Iterator[tuple[Job, Answer]]:
        """Blame the page that a dead or late worker was at, or give it another chance; send its neighbours again."""
        if worker not in self._workers:
            return
        late = not worker.inbox.over
        status = worker.end(kindly=not late)
        last_words = list(self._heard(worker))
        yield from last_words
        if worker not in self._workers:
            return  # its last word was that it failed
        if not worker.warm:
            how = f"did not start within {START_SECONDS:g} s" if late else f"ended while starting ({in_words(status)})"
            self._dismiss(worker, f"a worker process {how}")
            return
        batch = worker.batch
        self._dismiss(worker)
        if batch and not (late and last_words):  # else it had just gone on to the next page
            job = batch.popleft()
            cause = CLOCK if late else cause_of(status)
            deaths = self._deaths.setdefault(_place(job), Counter())
            deaths[cause] += 1
            if deaths[cause] >= CHANCES[cause]:
                told = blame(cause, status, self._page, again=", with --retry-quarantined")
                yield job, Answer({"outcome": Outcome.QUARANTINED, **told})
            else:
                self._suspects.append(job)
        self._send_again(batch)

    def _send_again(self, batch: deque[Job]) -> None:
        """Have these pages cleaned by another worker; one at which a worker ended before is alone in its batch."""
        if len(batch) == 1 and _place(batch[0]) in self._deaths:
            self._suspects.append(batch[0])
        elif batch:
            self._batches.appendleft(list(batch))

    def _start(self) -> None:
        """Start one more worker, unless the last try failed just now. Raises CannotRun when too many have failed."""
        if self._patience.now < self._start_at:
            return
        try:
            worker = self._new()
        except OSError as error:
            step = OPEN_FILES if error.errno in (errno.EMFILE, errno.ENFILE) else AGAIN
            self._failed(f"a worker process cannot be started ({error.strerror})", step)
        else:
            worker.deadline = self._patience.now + START_SECONDS
            self._workers.append(worker)

    def _dismiss(self, worker: Worker, failed: str = "") -> None:
        """Part with a worker, whatever it is doing; `failed` says why it is one whose start went wrong."""
        self._workers.remove(worker)
        worker.end(kindly=False)
        worker.close()
        if failed:
            self._send_again(worker.batch)
            self._failed(failed)

    def _failed(self, why: str, step: str = AGAIN) -> None:
        """Record a start that went wrong. Raises CannotRun when too many have; not while another worker is well."""
        if any(worker.warm for worker in self._workers):
            self._start_at = self._patience.now + START_MORE
            return
        self._failed_starts += 1
        if self._failed_starts == STARTS:
            raise CannotRun(f"{why}, {STARTS} times in a row: {step}")
        self._start_at = self._patience.now + START_AGAIN * 2 ** (self._failed_starts - 1)


def _unnamed_file() -> IO[bytes]:
    """A file by which a worker is given the bytes of its pages: in memory where the system has such files."""
    return open(os.memfd_create("copydesk-pages"), "w+b") if sys.platform == "linux" else TemporaryFile()


def _next_batch(jobs: Iterator[Job]) -> list[Job]:
    batch: list[Job] = []
    size = 0
    for job in jobs:
        batch.append(job)
        size += len(job.payload)
        if len(batch) == BATCH_PAGES or size >= BATCH_BYTES:
            break
    return batch


def _place(job: Job) -> tuple[str, int]:
    return job.found.path, job.record
