"""Upserts: SQLite and PostgreSQL say them alike, but SQLAlchemy has them in no common base."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(tx: Connection, table: Table, changes: Callable[[Any], dict[str, Any]]) -> Insert:
    """Return an insert that changes the row where its primary key is there already.

    `changes` gets the columns of the new row, and returns what to set.
    """
    key = table.primary_key
    if tx.dialect.name == "postgresql":
        pg = postgresql.insert(table)
        return pg.on_conflict_do_update(key, set_=changes(pg.excluded))
    lite = sqlite.insert(table)
    return lite.on_conflict_do_update(key, set_=changes(lite.excluded))
