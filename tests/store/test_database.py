import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from store.database import Database, StoreUnavailable, normal_url, sqlite_url
from store.group_commit import GroupCommit
from store.migrate import SchemaTooNew, is_current, upgrade
from tests.servers import wait_until


def test_one_failing_unit_of_a_group_takes_no_other_with_it(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "x.db"), group_commit=True)
    database.write(lambda tx: tx.execute(text("CREATE TABLE t (a INTEGER UNIQUE)")))
    failures: list[Exception] = []

    def insert(number: int) -> None:
        def work(tx: object) -> None:
            tx.execute(text(f"INSERT INTO t VALUES ({number % 40})"))  # type: ignore[attr-defined]

        try:
            database.write(work)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=insert, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        stored = tx.execute(text("SELECT count(*) FROM t")).scalar_one()
    database.close()
    assert (stored, len(failures)) == (40, 10)


def test_threads_whose_first_write_comes_at_once_share_one_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_slowly(engine: Engine) -> GroupCommit:
        time.sleep(0.1)
        return GroupCommit(engine)

    def writers() -> int:
        return sum(thread.name == "group-commit" for thread in threading.enumerate())

    monkeypatch.setattr("store.database.GroupCommit", made_slowly)
    before = writers()
    database = Database(sqlite_url(tmp_path / "x.db"), group_commit=True)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(database.write, [_nothing] * 8))
    assert writers() == before + 1
    database.close()
    assert writers() == before


def test_writes_after_the_end_are_refused_and_none_waits_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.group_commit.CLOSING_SECONDS", 0.1)
    database = Database(sqlite_url(tmp_path / "x.db"), group_commit=True)
    running, may_end = threading.Event(), threading.Event()

    def long(_: Connection) -> bool:
        running.set()
        return may_end.wait(20)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(database.write, long)
        running.wait()
        second = pool.submit(database.write, _nothing)
        wait_until(pool._work_queue.empty, 20, "the second did not begin")
        database.close()
        assert isinstance(second.exception(20), StoreUnavailable)
        with pytest.raises(StoreUnavailable):
            database.write(_nothing)
        may_end.set()
        assert first.result(20)


def _nothing(tx: Connection) -> None:
    tx.execute(text("SELECT 1"))


def test_a_result_is_given_only_after_its_commit(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "x.db"), group_commit=True)
    database.write(lambda tx: tx.execute(text("CREATE TABLE t (a INTEGER)")))
    other = Database(sqlite_url(tmp_path / "x.db"))
    for number in range(20):
        database.write(lambda tx, n=number: tx.execute(text(f"INSERT INTO t VALUES ({n})")))  # type: ignore[misc]
        with other.read() as tx:
            assert tx.execute(text("SELECT max(a) FROM t")).scalar_one() == number
    other.close()
    database.close()


def test_a_database_that_is_not_there_is_named_as_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailable), database.read():
        pass


def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert upgrade(database) is False
    with database.read() as tx:
        assert is_current(tx)


@pytest.mark.parametrize("future", ["9999_needs_9998", "another kind of name"])
def test_a_schema_that_took_away_what_we_need_is_refused(database: Database, future: str) -> None:
    set_revision(database, future)
    with pytest.raises(SchemaTooNew, match=future):
        upgrade(database)
    with database.read() as tx:
        assert not is_current(tx)


def test_a_newer_schema_that_only_adds_is_left_as_it_is(database: Database) -> None:
    set_revision(database, "9999_needs_0001")
    assert upgrade(database) is False
    with database.read() as tx:
        assert is_current(tx)


def set_revision(database: Database, name: str) -> None:
    statement = text("UPDATE alembic_version SET version_num = :name")
    database.write(lambda tx: tx.execute(statement, {"name": name}))


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from store.tables import metadata

    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_postgresql_urls_name_the_driver() -> None:
    assert normal_url("postgres://a@b/c") == "postgresql+psycopg://a@b/c"
    assert normal_url("sqlite:///x.db") == "sqlite:///x.db"


def test_postgresql_urls_may_have_several_hosts_of_ipv6_too() -> None:
    several = "postgresql+psycopg://a@/c?host=::1,b&port=5432,&sslmode=require"
    assert normal_url("postgresql://a@[::1]:5432,b/c?sslmode=require") == several


def test_a_primary_is_found_among_several_hosts(postgres_database_url: str) -> None:
    there = postgres_database_url.partition("@")[2]
    several = f"@127.0.0.1:1,{there}?target_session_attrs=read-write"
    database = Database(postgres_database_url.replace(f"@{there}", several))
    assert database.takes_writes()
    database.close()


def test_an_emptied_log_holds_no_deleted_text(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = Database(sqlite_url(path))
    database.write(lambda tx: tx.execute(text("CREATE TABLE t (a TEXT)")))
    database.write(lambda tx: tx.execute(text("INSERT INTO t VALUES ('a secret confession')")))
    database.write(lambda tx: tx.execute(text("DELETE FROM t")))
    log = path.with_name("x.db-wal")
    assert b"a secret confession" in log.read_bytes()
    database.forget_log()
    assert b"a secret confession" not in log.read_bytes() + path.read_bytes()
    database.close()


def test_two_that_wait_for_each_other_both_get_done(postgres_database_url: str) -> None:
    database = Database(postgres_database_url)
    database.write(lambda tx: tx.execute(text("CREATE TABLE t (a INTEGER, n INTEGER)")))
    database.write(lambda tx: tx.execute(text("INSERT INTO t VALUES (1, 0), (2, 0)")))
    both_hold_one = threading.Barrier(2)
    runs: list[int] = []
    faults: list[Exception] = []

    def update_in_order(*order: int) -> None:
        def work(tx: Connection) -> None:
            first, second = order
            tx.execute(text(f"UPDATE t SET n = n + 1 WHERE a = {first}"))
            runs.append(first)
            if len(runs) <= 2:
                both_hold_one.wait(30)
            tx.execute(text(f"UPDATE t SET n = n + 1 WHERE a = {second}"))

        try:
            database.write(work)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=update_in_order, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        counts = tx.execute(text("SELECT n FROM t ORDER BY a")).scalars().all()
    database.close()
    assert faults == []
    assert len(runs) > 2, "one of them lost, or both, and ran again"
    assert list(counts) == [2, 2]


def test_postgresql_compiles_no_plan(postgres_database_url: str) -> None:
    database = Database(postgres_database_url)
    with database.read() as tx:
        assert tx.execute(text("SHOW jit")).scalar_one() == "off"
    database.close()


def test_a_database_that_is_not_migrated_yet_is_one_to_wait_for(
    bare_postgres_database_url: str,
) -> None:
    with closing(Database(bare_postgres_database_url)) as database:
        for missing in ("SELECT 1 FROM comments", "SELECT no_such FROM pg_database"):
            with pytest.raises(StoreUnavailable, match="does not exist"), database.read() as tx:
                tx.execute(text(missing))
