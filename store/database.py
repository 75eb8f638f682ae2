"""The database: how connections are made, and how one reads and writes.

Errors
    StoreUnavailable    the database cannot be reached, is locked, full or read-only: try later
"""

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from store.group_commit import GroupCommit, WriterStopped
from store.hosts import hosts_apart
from store.silence import ServerSilent, Silence

Result = TypeVar("Result")

POOL_SIZE = 16  # of SQLite
BUSY_TIMEOUT_MS = 8_000
LOCK_LOOK_SECONDS = 0.001
PRIMARY_CODE = 0xFF  # of what SQLite returns; the rest tells more of it
LOG_TIMEOUT_MS = 250
# PostgreSQL's, and for SQLAlchemy no faults of operation.
IDLE_TOO_LONG = "25P03"
NOT_MIGRATED = {"42P01", "42703"}  # no such table or column, yet
READ_ONLY = "25006"  # it is a standby, perhaps since a moment ago, or set to take no writes
CONFLICTS = 4  # with other transactions, that a unit of work may lose and run again


class StoreUnavailable(Exception):
    """The database cannot serve this now; nothing of the unit of work was kept."""


class Database:
    """Reads and writes of one process, the same on SQLite and PostgreSQL.

    `group_commit` is for the one process that takes in comments on SQLite: its threads' writes
    share commits. It changes nothing on PostgreSQL.

    `answer_within` (seconds) is for processes that serve others, on PostgreSQL: so long they wait
    for an answer. An operator's command waits for as long as its statement takes.
    """

    def __init__(
        self, url: str, *, group_commit: bool = False, answer_within: float | None = None
    ) -> None:
        self.engine = _engine(normal_url(url), answer_within)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = self.engine.execution_options(tactful_writes=True)
        self._grouped = group_commit and self.is_sqlite
        self._group: GroupCommit | None = None
        self._making_group = threading.Lock()
        self._silence = Silence()
        # At the end of a process, too: the last one to close SQLite's file empties its log into it.
        weakref.finalize(self, self.engine.dispose)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state and writes nothing."""
        with _faults_named(), self._transaction(self.engine) as connection:
            yield connection

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in one transaction; what it returned is given once that is committed.

        `work` may run twice, so it changes nothing but the database. Raises StoreUnavailable and
        what `work` raises.
        """
        with _faults_named():
            if self._grouped:
                return cast("Result", self._group_commit().run(work))
            for _ in range(CONFLICTS):
                try:
                    return self._run(work)
                except OperationalError as error:
                    if not _lost_a_conflict(error):
                        raise
            return self._run(work)

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        with self._transaction(self._writing) as connection:
            return work(connection)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            with self._silence.asking():
                connection = engine.connect()
            with connection, connection.begin():
                yield connection
        except DBAPIError as error:
            self._silence.note(error)
            if _sqlstate(error) == READ_ONLY:
                self._look_elsewhere()
            raise

    def takes_writes(self) -> bool:
        """Whether the server lets us write, which a standby does not; raise StoreUnavailable."""
        if self.is_sqlite:
            return True
        with self.read() as tx:
            takes = tx.execute(text("SHOW transaction_read_only")).scalar() == "off"
        if not takes:
            self._look_elsewhere()
        return takes

    def _look_elsewhere(self) -> None:
        # What was the primary keeps our connections, and another may answer at its address now.
        self.engine.dispose()

    def forget_log(self) -> bool:
        """Empty SQLite's write-ahead log, in which erased texts outlive their rows.

        Return whether that is done: what a reader still needs stays. Raises StoreUnavailable.
        """
        if not self.is_sqlite:
            return True
        with _faults_named(), self.engine.connect() as connection:
            cursor = connection.connection.cursor()  # a checkpoint runs in no transaction
            # Writers wait while it waits for readers, so it waits only shortly.
            cursor.execute(f"PRAGMA busy_timeout = {LOG_TIMEOUT_MS}")
            (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            cursor.close()
            return not busy

    def close(self) -> None:
        """Finish writes that are queued, refuse later ones, and close every connection."""
        if self._group is not None:
            self._group.close()
        self.engine.dispose()

    def _group_commit(self) -> GroupCommit:
        # Made at the first write: a thread made before gunicorn forks would not survive it.
        with self._making_group:
            if self._group is None:
                self._group = GroupCommit(self._writing)
            return self._group


def normal_url(url: str) -> str:
    """Return `url` as SQLAlchemy reads it: with the driver named, psycopg 3 for PostgreSQL."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            url = "postgresql+psycopg://" + url.removeprefix(scheme)
    return hosts_apart(url) if url.startswith("postgresql") else url


def sqlite_url(path: Path) -> str:
    """Return the URL of an SQLite file."""
    return f"sqlite:///{path}"


def _lost_a_conflict(error: OperationalError) -> bool:
    """Whether PostgreSQL rolled this back in favour of another: then it may simply run again."""
    return _sqlstate(error) in {"40001", "40P01"}  # serialization, deadlock


def _sqlstate(error: Exception) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


_AWAY = (OperationalError, InterfaceError, PoolTimeout, ServerSilent, WriterStopped)
_AWAY_STATES = {IDLE_TOO_LONG, READ_ONLY, *NOT_MIGRATED}


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, ServerSilent, WriterStopped) as error:
        if not isinstance(error, _AWAY) and _sqlstate(error) not in _AWAY_STATES:
            raise
        # The driver's own words: SQLAlchemy's would hold the statement's parameters.
        cause = getattr(error, "orig", None) or type(error).__name__
        raise StoreUnavailable(str(cause).strip().splitlines()[0]) from error


def _engine(url: str, answer_within: float | None) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        from store.postgres import postgres_engine  # noqa: PLC0415 - with psycopg, which takes a while

        return postgres_engine(url, answer_within)
    engine = create_engine(url, pool_size=POOL_SIZE, pool_timeout=10, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",  # erased means overwritten
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads before it writes must take the lock first: upgrading a deferred
    # one fails at once, whatever the busy timeout (36 % of requests in an experiment).
    if connection.get_execution_options().get("tactful_writes", False):
        _take_write_lock(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _take_write_lock(connection: Connection) -> None:
    """Begin to write, asking often: SQLite's own waiting grows to 100 ms between two looks.

    While another process writes without a pause, that would leave us the lock once in a while.
    """
    driver = cast("SqliteConnection", connection.connection.driver_connection)
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1_000
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while not _got_lock(driver):
            if time.monotonic() > deadline:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # for SQLAlchemy's own error
                return
            time.sleep(LOCK_LOOK_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _got_lock(driver: SqliteConnection) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except SqliteError as error:
        if error.sqlite_errorcode & PRIMARY_CODE != SQLITE_BUSY:
            raise
        return False
    return True
