"""Migrations on a PostgreSQL in use: they hold nobody up, and go on from where one ended."""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, text

from rules.comment import Comment
from store import migrate
from store.database import Database, StoreUnavailable
from store.review_words import keep_words
from tests.conftest import NOW
from tests.make import make_verdict

IDS = ("cmt_1", "cmt_2")


@pytest.fixture
def database(bare_postgres_database_url: str) -> Iterator[Database]:
    """Give a database of revision 0006 with two comments that wait for a person."""

    def build(tx: Connection) -> None:
        migrate._migrate(tx, "0006")
        values = {"now": NOW, "content": Comment(body="These words").model_dump_json()}
        values |= {"verdict": make_verdict(action="review").model_dump_json()}
        for statement in (SITE, *(row.format(id=one) for one in IDS for row in (COMMENT, VERDICT))):
            tx.execute(text(statement), values)

    with contextlib.closing(Database(bare_postgres_database_url)) as database:
        database.write(build)
        yield database


SITE = """INSERT INTO sites (id, name, on_timeout, akismet_review, created_at)
    VALUES ('s', 's', 'review', 'hold', :now)"""
COMMENT = """INSERT INTO comments (id, site_id, revision, status, action, content, metadata,
    submitted_at, attempts, lease_until, review_queue, review_rank)
    VALUES ('{id}', 's', 1, 'scored', 'review', :content, '{{}}', :now, 1, :now, '', 0)"""
VERDICT = """INSERT INTO verdicts (comment_id, revision, action, decided_by, scored_at, verdict)
    VALUES ('{id}', 1, 'review', 'policy', :now, :verdict)"""


def ask(database: Database, statement: str) -> list[object]:
    with database.read() as tx:
        return list(tx.execute(text(statement)).scalars())


def revision(database: Database) -> list[object]:
    return ask(database, "SELECT version_num FROM alembic_version")


def words(database: Database) -> set[object]:
    return set(ask(database, "SELECT comment_id FROM review_words"))


def test_who_reads_and_writes_does_not_wait_while_the_words_are_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def keep_late(*noted: Any) -> None:
        begun.set()
        assert go_on.wait(30)
        keep_words(*noted)

    monkeypatch.setattr("store.review_words.keep_words", keep_late)
    with ThreadPoolExecutor(1) as pool:
        upgraded = pool.submit(migrate.upgrade, database)
        assert begun.wait(30)
        started = time.monotonic()
        assert len(ask(database, "SELECT traceparent FROM comments")) == len(IDS)
        database.write(lambda tx: tx.execute(text("UPDATE sites SET name = 'renamed'")))
        assert time.monotonic() - started < 5
        go_on.set()
        assert upgraded.result(30)
    assert words(database) == set(IDS)


def test_one_that_ended_half_way_is_gone_on_with(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patched:
        patched.setattr("store.review_words.keep_words", end)
        with pytest.raises(InterruptedError):
            migrate.upgrade(database)
    assert revision(database) == ["0007"]
    assert migrate.upgrade(database)
    assert words(database) == set(IDS)
    with database.read() as tx:
        assert migrate.is_current(tx)


def test_one_that_waits_for_a_table_lets_others_at_it(database: Database) -> None:
    with ThreadPoolExecutor(1) as pool, database.engine.connect() as dump:
        dump.execute(text("LOCK TABLE comments IN ACCESS SHARE MODE"))
        upgraded = pool.submit(migrate.upgrade, database)
        longest = 0.0
        for _ in range(20):
            started = time.monotonic()
            ask(database, "SELECT id FROM comments")
            longest = max(longest, time.monotonic() - started)
            time.sleep(0.2)
        assert longest < migrate.LOCK_SECONDS + 1
        assert not upgraded.done()
        dump.rollback()
        assert upgraded.result(30)


def test_one_that_never_gets_its_table_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.migrate.LOCK_TRIES", 1)
    with database.engine.connect() as dump:
        dump.execute(text("LOCK TABLE comments IN ACCESS SHARE MODE"))
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            migrate.upgrade(database)


def test_two_at_once_take_turns(database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        changed = list(pool.map(migrate.upgrade, [database] * 2))
    assert sorted(changed) == [False, True]
