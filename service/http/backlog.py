"""The backlog: how many comments wait for a verdict, and when that is too many to take more.

Errors
    BacklogFull     as many are pending as may be; nothing was stored
"""

import threading
import time
from collections.abc import Callable

from store.claims import pending_at_least
from store.database import Database

COUNTED_FOR = 1.0  # seconds; what this process takes in meanwhile is added


class BacklogFull(Exception):
    """No more comments are taken in until some of those that wait are judged."""


class Backlog:
    """Refuses comments while `most` are pending (0: never), for the threads of one process.

    The database is asked once a second, whatever the load; between two looks each process counts
    what it took in itself. So the bound is exceeded by at most what others take in in a second.
    """

    def __init__(
        self, database: Database, most: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._most = most
        self._now = now
        self._counted = threading.Condition()
        self._looking = 0  # threads that count now
        self._looked_at: float | None = None
        self._pending = 0

    def admit(self) -> None:
        """Count a comment that is about to be stored; raise BacklogFull, StoreUnavailable."""
        if not self._most:
            return
        if self._is_due():
            self._look()
        with self._counted:
            if self._is_full():  # perhaps of a count from before everybody was idle
                self._counted.wait_for(lambda: not (self._looking and self._is_full()), COUNTED_FOR)
            if self._is_full():
                raise BacklogFull
            self._pending += 1

    def _is_due(self) -> bool:
        """Whether it is this thread's turn to count; the others go by the count that is there."""
        with self._counted:
            now = self._now()
            due = self._looked_at is None or now - self._looked_at >= COUNTED_FOR
            if due:
                self._looked_at = now
                self._looking += 1
            return due

    def _is_full(self) -> bool:
        return self._pending >= self._most

    def _look(self) -> None:
        pending: int | None = None
        try:
            with self._database.read() as tx:
                pending = pending_at_least(tx, self._most)
        finally:
            with self._counted:
                if pending is not None:
                    self._pending = pending
                self._looking -= 1
                self._counted.notify_all()
