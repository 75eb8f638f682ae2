"""A clock that was ahead and was set back holds up nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from rules.comment import Comment
from store.claims import claim_pending, pending_since
from store.comments import submit_comment
from store.database import Database
from store.delivery_claims import claim_due
from store.notices import publish_ping
from store.records import Site
from store.tables import attempts, deliveries, webhooks
from store.times_ahead import any_times_ahead, mend_times_ahead
from store.webhooks import create_webhook
from tests.conftest import NOW

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=8)


def mended(database: Database, now: datetime) -> bool:
    """Mend what is there to be mended, as cron does."""
    with database.read() as tx:
        if not any_times_ahead(tx, now):
            return False
    assert database.write(lambda tx: mend_times_ahead(tx, now)) > 0
    with database.read() as tx:
        assert not any_times_ahead(tx, now)
    return True


def claimed(database: Database, now: datetime) -> int:
    work = lambda tx: claim_pending(tx, now, limit=9, lease=LEASE, retried=True)  # noqa: E731
    return len(database.write(work).comments)


def taken(database: Database, now: datetime) -> int:
    work = lambda tx: claim_due(tx, now, limit=9, lease=LEASE, allowance=lambda _: 9)  # noqa: E731
    return len(database.write(work).deliveries)


@pytest.fixture
def webhook(database: Database, bare_site: Site) -> str:
    return database.write(
        lambda tx: create_webhook(tx, bare_site.id, "https://a.example/", ["webhook.ping"], "", NOW)
    ).id


def test_a_comment_held_by_a_clock_ahead_is_free_again(database: Database, bare_site: Site) -> None:
    ahead = NOW + HOUR
    database.write(lambda tx: submit_comment(tx, bare_site.id, Comment(body="Hello"), ahead))
    database.write(lambda tx: claim_pending(tx, ahead, limit=9, lease=LEASE))
    assert claimed(database, NOW) == 0
    assert mended(database, NOW)
    with database.read() as tx:
        assert pending_since(tx, NOW - timedelta(seconds=1), NOW)
    assert claimed(database, NOW) == 1


@pytest.mark.parametrize("held", [False, True])
def test_a_delivery_made_by_a_clock_ahead_is_due(
    database: Database, bare_site: Site, webhook: str, held: bool
) -> None:
    ahead = NOW + HOUR
    database.write(lambda tx: publish_ping(tx, bare_site.id, webhook, ahead))
    if held:
        assert taken(database, ahead) == 1
    assert taken(database, NOW) == 0
    assert mended(database, NOW)
    assert taken(database, NOW + timedelta(seconds=1)) == 1


def test_an_endpoint_that_rests_by_a_clock_ahead_is_awake(
    database: Database, bare_site: Site, webhook: str
) -> None:
    database.write(lambda tx: publish_ping(tx, bare_site.id, webhook, NOW))
    rest = update(webhooks).values(resting_until=NOW + HOUR)
    database.write(lambda tx: tx.execute(rest))
    assert mended(database, NOW)
    assert taken(database, NOW) == 1


def test_a_retry_waits_for_its_time_unless_a_clock_ahead_set_it(
    database: Database, bare_site: Site, webhook: str
) -> None:
    database.write(lambda tx: publish_ping(tx, bare_site.id, webhook, NOW))
    retry = update(deliveries).values(next_attempt_at=NOW + HOUR, attempts=1)
    database.write(lambda tx: tx.execute(retry))
    assert not mended(database, NOW)

    with database.read() as tx:
        delivery_id = tx.execute(select(deliveries.c.id)).scalar_one()
    attempt = {"id": "att_1", "delivery_id": delivery_id, "number": 1, "duration_ms": 1}
    made = attempts.insert().values(started_at=NOW + HOUR, **attempt)
    database.write(lambda tx: tx.execute(made))
    assert mended(database, NOW)
    assert taken(database, NOW) == 1


def test_what_is_held_by_a_right_clock_stays_held(
    database: Database, bare_site: Site, webhook: str
) -> None:
    database.write(lambda tx: submit_comment(tx, bare_site.id, Comment(body="Hello"), NOW))
    database.write(lambda tx: claim_pending(tx, NOW, limit=9, lease=LEASE))
    database.write(lambda tx: publish_ping(tx, bare_site.id, webhook, NOW))
    assert taken(database, NOW) == 1
    assert not mended(database, NOW)
