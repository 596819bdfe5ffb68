"""This file keeps the worker processes: a page that hangs, crashes or balloons costs only itself.

Pages go out in small batches to whichever worker is free; answers come back one by one, so the run always knows which
page a worker is at. A worker that dies takes down the page it was at and no other: its neighbours are sent again. A
page that did not simply take too long gets a second chance, alone and in a fresh process, before it is blamed: what
came before it may have been the cause. Nothing here knows what cleaning is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from flows.options import CannotRun, PageLimits
from flows.store.raw import Found

BATCH_PAGES = 16  # a few tenths of a second of work: the pipe costs little, and the end of a run stays balanced
BATCH_BYTES = 2 * 1024 * 1024
PAGES_A_WORKER = 2000  # then a fresh one, so that no library's leak can grow; starting one costs about a second
START_SECONDS = 120.0
OUT_OF_MEMORY = 86  # as in flows/worker.py
ROOT = Path(__file__).resolve().parent.parent


class Job(NamedTuple):
    """One page to clean: where it came from, its bytes, and what the recipe is told about it."""

    found: Found
    record: int
    sha: str
    payload: bytes
    named: dict[str, Any]


class Answer(NamedTuple):
    """What became of a page: the fields the state keeps, the packed article and ledger, and its survey."""

    fields: dict[str, Any]
    body: bytes = b""
    survey: bytes = b""


class Worker:
    """One child process and the batch it is at."""

    def __init__(self, recipe: str, page: PageLimits, rules: bytes) -> None:
        self.pipe, theirs = Pipe()
        self.pages = _unnamed_file()
        self.pages.write(rules)  # the first thing a worker reads there
        self.pages.flush()
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "flows.worker",
                *map(str, (theirs.fileno(), self.pages.fileno(), os.getpid(), recipe, page.cpu, page.memory)),
            ],
            pass_fds=[theirs.fileno(), self.pages.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            process_group=0,
        )
        theirs.close()
        self.batch: deque[Job] = deque()
        self.ready = self.warm = False
        self.served = 0
        self.late = False
        self.deadline = time.monotonic() + START_SECONDS

    def kill(self) -> int:
        """End the process at once and give its exit status."""
        self.pipe.close()
        self.pages.close()
        self.process.kill()
        return self.process.wait()


class Pool:
    """The workers of one run. Start it, ask `recipe()`, feed it with `answers()`, close it."""

    def __init__(self, recipe: str, workers: int, page: PageLimits, rules: bytes) -> None:
        self._start = (recipe, page, rules)
        self._most = workers
        self._page = page
        self._workers = [Worker(*self._start)]
        self._suspects: deque[Job] = deque()
        self._tried: set[tuple[str, int]] = set()
        self._batches: deque[list[Job]] = deque()

    def recipe(self) -> str:
        """The fingerprint of the recipe, from the first worker. Raises CannotRun when the cleaners do not load or refuse a rule."""
        worker = self._workers[0]
        if not worker.pipe.poll(START_SECONDS):
            raise CannotRun("the cleaners did not load within two minutes: run again when the machine is less busy")
        return self._greeted(worker)

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in self._workers:
            worker.kill()
        self._workers = []

    def answers(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Answer]]:
        """Clean all the jobs, taken as workers become free, in any order; every job gets exactly one answer."""
        while True:
            self._hand_out(jobs)
            busy = [worker for worker in self._workers if worker.batch or not worker.ready]
            if not any(worker.batch for worker in busy) and not self._batches and not self._suspects:
                return
            pause = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
            heard = wait([worker.pipe for worker in busy], timeout=min(pause, 1.0))
            for worker in busy:
                if worker.pipe in heard:
                    yield from self._listen(worker)
                elif time.monotonic() > worker.deadline:
                    worker.late = True
                    yield from self._bury(worker)

    def _hand_out(self, jobs: Iterator[Job]) -> None:
        """Give every free worker something to do, and read one batch ahead."""
        while True:
            if not self._batches and (batch := _next_batch(jobs)):
                self._batches.append(batch)
            if not self._batches and not self._suspects:
                return
            free = next((worker for worker in self._workers if worker.ready and not worker.batch), None)
            if free is None:
                if len(self._workers) < self._most and all(worker.ready for worker in self._workers):
                    self._workers.append(Worker(*self._start))
                return
            if free.served >= PAGES_A_WORKER or (self._suspects and free.served):
                self._replace(free)
                continue
            self._send(free, [self._suspects.popleft()] if self._suspects else self._batches.popleft())

    def _send(self, worker: Worker, batch: list[Job]) -> None:
        worker.batch.extend(batch)
        worker.deadline = time.monotonic() + (self._page.wall if worker.warm else START_SECONDS)
        worker.pages.seek(0)
        worker.pages.truncate(2 * BATCH_BYTES)  # the room of a batch of usual size is kept
        worker.pages.writelines(job.payload for job in batch)  # half the cost of sending them
        worker.pages.flush()
        with suppress(OSError):  # it died while idle: that is noticed at the next listening, and the batch sent again
            worker.pipe.send([(len(job.payload), job.named) for job in batch])

    def _listen(self, worker: Worker) -> Iterator[tuple[Job, Answer]]:
        """Take in what a worker has to say."""
        try:
            while True:
                worker.deadline = time.monotonic() + self._page.wall
                if not worker.warm:
                    self._greeted(worker)
                else:
                    answer = Answer(*worker.pipe.recv())
                    worker.served += 1
                    yield worker.batch.popleft(), answer
                if not worker.batch or not worker.pipe.poll():
                    return
        except (EOFError, OSError):
            yield from self._bury(worker)

    def _greeted(self, worker: Worker) -> str:
        """Take in that a worker is ready, with its recipe, or later that it is warm. Raises CannotRun if it failed."""
        try:
            word, said = worker.pipe.recv()
        except (EOFError, OSError) as error:
            if worker.ready:
                raise
            status = worker.process.wait()
            raise CannotRun(
                f"a worker process ended while starting ({_how(status)}): check the installation"
            ) from error
        if word == "refused":
            raise CannotRun(str(said))
        if word == "failed":
            raise CannotRun(f"the cleaners do not load: {said}")
        worker.ready, worker.warm = True, word == "warm"
        return str(said)

    def _bury(self, worker: Worker) -> Iterator[tuple[Job, Answer]]:
        """Blame the page a dead worker was at, or give it its second chance; send its neighbours again."""
        status = worker.kill() if worker.late else worker.process.wait()
        if not worker.ready:
            raise CannotRun(f"a worker process did not start ({_how(status)}): run again when the machine is less busy")
        fresh = worker.served == 0
        batch = worker.batch
        self._replace(worker)
        if not batch:
            return
        job = batch.popleft()
        if batch:
            self._batches.appendleft(list(batch))
        too_long = worker.late or status == -signal.SIGXCPU
        if too_long or (fresh and (job.found.path, job.record) in self._tried):
            yield job, Answer({"outcome": "quarantined", **_blame(status, worker.late, self._page)})
        else:
            self._tried.add((job.found.path, job.record))
            self._suspects.append(job)

    def _replace(self, worker: Worker) -> None:
        worker.kill()
        self._workers[self._workers.index(worker)] = Worker(*self._start)


def _unnamed_file() -> IO[bytes]:
    """A file by which a worker is given the bytes of its pages: in memory where the system has such files."""
    return open(os.memfd_create("winnow-pages"), "w+b") if sys.platform == "linux" else TemporaryFile()


def _next_batch(jobs: Iterator[Job]) -> list[Job]:
    batch: list[Job] = []
    size = 0
    for job in jobs:
        batch.append(job)
        size += len(job.payload)
        if len(batch) == BATCH_PAGES or size >= BATCH_BYTES:
            break
    return batch


def _blame(status: int, late: bool, page: PageLimits) -> dict[str, str]:
    """Reason and detail for a page that ended a worker twice, or took too long."""
    if late:
        detail = f"more than {page.wall:g} s by the clock; --page-wall gives more, with --retry-quarantined"
        return {"reason": "timeout", "detail": detail}
    if status == -signal.SIGXCPU:
        detail = f"more than {page.cpu:g} s of CPU; --page-timeout gives more, with --retry-quarantined"
        return {"reason": "timeout", "detail": detail}
    if status in (OUT_OF_MEMORY, -signal.SIGKILL):
        detail = f"more than {page.memory:,} MB of memory, or the system ended its worker; --page-memory gives more"
        return {"reason": "out_of_memory", "detail": f"{detail}, with --retry-quarantined"}
    return {"reason": "crashed", "detail": f"the worker process ended ({_how(status)}); report it with the page"}


def _how(status: int) -> str:
    """An exit status in words."""
    return signal.Signals(-status).name if status < 0 else f"exit code {status}"
