"""Databases that tests use one after the other: emptying one costs a sixth of making it."""

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from tests.servers import PostgresServer

_END_THE_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s"
_REVISION = "alembic_version"
_SHAPE = """
SELECT
    (SELECT md5(string_agg(concat_ws(' ', relname, relacl, attname, atttypid, attnotnull), ','
        ORDER BY relname, attnum))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0),
    (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid
        WHERE relnamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
        WHERE datname = current_database()),
    (SELECT datconnlimit FROM pg_database WHERE datname = current_database()),
    (SELECT string_agg(version_num, ',') FROM alembic_version)"""


class Databases:
    """PostgreSQL databases as their template is: one that a test left otherwise is dropped."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template = server, template
        self._free: list[str] = []
        self._numbers = itertools.count()
        with self._connection(template) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()

    @contextlib.contextmanager
    def one(self) -> Iterator[str]:
        """Give the URL of a database in which nothing is."""
        name = self._free.pop() if self._free else self._make()
        yield self._server.url(name)
        if self._empty(name):
            self._free.append(name)
        else:
            self._server.drop_database(name)

    def _make(self) -> str:
        name = f"test{next(self._numbers)}"
        self._server.create_database(name, template=self._template)
        return name

    def _empty(self, name: str) -> bool:
        """Return whether it is as it was made."""
        with contextlib.suppress(psycopg.Error), self._connection(name) as connection:
            connection.execute(_END_THE_OTHERS)
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            tables = [sql.Identifier(row[0]) for row in connection.execute(_TABLES, [_REVISION])]
            used = sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(table.as_string(), table)
                for table in tables
            )
            if full := [sql.SQL(row[0]) for row in connection.execute(used)]:
                truncate = sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE")
                connection.execute(truncate.format(sql.SQL(", ").join(full)))
            return True
        return False

    def _connection(self, name: str) -> psycopg.Connection[Any]:
        url = self._server.url(name)
        return psycopg.connect(url, autocommit=True, options="-c lock_timeout=5s")
