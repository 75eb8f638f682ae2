"""`tactful up` when its processes die."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers import wait_until
from tests.service.running import RunningUp, wait_for_end


def verdict_comes(up: RunningUp) -> None:
    answer = up.api().post(
        "/v1/comments", json={"body": "Is anybody there?"}, headers={"Prefer": "wait=15"}
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "scored")


def test_a_kill_of_up_leaves_no_orphan_and_the_next_up_goes_on(tmp_path: Path) -> None:
    with RunningUp(tmp_path / "data") as up:
        accepted = up.api().post("/v1/comments", json={"body": "Still here?"}).json()["id"]
        family = up.children()
        assert {"redis-server", "valkey-server"} & {process.name() for process in family}
        up.kill9()
        assert wait_for_end(family, 5) == []

        up.start()

        wait_until(
            lambda: up.api().get(f"/v1/comments/{accepted}").json()["status"] == "scored",
            15,
            "no verdict",
        )


def the_worker(up: RunningUp) -> psutil.Process:
    return up.child("worker", "score")


def the_deliverer(up: RunningUp) -> psutil.Process:
    return up.child("worker", "deliver")


def the_web(up: RunningUp) -> psutil.Process:
    return up.child("web")


def the_cron(up: RunningUp) -> psutil.Process:
    return up.child("cron")


def the_redis(up: RunningUp) -> psutil.Process:
    return up.redis()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    """Give one whose directory is deeper than the address of a Unix socket may be long."""
    deep = tmp_path_factory.mktemp("up") / ("d" * 60) / ("e" * 60)
    with RunningUp(deep / "data") as up:
        yield up


@pytest.mark.parametrize("victim", [the_worker, the_deliverer, the_web, the_cron, the_redis])
def test_a_child_that_dies_is_started_again(
    running: RunningUp, victim: Callable[[RunningUp], psutil.Process]
) -> None:
    killed = victim(running)
    killed.send_signal(signal.SIGKILL)

    def another() -> bool:
        try:
            return victim(running).pid != killed.pid
        except (AssertionError, psutil.Error):
            return False

    wait_until(another, 15, "not started again")
    verdict_comes(running)


def test_a_worker_keeps_its_scorer_when_redis_dies(running: RunningUp) -> None:
    worker = the_worker(running).pid
    for _ in range(2):
        running.redis().kill()
        verdict_comes(running)
    assert the_worker(running).pid == worker


def test_gunicorn_does_not_outlive_its_arbiter(running: RunningUp) -> None:
    arbiter = running.child("web")
    workers = arbiter.children()
    assert workers
    arbiter.kill()
    assert wait_for_end(workers, 5) == []
    verdict_comes(running)
