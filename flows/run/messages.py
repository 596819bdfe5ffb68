"""Messages from child processes, and the time they are given: nobody waits for the rest of one, or pays for a pause.

A message is its length and its bytes. A child can be stopped in the middle of sending one, so the run puts them together
from what has come so far and never blocks on a child.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection
from pathlib import Path
from typing import Any

LENGTH = struct.Struct(">Q")
AT_ONCE = 256 * 1024  # bytes taken in at a time: more than a socket holds
OUT_OF_MEMORY = 86  # exit code of a child: the page it was at took too much
LOOK_SECONDS = 1.0  # the longest wait in one go, and so the most that a pause of the run itself can cost a child


def send(pipe: socket.socket, message: bytes) -> None:
    """Send a message, whatever its length, to a reader who takes it in. Raises OSError when there is none any more."""
    pipe.sendall(LENGTH.pack(len(message)) + message)


def receive(pipe: socket.socket) -> bytes | None:
    """Wait for the next message; None when the other side is gone."""
    head = _exactly(pipe, LENGTH.size)
    return head and _exactly(pipe, LENGTH.unpack(head)[0])


def _exactly(pipe: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = pipe.recv(min(size - len(parts), AT_ONCE))
        if not part:
            return None
        parts += part
    return bytes(parts)


def starved(process: int) -> float:
    """Seconds of its life in which a process was ready to run and others had all the cores; 0 where that is not known."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class Inbox:
    """What a child has sent so far. `over` says that nothing more will come."""

    def __init__(self, pipe: socket.socket) -> None:
        self.over = False
        self._pipe = pipe
        self._got = bytearray()
        self._room = memoryview(bytearray(AT_ONCE))  # kept: memory of this size is costly to ask for each time

    def messages(self) -> Iterator[bytes]:
        """All messages that are here whole, those included that come while one of them is being looked at."""
        while True:
            size = LENGTH.unpack_from(self._got)[0] if len(self._got) >= LENGTH.size else AT_ONCE
            end = LENGTH.size + size
            if len(self._got) >= end:
                message = bytes(self._got[LENGTH.size : end])
                del self._got[:end]
                yield message
            elif not self._take_in():
                return

    def _take_in(self) -> bool:
        """True when there was something to take in."""
        try:
            size = self._pipe.recv_into(self._room, 0, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:  # the child ended without having read all that it was sent
            size = 0
        self._got += self._room[:size]
        self.over = not size
        return bool(size)


class Patience:
    """A clock that runs only while children are waited for, and no further than the wait was meant to be.

    What the run does in between is none of their time. Nor is a pause of the run itself (Ctrl-Z, `docker pause`, a
    suspended laptop, a machine too busy to wake it): a wait that took far longer than asked for counts as asked for.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[Sequence[Any], float], Sequence[Any]] = connection.wait,
    ) -> None:
        self.now = 0.0
        self._clock = clock
        self._wait = wait

    def wait(self, pipes: Sequence[Any], until: float) -> None:
        """Wait for one of the pipes to have something, or until that moment or a little before it."""
        seconds = min(max(until - self.now, 0.0), LOOK_SECONDS)
        began = self._clock()
        self._wait(pipes, seconds)
        self.now += min(max(self._clock() - began, 0.0), seconds)
