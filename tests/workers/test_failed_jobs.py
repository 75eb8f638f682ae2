"""A job that fails says so in the log, and quotes nothing there or in Redis."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rq import get_current_job
from rq.results import Result

from workers.doorbell import Doorbell, queue_named
from workers.redis_clients import impatient_client
from workers.rings import JOBS

ROOT = Path(__file__).parents[2]
WORKER = """
import sys
import workers.jobs
from service.logging import set_up_logging
from tests.workers import test_failed_jobs
from workers.process import work

workers.jobs.score_pending = getattr(test_failed_jobs, sys.argv[3])
set_up_logging(sys.argv[2])
work("score", sys.argv[1], burst=True)
"""


def fails() -> None:
    """Raise what quotes a text, as a library's exception may."""
    text = " ".join(["zebras", "in", "private"])
    raise ValueError(f"cannot read {text!r}")


def flushes() -> None:
    """Empty the Redis that runs this, as its operator may at any moment."""
    job = get_current_job()
    assert job is not None
    job.connection.flushall()


def run(redis_url: str, job: Callable[[], None], format_: str) -> str:
    """Run what is queued as this job; return the worker's log."""
    command = [sys.executable, "-c", WORKER, redis_url, format_, job.__name__]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return ended.stderr + ended.stdout


def test_a_failed_job_quotes_nothing(redis_url: str) -> None:
    redis = impatient_client(redis_url)
    for format_ in ("console", "json"):
        job = queue_named("score", redis).enqueue(JOBS["score"], failure_ttl=600)
        log = run(redis_url, fails, format_)
        assert "job_failed" in log
        assert "ValueError" in log
        assert "test_failed_jobs.py:" in log
        assert "private" not in log
        result = job.latest_result()
        assert result is not None
        assert (result.type, result.exc_string) == (Result.Type.FAILED, "see the log")


def test_a_job_whose_redis_is_flushed_is_lost_and_has_not_failed(redis_url: str) -> None:
    Doorbell(impatient_client(redis_url)).ring("score")
    log = run(redis_url, flushes, "json")
    assert "job_failed" not in log
    [lost] = [json.loads(line) for line in log.splitlines() if "job_lost" in line]
    assert (lost["level"], lost["queue"]) == ("warning", "score")
