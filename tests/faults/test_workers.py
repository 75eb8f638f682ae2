"""Worker processes that die or choke in mid-batch, on both databases."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from rules.comment import Comment
from store.comments import list_comments, submit_comment
from store.database import Database
from store.records import Site
from store.tables import verdicts
from tests.faults.ledger import RECOVERY_SECONDS
from tests.make import KEEPING
from tests.servers import wait_until
from workers.cron import Cron
from workers.doorbell import Doorbell
from workers.redis_clients import impatient_client


@contextmanager
def running_worker(kind: str, database_url: str, redis_url: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.faults.worker", kind, database_url, redis_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        wait_for_line(worker, "ready")
        try:
            yield worker
        finally:
            worker.kill()


def wait_for_line(worker: subprocess.Popen[str], word: str) -> None:
    assert worker.stdout is not None
    for line in worker.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"the worker ended before it said {word}")


def submit_now(database: Database, site: Site, *bodies: str) -> None:
    now = datetime.now(UTC)
    for body in bodies:
        comment = Comment(body=body)
        database.write(lambda tx, c=comment: submit_comment(tx, site.id, c, now, KEEPING))  # type: ignore[misc]


def judged(database: Database) -> int:
    with database.read() as tx:
        return tx.execute(select(func.count()).select_from(verdicts)).scalar_one()


def test_a_worker_killed_in_mid_batch_is_taken_over(
    database: Database, database_url: str, redis_url: str, site: Site
) -> None:
    redis = impatient_client(redis_url)
    cron = Cron(database, redis)
    submit_now(database, site, *(f"Comment {number}" for number in range(100)))
    Doorbell(redis).ring("score")
    with running_worker("slow", database_url, redis_url) as doomed:
        wait_for_line(doomed, "scoring")
        doomed.kill()
    assert judged(database) == 0
    with running_worker("quick", database_url, redis_url):

        def all_judged() -> bool:
            cron.ring_for_what_waits()
            return judged(database) == 100

        wait_until(all_judged, RECOVERY_SECONDS, "not all comments were judged")


def test_a_worker_stopped_past_its_lease_cannot_write(
    database: Database, database_url: str, redis_url: str, site: Site
) -> None:
    redis = impatient_client(redis_url)
    cron = Cron(database, redis)
    submit_now(database, site, "Comment")
    Doorbell(redis).ring("score")
    with running_worker("slow", database_url, redis_url) as sleeper:
        wait_for_line(sleeper, "scoring")
        sleeper.send_signal(signal.SIGSTOP)
        with running_worker("quick", database_url, redis_url):

            def taken_over() -> bool:
                cron.ring_for_what_waits()
                return judged(database) == 1

            wait_until(taken_over, RECOVERY_SECONDS, "nobody took over")
        sleeper.send_signal(signal.SIGCONT)
        wait_for_line(sleeper, "scored")
        sleeper.terminate()
        sleeper.wait(20)  # a warm stop: it tries to write what it has, first
    with database.read() as tx:
        [record] = list_comments(tx, site.id, limit=9)
    assert judged(database) == 1
    assert record.verdict is not None
    assert record.verdict.engine.name == "fake"


def test_one_poisonous_text_is_held_and_its_batch_is_scored(
    database: Database, database_url: str, redis_url: str, site: Site
) -> None:
    submit_now(database, site, *(f"Comment {number}" for number in range(20)), "poison")
    Doorbell(impatient_client(redis_url)).ring("score")
    with running_worker("quick", database_url, redis_url):
        wait_until(lambda: judged(database) == 21, RECOVERY_SECONDS, "not all were judged")
    with database.read() as tx:
        found = [record.verdict for record in list_comments(tx, site.id, limit=30)]
    by = sorted(verdict.decided_by for verdict in found if verdict)
    assert by == ["fallback"] + ["policy"] * 20
    assert [v.action for v in found if v and v.decided_by == "fallback"] == ["review"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_text_that_kills_its_process_is_held_and_its_siblings_are_scored(
    database: Database, database_url: str, redis_url: str, site: Site
) -> None:
    redis = impatient_client(redis_url)
    cron = Cron(database, redis)
    submit_now(database, site, *(f"Comment {number}" for number in range(5)), "killer")
    Doorbell(redis).ring("score")
    deaths = 0
    while judged(database) < 6:  # a supervisor would start them
        assert deaths < 5
        with running_worker("dying", database_url, redis_url) as worker:

            def over(worker: subprocess.Popen[str] = worker) -> bool:
                cron.ring_for_what_waits()
                return worker.poll() is not None or judged(database) == 6

            wait_until(over, 4 * RECOVERY_SECONDS, "neither dead nor done")
            deaths += worker.poll() is not None
    with database.read() as tx:
        found = [record.verdict for record in list_comments(tx, site.id, limit=9)]
    assert deaths == 2
    assert sorted(v.decided_by for v in found if v) == ["fallback"] + ["policy"] * 5
    assert [v.action for v in found if v and v.decided_by == "fallback"] == ["review"]
