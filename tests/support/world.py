"""A world of scripted workers under a scripted clock, for tests of what a run does with those that are late or dead.

A page says what happens to it: `7.5` takes so many seconds, `hang` takes for ever, `half` hangs in the middle of its answer,
`dies SIGTERM 3` ends its worker with that signal the first three times, `leaves 2` ends it with an exit code twice.
"""

from __future__ import annotations

import errno
import os
import pickle
import signal
import socket
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flows.read.scan import Found
from flows.run.messages import LENGTH, Inbox, Patience, send
from flows.run.options import PageLimits
from flows.run.pool import Answer, Job, Pool, Worker

TICK = 0.25  # seconds, in which everything here is measured
STARTING = 1.0  # seconds until a worker is ready, and once more until it is warm
LIMITS = PageLimits(cpu=10.0, wall=60.0, memory=1536)


class World:
    """The clock, what stops at which moment and for how long, and all workers there have been."""

    def __init__(self, *pauses: tuple[float, float, str]) -> None:
        self.now = 0.0
        self.pauses = deque(sorted(pauses))  # when, how long, and who: all, run, worker or core
        self.workers: list[Scripted] = []
        self.tried: Counter[str] = Counter()  # how often each page was begun, by its path
        self.starts: list[str] = []  # what becomes of the next workers while they start

    def pool(self, workers: int = 2) -> Pool:
        """A pool in this world."""
        return Pool("", workers, LIMITS, b"", patience=Patience(lambda: self.now, self.wait), start=self.start)

    def start(self, *_: object) -> Worker:
        """A new worker."""
        what = self.starts.pop(0) if self.starts else ""
        if what == "refused by the system":
            raise OSError(11, os.strerror(11))
        if what == "too many files":
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        self.workers.append(Scripted(self, what))
        return self.workers[-1]

    def wait(self, pipes: Sequence[Any], seconds: float) -> list[Any]:
        """Let time pass until one of the pipes has something, or all of these seconds have passed."""
        until = self.now + seconds
        while True:
            readable = [pipe for pipe in pipes if _has_something(pipe)]
            if readable or self.now >= until:
                return readable
            self._tick()

    def busy_elsewhere(self, seconds: float) -> None:
        """Let time pass in which the run does something else and the workers go on."""
        until = self.now + seconds
        while self.now < until:
            self._tick()

    def _tick(self) -> None:
        self.now += TICK
        if self.pauses and self.now >= self.pauses[0][0]:
            _, length, who = self.pauses.popleft()
            if who == "all":
                self.now += length
            elif who == "run":
                self.busy_elsewhere(length)
            else:
                at_work = [worker for worker in self.workers if worker.batch and not worker.gone()]
                for worker in at_work[:1]:
                    worker.stopped_until = self.now + length
                    worker.starving = who == "core"
        for worker in self.workers:
            worker.work()


class Scripted(Worker):
    """A worker whose work is to let time pass."""

    def __init__(self, world: World, start: str = "") -> None:
        self.pipe, self._theirs = socket.socketpair()
        self.inbox = Inbox(self.pipe)
        self.batch: deque[Job] = deque()
        self.ready = self.warm = self.starving = False
        self.fingerprint, self.served, self.deadline, self.stopped_until = "", 0, 0.0, 0.0
        self._starved = 0.0
        self._world = world
        self._start = start
        self._status: int | None = None
        self._given: deque[Job] = deque()
        self._said_ready = self._said_warm = False
        self._needs = STARTING

    def take(self, batch: list[Job]) -> None:
        self.batch.extend(batch)
        self._given.extend(batch)

    def starved(self) -> float:
        since, self._starved = self._starved, 0.0
        return since

    def gone(self) -> bool:
        return self._status is not None

    def end(self, *, kindly: bool) -> int:
        if self._start == "answers when it is killed" and self._given and not kindly:
            self._answer()
        return self.die(-signal.SIGKILL)

    def close(self) -> None:
        self.pipe.close()

    def die(self, status: int) -> int:
        """End with this exit status, unless it has ended."""
        if self._status is None:
            self._status = status
            self._theirs.close()
        return self._status

    def work(self) -> None:
        """Do what can be done in a tick."""
        if self.gone() or self._needs == float("inf"):
            return
        if self.stopped_until > self._world.now:
            self._starved += TICK * self.starving
            return
        if self._said_ready and not self._given:
            return  # idle
        self._needs -= TICK
        if self._needs > 0:
            return
        if not self._said_ready:
            self._said_ready = self._begun("ready", "cafe")
        elif not self._said_warm:
            self._said_warm = self._begun("warm", "")
            self._next()
        else:
            self._answer()
            self._next()

    def _begun(self, word: str, said: str) -> bool:
        if self._start == f"killed before {word}":
            self.die(-signal.SIGKILL)
        elif self._start == f"failed before {word}":
            self._say("failed", "OSError: model.json.gz: it is cut short")
            self.die(0)
        else:
            self._say(word, said)
            self._needs = STARTING
        return True

    def _answer(self) -> None:
        job = self._given.popleft()
        self._say({"outcome": "article", "of": job.found.path}, b"", b"")

    def _next(self) -> None:
        if not self._given or self.gone():
            return
        path, payload = self._given[0].found.path, self._given[0].payload
        self._world.tried[path] += 1
        match payload.decode().split():
            case ["hang"]:
                self._needs = float("inf")
            case ["half"]:
                self._theirs.sendall(LENGTH.pack(100_000) + b"x" * 50_000)
                self._needs = float("inf")
            case ["dies", name, times] if self._world.tried[path] <= int(times):
                self.die(-signal.Signals[name])
            case ["leaves", times] if self._world.tried[path] <= int(times):
                self.die(3)
            case [seconds]:
                self._needs = float(seconds)
            case _:
                self._needs = TICK

    def _say(self, *said: Any) -> None:
        with suppress(OSError):
            send(self._theirs, pickle.dumps(said))


def jobs(*pages: str) -> list[Job]:
    """A job for each of these pages."""
    found = [Found(f"{number}.html", "", "html") for number in range(len(pages))]
    return [Job(found, -1, "", page.encode(), {}) for found, page in zip(found, pages, strict=True)]


def outcomes(answered: Sequence[tuple[Job, Answer]]) -> list[str]:
    """What became of each page, in the order in which they were given: that it is an article, or why not."""
    assert len({job.found.path for job, _ in answered}) == len(answered), "a page was answered twice"
    by_number = sorted(answered, key=lambda row: int(row[0].found.path.partition(".")[0]))
    assert all(answer.fields.get("of", job.found.path) == job.found.path for job, answer in by_number)
    return [str(answer.fields.get("reason", answer.fields["outcome"])) for _, answer in by_number]


def _has_something(pipe: socket.socket) -> bool:
    try:
        pipe.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
