"""The faults of PostgreSQL."""

import contextlib
import signal
from collections.abc import Iterator

import psycopg

from tests.faults.disk import disk_full
from tests.faults.fault import Fault, Strike
from tests.faults.production import DATABASE, Production
from tests.faults.traffic import Platform

CUT = f"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '{DATABASE}' AND pid <> pg_backend_pid()"""
CUT_IN_TRANSACTION = f"{CUT} AND xact_start IS NOT NULL"


def restarted(number: signal.Signals) -> Strike[Production]:
    """End it, and start it again."""

    @contextlib.contextmanager
    def strike(stage: Production, _platform: Platform) -> Iterator[None]:
        stage.postgres.stop(number)
        try:
            yield
        finally:
            stage.postgres.start()

    return strike


@contextlib.contextmanager
def connections_cut(stage: Production, _platform: Platform) -> Iterator[None]:
    """Cut those in mid-transaction a hundred times over, and then all."""
    with psycopg.connect(stage.postgres.url("postgres"), autocommit=True) as connection:
        for _ in range(100):
            connection.execute(CUT_IN_TRANSACTION.encode())
        connection.execute(CUT.encode())
    yield


@contextlib.contextmanager
def table_locked(stage: Production, _platform: Platform) -> Iterator[None]:
    """Somebody holds the table, as some ALTER TABLE do."""
    with psycopg.connect(stage.database_url) as connection:
        connection.execute("LOCK TABLE comments")
        yield


@contextlib.contextmanager
def no_connection_left(stage: Production, _platform: Platform) -> Iterator[None]:
    """Others took every connection, and ours were cut."""
    with (
        contextlib.ExitStack() as others,
        psycopg.connect(stage.postgres.url("postgres"), autocommit=True) as connection,
    ):
        connection.execute(f"ALTER DATABASE {DATABASE} CONNECTION LIMIT 0".encode())
        connection.execute(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS false".encode())
        connection.execute(CUT.encode())
        others.callback(_let_in, stage)
        yield


def _let_in(stage: Production) -> None:
    stage.postgres.run(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS true CONNECTION LIMIT -1")


POSTGRES_FAULTS: list[Fault[Production]] = [
    Fault("PostgreSQL restarted", restarted(signal.SIGINT), lasts=1, times=5),
    Fault("PostgreSQL crashes, recovers", restarted(signal.SIGQUIT), lasts=1, times=20),
    Fault("PostgreSQL, connections cut in mid-transaction", connections_cut, times=10),
    Fault("PostgreSQL, disk full", disk_full, lasts=6, times=2),
    Fault("PostgreSQL, table locked by another", table_locked, lasts=4, times=2),
    Fault("PostgreSQL takes no connections", no_connection_left, lasts=4, times=2),
]
