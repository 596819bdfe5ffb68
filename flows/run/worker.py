"""What a worker process does: clean one page after another and send back what became of each.

It is started by flows/run/pool.py and never imported by a run itself: here alone the cleaners are loaded. A page may
do its worst: the process has limits of memory, CPU time and file size, and ends with the run that started it.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import math
import os
import pickle
import resource
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from cleaners.article import Quarantined, encode, storable
from cleaners.vocabulary import Outcome, QuarantineReason
from flows.run.messages import OUT_OF_MEMORY, receive, send
from flows.store.boilerplate_index import index_digest, read_index
from flows.store.codec import pack
from flows.store.page_fields import article_fields, instant

MEGABYTE = 1 << 20
UNUSED = 1024  # megabytes of address space that libraries reserve and do not fill, on top of what a page may take
LOADING = 1.0  # CPU seconds on top of a page's own: it may be the first to need a library, and the slowest takes 0.8
OBJECTS_A_COLLECTION = 10_000  # Python's 700 has every page searched for rings; 200 pages left none to collect
MOST_BYTES = (1 << 63) - 1  # that a limit of the system can say, and more than any machine has
MOST_SECONDS = 1_000_000_000  # thirty years; Linux counts nanoseconds, and of ten times as many it loses the count
PR_SET_PDEATHSIG = 1
BY_TICKS = -8  # (~0 << 3) | CPUCLOCK_PROF: Linux's clock of this process that RLIMIT_CPU goes by


def main(number: int, pages: int, parent: int, pipeline: str, page_timeout: float, page_memory: int) -> None:
    """Serve one run over the connection with this file number until it closes; `pages` is the file with their bytes.

    When the worker starts, that file holds the user's rules. A page may take so many CPU seconds and megabytes.
    """
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends its workers
    run = socket.socket(fileno=number)
    from cleaners.errors import CleaningError  # not at the top: who imports this file may do without the cleaners

    try:
        module = importlib.import_module(pipeline)
        own = module.user_rules(*json.loads(os.pread(pages, os.fstat(pages).st_size, 0)))
        tell(run, "ready", module.fingerprint(own))
        run.recv(1, socket.MSG_PEEK)  # a run that has nothing to clean does not wait for the models
        module.warm_up()  # before the limits: where the cache has it not, a model is unpacked, 250 MB
        tell(run, "warm", "")
    except CleaningError as error:  # rules or a model that cannot be used: another start would not change it
        tell(run, "refused", str(error))
        return
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the cleaners or their rules, the run says it
        tell(run, "failed", f"{type(error).__name__}: {error}")
        return
    confine(page_memory)
    gc.set_threshold(OBJECTS_A_COLLECTION)
    clean_raw = partial(module.clean_raw, own=own)
    loaded = 0
    while batch := receive(run):
        sizes, told = pickle.loads(batch)
        start = 0
        for size, named in zip(sizes, pickle.loads(os.pread(pages, told, sum(sizes))), strict=True):
            payload = os.pread(pages, size, start)
            start += size
            if len(sys.modules) > loaded:  # what was loaded stays: the collector need not look through it again
                loaded = len(sys.modules)
                gc.freeze()
            allow_cpu(page_timeout + LOADING)
            fields, *rest = answer(clean_raw, payload, named)
            if took_more_than(page_memory):
                os._exit(OUT_OF_MEMORY)  # the page may have lost parts to an error swallowed in a library
            tell(run, {name: storable(value) for name, value in fields.items()}, *rest)


def tell(run: socket.socket, *said: Any) -> None:
    """Send this to the run."""
    send(run, pickle.dumps(said))


def answer(clean_raw: Any, payload: bytes, named: dict[str, Any]) -> tuple[dict[str, Any], bytes, bytes]:
    """What became of a page: the fields by which the run compares pages, article and ledger compressed, its line fingerprints."""
    try:
        result = clean_raw(payload, **named | {"learned": named["learned"] and read_index(named["learned"])})
        if isinstance(result, Quarantined):
            why = {"reason": result.reason, "detail": result.detail}
            when = {"site": result.site, "fetched": instant(result.fetched_at)}
            return {"outcome": Outcome.QUARANTINED, **why, **when}, b"", b""
        fields = article_fields(result.article, result.alternative_id)
        fields["claimed"], fields["own_id"] = result.claimed, result.own_id
        fields["known"] = index_digest(result.fingerprints, fields["site"], named["learned"])
        return fields, pack(map(encode, [result.article, *result.ledger])), result.fingerprints
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # nothing in this process can be relied on any more
    except Exception as error:  # noqa: BLE001 - the edge: a page that breaks a cleaner costs itself, and says where
        why = {"reason": QuarantineReason.CLEANER_ERROR, "detail": where(error)}
        return {"outcome": Outcome.QUARANTINED, **why}, b"", b""


def where(error: Exception) -> str:
    """The error and the place in our code it came from, as the next clue."""
    trace, place = error.__traceback__, ""
    while trace:
        place = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}: {str(error)[:300]} ({place}); report it with the page"


def allow_cpu(seconds: float) -> None:
    """Give the page these seconds of CPU time; the kernel ends the process when they are used up."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = min(math.ceil(cpu_spent() + seconds), MOST_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def cpu_spent() -> float:
    """CPU seconds of this process as the kernel counts them for its limit.

    On many systems it looks who is running at each tick, and is some percent off the exact time, either way: seconds for
    a process that has cleaned a thousand pages, which a good page must not pay for.
    """
    try:
        return time.clock_gettime(BY_TICKS)
    except (OSError, AttributeError):  # elsewhere than on Linux
        return time.process_time()


def confine(memory: int) -> None:
    """Let this process have so many megabytes, and no file to write to."""
    limit_memory(memory)
    limit(resource.RLIMIT_FSIZE, 0)


def limit_memory(memory: int, already: int = 0) -> None:
    """Let this process have so many megabytes, beyond the bytes of address space that it has `already`."""
    limit(resource.RLIMIT_AS, already + (memory + UNUSED) * MEGABYTE)
    limit(resource.RLIMIT_CORE, 0)


def address_space() -> int:
    """Bytes of address space of this process; 0 where that is not known."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def took_more_than(memory: int) -> bool:
    """True when this process has ever had more than so many megabytes.

    The cheap figure counts in what the run had that started the process, so that it can only say no.
    """
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 <= memory * MEGABYTE:
        return False
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return True
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) * 1024 > memory * MEGABYTE


def limit(kind: int, value: int) -> None:
    """Lower a limit of this process; never above what it was given, nor what a limit can say."""
    _, hard = resource.getrlimit(kind)
    value = min(value, MOST_BYTES)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def die_with(parent: int) -> None:
    """End when the run ends, however it ends. Elsewhere than on Linux the closed connection has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the run that started this worker is gone")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], float(sys.argv[5]), int(sys.argv[6]))
