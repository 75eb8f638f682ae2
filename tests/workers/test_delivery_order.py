"""Order: the last word that an endpoint is told of a comment is the last that was said."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest

from store import ids
from store.deliveries import recover_since, retry_delivery
from store.erasure import erase_comment
from store.holds import cancel_held
from store.outbox import EventType
from store.sealing import Sealer
from store.webhooks import change_webhook
from tests.workers.outbox_world import World
from tests.workers.receivers import Receiver, after, answer

A_MINUTE = timedelta(minutes=1)
RETRIED = timedelta(seconds=6)  # after which the first retry is due

Said = Callable[[World], None]
JUDGED: Said = World.judge
JUDGED_AGAIN: Said = World.rejudge
APPROVED: Said = partial(World.decide, word="approve")
CALLED_SPAM: Said = partial(World.decide, word="spam")

TWO_WORDS = pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        (JUDGED, CALLED_SPAM, ["approve", "spam"]),
        (JUDGED, JUDGED_AGAIN, ["approve", "reject"]),
        (APPROVED, CALLED_SPAM, ["approve", "spam"]),
    ],
)


class IdsAhead(ids._Monotonic):
    """As a host makes them whose clock is a minute ahead."""

    def next(self) -> int:
        return super().next() + (60_000 << 80)


def words_told(receiver: Receiver) -> list[str]:
    """Return what a receiver would do that goes by the decision, then by the verdict."""
    data = [json.loads(got.body)["data"] for got in receiver.received]
    return [
        one["decision"]["decision"] if one["decision"] else one["verdict"]["action"] for one in data
    ]


def switch_off_and_on(world: World, webhook_id: str) -> None:
    """Let what waits for an endpoint fail."""
    for enabled in (False, True):
        webhook = world.webhook(webhook_id)
        world.database.write(partial(change_webhook, webhook=webhook, enabled=enabled))


@TWO_WORDS
def test_what_was_not_taken_is_not_retried_after_a_later_word(
    world: World, receiver: Receiver, earlier: Said, later: Said, told: list[str]
) -> None:
    world.add_webhook(receiver.url)
    world.submit("Hello")
    receiver.respond = answer(500)
    earlier(world)
    world.deliver()
    receiver.respond = answer(204)
    later(world)
    world.deliver()
    [old, _] = world.deliveries()
    again = partial(retry_delivery, delivery_id=old.id, now=world.clock())
    assert world.database.write(again) == "superseded"
    world.clock.move(RETRIED)
    assert world.deliver() == 0
    assert [delivery.state for delivery in world.deliveries()] == ["cancelled", "delivered"]
    assert words_told(receiver) == told


@TWO_WORDS
def test_what_failed_is_not_recovered_after_a_later_word(
    world: World, receiver: Receiver, earlier: Said, later: Said, told: list[str]
) -> None:
    webhook_id = world.add_webhook(receiver.url)
    since = world.clock()
    world.submit("Hello")
    earlier(world)
    switch_off_and_on(world, webhook_id)
    later(world)
    switch_off_and_on(world, webhook_id)
    recover = partial(recover_since, webhook_id=webhook_id, since=since, now=world.clock())
    assert world.database.write(recover) == 2, "neither was told"
    assert world.deliver() == 2
    assert words_told(receiver) == told
    [old, _] = world.deliveries()
    again = partial(retry_delivery, delivery_id=old.id, now=world.clock())
    assert world.database.write(again) == "superseded"


@TWO_WORDS
def test_the_last_word_is_told_though_its_host_is_behind(
    world: World,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    earlier: Said,
    later: Said,
    told: list[str],
) -> None:
    world.add_webhook(receiver.url)
    world.submit("Hello")
    with monkeypatch.context() as host_ahead:
        host_ahead.setattr(ids, "_monotonic", IdsAhead())
        earlier(world)
        world.deliver()
    later(world)
    world.deliver()
    assert words_told(receiver) == told


def test_a_retry_does_not_go_beside_a_later_word(world: World, receiver: Receiver) -> None:
    world.add_webhook(receiver.url)
    world.submit("Hello")
    receiver.respond = answer(500)
    world.judge()
    world.deliver()
    world.decide("reject")

    def be_slow(handler: BaseHTTPRequestHandler) -> None:
        world.clock.move(RETRIED)
        after(0.6, answer(204))(handler)

    receiver.respond = be_slow
    assert world.deliver() == 1
    assert words_told(receiver) == ["approve", "reject"]


def test_what_may_still_be_undone_replaces_nothing(world: World, receiver: Receiver) -> None:
    world.add_webhook(receiver.url)
    world.submit("Hello")
    receiver.respond = answer(500)
    world.judge()
    world.deliver()
    receiver.respond = answer(204)
    world.decide("reject", held=A_MINUTE)
    world.clock.move(RETRIED)
    world.deliver()
    world.clock.move(A_MINUTE)
    world.deliver()
    assert words_told(receiver) == ["approve", "approve", "reject"]


def test_what_could_not_be_sent_for_a_fault_of_ours_replaces_nothing_and_can_be_undone(
    world: World, receiver: Receiver
) -> None:
    world.add_webhook(receiver.url)
    comment_id = world.submit("Hello")
    receiver.respond = answer(500)
    world.judge()
    world.deliver()
    ours, world.sealer = world.sealer, Sealer("another")
    world.decide("reject")
    decided_at = world.clock()
    world.deliver()
    world.sealer = ours
    world.clock.move(RETRIED)
    receiver.respond = answer(204)
    world.deliver()
    assert words_told(receiver) == ["approve", "approve"]
    undone = partial(cancel_held, comment_id=comment_id, decided_at=decided_at, now=world.clock())
    assert world.database.write(undone)
    [verdict, decision] = world.deliveries()
    assert [attempt.number for attempt in verdict.attempts] == [1, 2]
    assert (decision.state, len(decision.attempts)) == ("cancelled", 1)


@pytest.mark.parametrize("wanted", ["comment.verdict", "comment.decided"])
def test_who_hears_of_one_kind_hears_of_it_whatever_others_are_told(
    world: World, receiver: Receiver, wanted: EventType
) -> None:
    with Receiver() as other:
        world.add_webhook(other.url)
        mine = world.add_webhook(receiver.url, [wanted])
        world.submit("Hello")
        receiver.respond = answer(500)
        world.judge()
        world.decide("reject")
        while world.deliver():
            pass
    receiver.respond = answer(204)
    world.clock.move(RETRIED)
    world.deliver()
    [delivery] = [one for one in world.deliveries() if one.webhook_id == mine]
    assert (delivery.event_type, delivery.state) == (wanted, "delivered")


@pytest.mark.parametrize("status", [200, 500])
def test_an_erasure_is_told_after_what_is_being_sent(
    world: World, receiver: Receiver, status: int
) -> None:
    world.add_webhook(receiver.url)
    comment_id = world.submit("secret")
    world.judge()
    erase = partial(erase_comment, site_id=world.site.id, comment_id=comment_id, now=world.clock())

    def erase_meanwhile(handler: BaseHTTPRequestHandler) -> None:
        if len(receiver.received) == 1:
            world.database.write(erase)
            after(0.6, answer(status, b"secret"))(handler)
        else:
            assert receiver.concurrent == 1
            answer(204)(handler)

    receiver.respond = erase_meanwhile
    assert world.deliver() == 2
    world.clock.move(RETRIED)
    assert world.deliver() == 0
    kinds = [json.loads(got.body)["type"] for got in receiver.received]
    assert kinds == ["comment.verdict", "comment.erased"]
    [verdict, erased] = world.deliveries()
    assert (verdict.state, erased.state) == (
        "delivered" if status == 200 else "cancelled",
        "delivered",
    )
    assert [(one.status, one.response) for one in verdict.attempts] == [(status, None)]


def test_a_decision_about_a_comment_that_was_edited_is_not_sent(
    world: World, receiver: Receiver
) -> None:
    world.add_webhook(receiver.url, ["comment.verdict", "comment.decided"])
    world.submit("first")
    world.judge()
    world.deliver()
    world.decide("spam", held=A_MINUTE)
    world.submit("second")
    world.judge()
    world.deliver()
    world.clock.move(A_MINUTE)
    assert world.deliver() == 0
    assert [delivery.state for delivery in world.deliveries()][1] == "cancelled"
    assert words_told(receiver) == ["approve", "approve"]


def test_the_verdict_of_an_edited_comment_is_not_sent(world: World, receiver: Receiver) -> None:
    world.add_webhook(receiver.url)
    world.submit("first")
    world.judge()
    world.submit("second")
    world.judge()
    assert world.deliver() == 1
    assert [json.loads(got.body)["data"]["revision"] for got in receiver.received] == [2]
    assert [delivery.state for delivery in world.deliveries()] == ["cancelled", "delivered"]


def test_the_verdict_of_an_edited_comment_is_not_sent_again_either(
    world: World, receiver: Receiver
) -> None:
    webhook_id = world.add_webhook(receiver.url)
    world.submit("first")
    world.judge()
    world.deliver()
    for body in ("second", "third"):
        world.submit(body)
        world.judge()
        switch_off_and_on(world, webhook_id)
    before = world.deliveries()
    assert [delivery.state for delivery in before] == ["delivered", "failed", "failed"]
    for old in before[:2]:
        again = partial(retry_delivery, delivery_id=old.id, now=world.clock())
        assert world.database.write(again) == "superseded"
    assert world.deliveries() == before
    since = before[0].created_at
    recovered = world.database.write(lambda tx: recover_since(tx, webhook_id, since, world.clock()))
    assert recovered == world.deliver() == 1
    assert [json.loads(got.body)["data"]["revision"] for got in receiver.received] == [1, 3]


def test_a_verdict_does_not_overtake_an_earlier_one(world: World, receiver: Receiver) -> None:
    world.add_webhook(receiver.url)
    world.submit("first")
    world.judge()
    edited = threading.Event()

    def edit_meanwhile(handler: object) -> None:
        if not edited.is_set():
            edited.set()
            world.submit("second")
            world.judge()
            after(0.6, answer(204))(handler)  # type: ignore[arg-type]
        else:
            assert receiver.concurrent == 1
            answer(204)(handler)  # type: ignore[arg-type]

    receiver.respond = edit_meanwhile
    assert world.deliver() == 2
    assert [json.loads(got.body)["data"]["revision"] for got in receiver.received] == [1, 2]
    assert receiver.most_concurrent == 1
