"""What campaigns keep goes when it counts no more; what waits stays a group."""

import sqlite3
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Connection, event, func, select

from store.campaign_tables import promotions, sightings, sketch_keys
from store.campaigns import WINDOW, Sighting, groups_of_keys, record_sightings
from store.database import Database
from store.fading import GROUPS_KEPT, forget_features, forget_old_sightings
from store.records import Site
from store.upkeep import forget_what_is_old
from tests.conftest import NOW
from tests.make import submit


def sight(database: Database, site: Site, key: int, campaign: str | None = None) -> str:
    comment = submit(database, site.id, f"Comment {key}")
    seen = Sighting(
        comment.id, site.id, site.id, "abcd", None, [key], [f"{abs(key):016x}"], campaign
    )
    database.write(lambda tx: record_sightings(tx, [seen], {}, NOW))
    return comment.id


def counts(database: Database) -> list[int]:
    with database.read() as tx:
        return [
            tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (sightings, sketch_keys, promotions)
        ]


def test_features_go_after_the_window_and_groups_later(database: Database, bare_site: Site) -> None:
    alone = sight(database, bare_site, -(2**63))
    sight(database, bare_site, 2**63 - 1, "cmp_1")
    with database.read() as tx:
        found = groups_of_keys(tx, [-(2**63), 2**63 - 1, 5], NOW)
    assert found == {-(2**63): alone, 2**63 - 1: "cmp_1"}
    for later, left in (
        (timedelta(hours=1), [2, 2, 2]),
        (WINDOW + timedelta(hours=1), [1, 0, 0]),
        (GROUPS_KEPT, [0, 0, 0]),
    ):
        list(forget_what_is_old(database, NOW + later))
        assert counts(database) == left


def test_however_many_features_are_old_all_of_them_go(
    database: Database, bare_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("fading", "upkeep"):
        monkeypatch.setattr(f"store.{module}.SIGHTINGS_AT_ONCE", 2)
    for key in (-(2**63), -5, 0, 7, 2**63 - 1):
        sight(database, bare_site, key)
    later = NOW + WINDOW + timedelta(hours=1)
    fresh = submit(database, bare_site.id, "Said again just now")
    seen = Sighting(fresh.id, bare_site.id, bare_site.id, "abcd", None, [7], [])
    database.write(lambda tx: record_sightings(tx, [seen], {}, later))
    list(forget_what_is_old(database, later))
    with database.read() as tx:
        assert tx.execute(select(sketch_keys.c.key)).scalars().all() == [7]


def test_no_search_for_what_is_old_makes_others_wait(sqlite_database_url: str) -> None:
    """On SQLite, whoever writes keeps all others waiting: then nothing is looked through."""
    plans: list[str] = []
    database = Database(sqlite_database_url)

    def explain(tx: Connection, _: object, statement: str, given: Any, *__: object) -> None:
        writes = tx.get_execution_options().get("tactful_writes")
        if writes and statement.startswith("DELETE"):
            driver = cast("sqlite3.Connection", tx.connection.driver_connection)
            plans.extend(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", given))

    event.listen(database.engine, "before_cursor_execute", explain)
    database.write(lambda tx: forget_old_sightings(tx, NOW))
    database.write(lambda tx: forget_features(tx, [1, 2], NOW))
    database.close()
    assert len(plans) > 5
    scans = {plan for plan in plans if plan.startswith("SCAN")}
    assert scans == {"SCAN standings"}  # which is emptied
