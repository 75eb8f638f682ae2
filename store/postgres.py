"""PostgreSQL: how connections are made, so that nobody waits for ever for a server that is silent.

Imported where there is one: on SQLite no process needs psycopg.
"""

import time
from typing import Any, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from store.silence import ServerSilent

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


class _NoAnswer(psycopg.OperationalError, ServerSilent):
    """ServerSilent, as SQLAlchemy tells it from a fault of ours; the connection is closed."""


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
        try:
            connection = _Connection.connect(**values)
        except ConnectionTimeout as error:
            raise _NoAnswer(*error.args) from error
        connection.answer_within = answer_within
        return connection

    def prepare(dbapi_connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection = cast("_Connection", dbapi_connection)
        cursor = connection.cursor()
        # Whatever we ask for is over sooner than compiling it would be, also where the planner
        # expects more rows than come.
        cursor.execute("SET jit = off")
        if answer_within is not None:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        if _through_a_pooler(connection):
            connection.prepare_threshold = None
        cursor.close()
        connection.commit()

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", prepare)
    return engine


def _through_a_pooler(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    """Tell whether a pooler lies between, by whose process numbers are the pooler's own.

    There the next transaction may come to another process of the server, which does not know what
    psycopg has prepared. Preparing nothing anywhere would cost PostgreSQL two fifths more.
    """
    [(serving,)] = connection.execute("SELECT pg_backend_pid()")
    return bool(serving != connection.info.backend_pid)


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
                raise _NoAnswer(f"the database did not answer within {seconds:g} s")
            wanted = gen.send(ready)
    except StopIteration as done:
        answer: Result = done.value
        return answer
