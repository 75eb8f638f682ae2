"""A clock that was ahead and was set back holds up nothing. Here it was NOW, and it is BEFORE."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from store.claims import pending_since
from store.database import Database
from store.due_deliveries import due_for_sending
from store.notices import publish_ping
from store.records import Site
from store.tables import attempts, deliveries, webhooks
from store.times_ahead import any_times_ahead, mend_times_ahead
from tests.conftest import NOW
from tests.make import add_webhook, claim, submit

BEFORE = NOW - timedelta(hours=1)


def mended(database: Database) -> bool:
    """Mend what there is to mend, as cron does."""
    with database.read() as tx:
        if not any_times_ahead(tx, BEFORE):
            return False
    assert database.write(lambda tx: mend_times_ahead(tx, BEFORE)) > 0
    with database.read() as tx:
        assert not any_times_ahead(tx, BEFORE)
    return True


def due(database: Database) -> bool:
    with database.read() as tx:
        return due_for_sending(tx, BEFORE)


@pytest.fixture
def delivery(database: Database, bare_site: Site) -> str:
    """Return a delivery that was made an hour ahead."""
    webhook = add_webhook(database, bare_site.id, events='["webhook.ping"]')
    return database.write(lambda tx: publish_ping(tx, bare_site.id, webhook, NOW))


def change(database: Database, **values: object) -> None:
    database.write(lambda tx: tx.execute(update(deliveries).values(**values)))


def test_a_comment_held_by_a_clock_ahead_is_free_again(database: Database, bare_site: Site) -> None:
    submit(database, bare_site.id)
    claim(database)
    assert claim(database, BEFORE, retried=True).comments == []
    assert mended(database)
    assert len(claim(database, BEFORE, retried=True).comments) == 1


def test_a_comment_submitted_by_a_clock_ahead_is_rung_for(
    database: Database, bare_site: Site
) -> None:
    submit(database, bare_site.id)
    with database.read() as tx:
        assert pending_since(tx, BEFORE - timedelta(seconds=1), BEFORE)


@pytest.mark.usefixtures("delivery")
@pytest.mark.parametrize("held", [False, True])
def test_a_delivery_made_by_a_clock_ahead_is_due(database: Database, held: bool) -> None:
    if held:
        change(database, lease_token="lease_1", lease_until=NOW + timedelta(seconds=8))
    assert not due(database)
    assert mended(database)
    assert due(database)


@pytest.mark.usefixtures("delivery")
def test_an_endpoint_that_rests_by_a_clock_ahead_is_awake(database: Database) -> None:
    change(database, created_at=BEFORE, next_attempt_at=BEFORE)
    database.write(lambda tx: tx.execute(update(webhooks).values(resting_until=NOW)))
    assert not due(database)
    assert mended(database)
    assert due(database)


def test_a_retry_waits_for_its_time_unless_a_clock_ahead_set_it(
    database: Database, delivery: str
) -> None:
    change(database, created_at=BEFORE, next_attempt_at=NOW, attempts=1)
    assert not mended(database)
    attempt = {"id": "att_1", "delivery_id": delivery, "number": 1, "duration_ms": 1}
    made = attempts.insert().values(started_at=NOW, **attempt)
    database.write(lambda tx: tx.execute(made))
    assert mended(database)
    assert due(database)


def test_what_a_right_clock_wrote_stays(database: Database, bare_site: Site, delivery: str) -> None:
    submit(database, bare_site.id)
    soon = BEFORE + timedelta(seconds=8)
    times = {"created_at": BEFORE, "next_attempt_at": BEFORE, "lease_until": soon}
    change(database, lease_token="lease_1", **times)
    claim(database, BEFORE)
    assert not mended(database)
    with database.read() as tx:
        held = select(deliveries.c.lease_until).where(deliveries.c.id == delivery)
        assert tx.execute(held).scalar_one() == soon
