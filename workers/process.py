"""The worker process: RQ's SimpleWorker on one queue, for as long as the process lives.

One queue a process, because RQ takes from several without its safety list. No forks, because
each costs 12 ms and copies the model. Where RQ gives up, because Redis is away or full or has
something of somebody else's in it, a new RQ worker starts in the same process, and the scorer
stays loaded; until one lasts, this process looks by itself for what a ring would have told of.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import NoReturn, cast

import structlog
from redis import ConnectionError as RedisAway
from redis import Redis
from redis import TimeoutError as RedisSilent
from redis.client import Pipeline
from rq import SimpleWorker
from rq.exceptions import InvalidJobOperation, StopRequested
from rq.job import Job
from rq.utils import import_attribute
from rq.worker_registration import register

from store.database import StoreUnavailable
from store.ids import new_id
from workers.doorbell import queue_named
from workers.faults import told
from workers.pulse import beat
from workers.redis_clients import impatient_client, patient_client
from workers.rings import JOBS, QueueName, Ring

WORKER_TTL_SECONDS = 20  # RQ waits 15 s less for a job before it looks around
MAINTENANCE_SECONDS = 20
ANSWER_SECONDS = 3  # of Redis, beyond what RQ asks it to wait: one that is silent is left soon
LONGEST_WAIT_FOR_REDIS = 1.0
RETRY_SECONDS = 0.5
TOLD_AGAIN_SECONDS = 30.0  # that it still hears no ring

log = structlog.get_logger()


class RingsLost(Exception):
    """No ring is heard; RQ would wait, by itself, until Redis is back."""


class _Complaints(logging.LoggerAdapter[logging.Logger]):
    """RQ's log, without its errors: `last` is what it ended its loop for, and we tell of."""

    last: BaseException | None = None

    def error(self, *_: object, **__: object) -> None:
        self.last = sys.exc_info()[1] or self.last

    exception = error


class QueueWorker(SimpleWorker):
    """An RQ worker that takes no remote commands and finds Redis again quickly."""

    max_connection_wait_time = LONGEST_WAIT_FOR_REDIS
    log_result_lifespan = False
    stop_requested = False

    @property
    def connection_timeout(self) -> int:
        """How long RQ reads for at most, at the end of its work once more."""
        return self.dequeue_timeout + ANSWER_SECONDS

    def subscribe(self) -> None:
        """Do not listen for RQ's remote commands: nobody sends any, and it takes a thread."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the job in hand; at once when there is none."""
        self.stop_requested = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def register_birth(self) -> None:
        """Begin, also where this process could not say that its last RQ worker ended."""
        self.connection.delete(self.key)
        super().register_birth()  # type: ignore[no-untyped-call]

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Tell Redis, as RQ does between two looks at the queue, and the liveness probe.

        Raises RingsLost.
        """
        beat()
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
            return
        try:
            with self.connection.pipeline() as telling:
                super().heartbeat(timeout, telling)
                register(self, telling)  # anew: Redis may have been flushed
                telling.execute()
        except (RedisAway, RedisSilent) as error:
            raise RingsLost from error

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


def work(name: QueueName, redis_url: str, *, burst: bool = False) -> None:
    """Run the jobs of a queue until SIGTERM or SIGINT.

    The runtime must be installed already. With `burst`, return when the queue is empty.
    """
    redis = patient_client(redis_url)
    process = f"{name}-{os.getpid()}-{new_id('wrk')}"
    quiet_until = 0.0
    asked_to_stop = Event()
    while True:
        _when_asked_to_stop(_leave)  # RQ's are in place while it works
        if asked_to_stop.is_set():
            return
        try:
            _ask_redis(redis_url)
            _work_by_rings(process, name, redis, burst=burst)
        except StopRequested:  # by RQ's handler, which is still there a moment after its work
            return
        except Exception as error:  # RQ's and Redis's: the database knows what there is to do
            _when_asked_to_stop(lambda *_: asked_to_stop.set())
            if time.monotonic() >= quiet_until:
                quiet_until = time.monotonic() + TOLD_AGAIN_SECONDS
                log.warning("rings_not_heard", queue=name, reason=type(error).__name__)
            beat()
            _work_unrung(name)
            time.sleep(RETRY_SECONDS)
        else:
            return


def _ask_redis(url: str) -> None:
    """Raise RedisError where Redis does not answer at once: RQ would wait for each answer."""
    with impatient_client(url) as redis:
        redis.ping()


def _work_by_rings(process: str, name: QueueName, redis: Redis, *, burst: bool) -> None:
    worker = QueueWorker(
        [queue_named(name, redis)],
        name=process,
        connection=redis,
        job_class=Ring,
        serializer="json",
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    complaints = _Complaints(worker.log)
    worker.log = complaints  # type: ignore[assignment]
    try:
        worker.work(burst=burst)
    except Exception:  # a stop, too: RQ's handler raises it wherever the signal finds it
        if not worker.stop_requested:
            raise
    if not (worker.stop_requested or burst):
        raise complaints.last or RingsLost


def _work_unrung(name: QueueName) -> None:
    try:
        import_attribute(JOBS[name])()
    except StoreUnavailable:
        pass  # web, cron and the probes tell of it
    except Exception as error:
        log.error("job_failed", queue=name, **told(error))  # noqa: TRY400 - it may quote a text


def _when_asked_to_stop(do: Callable[[int, FrameType | None], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, do)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
