"""What ended a process that was at a page, and what is said of the page for it: too slow, too large, or a crash."""

from __future__ import annotations

import signal

from cleaners.vocabulary import QuarantineReason
from flows.run.messages import OUT_OF_MEMORY
from flows.run.options import PageLimits

CPU, CLOCK, FAULT, OUTSIDE = "cpu", "clock", "fault", "outside"
OWN_FAULTS = {  # signals that a process earns itself; all others are sent by somebody
    signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSYS, signal.SIGTRAP,
}  # fmt: skip


def cause_of(status: int) -> str:
    """What ended a process that nobody here ended, by its exit status."""
    if status == -signal.SIGXCPU:
        return CPU
    return FAULT if status >= 0 or -status in OWN_FAULTS else OUTSIDE


def blame(cause: str, status: int, page: PageLimits, again: str = "") -> dict[str, str]:
    """Reason and detail for a page at which its process ended for this cause.

    `status` is the exit status, `page` what a page may take; `again` is said where cleaning it again may help.
    """
    if cause == CLOCK:
        return {
            "reason": QuarantineReason.TIMEOUT,
            "detail": f"more than {page.wall:g} s by the clock; --page-wall gives more{again}",
        }
    if cause == CPU:
        return {
            "reason": QuarantineReason.TIMEOUT,
            "detail": f"more than {page.cpu:g} s of CPU; --page-timeout gives more{again}",
        }
    if status == OUT_OF_MEMORY:
        detail = f"more than {page.memory:,} MB of memory; --page-memory gives more{again}"
        return {"reason": QuarantineReason.OUT_OF_MEMORY, "detail": detail}
    if status == -signal.SIGKILL:
        detail = f"its process was killed (SIGKILL), as a system short of memory does; make memory free{again}"
        return {"reason": QuarantineReason.OUT_OF_MEMORY, "detail": detail}
    if cause == OUTSIDE:
        return {
            "reason": QuarantineReason.CRASHED,
            "detail": f"its process was ended from outside ({in_words(status)}){again}",
        }
    return {
        "reason": QuarantineReason.CRASHED,
        "detail": f"its process ended ({in_words(status)}); report it with the page",
    }


def in_words(status: int) -> str:
    """An exit status in words."""
    if status >= 0:
        return f"exit code {status}"
    known = {number.value: number.name for number in signal.Signals}
    return known.get(-status, f"signal {-status}")
