"""Delivery: what is in the outbox reaches its endpoints, and every attempt is on record."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from sqlalchemy import update
from standardwebhooks.webhooks import Webhook

from store.deliveries import recover_since, retry_delivery
from store.sealing import Sealer
from store.tables import events
from store.webhook_secrets import rotate_secret
from store.webhooks import change_webhook
from tests.workers.outbox_world import World
from tests.workers.receivers import Receiver, after, answer, raw
from workers.retries import SCHEDULE
from workers.signing import new_secret, sign


def test_a_verdict_arrives_once_and_signed(world: World, receiver: Receiver) -> None:
    webhook_id = world.add_webhook(receiver.url)
    comment_id = world.submit("Grüße 🙂")
    world.judge()
    receiver.respond = answer(200, b"x" * 2000 + b"\0")
    assert world.deliver() == 1
    [got] = receiver.received
    event = Webhook(world.secrets[webhook_id]).verify(got.body, got.headers)
    assert event["type"] == "comment.verdict"
    assert event["data"]["id"] == comment_id
    assert event["data"]["verdict"]["action"] == "approve"
    assert got.headers["content-type"] == "application/json"
    [delivery] = world.deliveries()
    assert (delivery.state, delivery.event_id) == ("delivered", got.headers["webhook-id"])
    assert delivery.delivered_at == world.clock()
    [attempt] = delivery.attempts
    assert (attempt.number, attempt.status, attempt.error) == (1, 200, None)
    assert (attempt.response, attempt.address) == ("x" * 1024, "127.0.0.1")
    assert world.deliver() == 0
    assert world.held() == 0


def test_failures_are_retried_on_schedule_with_one_id_until_it_is_over(
    world: World, receiver: Receiver
) -> None:
    receiver.respond = answer(500, b"no\0")
    delivery_id = world.ping(world.add_webhook(receiver.url))
    for step in SCHEDULE:
        assert world.deliver() == 1
        assert world.deliver() == 0
        world.clock.move(step)
        assert world.deliver() == 0, "jitter makes it later"
        world.clock.move(step / 10)
    assert world.deliver() == 1
    found = world.delivery(delivery_id)
    assert (found.state, found.next_attempt_at) == ("failed", None)
    assert [attempt.number for attempt in found.attempts] == list(range(1, 11))
    assert found.attempts[0].response == "no\ufffd"
    assert len({got.headers["webhook-id"] for got in receiver.received}) == 1
    assert len({got.headers["webhook-timestamp"] for got in receiver.received}) == 10


@pytest.mark.parametrize(
    ("respond", "error"),
    [
        (raw(), "Server disconnected"),
        (after(1.5, answer(200)), "in time"),
        (answer(302, Location="http://127.0.0.1/"), "redirects are not followed"),
    ],
)
def test_what_went_wrong_is_on_record(
    world: World, receiver: Receiver, respond: object, error: str
) -> None:
    receiver.respond = respond  # type: ignore[assignment]
    delivery_id = world.ping(world.add_webhook(receiver.url))
    assert world.deliver(seconds=0.4) == 1
    [attempt] = world.delivery(delivery_id).attempts
    assert error in str(attempt.error)
    assert attempt.address == "127.0.0.1"


def test_a_private_address_is_on_record_as_refused(world: World) -> None:
    delivery_id = world.ping(world.add_webhook("http://10.0.0.1/hook"))
    assert world.deliver() == 1
    [attempt] = world.delivery(delivery_id).attempts
    assert attempt.error == "10.0.0.1 is at 10.0.0.1, which is private"
    assert attempt.address is None


def test_a_receiver_that_asks_for_an_impossible_time_stops_nothing(
    world: World, receiver: Receiver
) -> None:
    receiver.respond = answer(503, Retry_After="Mon, 01 Jan 99999999999999999999 00:00:00 GMT")
    world.ping(world.add_webhook(receiver.url))
    assert world.deliver() == 1
    [delivery] = world.deliveries()
    [attempt] = delivery.attempts
    assert (delivery.state, attempt.status, attempt.error) == ("pending", 503, None)


def test_retry_after_is_obeyed(world: World, receiver: Receiver) -> None:
    receiver.respond = answer(429, Retry_After="600")
    delivery_id = world.ping(world.add_webhook(receiver.url))
    world.deliver()
    assert world.delivery(delivery_id).next_attempt_at == world.clock() + timedelta(minutes=10)


def test_410_disables_the_endpoint_and_the_others_hear_of_it(
    world: World, receiver: Receiver
) -> None:
    with Receiver(answer(410)) as gone:
        gone_id, other_id = world.add_webhook(gone.url), world.add_webhook(receiver.url)
        deaf_id = world.add_webhook(receiver.url, ["comment.verdict"])
        first, second = world.ping(gone_id), world.ping(gone_id)
        world.deliver()
        assert len(gone.received) == 1
    assert [world.delivery(delivery_id).state for delivery_id in (first, second)] == ["failed"] * 2
    assert not world.webhook(gone_id).enabled
    assert world.webhook(gone_id).disabled_reason == "The endpoint answered 410 Gone."
    [got] = receiver.received
    event = json.loads(got.body)
    assert event["type"] == "webhook.disabled"
    assert event["data"]["webhook_id"] == gone_id
    assert event["data"]["reason"] == "The endpoint answered 410 Gone."
    assert world.webhook(other_id).enabled
    assert world.webhook(deaf_id).enabled


@pytest.mark.parametrize("status", [410, 503])
def test_what_an_old_url_answers_says_nothing_of_the_new_one(
    world: World, receiver: Receiver, status: int
) -> None:
    with Receiver() as old:
        webhook_id = world.add_webhook(old.url)
        delivery_id = world.ping(webhook_id)

        def move_meanwhile(handler: BaseHTTPRequestHandler) -> None:
            webhook = world.webhook(webhook_id)
            world.database.write(lambda tx: change_webhook(tx, webhook, url=receiver.url))
            answer(status, Retry_After="60")(handler)

        old.respond = move_meanwhile
        assert world.deliver() == 2
    assert len(receiver.received) == 1
    assert world.webhook(webhook_id).enabled
    assert world.webhook(webhook_id).failing_since is None
    found = world.delivery(delivery_id)
    assert found.state == "delivered"
    assert [attempt.status for attempt in found.attempts] == [status, 204]


def test_five_days_of_failure_disable_an_endpoint(world: World, receiver: Receiver) -> None:
    receiver.respond = answer(503)
    webhook_id = world.add_webhook(receiver.url)
    for _ in range(10):
        world.ping(webhook_id)
        world.deliver()
        world.clock.move(timedelta(hours=11, minutes=59))
    world.deliver()
    assert world.webhook(webhook_id).enabled
    world.clock.move(timedelta(minutes=10))
    world.ping(webhook_id)
    world.deliver()
    found = world.webhook(webhook_id)
    assert (found.enabled, found.disabled_reason) == (False, "Every attempt failed for 5 days.")
    assert {delivery.state for delivery in world.deliveries()} == {"failed"}


def test_one_success_starts_the_five_days_anew(world: World, receiver: Receiver) -> None:
    receiver.respond = answer(503)
    webhook_id = world.add_webhook(receiver.url)
    world.ping(webhook_id)
    world.deliver()
    assert world.webhook(webhook_id).failing_since == world.clock()
    receiver.respond = answer(204)
    world.clock.move(timedelta(days=4))
    world.deliver()
    assert world.webhook(webhook_id).failing_since is None
    receiver.respond = answer(503)
    world.clock.move(timedelta(days=4))
    world.ping(webhook_id)
    world.deliver()
    assert world.webhook(webhook_id).enabled


def test_one_failure_after_weeks_of_silence_disables_nothing(
    world: World, receiver: Receiver
) -> None:
    receiver.respond = answer(502)
    webhook_id = world.add_webhook(receiver.url)
    lost = world.ping(webhook_id)
    while (due := world.delivery(lost).next_attempt_at) is not None:
        world.clock.now = due
        world.deliver()
    world.clock.move(timedelta(days=30))
    late = world.ping(webhook_id)
    world.deliver()
    assert world.webhook(webhook_id).enabled
    assert world.webhook(webhook_id).failing_since == world.clock()
    receiver.respond = answer(204)
    world.clock.move(timedelta(minutes=1))
    world.deliver()
    assert world.delivery(late).state == "delivered"


def test_an_endpoint_that_keeps_failing_rests_and_is_heard_of_soon(
    world: World, receiver: Receiver
) -> None:
    receiver.respond = answer(500)
    webhook_id = world.add_webhook(receiver.url)
    for _ in range(50):
        world.ping(webhook_id)
    assert world.deliver() == 3
    receiver.respond = answer(204)
    world.clock.move(timedelta(seconds=10))
    assert world.deliver() >= 47
    assert world.webhook(webhook_id).failing_since is None


def test_what_tells_of_an_erased_comment_is_not_sent(world: World, receiver: Receiver) -> None:
    world.add_webhook(receiver.url)
    comment_id = world.submit("secret")
    world.judge()
    erase = update(events).where(events.c.comment_id == comment_id).values(payload=None)
    world.database.write(lambda tx: tx.execute(erase))
    assert world.deliver() == 0
    [delivery] = world.deliveries()
    assert delivery.state == "cancelled"
    again = world.database.write(lambda tx: retry_delivery(tx, delivery.id, world.clock()))
    assert again == "erased"


def test_both_secrets_sign_for_a_day_after_a_rotation(world: World, receiver: Receiver) -> None:
    webhook_id = world.add_webhook(receiver.url)
    old, new = world.secrets[webhook_id], new_secret()
    rotate(world, webhook_id, new)
    world.ping(webhook_id)
    world.deliver()
    for key in (old, new):
        assert Webhook(key).verify(receiver.received[0].body, receiver.received[0].headers)
    world.clock.move(timedelta(hours=24, seconds=1))
    world.ping(webhook_id)
    world.deliver()
    signatures = [got.headers["webhook-signature"].split() for got in receiver.received]
    assert [len(signature) for signature in signatures] == [2, 1]


def test_each_secret_signs_for_its_own_day_however_many_follow(
    world: World, receiver: Receiver
) -> None:
    webhook_id = world.add_webhook(receiver.url)
    keys = [world.secrets[webhook_id], *(new_secret() for _ in range(12))]
    for key in keys[1:3]:  # the first was lost at once, so another was made an hour later
        rotate(world, webhook_id, key)
        world.clock.move(timedelta(hours=1))
    assert signing(world, receiver, webhook_id, keys) == [2, 1, 0]
    world.clock.move(timedelta(hours=22, minutes=1))
    assert signing(world, receiver, webhook_id, keys) == [2, 1]
    world.clock.move(timedelta(hours=1))
    assert signing(world, receiver, webhook_id, keys) == [2]
    for key in keys[3:]:
        rotate(world, webhook_id, key)
    assert signing(world, receiver, webhook_id, keys) == list(range(12, 2, -1))


def rotate(world: World, webhook_id: str, key: str) -> None:
    sealed = world.sealer.seal(key)
    now = world.clock()
    world.database.write(lambda tx: rotate_secret(tx, world.site.id, webhook_id, sealed, now))


def signing(world: World, receiver: Receiver, webhook_id: str, keys: list[str]) -> list[int]:
    """Ping, and return which of the keys signed that, in the order of their signatures."""
    world.ping(webhook_id)
    world.deliver()
    got = receiver.received[-1]
    head, at = got.headers, int(got.headers["webhook-timestamp"])
    mine = {sign([key], head["webhook-id"], at, got.body): n for n, key in enumerate(keys)}
    return [mine[signature] for signature in head["webhook-signature"].split()]


def test_another_secret_key_is_a_fault_of_ours_that_counts_against_nobody(
    world: World, receiver: Receiver
) -> None:
    webhook_id = world.add_webhook(receiver.url)
    delivery_id = world.ping(webhook_id)
    ours, world.sealer = world.sealer, Sealer("another")
    for _ in range(5):
        assert world.deliver() == 1
        world.clock.move(timedelta(hours=36))
    assert "TACTFUL_SECRET_KEY" in str(world.delivery(delivery_id).attempts[0].error)
    assert world.webhook(webhook_id).enabled
    assert not receiver.received
    world.sealer = ours
    world.deliver()
    delivery = world.delivery(delivery_id)
    assert delivery.state == "delivered"
    assert [attempt.number for attempt in delivery.attempts] == list(range(1, 7))


def test_a_replaced_secret_that_cannot_be_opened_signs_no_more(
    world: World, receiver: Receiver
) -> None:
    webhook_id = world.add_webhook(receiver.url)
    world.sealer = Sealer("another")
    rotate(world, webhook_id, key := new_secret())
    assert signing(world, receiver, webhook_id, [key]) == [0]


def test_what_failed_can_be_sent_again(world: World, receiver: Receiver) -> None:
    receiver.respond = answer(410)
    webhook_id = world.add_webhook(receiver.url)
    before = world.ping(webhook_id)
    world.clock.move(timedelta(hours=1))
    since = world.clock()
    failed = [world.ping(webhook_id) for _ in range(3)]
    world.deliver()
    retried = world.database.write(lambda tx: retry_delivery(tx, before, world.clock()))
    assert retried == "disabled"
    webhook = world.webhook(webhook_id)
    world.database.write(lambda tx: change_webhook(tx, webhook, enabled=True))
    receiver.respond = answer(204)
    recovered = world.database.write(lambda tx: recover_since(tx, webhook_id, since, world.clock()))
    assert recovered == 3
    assert world.deliver() == 3
    assert [world.delivery(delivery_id).state for delivery_id in failed] == ["delivered"] * 3
    assert world.delivery(before).state == "failed"
    for delivery_id in (before, failed[0]):  # one that failed, one that was delivered
        again = world.database.write(lambda tx: retry_delivery(tx, delivery_id, world.clock()))  # noqa: B023
        assert again == "rearmed"
    assert world.deliver() == 2
    assert [attempt.status for attempt in world.delivery(before).attempts] == [410, 204]
    assert len(world.delivery(failed[0]).attempts) == 2


def test_nothing_new_is_begun_once_it_should_stop(world: World, receiver: Receiver) -> None:
    webhook_id = world.add_webhook(receiver.url)
    for _ in range(5):
        world.ping(webhook_id)
    stop = threading.Event()

    def stop_at_the_first(handler: object) -> None:
        stop.set()
        answer(204)(handler)  # type: ignore[arg-type]

    receiver.respond = stop_at_the_first
    assert world.deliver(stop=stop) == 1
    assert world.held() == 0
    assert world.deliver() == 4
