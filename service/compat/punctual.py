"""Punctuality: what takes longer than a client waits goes on behind it, and does not hold it up.

A lock on the database or a Redis that hangs can stall any step of a check. So a check runs on a
thread of its own, and whoever answers the client waits for that thread only as long as the
protocol's clients have patience.
"""

import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import structlog

Result = TypeVar("Result")

THREADS = 64  # more than the web process has, so that a stalled check keeps no other one waiting

log = structlog.get_logger()


class Late(Exception):
    """The time is over. The work goes on."""


def in_time(work: Callable[[], Result], seconds: float) -> Result:
    """Return what `work` returns, or raise what it raises, or Late after `seconds`."""
    future = _threads().submit(contextvars.copy_context().run, work)
    try:
        return future.result(max(0.0, seconds))
    except TimeoutError:
        if future.done():  # it was the work that raised it
            raise
        future.add_done_callback(_note)
        raise Late from None


@cache
def _threads() -> ThreadPoolExecutor:
    """Return the pool: made at its first use, because threads do not survive gunicorn's fork."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="check")


def _note(future: Future[Result]) -> None:
    """Log a late failure: nobody else is left to hear of it."""
    if not future.cancelled() and (error := future.exception()) is not None:
        log.warning("late_check_failed", reason=type(error).__name__)
