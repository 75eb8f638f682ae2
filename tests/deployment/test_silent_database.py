"""A database that falls silent: web processes say so, and no liveness probe ends them."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deployment.processes import Installation
from tests.faults.proxy import Proxy
from tests.servers import wait_until

CALLERS = 40  # at once: more than web has threads
PROBED_EVERY = 5.0  # k8s/base/web.yaml has 10, and gives up after six failures in a row
FAILURES = 6
SECONDS = 40


@pytest.fixture
def installation(tmp_path: Path, far_database_url: str, redis_url: str) -> Installation:
    return Installation(tmp_path, far_database_url, redis_url)


class Probe:
    """What Kubernetes asks with: a connection of its own each time, and five seconds' patience."""

    def __init__(self, url: str) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(base_url=url, timeout=5, limits=alone)

    def __call__(self, path: str) -> int:
        """Return the status, 0 for none in time."""
        with contextlib.suppress(httpx.TransportError):
            return self._client.get(path).status_code
        return 0


@contextlib.contextmanager
def callers(api: httpx.Client) -> Iterator[list[int]]:
    """Let many post at once, over and over; give the statuses that they were answered."""
    ended = threading.Event()
    statuses: list[int] = []

    def call() -> None:
        while not ended.wait(1):
            with contextlib.suppress(httpx.TransportError):  # one that was just being closed
                statuses.append(api.post("/v1/comments", json={"body": "Hello"}).status_code)

    threads = [threading.Thread(target=call) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@pytest.mark.timeout(240)
def test_web_stays_alive_is_not_ready_and_refuses_callers_in_seconds(
    installation: Installation, network: Proxy
) -> None:
    with installation.web() as api:
        probe = Probe(installation.url)
        assert probe("/readyz") == 200
        network.silent = True
        with callers(api) as statuses:
            until, in_a_row, longest = time.monotonic() + SECONDS, 0, 0
            while time.monotonic() < until:
                in_a_row = 0 if probe("/healthz") == 200 else in_a_row + 1
                longest = max(longest, in_a_row)
                time.sleep(PROBED_EVERY)
            assert probe("/readyz") != 200
        network.restore()
        assert longest < FAILURES
        assert set(statuses) == {503}
        assert len(statuses) > 2 * CALLERS
        wait_until(lambda: probe("/readyz") == 200, 40, "not used again")
