"""The doorbell: tells workers that the database has something for them.

A bell is a Redis key that only one ringer can set, and only that one enqueues a job. The job
takes the bell down *before* it looks for work, so whatever arrives later rings again: a
thousand comments are one job, and none is forgotten. (RQ's `unique=True` is no such signal: it
forgot one ring in 120.) A bell that cannot be rung is no error: `cron` rings for what waits.
"""

import time
from contextlib import suppress

import structlog
from redis import Redis, RedisError
from rq import Queue

from workers.rings import JOBS, QueueName, Ring

BELL_SECONDS = 60
PAUSE_SECONDS = 1.0  # after a failure: a Redis that hangs must not slow every request down
JOB_TIMEOUT_SECONDS = 600

log = structlog.get_logger()


def queue_named(name: QueueName, redis: Redis) -> Queue:
    """Return the RQ queue of that name; its jobs are ours, and JSON, never pickles."""
    return Queue(name, connection=redis, job_class=Ring, serializer="json")


class Doorbell:
    """Rings for one process; `redis` should be an impatient client."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._paused_until = 0.0

    def ring(self, name: QueueName) -> bool:
        """Ring; return False when Redis did not take it (and `cron` will have to)."""
        if time.monotonic() < self._paused_until:
            return False
        try:
            if self._redis.set(_bell(name), "1", nx=True, ex=BELL_SECONDS):
                self._enqueue(name)
        except RedisError as error:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            log.warning("doorbell_failed", queue=name, reason=type(error).__name__)
            return False
        return True

    def ring_again(self, name: QueueName) -> bool:
        """Ring although the bell may be up: for `cron`, when work waits and nobody comes."""
        try:
            self._redis.delete(_bell(name))
        except RedisError:
            return False
        return self.ring(name)

    def take_down(self, name: QueueName) -> None:
        """Take the bell down, where Redis lets us. A job calls it before it looks for work."""
        with suppress(RedisError):  # a bell that stays up for want of this, `cron` rings again
            self._redis.delete(_bell(name))

    def _enqueue(self, name: QueueName) -> None:
        queue_named(name, self._redis).enqueue(
            JOBS[name],
            job_timeout=JOB_TIMEOUT_SECONDS,
            result_ttl=0,
            failure_ttl=86_400,
            description=name,
        )


def _bell(name: QueueName) -> str:
    return f"bell:{name}"
