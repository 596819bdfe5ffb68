"""Runs all stages of a run in order."""

from __future__ import annotations

import sys
from collections.abc import Callable

from flows.errors import CannotRun, OldLayout
from flows.run.options import Options
from flows.run.progress import say
from flows.run.stages import (
    batches,
    clean_batch,
    damaged,
    discover,
    learn,
    opened,
    publish,
    relate,
    start_afresh,
    withdraw,
)
from flows.run.summary import Summary

Stage = Callable[..., None]


def run(options: Options, step: Callable[[Stage], Stage] = lambda stage: stage) -> Summary:
    """Clean RAW into CLEAN: every stage goes through `step`, which may make a task of it but changes nothing.

    Raises CannotRun, in one line with the next step.
    """
    try:
        return _run(options, step)
    except Exception as error:
        if not damaged(error):
            raise
        what = "is of an earlier version" if isinstance(error, OldLayout) else "is damaged"
        say(f"{options.clean}/.state {what} ({error}): making it again from what it wrote\n", sys.stderr)
        start_afresh(options)
        try:
            return _run(options, step)
        except Exception as again:
            if not damaged(again):
                raise
            raise CannotRun(
                f"{options.clean}/.state is damaged as soon as it is made ({again}): check the disk it is on, or name "
                "another folder for the output"
            ) from again


def _run(options: Options, step: Callable[[Stage], Stage]) -> Summary:
    with opened(options) as this:
        step(discover)(this)
        for seconds in batches(this):
            step(clean_batch)(this, seconds)
        step(withdraw)(this)
        step(learn)(this)
        for seconds in batches(this):
            step(clean_batch)(this, seconds)
        step(relate)(this)
        step(publish)(this)
    return this.summary
