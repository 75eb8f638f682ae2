"""JSON that is text, stored or sent, read by the database."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    String,
    any_,
    cast,
    func,
    literal,
    select,
    type_coerce,
)


def json_of(tx: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """Return a text column as JSON, of which a query can take parts."""
    # SQLite's functions read JSON from text; PostgreSQL wants to be told that it is JSON.
    sqlite = tx.dialect.name == "sqlite"
    return type_coerce(column, JSON) if sqlite else cast(column, JSON)


def one_of(
    tx: Connection, column: ColumnElement[str], values: Sequence[str]
) -> ColumnElement[bool]:
    """Whether a column has one of very many values, sent as one: a parameter each takes longer."""
    if tx.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(String)))
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))
