"""The real pipeline, which also tells a test over a socket when a page begins and ends, and at what cost."""

from __future__ import annotations

import json
import os
import resource
import socket
import time
from typing import Any

from cleaners import pipeline
from cleaners.article import Cleaned, Quarantined
from cleaners.pipeline import fingerprint, user_rules, warm_up
from flows.run.worker import cpu_spent

__all__ = ["clean_raw", "fingerprint", "user_rules", "warm_up"]

_test = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def clean_raw(payload: bytes, **named: Any) -> Cleaned | Quarantined:
    """As cleaners.pipeline does."""
    before = time.process_time()
    tell("begin", named, limit=resource.getrlimit(resource.RLIMIT_CPU)[0] - cpu_spent())
    result = pipeline.clean_raw(payload, **named)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    tell("end", named, seconds=time.process_time() - before, peak=peak)
    return result


def tell(word: str, named: dict[str, Any], **figures: float) -> None:
    """Say what happens to a page."""
    said = {"word": word, "source": named["source"], "record": named["record"], "pid": os.getpid(), **figures}
    _test.sendto(json.dumps(said).encode(), os.environ["COPYDESK_WATCH"])
