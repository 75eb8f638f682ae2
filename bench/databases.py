"""Databases to measure on: an SQLite file and a PostgreSQL server, empty and gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.database import Database, sqlite_url
from tests.servers import running_postgres


@contextmanager
def fresh_sqlite() -> Iterator[Database]:
    """Give a database in a file of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="tactful-bench-") as folder,
        closing(Database(sqlite_url(Path(folder) / "bench.db"))) as database,
    ):
        yield database


@contextmanager
def fresh_postgres() -> Iterator[Database]:
    """Give a database of a server of its own."""
    with (
        running_postgres() as server,
        closing(Database(server.create_database("bench"))) as database,
    ):
        yield database
