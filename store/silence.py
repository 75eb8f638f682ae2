"""A database server that says nothing, and how many wait for it.

Errors
    ServerSilent    it did not answer in time; what it does with the last statement is unknown
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError


class ServerSilent(Exception):
    """The server did not answer in time; what it does with the last statement is unknown."""


class Silence:
    """Remembers that the server says nothing: then one at a time asks it, the rest do not wait.

    Otherwise every thread of a process would stand waiting, also that which answers probes.
    """

    def __init__(self) -> None:
        self._lasts = False
        self._asking = threading.Lock()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Take a connection in this context, which asks the server; raise ServerSilent."""
        lasted = self._lasts
        if lasted and not self._asking.acquire(blocking=False):
            raise ServerSilent("the database does not answer")
        try:
            yield
            self._lasts = False
        finally:
            if lasted:
                self._asking.release()

    def note(self, error: DBAPIError) -> None:
        """Look whether a fault was that there is no answer."""
        self._lasts |= isinstance(error.orig, ServerSilent)
