"""A worker process ends when it is asked to, wherever the signal finds it."""

import subprocess
import sys
from pathlib import Path

from workers.redis_clients import impatient_client

ROOT = Path(__file__).parents[2]
WORKER = """
import os, signal, sys
from workers.process import QueueWorker, work

QueueWorker.register_death = lambda _: os.kill(os.getpid(), signal.SIGTERM)
work("score", sys.argv[1])
"""


def test_a_worker_that_is_leaving_redis_hears_that_it_shall_end(redis_url: str) -> None:
    impatient_client(redis_url).set("rq:queue:score", "no list")  # so RQ gives up
    command = [sys.executable, "-c", WORKER, redis_url]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    assert "rings_not_heard" not in ended.stdout + ended.stderr
