"""JSON that is stored as text, read by the database."""

from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, cast, type_coerce


def json_of(tx: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """Return a text column as JSON, of which a query can take parts."""
    # SQLite's functions read JSON from text; PostgreSQL wants to be told that it is JSON.
    sqlite = tx.dialect.name == "sqlite"
    return type_coerce(column, JSON) if sqlite else cast(column, JSON)
