"""The schema's version: bring it up to date, or say that it is not.

Errors
    SchemaTooNew    a newer Tactful wrote this database, and took away what this one needs
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store.database import Database
from store.revisions import lives_with

_ADVISORY_LOCK = 7_214_508_113  # any number, the same in every process


class SchemaTooNew(Exception):
    """The database has a revision that this version can not live with."""


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; return whether there were any.

    Safe to call from several processes at once: they take turns. Raises SchemaTooNew.
    """
    return database.write(_upgrade)


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one that this version needs, or a newer one that only adds."""
    return lives_with(_head(), _revision(connection))


def refuse_newer(connection: Connection) -> None:
    """Raise SchemaTooNew unless this version can live with the schema or bring it up to date."""
    current = _revision(connection)
    known = current is None or lives_with(_head(), current)
    if not known and current not in {s.revision for s in _scripts().walk_revisions()}:
        raise SchemaTooNew(
            f"the database has schema {current}, which this version of Tactful cannot live with;"
            " install the version that wrote it, or restore a backup"
        )


def _upgrade(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    if lives_with(_head(), _revision(connection)):
        return False
    refuse_newer(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str:
    head = _scripts().get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
