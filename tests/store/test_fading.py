"""What campaigns keep goes when it counts no more; what waits stays a group."""

from datetime import timedelta

from sqlalchemy import func, select

from store.campaign_tables import promotions, sightings, sketch_keys
from store.campaigns import WINDOW, Sighting, groups_of_keys, record_sightings
from store.database import Database
from store.fading import GROUPS_KEPT, forget_old_sightings
from store.records import Site
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
        database.write(lambda tx, later=later: forget_old_sightings(tx, NOW + later))  # type: ignore[misc]
        assert counts(database) == left
