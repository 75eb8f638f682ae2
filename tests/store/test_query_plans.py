"""No query of the pipeline, the lists or the statistics reads a large table from end to end.

On SQLite, whose plans without ANALYZE depend on the schema alone; `python -m bench sizes` writes
those of PostgreSQL with a million comments.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import ColumnElement, func, select

from bench.sizes import plan_of, reads_all, works_of
from bench.stored import Stored, fill, new_stored
from store.database import Database
from store.tables import comments

FEW = 200


@pytest.fixture
def filled(sqlite_database_url: str) -> Iterator[tuple[Database, Stored]]:
    with closing(Database(sqlite_database_url)) as database:
        stored = new_stored(database)
        fill(database, stored, 1, FEW)
        yield database, stored


def test_no_large_table_is_read_to_its_end(filled: tuple[Database, Stored]) -> None:
    database, stored = filled
    plans = {what: plan_of(database, work) for what, work in works_of(stored, FEW).items()}
    assert all(plans.values())
    reading = {what: plan for what, plan in plans.items() if any(map(reads_all, plan))}
    assert reading == {}


def test_what_waits_for_people_is_counted_without_reading_what_does_not(
    filled: tuple[Database, Stored],
) -> None:
    database, stored = filled
    plan = plan_of(database, works_of(stored, FEW)["review queue, counted"])
    assert any("USING INDEX ix_comments_review" in step for step in plan), plan


def test_a_rare_action_is_listed_without_reading_all_that_was_scored(
    filled: tuple[Database, Stored],
) -> None:
    database, stored = filled
    plan = plan_of(database, works_of(stored, FEW)["list, scored for review"])
    assert any("USING INDEX ix_comments_action" in step for step in plan), plan


def test_failed_deliveries_are_listed_without_reading_all_that_were_sent(
    filled: tuple[Database, Stored],
) -> None:
    database, stored = filled
    plan = plan_of(database, works_of(stored, FEW)["list of deliveries, failed"])
    of_deliveries = [step for step in plan if "SEARCH deliveries" in step]
    [finding, *reading] = of_deliveries
    assert "INDEX ix_deliveries_webhook_id_state_id (webhook_id=? AND state=?)" in finding, plan
    assert all("id=?" in step for step in reading), plan


@pytest.mark.parametrize("condition", [comments.c.content == "x", comments.c.revision > 0])
def test_one_that_does_would_be_noticed(
    filled: tuple[Database, Stored], condition: ColumnElement[bool]
) -> None:
    query = select(func.count()).select_from(comments).where(condition)
    assert any(map(reads_all, plan_of(filled[0], lambda tx: tx.execute(query))))
