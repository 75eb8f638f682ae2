"""A database that fails while comments are judged: none of them is held to have killed a worker."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import select, text

from store.database import Database, StoreUnavailable
from store.records import Site
from store.tables import comments, verdicts
from tests.make import submit
from tests.servers import wait_until
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import FakeScorer, SlowScorer
from workers import scoring
from workers.batches import BATCH
from workers.scoring import score_pending_comments

VERDICTS = "INSERT ON verdicts FOR EACH ROW"
CLAIMS = "UPDATE ON comments FOR EACH ROW WHEN (NEW.attempts > OLD.attempts)"

FULL_DISK = """
    CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'no space left' USING ERRCODE = 'disk_full'; END $$
"""
OVERFLOW = "abs(-9223372036854775807 - 1)"  # an operational fault of SQLite, as a full disk is


@contextmanager
def failing(database: Database, when: str) -> Iterator[Callable[[], object]]:
    """Let this kind of write fail as on a full disk, until what is given is called or the end."""
    if database.is_sqlite:
        run(database, f"CREATE TRIGGER full BEFORE {when} BEGIN SELECT {OVERFLOW}; END")
    else:
        run(database, FULL_DISK)
        run(database, f"CREATE TRIGGER full_now BEFORE {when} EXECUTE FUNCTION full_disk()")
    name = "full" if database.is_sqlite else f"full_now ON {when.split()[2]}"
    mend = partial(run, database, f"DROP TRIGGER IF EXISTS {name}")
    yield mend
    mend()


def run(database: Database, statement: str) -> None:
    database.write(lambda tx: tx.execute(text(statement)))


def outcomes(database: Database) -> set[tuple[str, int, str | None]]:
    """Return the (status, attempts, who decided) that there are."""
    query = select(comments.c.status, comments.c.attempts, verdicts.c.decided_by)
    with database.read() as tx:
        rows = tx.execute(query.outerjoin(verdicts, verdicts.c.comment_id == comments.c.id))
        return {(row.status, row.attempts, row.decided_by) for row in rows}


def test_verdicts_wait_for_the_database_and_are_not_scored_again(
    database: Database, site: Site, make_runtime: MakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer, in_vain = FakeScorer(), threading.Event()
    monkeypatch.setattr(scoring, "beat", in_vain.set)
    for number in range(BATCH + 3):
        submit(database, site.id, f"Comment {number}")
    with ThreadPoolExecutor(1) as pool, failing(database, VERDICTS) as mend:
        done = pool.submit(score_pending_comments, make_runtime(scorer))
        wait_until(lambda: len(scorer.calls) == 2, 60, "the second batch was not scored")
        assert in_vain.wait(60)  # the first was to be recorded
        mend()
        assert done.result(60) == (BATCH + 3, True)
    assert [len(call) for call in scorer.calls] == [BATCH, 3]
    assert outcomes(database) == {("scored", 1, "policy")}


def test_a_longer_outage_is_no_death_of_a_worker_nor_for_the_batch_claimed_ahead(
    database: Database, site: Site, make_runtime: MakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "PATIENCE_SECONDS", 0.0)
    runtime = make_runtime(FakeScorer())
    for number in range(2 * BATCH + 3):
        submit(database, site.id, f"Comment {number}")
    with failing(database, VERDICTS):
        for _ in range(4):
            with pytest.raises(StoreUnavailable):
                score_pending_comments(runtime)
            assert outcomes(database) == {("pending", 0, None)}
    assert score_pending_comments(runtime) == (2 * BATCH + 3, True)
    assert outcomes(database) == {("scored", 1, "policy")}


def test_what_was_scored_is_recorded_although_nothing_more_can_be_claimed(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    scorer = SlowScorer()
    submit(database, site.id)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(score_pending_comments, make_runtime(scorer))
        assert scorer.entered.wait(60)
        submit(database, site.id, "One that waits")
        with failing(database, CLAIMS):
            scorer.go_on.set()
            assert done.result(60) == (1, False)
    assert outcomes(database) == {("scored", 1, "policy"), ("pending", 0, None)}
