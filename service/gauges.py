"""Gauges: what waits, read from the database and Redis at the moment of a scrape."""

from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version
from typing import get_args

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import Redis, RedisError
from rq.worker_registration import get_keys

from service.context import ServiceContext
from store.claims import pending_backlog
from store.database import StoreUnavailable
from store.deliveries import delivery_backlog
from store.review_backlog import review_backlog
from workers.cron import ALIVE_KEY
from workers.doorbell import queue_named
from workers.rings import QueueName


class Backlogs(Collector):
    """Collects the gauges. What cannot be read is left out, so that an alert sees it missing."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def collect(self) -> Iterable[Metric]:
        """Return the gauges, read now."""
        build = GaugeMetricFamily("tactful_build_info", "Always 1.", labels=["version"])
        build.add_metric([version("tactful")], 1)
        return [build, *self._of_database(), *self._of_redis()]

    def _of_database(self) -> list[Metric]:
        try:
            with self._context.database.read() as tx:
                pending, review = pending_backlog(tx), review_backlog(tx)
                deliveries = delivery_backlog(tx)
        except StoreUnavailable:
            return []
        age = self._age
        return [
            _gauge("pending_comments", "Comments without a verdict.", pending[0]),
            _gauge("oldest_pending_seconds", "Age of the oldest of them.", age(pending[1])),
            _gauge("review_queue_comments", "Comments that wait for a person.", review[0]),
            _gauge("oldest_review_seconds", "How long the first has waited.", age(review[1])),
            _gauge("webhook_backlog", "Webhook deliveries still to be made.", deliveries[0]),
        ]

    def _of_redis(self) -> list[Metric]:
        redis = self._context.redis
        depth = _by_queue("queue_depth", "Jobs in a queue.")
        failed = _by_queue("failed_jobs", "Jobs that raised, within the last day.")
        workers = _by_queue("workers", "Workers that work on a queue; a killed one for 80 s more.")
        try:
            for name in get_args(QueueName):
                queue = queue_named(name, redis)
                depth.add_metric([name], queue.count)
                failed.add_metric([name], queue.failed_job_registry.count)
                workers.add_metric([name], _alive(redis, get_keys(queue)))
            alive = _alive(redis, {ALIVE_KEY})
        except RedisError:
            return []
        cron = _gauge("cron", "1: a cron looked within 30 s, 0: none did.", alive)
        return [depth, failed, workers, cron]

    def _age(self, since: datetime | None) -> float:
        return max(0.0, (self._context.clock() - since).total_seconds()) if since else 0.0


def _by_queue(name: str, documentation: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"tactful_{name}", documentation, labels=["queue"])


def _alive(redis: Redis, keys: set[str]) -> int:
    """Return how many of these processes gave a sign of life: their keys expire without."""
    return int(redis.exists(*keys)) if keys else 0


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tactful_{name}", documentation, value=value)
