"""A job that fails says so in the log, and quotes nothing there or in Redis."""

import subprocess
import sys
from pathlib import Path

from rq.results import Result

from workers.doorbell import queue_named
from workers.redis_clients import impatient_client
from workers.rings import JOBS

ROOT = Path(__file__).parents[2]
WORKER = """
import sys
import workers.jobs
from service.logging import set_up_logging
from tests.workers.test_failed_jobs import fails
from workers.process import work
from workers.redis_clients import patient_client

workers.jobs.score_pending = fails
set_up_logging(sys.argv[2])
work("score", patient_client(sys.argv[1]), burst=True)
"""


def fails() -> None:
    """Raise what quotes a text, as a library's exception may."""
    text = " ".join(["zebras", "in", "private"])
    raise ValueError(f"cannot read {text!r}")


def test_a_failed_job_quotes_nothing(redis_url: str) -> None:
    redis = impatient_client(redis_url)
    for format_ in ("console", "json"):
        job = queue_named("score", redis).enqueue(JOBS["score"], failure_ttl=600)
        command = [sys.executable, "-c", WORKER, redis_url, format_]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert "job_failed" in ended.stderr
        assert "ValueError" in ended.stderr
        assert "test_failed_jobs.py:" in ended.stderr
        assert "private" not in ended.stderr + ended.stdout
        result = job.latest_result()
        assert result is not None
        assert (result.type, result.exc_string) == (Result.Type.FAILED, "see the log")
