"""When the deadline is near: what the site set for that goes out in time, whatever hangs."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

import httpx
import psutil
import pytest

from store.sites import set_akismet_review, set_on_timeout
from tests.compat.conftest import Blog, new_blog
from tests.compat.coral import SECRET, Coral
from tests.servers import wait_until
from tests.service.running import RunningUp

AKISMET_PATIENCE = 1.0  # the `akismet` package's
CORAL_PATIENCE = 0.2  # of a phase with the form's default


@pytest.fixture(scope="module")
def slow_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    with RunningUp(tmp_path_factory.mktemp("slow") / "data") as up:
        yield up


@pytest.fixture
def slow_blog(slow_up: RunningUp) -> Blog:
    blog = new_blog(slow_up)
    blog.set_coral_secret(SECRET)
    blog.check("Warm up.")
    return blog


@contextmanager
def stopped(process: psutil.Process) -> Iterator[None]:
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


@contextmanager
def worker_stopped(up: RunningUp) -> Iterator[None]:
    with stopped(up.worker()):
        yield


@contextmanager
def redis_stopped(up: RunningUp) -> Iterator[None]:
    with stopped(up.redis()):
        yield


@contextmanager
def database_locked(up: RunningUp) -> Iterator[None]:
    with closing(sqlite3.connect(up.data_dir / "tactful.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


Trouble = Callable[[RunningUp], AbstractContextManager[None]]
TROUBLES = [worker_stopped, redis_stopped, database_locked]


def timed(work: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    started = time.monotonic()
    answer = work()
    return answer, time.monotonic() - started


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(("action", "body"), [("review", "true"), ("approve", "false")])
def test_an_akismet_client_gets_the_sites_fallback_in_time(
    slow_blog: Blog, trouble: Trouble, action: str, body: str
) -> None:
    slow_blog.write(lambda tx, site: set_on_timeout(tx, site, action))
    time.sleep(1.1)  # a site is remembered for a second
    slow_blog.check("Warm up.")
    with trouble(slow_blog.up):
        answer, seconds = timed(lambda: slow_blog.check(f"Slow {action} {trouble.__name__}"))
    assert answer.text == body
    assert seconds < AKISMET_PATIENCE


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_held_comment_is_not_published_by_a_fallback(slow_blog: Blog, trouble: Trouble) -> None:
    slow_blog.write(lambda tx, site: set_akismet_review(tx, site, "hold"))
    time.sleep(1.1)
    slow_blog.check("Warm up.")
    with trouble(slow_blog.up):
        answer = slow_blog.check(f"Held {trouble.__name__}")
    assert answer.text == "true"
    assert "person" in answer.headers["X-akismet-error"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_coral_gets_the_sites_fallback_in_time(slow_blog: Blog, trouble: Trouble) -> None:
    coral = Coral(f"{slow_blog.url}/coral/{slow_blog.keys.akismet_key}", timeout=2)
    with trouble(slow_blog.up):
        answers, seconds = [], []
        for attempt in range(3):
            answers.append(coral.moderate(f"Slow {trouble.__name__} {attempt}"))
            seconds.append(coral.seconds)
    assert answers == [{"status": "PREMOD"}] * 3
    assert min(seconds) < CORAL_PATIENCE  # the tests' machine may be busy


def test_the_real_verdict_follows(slow_blog: Blog) -> None:
    with worker_stopped(slow_blog.up):
        answer = slow_blog.check("This is bullshit, later.")
    guid = answer.headers["X-akismet-guid"]

    def verdicts() -> list[str]:
        found = [one for one in slow_blog.comments() if one["status"] == "scored"]
        return [one["verdict"]["decided_by"] for one in found if guid in str(one["metadata"])]

    # A worker that is stopped amid a transaction keeps even the comment from being stored.
    wait_until(lambda: verdicts() == ["policy"], 15, f"the verdicts are {verdicts()}")


def test_a_crowd_that_waits_in_vain_is_not_answered_one_wave_after_the_other(
    slow_blog: Blog,
) -> None:
    crowd = 60  # more than there are threads
    address = slow_blog.url.removeprefix("http://")
    form = {"api_key": slow_blog.keys.akismet_key, "blog": "b.example", "user_ip": "203.0.113.9"}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    def check(number: int) -> float:
        body = urlencode({**form, "comment_content": f"One of many: {number}"})
        started = time.monotonic()
        with closing(HTTPConnection(address, timeout=10)) as connection:
            connection.request("POST", "/1.1/comment-check", body, kind)
            assert connection.getresponse().read() == b"true"
        return time.monotonic() - started

    with worker_stopped(slow_blog.up), ThreadPoolExecutor(crowd) as threads:
        seconds = sorted(threads.map(check, range(crowd)))
    assert seconds[-1] < 1.5  # three waves would take 2.4


NATIVE: dict[str, dict[str, object]] = {
    "/v1/comments": {"body": "Hello"},
    "/v1/analyze": {"text": "Hello"},
    "/v1/policy/test": {"comments": [{"body": "Hello"}]},
    "/v1/moderations": {"input": "Hello"},
}


@pytest.mark.parametrize("path", NATIVE)
def test_callers_that_wait_long_leave_threads_to_those_who_cannot(
    slow_blog: Blog, path: str
) -> None:
    crowd = 40  # more than there are threads
    coral = Coral(f"{slow_blog.url}/coral/{slow_blog.keys.akismet_key}", timeout=5)

    waiting: list[Future[httpx.Response]] = []

    def ask() -> httpx.Response:
        return slow_blog.api.post(path, json=NATIVE[path], headers={"Prefer": "wait=15"})

    def sent_away() -> list[httpx.Response]:
        return [one.result() for one in waiting if one.done()]

    with ThreadPoolExecutor(crowd) as threads:
        with worker_stopped(slow_blog.up):
            waiting += [threads.submit(ask) for _ in range(crowd)]
            wait_until(lambda: len(sent_away()) > crowd / 2, 8, "all of them wait")
            answer, seconds = timed(lambda: slow_blog.check(f"Amid {path}"))
            held, coral_seconds = [], []
            for attempt in range(3):
                held.append(coral.moderate(f"Amid {path} {attempt}"))
                coral_seconds.append(coral.seconds)
            refused = sent_away()
        answers = [one.result() for one in waiting]
    assert (answer.text, held) == ("true", [{"status": "PREMOD"}] * 3)
    assert seconds < AKISMET_PATIENCE
    assert min(coral_seconds) < CORAL_PATIENCE  # the tests' machine may be busy
    told = {(one.status_code, one.headers.get("Retry-After")) for one in refused}
    assert told == ({(202, None)} if path == "/v1/comments" else {(503, "2")})
    assert not any("Preference-Applied" in one.headers for one in refused)
    assert 200 in {one.status_code for one in answers}  # who had a place got what they waited for


def test_scores_that_do_not_come_are_an_error_in_time(slow_blog: Blog) -> None:
    body = {"comment": {"text": "Hello"}, "requestedAttributes": {"TOXICITY": {}}}
    url = f"{slow_blog.url}/v1alpha1/comments:analyze?key={slow_blog.keys.akismet_key}"
    with worker_stopped(slow_blog.up):
        answer, seconds = timed(lambda: slow_blog.api.post(url, json=body))
    assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")
    assert seconds < 0.8  # Coral's patience with Perspective
