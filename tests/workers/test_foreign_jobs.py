"""Whoever can write to Redis has the workers' own jobs run, and nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redis import Redis
from rq import Callback, Queue
from rq.job import Job
from rq.registry import ReadyJobRegistry
from rq.webhook import Webhook

from workers.doorbell import Doorbell
from workers.redis_clients import impatient_client
from workers.rings import JOBS

ROOT = Path(__file__).parents[2]
OURS = JOBS["score"]
WORKER = """
import sys
import workers.jobs
from service.logging import set_up_logging
from workers.process import work
from workers.telemetry import REFUSED_JOBS

workers.jobs.score_pending = lambda: print("our own job ran")
set_up_logging("json")
work("score", sys.argv[1], burst=True)
print("refused:", int(REFUSED_JOBS._value.get()))
"""
Plant = Callable[[Queue], object]


def enqueued(func: str = OURS, *args: object, **options: Any) -> Plant:
    return lambda queue: queue.enqueue(func, *args, **options)


def rewritten(**fields: str) -> Plant:
    """Plant a job of ours whose fields in Redis somebody changed."""

    def plant(queue: Queue) -> None:
        key = queue.enqueue(OURS).key
        for name, value in fields.items():
            queue.connection.hset(key, name, value)

    return plant


def abandoned(queue: Queue) -> None:
    """Plant what a worker that died seems to have had in hand: maintenance calls its callback."""
    job = stored(queue, "started", on_failure=Callback("foreign.run"))
    queue.connection.zadd(queue.started_job_registry.key, {f"{job.id}:1": 1})


def ready(queue: Queue) -> None:
    """Plant what maintenance takes for a job whose turn has come."""
    job = stored(queue, "ready_to_enqueue", func="foreign.run")
    registry = ReadyJobRegistry(queue.name, queue.connection, serializer="json")
    queue.connection.zadd(registry.key, {job.id: 1})


def no_id(queue: Queue) -> None:
    """Plant what RQ does not even take for the name of a job."""
    queue.connection.lpush(queue.key, "no job")


def stored(queue: Queue, status: str, func: str = OURS, **options: Any) -> Job:
    job = queue.create_job(func, **options)
    job.save()
    queue.connection.hset(job.key, "status", status)
    return job


PLANTS: dict[str, Plant] = {
    "a function": enqueued("foreign.run"),
    "a function with arguments": enqueued("os.system", "touch imported"),
    "a method of what is given": rewritten(data='["format", "text", [], {}]'),
    "an argument": enqueued(OURS, "text"),
    "a named argument": enqueued(OURS, kwargs={"name": "text"}),
    "when it succeeds": enqueued(on_success=Callback("foreign.run")),
    "when it fails": enqueued(on_failure=Callback("foreign.run")),
    "when it is stopped": enqueued(on_stopped=Callback("foreign.run")),
    "an address to call": enqueued(webhooks=[Webhook("http://127.0.0.1:9/", "finished")]),
    "no JSON": rewritten(data="{"),
    "a strange field": rewritten(timeout="as long as it takes", status="odd"),
    "abandoned": abandoned,
    "ready": ready,
    "no id": no_id,
}


def test_jobs_that_are_not_ours_are_refused_before_anything_is_imported(
    redis_url: str, tmp_path: Path
) -> None:
    (tmp_path / "foreign.py").write_text("open('imported', 'w')\ndef run(*_): pass\n")
    redis = impatient_client(redis_url)
    for plant in PLANTS.values():
        plant(Queue("score", connection=redis, serializer="json"))
    assert Doorbell(redis).ring("score")
    ended = run_worker(redis_url, tmp_path)
    assert not (tmp_path / "imported").exists()
    assert ended.stdout == f"our own job ran\nrefused: {len(PLANTS)}\n"
    told = [json.loads(line) for line in ended.stderr.splitlines() if "job_refused" in line]
    assert [line["level"] for line in told] == ["error"] * len(PLANTS)
    assert "foreign" not in str(told)
    assert nothing_is_left(redis)


def run_worker(redis_url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WORKER, redis_url]
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{folder}"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)


def nothing_is_left(redis: Redis) -> bool:
    return not redis.keys("rq:job:*")
