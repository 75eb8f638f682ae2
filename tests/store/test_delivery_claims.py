"""Claims of deliveries: held by one, fenced, and shared out among the endpoints."""

import threading
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from store.attempts import Attempt, record_attempts
from store.database import Database
from store.deliveries import delivery_backlog, get_delivery, retry_delivery
from store.delivery_claims import ClaimedDelivery, Room, claim_due, extend_leases
from store.due_deliveries import due_for_sending
from store.notices import publish_ping
from store.sites import create_site
from store.webhook_records import Webhook
from store.webhooks import change_webhook, create_webhook, get_webhook
from tests.conftest import NOW

LEASE = timedelta(seconds=8)
LATER = NOW + timedelta(seconds=9)


class Outbox:
    """A site whose webhooks are pinged."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.site, _ = database.write(lambda tx: create_site(tx, "default", NOW))

    def add(self, pings: int) -> str:
        webhook = self.database.write(
            lambda tx: create_webhook(
                tx, self.site.id, "https://a.example", ["webhook.ping"], "", NOW
            )
        )
        for _ in range(pings):
            self.database.write(lambda tx: publish_ping(tx, self.site.id, webhook.id, NOW))
        return webhook.id

    def webhook(self, webhook_id: str) -> Webhook:
        with self.database.read() as tx:
            found = get_webhook(tx, self.site.id, webhook_id)
        assert found is not None
        return found

    def claim(
        self,
        now: datetime = NOW,
        *,
        limit: int = 100,
        allowance: int = 100,
        doubtful: int = 100,
        slow: Collection[str] = (),
    ) -> list[ClaimedDelivery]:
        room = Room(limit, doubtful, lambda _: allowance, slow)
        claim = self.database.write(lambda tx: claim_due(tx, now, room=room, lease=LEASE))
        return list(claim.deliveries)

    def record(self, delivery: ClaimedDelivery, now: datetime = NOW) -> bool:
        attempt = Attempt(
            delivery_id=delivery.id,
            token=delivery.token,
            webhook_id=delivery.webhook_id,
            url=delivery.url,
            started_at=now,
            duration=timedelta(seconds=1),
            status=204,
            error=None,
            response="",
            address="192.0.2.1",
            state="delivered",
            next_attempt_at=None,
            gone=False,
            asked_rest=timedelta(),
        )
        return bool(self.database.write(lambda tx: record_attempts(tx, [attempt], now)))


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


def test_a_delivery_is_held_until_its_lease_runs_out(outbox: Outbox) -> None:
    outbox.add(1)
    [mine] = outbox.claim()
    assert outbox.claim() == []
    [theirs] = outbox.claim(LATER)
    assert (theirs.id, theirs.event_id) == (mine.id, mine.event_id)
    assert theirs.token != mine.token


def test_whoever_lost_the_lease_may_not_write(outbox: Outbox) -> None:
    outbox.add(1)
    [mine] = outbox.claim()
    [theirs] = outbox.claim(LATER)
    assert not outbox.record(mine, LATER)
    assert outbox.record(theirs, LATER)
    assert not outbox.record(theirs, LATER), "once"
    with outbox.database.read() as tx:
        found = get_delivery(tx, outbox.site.id, mine.id)
    assert found is not None
    assert len(found.attempts) == 1


def test_a_lease_that_ran_out_unnoticed_still_counts(outbox: Outbox) -> None:
    outbox.add(1)
    [mine] = outbox.claim()
    assert outbox.record(mine, LATER)


def test_a_renewed_lease_holds(outbox: Outbox) -> None:
    outbox.add(1)
    [mine] = outbox.claim()
    outbox.database.write(lambda tx: extend_leases(tx, {mine.id: mine.token}, LATER + LEASE))
    outbox.database.write(lambda tx: extend_leases(tx, {mine.id: "lease_x"}, NOW - LEASE))
    assert outbox.claim(LATER) == []


def test_no_endpoint_has_more_than_its_allowance_whoever_claims(outbox: Outbox) -> None:
    busy, quiet = outbox.add(10), outbox.add(1)
    first = outbox.claim(allowance=3)
    assert sorted(item.webhook_id for item in first) == sorted([busy] * 3 + [quiet])
    assert outbox.claim(allowance=3) == []
    done = next(item for item in first if item.webhook_id == busy)
    outbox.record(done)
    assert [item.webhook_id for item in outbox.claim(allowance=3)] == [busy]


def test_more_endpoints_than_room_all_have_their_turn(outbox: Outbox) -> None:
    endpoints = {outbox.add(5) for _ in range(20)}
    served: set[str] = set()
    sent = 0
    while claimed := outbox.claim(limit=2, allowance=1):
        sent += len(claimed)
        for item in claimed:
            served.add(item.webhook_id)
            outbox.record(item)
        if sent == 60:
            assert len(served) >= 15, "no endpoint was emptied before the others were served"
    assert (sent, served) == (100, endpoints)


def test_deliverers_at_once_never_take_the_same(outbox: Outbox) -> None:
    for _ in range(10):
        outbox.add(10)
    taken: list[str] = []
    lock = threading.Lock()

    def deliverer() -> None:
        empty = 0
        while empty < 3:
            claimed = outbox.claim(limit=7, allowance=4)
            empty = 0 if claimed else empty + 1
            for item in claimed:
                assert outbox.record(item)
            with lock:
                taken.extend(item.id for item in claimed)

    threads = [threading.Thread(target=deliverer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.extend(item.id for item in outbox.claim())  # if all gave up while others held rows
    assert len(taken) == len(set(taken)) == 100


def test_a_retry_leaves_what_is_in_flight_to_whoever_sends_it(outbox: Outbox) -> None:
    outbox.add(1)
    [mine] = outbox.claim()
    assert outbox.database.write(lambda tx: retry_delivery(tx, mine.id, NOW)) == "rearmed"
    assert outbox.claim() == []
    assert outbox.record(mine)


def test_what_is_due_and_how_much_waits(outbox: Outbox) -> None:
    outbox.add(2)
    with outbox.database.read() as tx:
        assert due_for_sending(tx, NOW)
        assert not due_for_sending(tx, NOW - timedelta(seconds=1))
        assert delivery_backlog(tx) == (2, NOW)
    for item in outbox.claim():
        outbox.record(item)
    with outbox.database.read() as tx:
        assert not due_for_sending(tx, NOW)
        assert delivery_backlog(tx) == (0, None)


def test_endpoints_that_may_hang_share_a_part_of_the_room(outbox: Outbox) -> None:
    proven = [outbox.add(2) for _ in range(3)]
    for delivery in outbox.claim(allowance=1):
        outbox.record(delivery)
    fresh = [outbox.add(1) for _ in range(5)]
    first = outbox.claim(limit=6, doubtful=2)
    assert sorted(item.webhook_id for item in first if not item.doubtful) == sorted(proven)
    assert len([item for item in first if item.doubtful]) == 2
    assert {item.webhook_id for item in first if item.doubtful} < set(fresh)
    assert outbox.claim(limit=100, doubtful=0) == []
    assert len(outbox.claim(limit=100, doubtful=100)) == 3


def test_a_slow_endpoint_counts_among_those_that_may_hang(outbox: Outbox) -> None:
    webhook_id = outbox.add(2)
    [first] = outbox.claim(allowance=1)
    outbox.record(first)
    assert outbox.claim(doubtful=0, slow={webhook_id}) == []
    [second] = outbox.claim(doubtful=1, slow={webhook_id})
    assert second.doubtful


def test_another_url_must_prove_itself_anew(outbox: Outbox) -> None:
    webhook_id = outbox.add(2)
    [first] = outbox.claim(allowance=1)
    outbox.record(first)
    change = outbox.webhook(webhook_id)
    outbox.database.write(lambda tx: change_webhook(tx, change, url="https://b.example"))
    assert outbox.claim(doubtful=0) == []
