"""How long a site's patterns may take: some are slow at some texts, and everybody else waits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rules.patterns import TooSlow, Watch

FOR_ONE = 0.5  # seconds for a comment of any length; ordinary ones take a hundredth of it at most
TOGETHER = 1.0  # for comments that come at once
REFILL = 0.1  # of the time that goes by
ORDINARY = 0.02  # is free, and what a short text always has: it is judged whatever came before
SHORT = 2_000  # characters, at which no single search takes longer than that


class PatternTime:
    """What the patterns of one site may take in one process: all at first, then a tenth of it."""

    def __init__(self) -> None:
        self._left, self._at = TOGETHER, time.monotonic()

    @contextmanager
    def watch(self, length: int) -> Iterator[Watch]:
        """Yield what raises TooSlow where the patterns have had their time for a text.

        That is the processor's, so that no busy machine makes a policy slow. Asking for it costs
        as much as some searches, so that it is looked at only where a clock says that it may be up.
        """
        self._refill()
        allowed, began, until = min(FOR_ONE, self._left), 0.0, 0.0
        if length <= SHORT:
            allowed = max(ORDINARY, allowed)

        def look() -> None:
            nonlocal began, until
            if time.monotonic() < until:
                return
            now = time.thread_time()
            began = began or now  # what came before the first pattern is not theirs
            if now - began >= allowed:
                raise TooSlow
            until = time.monotonic() + allowed - (now - began)

        try:
            yield look
        finally:
            took = time.thread_time() - began if began else 0.0
            if took > ORDINARY:
                self._left -= took

    def _refill(self) -> None:
        now = time.monotonic()
        self._left = min(TOGETHER, self._left + REFILL * (now - self._at))
        self._at = now
