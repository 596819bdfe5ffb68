"""Runs a piece of work in a process of its own, within the limits that a run gives a page.

The process is a copy of the one that asks: it has what was loaded, and ends with the one that asks, by Ctrl-C or however.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import socket
import time
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from flows.errors import CannotRun
from flows.run.causes import CLOCK, OUTSIDE, blame, cause_of, in_words
from flows.run.messages import OUT_OF_MEMORY, Inbox, Patience, send, starved
from flows.run.options import PageLimits
from flows.run.pool import START_SECONDS
from flows.run.worker import (
    LOADING,
    OBJECTS_A_COLLECTION,
    address_space,
    allow_cpu,
    die_with,
    limit,
    limit_memory,
    took_more_than,
    where,
)

READING, STARTING, CLEANING, SHOWING = "reading", "starting", "cleaning", "showing"
SAY_AGAIN = 1.0  # seconds until a step that goes on says so


class Limited:
    """By this the work says which step it is at. Each has the time limits of a page, and so has each record that is read."""

    def __init__(self, pipe: socket.socket, page: PageLimits) -> None:
        self.page = page
        self._pipe = pipe
        self._step, self._next = "", 0.0

    def step(self, name: str) -> None:
        """Go on to this step, or on with it."""
        now = time.monotonic()
        if name == self._step and now < self._next:
            return
        self._step, self._next = name, now + SAY_AGAIN
        allow_cpu(_allowed(name, self.page).cpu + LOADING)
        send(self._pipe, json.dumps({"step": name}).encode())

    def begin_cleaning(self) -> None:
        """Go on to what a worker does with a page."""
        limit(resource.RLIMIT_FSIZE, 0)
        self.step(CLEANING)

    def end_cleaning(self) -> None:
        """Go on to what is said of a page that is clean, if it did not take too much memory."""
        if took_more_than(self.page.memory):
            os._exit(OUT_OF_MEMORY)  # as a worker does
        self.step(SHOWING)


class _Heard(NamedTuple):
    """What came from the process: its last word, the step it was at, and whether it was given up there."""

    said: dict[str, Any]
    step: str
    late: bool


def confined(work: Callable[[Limited], Any], page: PageLimits, name: str, *, patience: Patience | None = None) -> Any:
    """What the work gives, which JSON must be able to say. Raises CannotRun as the work does, and when it takes too much.

    `name` is the page as it can be asked for.
    """
    pipe, theirs = socket.socketpair()
    parent = os.getpid()
    child = os.fork()
    if not child:
        _do(work, theirs, parent, page, name)
    try:
        theirs.close()
        heard = _listen(pipe, child, page, patience or Patience())
        if heard.late:
            os.kill(child, signal.SIGKILL)
        status, child = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0
    finally:
        pipe.close()
        if child:  # Ctrl-C
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if "told" in heard.said:
        return heard.said["told"]
    raise CannotRun(heard.said["cannot"] if heard.said else _why(heard, status, page, name))


def _listen(pipe: socket.socket, child: int, page: PageLimits, patience: Patience) -> _Heard:
    inbox, step = Inbox(pipe), READING
    deadline, waited = patience.now + page.wall, 0.0
    while True:
        for message in inbox.messages():
            said = json.loads(message)
            if "step" not in said:
                return _Heard(said, step, late=False)
            step = said["step"]
            deadline = patience.now + _allowed(step, page).wall
        if inbox.over:
            return _Heard({}, step, late=False)
        if patience.now >= deadline:
            before, waited = waited, starved(child)
            deadline += waited - before
            if patience.now >= deadline:
                return _Heard({}, step, late=True)
        patience.wait([pipe], deadline)


def _allowed(step: str, page: PageLimits) -> PageLimits:
    """What a step may take: loading the cleaners takes its time, whatever is asked for a page."""
    return page._replace(cpu=START_SECONDS, wall=START_SECONDS) if step == STARTING else page


def _do(work: Callable[[Limited], Any], pipe: socket.socket, parent: int, page: PageLimits, name: str) -> NoReturn:
    """Do the work in the child process, send what it gives, and end."""
    try:
        for ends in (signal.SIGINT, signal.SIGTERM):  # whatever the process that asks does on them
            signal.signal(ends, signal.SIG_DFL)
        die_with(parent)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):  # what libraries print is no explanation
            os.dup2(nowhere, stream)
        gc.set_threshold(OBJECTS_A_COLLECTION)
        limit_memory(page.memory, address_space())
        said = json.dumps({"told": work(Limited(pipe, page))})
    except CannotRun as error:
        said = json.dumps({"cannot": str(error)})
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, it is said, with the place it came from
        said = json.dumps({"cannot": f"{name} cannot be explained: {where(error)}"})
    send(pipe, said.encode())
    os._exit(0)


def _why(heard: _Heard, status: int, page: PageLimits, name: str) -> str:
    """Why there is no answer, in one line."""
    cause = CLOCK if heard.late else cause_of(status)
    told = blame(cause, status, page)
    if cause == OUTSIDE:
        return f"{name} could not be explained, {told['detail']}; ask again"
    if heard.step == READING:
        return f"{name} cannot be read, {told['reason']}: {told['detail']}"
    if heard.step == STARTING:
        how = (
            f"did not start within {START_SECONDS:g} s" if heard.late else f"ended while starting ({in_words(status)})"
        )
        return f"the cleaners {how}: check the installation"
    if heard.step == SHOWING:
        return f"{name} becomes an article, but why its lines were kept takes too long to say: {told['detail']}"
    return f"{name} becomes no article, {told['reason']}: {told['detail']}"
