"""A pooler by transactions before PostgreSQL: one process of the server works for all sessions."""

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url, text

from store.database import Database
from tests.servers import PostgresServer, free_port, takes_connections, wait_until

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
SETTINGS = """[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
"""
OFTEN = 12  # psycopg prepares what it has sent five times


@pytest.fixture
def pooled_url(postgres: PostgresServer, postgres_database_url: str) -> Iterator[str]:
    """Return the URL of a database whose sessions share one process of the server."""
    if PGBOUNCER is None:
        missing = pytest.fail if os.environ.get("EVERY_LANGUAGE") else pytest.skip
        missing("no pgbouncer here")
    port = free_port()
    settings = postgres.directory / "pgbouncer.ini"
    settings.write_text(SETTINGS.format(server=postgres.port, port=port))
    postgres.own(settings)
    pooler = postgres.spawn(PGBOUNCER, "-q", str(settings))
    url = make_url(postgres_database_url).set(port=port).render_as_string(hide_password=False)
    wait_until(lambda: takes_connections(url), 10, "pgbouncer does not answer")
    yield url
    pooler.kill()
    pooler.wait(10)


def prepared(database: Database) -> int:
    """Send a statement often; return how many statements the server keeps for the session."""
    for number in range(OFTEN):
        with database.read() as tx:
            assert tx.execute(text("SELECT :n"), {"n": number}).scalar_one() == number
    with database.read() as tx:
        return int(tx.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one())


def test_nothing_is_prepared_where_the_next_transaction_may_come_to_another_process(
    pooled_url: str,
) -> None:
    for _ in range(2):
        with contextlib.closing(Database(pooled_url)) as database:
            assert prepared(database) == 0


def test_without_a_pooler_the_server_prepares_what_comes_often(postgres_database_url: str) -> None:
    with contextlib.closing(Database(postgres_database_url)) as database:
        assert prepared(database) > 0
