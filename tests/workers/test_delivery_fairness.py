"""Fairness: what one endpoint does delays no other."""

import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest

from tests.workers.outbox_world import World
from tests.workers.receivers import Receiver, after, answer
from workers.windows import MOST_WHEN_FAST

ENDPOINTS, HANGING, EACH = 100, 10, 5
TIMEOUT_SECONDS = 60.0  # of what hangs: whoever waited for it would come later than that


def test_ten_hanging_endpoints_of_a_hundred_delay_nobody(world: World) -> None:
    arrived: dict[str, float] = {}
    released, everybody_served = threading.Event(), threading.Event()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/hang"):
            released.wait(TIMEOUT_SECONDS + 2)
            return
        answer(204)(handler)
        arrived[handler.headers["webhook-id"]] = time.monotonic()
        if len(arrived) == (ENDPOINTS - HANGING) * EACH:
            everybody_served.set()  # which also ends the delivery, once the hanging are let go
            released.set()

    with Receiver(respond) as receiver:
        base = receiver.url.removesuffix("/hook")
        for number in range(ENDPOINTS):
            kind = "hang" if number < HANGING else "fine"
            webhook_id = world.add_webhook(f"{base}/{kind}/{number}")
            for _ in range(EACH):
                world.ping(webhook_id)
        started = time.monotonic()
        world.deliver(seconds=TIMEOUT_SECONDS, stop=everybody_served)
        hung = [got for got in receiver.received if got.path.startswith("/hang")]
    assert len(arrived) == (ENDPOINTS - HANGING) * EACH
    slowest = max(arrived.values()) - started
    assert slowest < TIMEOUT_SECONDS, "nobody waited for those that hang"
    assert len(hung) == len({got.path for got in hung}), "one at a time"


def test_an_endpoint_has_no_more_than_its_share_in_flight(world: World) -> None:
    with Receiver(after(0.02, answer(204))) as receiver:
        webhook_id = world.add_webhook(receiver.url)
        for _ in range(60):
            world.ping(webhook_id)
        assert world.deliver() == 60
        assert 2 < receiver.most_concurrent <= MOST_WHEN_FAST
        assert len({got.headers["webhook-id"] for got in receiver.received}) == 60


def test_more_hanging_endpoints_than_slots_delay_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.delivery.MOST_IN_FLIGHT", 16)
    monkeypatch.setattr("workers.delivery.MOST_DOUBTFUL", 8)
    released, served = threading.Event(), threading.Event()
    arrived: list[float] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/hang"):
            released.wait(TIMEOUT_SECONDS + 2)
            return
        answer(204)(handler)
        arrived.append(time.monotonic())
        if len(arrived) == 1 + EACH:
            served.set()
            released.set()  # so that the test need not wait for what hangs

    with Receiver(respond) as receiver:
        base = receiver.url.removesuffix("/hook")
        fine = world.add_webhook(f"{base}/fine")
        world.ping(fine)
        world.deliver()
        for number in range(20):
            world.ping(world.add_webhook(f"{base}/hang/{number}"))
        for _ in range(EACH):
            world.ping(fine)
        started = time.monotonic()
        world.deliver(seconds=TIMEOUT_SECONDS, stop=served)
        hung = [got for got in receiver.received if got.path.startswith("/hang")]
    assert len(arrived) == 1 + EACH
    assert arrived[-1] - started < TIMEOUT_SECONDS, "it did not wait for those that hang"
    assert len(hung) <= 8
