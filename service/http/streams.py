"""Streams: answers that stay open, so few of them that the other requests never want a thread."""

import threading
import time
from collections.abc import Callable, Iterator

from service.http.hub import ANY_VERDICT, Hub

LASTS = 55.0  # seconds; then the browser asks again, and another page may have the place
LOOK_EVERY = 5.0  # without a signal
LOOK_APART = 1.0  # at least, however many signals come
STOP_WITHIN = 1.0  # of the process being told to end


class Streams:
    """Hands out places for at most `most` streams of this process.

    Each holds one of gunicorn's threads. Who gets no place asks now and then instead.
    `stopping` says whether the process is about to end, for which no stream may keep it waiting.
    """

    def __init__(self, hub: Hub, most: int, stopping: Callable[[], bool] = lambda: False) -> None:
        self._hub = hub
        self._places = threading.BoundedSemaphore(most)
        self._stopping = stopping

    def take(self) -> Callable[[], None] | None:
        """Return what gives the place back, or None when all are taken."""
        return self._places.release if self._places.acquire(blocking=False) else None

    def looks(self, site_id: str) -> Iterator[None]:
        """Yield when it is time to look at a site's queue: at once, after signals, now and then."""
        began = time.monotonic()
        with self._hub.ticket(site_id, ANY_VERDICT) as ticket:
            while not self._stopping():
                looked = time.monotonic()
                yield
                self._pause(LOOK_APART)
                while not self._stopping() and not ticket.wait(STOP_WITHIN):
                    if time.monotonic() - looked >= LOOK_EVERY:
                        break
                if time.monotonic() - began >= LASTS:
                    return

    def _pause(self, seconds: float) -> None:
        if not self._stopping():
            time.sleep(seconds)
