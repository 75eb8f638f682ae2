"""What a running `tactful up` survives: real processes, real kill -9, a ledger kept outside."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from service.running.data_dir import DataDir
from tests.faults.ledger import Ledger
from tests.receivers import running_receiver
from tests.servers import wait_until
from tests.service.running import RunningUp
from workers.redis_clients import impatient_client

MANY = 500


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    """One for all of these tests: each fault hits what the ones before left behind."""
    folder: Path = tmp_path_factory.mktemp("faults")
    with RunningUp(folder / "data", TACTFUL_WEBHOOK_ALLOW="127.0.0.1/32") as up:
        yield up


@pytest.fixture
def ledger(up: RunningUp) -> Iterator[Ledger]:
    with running_receiver() as receiver:
        ledger = Ledger(receiver)
        webhook = ledger.listen(up.api())
        yield ledger
        up.api().delete(f"/v1/webhooks/{webhook}")


@contextlib.contextmanager
def stopped(process: psutil.Process) -> Iterator[None]:
    """Stop a process, as a debugger or a busy machine would, and let it go on afterwards."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)


def kill(find: Callable[[], psutil.Process]) -> None:
    """Kill -9 the process that `find` finds, as soon as it is there."""

    def killed() -> bool:
        try:
            find().kill()
        except (AssertionError, IndexError, psutil.NoSuchProcess):
            return False
        return True

    wait_until(killed, 20, "nothing to kill")


def test_killed_workers_lose_nothing(up: RunningUp, ledger: Ledger) -> None:
    def kill_now_and_then(number: int) -> None:
        if number % 100 == 50:
            kill(up.worker)
            kill(lambda: up.child("worker", "deliver"))

    ledger.post(up.api(), MANY, kill_now_and_then)
    ledger.wait_until_all_is_told()
    ledger.check_nothing_lost_or_judged_twice(up.data_dir)


def test_a_redis_killed_with_comments_pending_loses_nothing(up: RunningUp, ledger: Ledger) -> None:
    with stopped(up.worker()):
        ledger.post(up.api(), MANY)
        up.redis().kill()
    ledger.wait_until_all_is_told()
    ledger.check_nothing_lost_or_judged_twice(up.data_dir)


def test_a_redis_flushed_with_comments_pending_loses_nothing(up: RunningUp, ledger: Ledger) -> None:
    with stopped(up.worker()):
        ledger.post(up.api(), MANY)
        impatient_client(f"unix://{DataDir(up.data_dir).redis_socket()}").flushall()
    ledger.wait_until_all_is_told()
    ledger.check_nothing_lost_or_judged_twice(up.data_dir)


def test_comments_are_accepted_quickly_while_redis_hangs(up: RunningUp, ledger: Ledger) -> None:
    with stopped(up.redis()):
        started = time.monotonic()
        ledger.post(up.api(), 100)
        took = time.monotonic() - started
    assert len(ledger.accepted) == 100
    assert ledger.slowest < 1.5
    assert took < 20
    ledger.wait_until_all_is_told()
    ledger.check_nothing_lost_or_judged_twice(up.data_dir)


def test_comments_are_accepted_while_redis_keeps_dying(up: RunningUp, ledger: Ledger) -> None:
    def kill_now_and_then(number: int) -> None:
        if number % 20 == 10:
            kill(up.redis)

    ledger.post(up.api(), 100, kill_now_and_then)
    assert len(ledger.accepted) == 100
    assert ledger.slowest < 1.5
    ledger.wait_until_all_is_told()
    ledger.check_nothing_lost_or_judged_twice(up.data_dir)


def test_an_up_that_is_killed_carries_on_where_it_was(up: RunningUp, ledger: Ledger) -> None:
    with stopped(up.worker()):
        ledger.post(up.api(), MANY)
        up.kill9()
    up.start()
    ledger.wait_until_all_is_told()
    ledger.check_nothing_lost_or_judged_twice(up.data_dir)


def test_a_web_process_killed_under_load_keeps_what_it_accepted(
    up: RunningUp, ledger: Ledger
) -> None:
    api = up.api()
    for _ in range(6):
        ledger.post(api, 20)
        kill(lambda: up.child("web").children()[0])
        with contextlib.suppress(httpx.TransportError):
            ledger.post(api, 30)
    ledger.wait_until_all_is_told()
    ledger.check_nothing_lost_or_judged_twice(up.data_dir)
