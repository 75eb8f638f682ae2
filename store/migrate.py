"""The schema's version: bring it up to date, or say that it is not.

Errors
    SchemaTooNew    a newer Tactful wrote this database, and took away what this one needs
"""

import time

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import OperationalError

from store.database import Database
from store.revisions import MIGRATIONS, lives_with, revisions

_TABLE = "alembic_version"
_ADVISORY_LOCK = 7_214_508_113  # any number, the same in every process
_STAND_STILL = "SET LOCAL idle_in_transaction_session_timeout = 0"  # whatever the server's is
LOCK_SECONDS = 1  # that a migration waits for a table, and then lets others at it
LOCK_TRIES = 120
_LOST = {"55P03", "40P01"}  # no lock in time, a deadlock


class SchemaTooNew(Exception):
    """The database has a revision that this version can not live with."""


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; return whether there were any.

    Safe to call from several processes at once: they take turns. Raises SchemaTooNew, and
    StoreUnavailable where others hold a table for minutes; the next call goes on from there.
    """
    if database.is_sqlite:
        return database.write(_upgrade)
    # The turn is a transaction of its own: a pooler keeps that on one connection, and it ends with
    # this process. The migrations commit one by one beside it, so that none keeps the locks of
    # another while it fills what that one made.
    with database.read() as turn, database.engine.connect() as connection:
        turn.execute(text(_STAND_STILL))
        turn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        event.listen(connection, "begin", _wait_shortly)
        return _upgrade_patiently(connection)


def _wait_shortly(connection: Connection) -> None:
    connection.exec_driver_sql(_STAND_STILL)
    # Everybody who comes later waits behind a lock that waits.
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")


def _upgrade_patiently(connection: Connection) -> bool:
    for _ in range(LOCK_TRIES):
        try:
            return _upgrade(connection)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _LOST:
                raise
            connection.rollback()
            time.sleep(LOCK_SECONDS)
    return _upgrade(connection)


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one that this version needs, or a newer one that only adds."""
    return lives_with(revisions()[-1], _revision(connection))


def refuse_newer(connection: Connection) -> None:
    """Raise SchemaTooNew unless this version can live with the schema or bring it up to date."""
    current = _revision(connection)
    if current is None or current in revisions() or lives_with(revisions()[-1], current):
        return
    raise SchemaTooNew(
        f"the database has schema {current}, which this version of Tactful cannot live with;"
        " install the version that wrote it, or restore a backup"
    )


def _upgrade(connection: Connection) -> bool:
    if is_current(connection):
        return False
    refuse_newer(connection)
    if connection.dialect.name == "postgresql":
        connection.commit()  # what was read; otherwise Alembic would leave all commits to us
    _migrate(connection, "head")
    return True


def _migrate(connection: Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - most starts have nothing to migrate
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_TABLE):
        return None
    revision: str | None = connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608
    return revision
