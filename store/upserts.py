"""Upserts: SQLite and PostgreSQL say them alike, but SQLAlchemy has them in no common base."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    tx: Connection,
    table: Table,
    changes: Callable[[Any], dict[str, Any]],
    where: Callable[[Any], ColumnElement[bool] | None] = lambda _: None,
) -> Insert:
    """Return an insert that changes the row where its primary key is there already.

    `changes` gets the columns of the new row, and returns what to set; `where` gets them, too, and
    returns what must hold, or the row stays as it is.
    """
    key = table.primary_key
    if tx.dialect.name == "postgresql":
        pg = postgresql.insert(table)
        new = pg.excluded
        return pg.on_conflict_do_update(key, set_=changes(new), where=where(new))
    lite = sqlite.insert(table)
    new = lite.excluded
    return lite.on_conflict_do_update(key, set_=changes(new), where=where(new))
