"""A database that another program has locked: who waits together is refused together."""

import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from store.database import Database, StoreUnavailable, sqlite_url
from tests.servers import wait_until

WRITERS = 10


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Give a database in which somebody else is writing."""
    monkeypatch.setattr("store.database.BUSY_TIMEOUT_MS", 1_000)
    path = tmp_path / "locked.db"
    with contextlib.closing(Database(sqlite_url(path), group_commit=True)) as database:
        database.write(lambda tx: tx.execute(text("CREATE TABLE t (n INTEGER)")))
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield database


def test_writers_that_wait_together_fail_together(locked: Database) -> None:
    begun: list[str] = []

    def note(_c: object, _cursor: object, sql: str, *_: object) -> None:
        begun.append(sql)

    def write(tx: Connection) -> None:
        tx.execute(text("INSERT INTO t VALUES (1)"))

    event.listen(locked.engine, "before_cursor_execute", note)
    with ThreadPoolExecutor(WRITERS) as pool:
        first = pool.submit(locked.write, write)
        wait_until(lambda: bool(begun), 20, "the first did not begin")
        others = [pool.submit(locked.write, write) for _ in range(WRITERS - 1)]
        faults = [future.exception() for future in (first, *others)]
    assert {type(fault) for fault in faults} == {StoreUnavailable}
    assert begun.count("BEGIN IMMEDIATE") == len(begun) < WRITERS
