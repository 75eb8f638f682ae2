"""Patience: how long a check may wait, less while no verdict comes at all.

Every check that waits keeps a thread of the web process. When the workers are gone, the first
checks wait to the end, and those behind them in the queue have no time left: they would be
answered late. So for a moment after a long wait in vain, others wait only shortly.
"""

import threading
import time
from collections.abc import Callable

LONG_SECONDS = 0.5  # a wait in vain that is at least so long says that no verdicts come
SHORT_SECONDS = 0.1  # several times what a verdict takes when little happens
MEMORY_SECONDS = 1.0


class Patience:
    """What the checks of one process know of how verdicts come."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._short_until = now()

    def seconds(self, wanted: float) -> float:
        """Return how long to wait for a verdict, at most `wanted`."""
        with self._lock:
            short = self._now() < self._short_until
        return min(wanted, SHORT_SECONDS) if short else wanted

    def in_vain(self, waited: float) -> None:
        """Note that so many seconds of waiting brought nothing."""
        if waited >= LONG_SECONDS:
            with self._lock:
                self._short_until = self._now() + MEMORY_SECONDS

    def in_time(self) -> None:
        """Note that a verdict came: they do come."""
        with self._lock:
            self._short_until = self._now()
