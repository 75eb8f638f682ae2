"""Rings: the RQ jobs that we have, and the refusal of all others.

RQ imports and calls whatever a job in Redis names: its function, and what runs after it. So each
job is looked at where RQ reads one, before it acts on it; to RQ, one that is not ours is not there.
"""

from collections.abc import Iterable
from typing import Literal, NoReturn

import structlog
from redis import Redis
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import Serializer

from workers.telemetry import REFUSED_JOBS

QueueName = Literal["score", "deliver"]
JOBS: dict[QueueName, str] = {
    "score": "workers.jobs.score_pending",
    "deliver": "workers.jobs.deliver_due",
}

log = structlog.get_logger()


class Ring(Job):
    """A job that calls one of JOBS and does nothing else."""

    def restore(self, raw_data: dict[bytes, bytes]) -> None:
        """Read a job; raise NoSuchJobError for one that is not ours, and delete it."""
        try:
            super().restore(raw_data)
            ours = self._is_ours()
        except NoSuchJobError:  # what is left of one that was deleted
            raise
        except Exception:  # whatever somebody wrote there
            ours = False
        if not ours:
            self.connection.delete(self.key)
            _refuse("not one of ours")

    @classmethod
    def fetch(
        cls,
        id: str,  # noqa: A002 - RQ's name
        connection: Redis | None = None,
        serializer: Serializer | str | None = None,
    ) -> Job:
        """Read a job; raise NoSuchJobError, too, for what cannot be a job's id."""
        try:
            return super().fetch(id, connection, serializer)
        except ValueError:
            _refuse("no id of a job")

    @classmethod
    def fetch_many(
        cls,
        job_ids: Iterable[str],
        connection: Redis,
        serializer: Serializer | str | None = None,
    ) -> list[Job | None]:
        """Read jobs, None for each that is not there: RQ's own would raise for all of them."""
        return [cls._found(job_id, connection, serializer) for job_id in job_ids]

    @classmethod
    def _found(
        cls, job_id: str, connection: Redis, serializer: Serializer | str | None
    ) -> Job | None:
        try:
            return cls.fetch(job_id, connection, serializer)
        except NoSuchJobError:
            return None

    def _is_ours(self) -> bool:
        calls = self.func_name in JOBS.values() and self.instance is None
        given = self.args or self.kwargs
        afterwards = (
            self._success_callback_name,
            self._failure_callback_name,
            self._stopped_callback_name,
            self.webhooks,
        )
        return calls and not given and not any(afterwards)


def _refuse(reason: str) -> NoReturn:
    REFUSED_JOBS.inc()
    log.error("job_refused", reason=reason)
    raise NoSuchJobError(reason)
