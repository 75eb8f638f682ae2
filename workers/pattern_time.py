"""How long a site's patterns may take: some are slow at some texts, and everybody else waits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

FOR_ONE = 0.5  # seconds for a comment of any length; ordinary ones take a hundredth of it at most
TOGETHER = 1.0  # for comments that come at once
REFILL = 0.1  # of the time that goes by
ORDINARY = 0.05  # is free, and what a short text always has: it is judged whatever came before
SHORT = 2_000  # characters, at which no single search takes half as long as that


@dataclass
class Allowance:
    """What patterns may take of one comment: the processor's time, so that no load makes them slow.

    Asking for it costs as much as some searches, so it is looked at only where a clock says that
    it may be up.
    """

    seconds: float
    spent: bool = False
    _began: float = 0.0
    _until: float = 0.0

    def __call__(self) -> bool:
        """Whether there is time for one more search."""
        if self.spent or time.monotonic() < self._until:
            return not self.spent
        now = time.thread_time()
        self._began = self._began or now  # what came before the first pattern is not theirs
        left = self.seconds - (now - self._began)
        self.spent = left <= 0
        self._until = time.monotonic() + left
        return not self.spent

    @property
    def took(self) -> float:
        """How many seconds went by since the first search."""
        return time.thread_time() - self._began if self._began else 0.0


class PatternTime:
    """What the patterns of one site may take in one process: all at first, then a tenth of it."""

    def __init__(self) -> None:
        self._left, self._at = TOGETHER, time.monotonic()

    @contextmanager
    def watch(self, length: int) -> Iterator[Allowance]:
        """Yield what is asked before each search, by which it ends for a text of this length."""
        now = time.monotonic()
        self._left = min(TOGETHER, self._left + REFILL * (now - self._at))
        self._at = now
        seconds = min(FOR_ONE, self._left)
        allowance = Allowance(max(ORDINARY, seconds) if length <= SHORT else seconds)
        try:
            yield allowance
        finally:
            if (took := allowance.took) > ORDINARY:
                self._left -= took
