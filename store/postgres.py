"""PostgreSQL: how connections are made, so that nobody waits for ever for a server that is silent.

Errors
    ServerSilent    it did not answer in time; what it does with the last statement is unknown
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

Result = TypeVar("Result")

POOL_SIZE = 8
IDLE_SECONDS = 10  # that a process may be still in mid-transaction: longer than a lease of comments
# libpq's own names; what the URL says of them wins. A machine that is gone is noticed after 25 s by
# who waits for its answer, after 15 s by who sends to it.
NETWORK = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
LOOK_SECONDS = 0.1  # psycopg's own, between two looks at an interrupt


class ServerSilent(psycopg.OperationalError):
    """The server did not answer in time; the connection is closed."""


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
        self._lasts |= isinstance(error.orig, ServerSilent | ConnectionTimeout)


def hosts_apart(url: str) -> str:
    """Return a URL of several hosts, libpq's `h1:5432,[::2]:5432`, as SQLAlchemy takes them.

    Raises ValueError for what is no host with its port.
    """
    if (parts := _SEVERAL.fullmatch(url)) is None:
        return url
    found = [_HOST.fullmatch(each) for each in parts["hosts"].split(",")]
    if not all(found):
        raise ValueError("not each is a host with its port")
    hosts = ",".join(one["host"].strip("[]") for one in found if one)
    ports = ",".join(one["port"] or "" for one in found if one)
    options = f"&{parts['options']}" if parts["options"] else ""
    return f"{parts['user']}{parts['name'] or '/'}?host={hosts}&port={ports}{options}"


_SEVERAL = re.compile(
    r"(?P<user>[^:]+://(?:[^?]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<name>/[^?]*)?(\?(?P<options>.*))?"
)
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(:(?P<port>\d*))?")


def postgres_engine(url: str, answer_within: float | None) -> Engine:
    """Return what makes connections.

    With `answer_within` (seconds) a statement without an answer raises ServerSilent, and the server
    ends transactions in which this process stands still, with the locks that they hold.
    """
    named = make_url(url)
    engine = create_engine(
        named.set(query={**NETWORK, **named.query}),
        pool_size=POOL_SIZE,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    def connect(_dialect: object, _entry: object, _args: object, values: dict[str, Any]) -> object:
        connection = _Connection.connect(**values)
        connection.answer_within = answer_within
        return connection

    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # Whatever we ask for is over sooner than compiling it would be, also where the planner
        # expects more rows than come.
        cursor.execute("SET jit = off")
        if answer_within is not None:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        cursor.close()
        connection.commit()

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", prepare)
    return engine


class _Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which a wait may have an end.

    TCP's own limits tell of a machine that is gone; where the server's process or its disk hangs,
    the kernel beneath it goes on confirming what arrives.
    """

    answer_within: float | None = None

    def wait(
        self, gen: PQGen[Result], interval: float = LOOK_SECONDS, timeout: float | None = None
    ) -> Result:
        """Wait for what the server answers; raise ServerSilent."""
        limits = {} if timeout is None else {"timeout": timeout}  # which came with psycopg 3.3
        if self.answer_within is None:
            return super().wait(gen, interval, **limits)
        try:
            return super().wait(_ending(gen, self.answer_within), interval, **limits)
        except ServerSilent:
            self.pgconn.finish()
            raise


def _ending(gen: PQGen[Result], seconds: float) -> PQGen[Result]:
    deadline = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                raise ServerSilent(f"the database did not answer within {seconds:g} s")
            wanted = gen.send(ready)
    except StopIteration as done:
        answer: Result = done.value
        return answer
