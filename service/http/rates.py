"""Rates: how often a site may ask, and how often an address may guess keys.

Counted in Redis, so that all web processes count together. Where Redis does not answer, nobody is
held back: a service that takes no comments is worse than one that takes too many.
"""

import time
from typing import Literal

import structlog
from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis import Redis, RedisError
from werkzeug.exceptions import TooManyRequests

from rules.networks import neighbourhood
from service.metrics import RATE_LIMIT_FAILURES, RATE_LIMITED

Limit = Literal["site", "address"]
PAUSE_SECONDS = 1.0  # after a failure: a Redis that hangs must not slow every request down

log = structlog.get_logger()


class TooOften(TooManyRequests):
    """The limit is reached for now. `seconds` says when to try again."""

    def __init__(self, limit: Limit, seconds: int) -> None:
        super().__init__(retry_after=seconds)
        self.limit = limit
        self.seconds = seconds


class RateLimits:
    """The limits in force; `site` and `address` are like `100/minute`, or None for no limit.

    `redis` is an impatient client.
    """

    def __init__(
        self, redis: Redis, *, site: str | None = None, address: str | None = None
    ) -> None:
        given: dict[Limit, str | None] = {"site": site, "address": address}
        self._limits: dict[Limit, RateLimitItem] = {
            name: parse(text) for name, text in given.items() if text
        }
        self._redis = redis
        self._limiter: FixedWindowRateLimiter | None = None
        self._paused_until = 0.0

    def count_request(self, site_id: str) -> None:
        """Count a request of this site; raise TooOften."""
        if "site" in self._limits:
            self._hit("site", site_id)

    def count_wrong_key(self, address: str) -> None:
        """Count a request with a wrong key from this address; raise TooOften.

        Right keys are answered all the same: one who guesses must not lock out his neighbours.
        """
        if "address" in self._limits:
            self._hit("address", neighbourhood(address))

    def _hit(self, name: Limit, who: str) -> None:
        if time.monotonic() < self._paused_until:
            RATE_LIMIT_FAILURES.inc()
            return
        item = self._limits[name]
        try:
            limiter = self._limiter = self._limiter or _limiter(self._redis)
            if limiter.hit(item, name, who):
                return
            until = limiter.get_window_stats(item, name, who).reset_time
        except RedisError as error:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            RATE_LIMIT_FAILURES.inc()
            log.warning("rate_not_counted", limit=name, reason=type(error).__name__)
            return
        RATE_LIMITED.labels(name).inc()
        raise TooOften(name, max(1, round(until - time.time())))


def _limiter(redis: Redis) -> FixedWindowRateLimiter:
    storage = RedisStorage("redis://", connection_pool=redis.connection_pool, key_prefix="rate")
    return FixedWindowRateLimiter(storage)
