"""The watchdog: ends this process when its scorer stands still, even inside native code.

No thread of Python's could: native code may hold the GIL for ever. `faulthandler` has a thread of
C's own, which prints where each thread stood (files, functions and lines, never a value). Leases
and attempts do the rest: what was in hand is taken again, one by one.

It goes by steps, not by batches: a slow scorer gets on, and is left alone.
"""

import contextlib
import faulthandler
import time
from collections.abc import Iterator

from workers.pulse import beat

RENEW_SECONDS = 1.0  # a renewal is a new thread, and steps may take milliseconds

_patience: list[float] = []
_renewed_at: list[float] = []  # empty while nothing is watched


def keep_watch(seconds: float | None) -> None:
    """From now on, end this process when a watched step takes so long; None: never."""
    _patience[:] = [] if seconds is None else [seconds]


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Watch what happens inside: it says at each step that it is getting on."""
    try:
        _renew()
        yield
    finally:
        _renewed_at.clear()
        if _patience:
            faulthandler.cancel_dump_traceback_later()


def getting_on() -> None:
    """Say that the next step begins: a scorer does so before each forward pass."""
    if _renewed_at and time.monotonic() - _renewed_at[0] >= RENEW_SECONDS:
        beat()
        _renew()


def _renew() -> None:
    for seconds in _patience:
        _renewed_at[:] = [time.monotonic()]
        with contextlib.suppress(RuntimeError):  # no memory for a thread: the next one is watched
            faulthandler.dump_traceback_later(seconds, exit=True)
