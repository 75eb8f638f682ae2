"""Long waits: so few threads wait long that a check with a short deadline always finds one."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHORT_SECONDS = 0.5  # workers that keep up answer sooner, and for so long anybody may wait


class LongWaits:
    """Hands out places to wait in to the threads of one process, at most `most` at once.

    Without a place a thread waits shortly; and not at all once those with a place wait in vain,
    for then all who wait shortly would, one after the other, hold the rest of the threads. Who
    waits for one answer after the other in the same place says when one came, by `answered`.
    """

    def __init__(self, most: int = 1, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._lock = threading.Lock()
        self._began: dict[object, float] = {}  # {place: since when it is taken}, oldest first
        self._lists: set[object] = set()  # places of those
        self._answered = -math.inf

    @contextmanager
    def up_to(
        self, wanted: float, only: object = None, *, is_list: bool = False
    ) -> Iterator[float]:
        """Yield how many seconds the thread may wait: `wanted`, fewer, or 0.

        It is 0, too, while another thread has a place for the same `only`. Lists, which keep their
        place for many answers, have half of the places at most.
        """
        place = object() if only is None else only
        with self._lock:
            is_taken = place in self._began
            allowed = 0.0 if is_taken else self._allowed(place, wanted, is_list=is_list)
            is_ours = not is_taken and place in self._began
        try:
            yield allowed
        finally:
            if is_ours:
                with self._lock:
                    del self._began[place]
                    self._lists.discard(place)

    def answered(self) -> None:
        """Note that an answer came to somebody who goes on waiting for the next."""
        with self._lock:
            self._answered = self._now()

    def are_in_vain(self) -> bool:
        """Whether all places are taken, one for longer than a short wait, and no answer came."""
        with self._lock:
            return self._in_vain()

    def _allowed(self, place: object, wanted: float, *, is_list: bool) -> float:
        if self._in_vain():
            return 0.0
        has_room = len(self._began) < self._most
        if not has_room or (is_list and len(self._lists) >= max(1, self._most // 2)):
            return min(wanted, SHORT_SECONDS)
        self._began[place] = self._now()
        if is_list:
            self._lists.add(place)
        return wanted

    def _in_vain(self) -> bool:
        if len(self._began) < self._most:
            return False
        since = max(self._answered, next(iter(self._began.values())))
        return self._now() - since >= SHORT_SECONDS
