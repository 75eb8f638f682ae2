"""The worker process: RQ's SimpleWorker on one queue, for as long as the process lives.

One queue a process, because RQ takes from several without its safety list. No forks, because
each costs 12 ms and copies the model. What RQ does when Redis goes away in mid-job is to raise:
then a new RQ worker starts in the same process, and the scorer stays loaded.

Errors
    WorkerStopped   RQ ended its loop unasked; the process should be started anew
"""

import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn, cast

import structlog
from redis import Redis, RedisError
from redis.client import Pipeline
from rq import SimpleWorker
from rq.exceptions import InvalidJobOperation
from rq.job import Job

from store.ids import new_id
from workers.doorbell import queue_named
from workers.faults import told
from workers.pulse import beat
from workers.rings import QueueName, Ring

WORKER_TTL_SECONDS = 20  # RQ waits 15 s less for a job before it looks around
MAINTENANCE_SECONDS = 20
LONGEST_WAIT_FOR_REDIS = 1.0
RETRY_SECONDS = 0.5
TOLD_AGAIN_SECONDS = 30.0  # that it still waits for Redis

log = structlog.get_logger()


class WorkerStopped(Exception):
    """RQ ended its loop although nobody asked it to."""


class QueueWorker(SimpleWorker):
    """An RQ worker that takes no remote commands and finds Redis again quickly."""

    max_connection_wait_time = LONGEST_WAIT_FOR_REDIS
    log_result_lifespan = False
    stop_requested = False

    def subscribe(self) -> None:
        """Do not listen for RQ's remote commands: nobody sends any, and it takes a thread."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the job in hand; at once when there is none."""
        self.stop_requested = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Tell Redis, as RQ does between two looks at the queue, and the liveness probe."""
        beat()
        super().heartbeat(timeout, pipeline)

    def handle_exception(self, job: Job, *exc_info: object) -> None:
        """Log that a job failed, not what its exception says."""
        error = cast("BaseException", exc_info[1])
        if isinstance(error, InvalidJobOperation):  # RQ's own: a flush is no fault
            log.warning("job_lost", queue=job.origin, reason="Redis has lost it")
        else:
            log.error("job_failed", queue=job.origin, **told(error))

    def handle_job_failure(self, *arguments: object, **options: object) -> None:
        """Have RQ keep in Redis that it failed, not the traceback."""
        options["exc_string"] = "see the log"
        super().handle_job_failure(*arguments, **options)  # type: ignore[arg-type]

    def set_shutdown_requested_date(self) -> None:
        """Do not talk to Redis from inside a signal handler."""


def work(name: QueueName, redis: Redis, *, burst: bool = False) -> None:
    """Run the jobs of a queue until SIGTERM or SIGINT; raise WorkerStopped.

    The runtime must be installed already; `redis` is a patient client. With `burst`, return
    when the queue is empty.
    """
    quiet_until = 0.0
    while True:
        for number in (signal.SIGTERM, signal.SIGINT):  # RQ's are in place while it works
            signal.signal(number, _leave)
        try:
            return _work_while_redis_lives(name, redis, burst=burst)
        except RedisError as error:
            beat()
            if time.monotonic() >= quiet_until:
                quiet_until = time.monotonic() + TOLD_AGAIN_SECONDS
                log.warning("worker_waits_for_redis", queue=name, reason=type(error).__name__)
            time.sleep(RETRY_SECONDS)


def _work_while_redis_lives(name: QueueName, redis: Redis, *, burst: bool) -> None:
    worker = QueueWorker(
        [queue_named(name, redis)],
        name=f"{name}-{os.getpid()}-{new_id('wrk')}",
        connection=redis,
        job_class=Ring,
        serializer="json",
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    try:
        worker.work(burst=burst)
    except RedisError:
        if not worker.stop_requested:
            raise
    if not (worker.stop_requested or burst):
        raise WorkerStopped(f"RQ's worker of the queue {name} ended by itself")


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
