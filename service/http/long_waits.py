"""Long waits: so few threads wait long that a check with a short deadline always finds one."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHORT_SECONDS = 0.5  # workers that keep up answer sooner, and for so long anybody may wait


class LongWaits:
    """Hands out places to wait in to the threads of one process, at most `most` at once.

    Without a place a thread waits shortly; and not at all once those with a place wait in vain,
    for then all who wait shortly would, one after the other, hold the rest of the threads.
    """

    def __init__(self, most: int = 1, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._lock = threading.Lock()
        self._began: dict[object, float] = {}  # {place: since when it is taken}, oldest first

    @contextmanager
    def up_to(self, wanted: float, only: object = None) -> Iterator[float]:
        """Yield how many seconds the thread may wait: `wanted`, fewer, or 0.

        It is 0, too, while another thread has a place for the same `only`.
        """
        place = object() if only is None else only
        with self._lock:
            is_taken = place in self._began
            allowed = 0.0 if is_taken else self._allowed(place, wanted)
            is_ours = not is_taken and place in self._began
        try:
            yield allowed
        finally:
            if is_ours:
                with self._lock:
                    del self._began[place]

    def are_in_vain(self) -> bool:
        """Whether all places are taken, and one of them for longer than a short wait."""
        with self._lock:
            return self._in_vain()

    def _allowed(self, place: object, wanted: float) -> float:
        if self._in_vain():
            return 0.0
        if len(self._began) == self._most:
            return min(wanted, SHORT_SECONDS)
        self._began[place] = self._now()
        return wanted

    def _in_vain(self) -> bool:
        if len(self._began) < self._most:
            return False
        return self._now() - next(iter(self._began.values())) >= SHORT_SECONDS
