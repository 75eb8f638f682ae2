"""A PostgreSQL that says nothing: who waits for it is told so in seconds, and holds nobody up."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, text

from store.database import Database, StoreUnavailable
from tests.faults.proxy import Proxy
from tests.servers import wait_until

ANSWER_WITHIN = 1.5


@pytest.fixture
def database(far_database_url: str) -> Iterator[Database]:
    """Give a database that is reached through `network`."""
    with contextlib.closing(Database(far_database_url, answer_within=ANSWER_WITHIN)) as database:
        yield database


def ask(database: Database) -> int:
    with database.read() as tx:
        return int(tx.execute(text("SELECT 1")).scalar_one())


def seconds_until_told(database: Database) -> float:
    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        ask(database)
    return time.monotonic() - started


def test_a_server_that_takes_a_connection_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"postgresql://x:x@127.0.0.1:{silent.getsockname()[1]}/x"
        for url, patience in ((place, 5), (f"{place}?connect_timeout=2", 2)):
            with contextlib.closing(Database(url)) as database:
                assert patience - 1 < seconds_until_told(database) < patience + 2


def test_a_server_that_falls_silent_is_given_up_and_used_again_when_it_answers(
    database: Database, network: Proxy
) -> None:
    assert ask(database) == 1
    network.silent = True
    assert seconds_until_told(database) < ANSWER_WITHIN + 5 + 2  # a new connection is tried, too
    network.restore()
    wait_until(lambda: answers(database), 20, "it is not used again")


def test_while_it_is_silent_one_asks_and_the_others_do_not_wait(
    database: Database, network: Proxy
) -> None:
    ask(database)
    network.silent = True
    seconds_until_told(database)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(seconds_until_told, database)
        time.sleep(0.3)
        others = [pool.submit(seconds_until_told, database) for _ in range(8)]
        assert max(other.result() for other in others) < 1
        assert first.result() > 1


def test_a_statement_of_an_operators_command_takes_as_long_as_it_takes(
    bare_postgres_database_url: str,
) -> None:
    for answer_within, told in ((None, False), (ANSWER_WITHIN, True)):
        with contextlib.closing(
            Database(bare_postgres_database_url, answer_within=answer_within)
        ) as database:
            refused = False
            try:
                with database.read() as tx:
                    tx.execute(text(f"SELECT pg_sleep({ANSWER_WITHIN + 1})"))
            except StoreUnavailable:
                refused = True
            assert refused == told


def test_a_process_that_stands_still_in_mid_transaction_loses_its_locks(
    bare_postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.postgres.IDLE_SECONDS", 1)
    frozen, other = (Database(bare_postgres_database_url, answer_within=20) for _ in range(2))
    other.write(lambda tx: tx.execute(text("CREATE TABLE t (n INTEGER)")))
    other.write(lambda tx: tx.execute(text("INSERT INTO t VALUES (0)")))
    holds, thawed = threading.Event(), threading.Event()

    def add(tx: Connection) -> None:
        tx.execute(text("UPDATE t SET n = n + 1"))

    def stand_still(tx: Connection) -> None:
        add(tx)
        holds.set()
        thawed.wait(20)

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(frozen.write, stand_still)
        assert holds.wait(10)
        other.write(add)
        thawed.set()
        assert isinstance(late.exception(), StoreUnavailable)
    with other.read() as tx:
        assert tx.execute(text("SELECT n FROM t")).scalar_one() == 1
    frozen.close()
    other.close()


def answers(database: Database) -> bool:
    with contextlib.suppress(StoreUnavailable):
        return ask(database) == 1
    return False
