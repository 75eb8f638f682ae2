"""The schema's version: bring it up to date, or say that it is not.

Errors
    SchemaTooNew    a newer Tactful wrote this database; this one must not touch it
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store.database import Database

_ADVISORY_LOCK = 7_214_508_113  # any number, the same in every process


class SchemaTooNew(Exception):
    """The database has a revision that this version does not know."""


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; return whether there were any.

    Safe to call from several processes at once: they take turns. Raises SchemaTooNew.
    """
    return database.write(_upgrade)


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one that this version needs (or one that it can live with)."""
    return _revision(connection) == _scripts().get_current_head()


def refuse_newer(connection: Connection) -> None:
    """Raise SchemaTooNew unless this version knows the schema, and so can bring it up to date."""
    current = _revision(connection)
    if current is not None and current not in {s.revision for s in _scripts().walk_revisions()}:
        raise SchemaTooNew(
            f"the database has schema {current}, which this version of Tactful does not know;"
            " install the version that wrote it, or restore a backup"
        )


def _upgrade(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    if _revision(connection) == _scripts().get_current_head():
        return False
    refuse_newer(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
