"""A deliverer that is killed in the middle of sending loses nothing, and not much time."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from store.due_deliveries import due_for_sending
from store.times_ahead import any_times_ahead
from tests.servers import wait_until
from tests.workers.deliverer import make_runtime
from tests.workers.outbox_world import World
from tests.workers.receivers import Receiver, answer
from workers.delivery import deliver_due

DELIVERIES = 20
ROOT = Path(__file__).parents[2]


def test_a_killed_deliverers_work_is_taken_over_within_15_seconds(
    world: World, database_url: str
) -> None:
    go_on = threading.Event()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        go_on.wait(30)
        answer(204)(handler)

    with Receiver(respond) as receiver:
        for number in range(DELIVERIES):
            world.ping(world.add_webhook(f"{receiver.url}/{number}"))
        command = [sys.executable, "-m", "tests.workers.deliverer", database_url]
        with subprocess.Popen(command, cwd=ROOT) as process:
            wait_until(lambda: len(receiver.received) == DELIVERIES, 30, "nothing was sent")
            process.kill()
        killed_at = time.monotonic()
        go_on.set()
        _deliver_until_nothing_is_held(world)
        recovered_in = time.monotonic() - killed_at
        got = [request.headers["webhook-id"] for request in receiver.received]
    states = [delivery.state for delivery in world.deliveries()]
    assert states == ["delivered"] * DELIVERIES
    assert len(set(got)) == DELIVERIES
    assert len(got) == 2 * DELIVERIES, "at least once: those in flight were sent twice"
    assert recovered_in < 15


@pytest.mark.parametrize("back", [timedelta(0), timedelta(minutes=10)])
def test_a_lease_is_renewed_while_the_answer_takes_long(
    world: World, monkeypatch: pytest.MonkeyPatch, back: timedelta
) -> None:
    monkeypatch.setattr("workers.delivery.LEASE", timedelta(seconds=3))
    monkeypatch.setattr("workers.delivery.RENEW_SECONDS", 0.75)
    ahead = [back]  # how far the clock runs ahead, until it is set back while we send

    def clock() -> datetime:
        return datetime.now(UTC) + ahead[0]

    def respond(handler: BaseHTTPRequestHandler) -> None:
        ahead[0] = timedelta(0)
        time.sleep(6)  # longer than a lease
        answer(204)(handler)

    def held_for_long() -> bool:
        with world.database.read() as tx:
            return any_times_ahead(tx, clock())

    runtime = replace(make_runtime(world.database), clock=clock)
    with Receiver(respond) as receiver:
        world.ping(world.add_webhook(receiver.url))
        sending = threading.Thread(target=deliver_due, args=(runtime,))
        sending.start()
        wait_until(lambda: bool(receiver.received), 10, "nothing was sent")
        began = time.monotonic()
        wait_until(lambda: not held_for_long(), 2.5, "the lease ends when the clock is back there")
        while time.monotonic() - began < 5.5:
            with world.database.read() as tx:
                assert not due_for_sending(tx, clock())
            time.sleep(0.2)
        sending.join()
        assert len(receiver.received) == 1
    assert world.deliveries()[0].state == "delivered"


def _deliver_until_nothing_is_held(world: World) -> None:
    """Do what a new deliverer does that cron rings for every second."""
    runtime = make_runtime(world.database)
    end = datetime.now(UTC) + timedelta(seconds=30)
    while world.held() and datetime.now(UTC) < end:
        deliver_due(runtime)
        time.sleep(1)
