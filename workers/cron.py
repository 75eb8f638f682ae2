"""The periodic jobs: rings for what waits although nobody rang, and keeps the tables small.

This is the safety net that lets Redis be killed, flushed or replaced at any moment. It looks at
the database alone, once a second; several may run at once.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from redis import Redis, ResponseError
from sqlalchemy import Connection

from store.claims import pending_since
from store.database import Database
from store.due_deliveries import due_for_sending
from store.finished_erasures import finish_erasures
from store.left_deliveries import settle_left_deliveries
from store.open_erasures import OpenErasure
from store.records import Site
from store.retention import expire
from store.spam_lessons import lessons_wait
from store.times_ahead import any_times_ahead, mend_times_ahead
from store.upkeep import forget_what_is_old
from workers.analysis import PENDING_KEY
from workers.clock import Clock, system_clock
from workers.doorbell import Doorbell, queue_named
from workers.faults import told
from workers.pulse import beat
from workers.rings import QueueName
from workers.telemetry import EXPIRED

PERIOD_SECONDS = 1.0
PATIENCE = timedelta(seconds=1)  # younger comments are on their way, by their own ring
UPKEEP_SECONDS = 3600.0
TIDYING_SECONDS = 1.0  # of each turn, at most, and one transaction; as much to finish
MEND_SECONDS = 5.0
ALIVE_KEY = "cron"  # in Redis, for who looks whether anybody does all this
ALIVE_SECONDS = 30

log = structlog.get_logger()


@dataclass(frozen=True)
class Cron:
    """What the periodic jobs need; `redis` is an impatient client."""

    database: Database
    redis: Redis
    clock: Clock = system_clock

    def run(self, pause: Callable[[float], bool]) -> None:
        """Look once a second, at times ahead every 5 s; wait out outages.

        Tidy up once an hour. Of that, and of what requests left to do, some is done between two
        looks, until nothing is left, whether or not Redis is there to be rung.
        `pause` waits for so many seconds, and returns whether to stop.
        """
        upkeep_at = mend_at = time.monotonic() + PERIOD_SECONDS
        finishing: Iterator[None] = iter(())
        tidying: Iterator[None] = iter(())
        failed = _FailedErasures().tell
        mends, rings, finishes, tidies = (_Part() for _ in range(4))
        while not pause(PERIOD_SECONDS):
            with mends:
                if time.monotonic() >= mend_at:
                    mend_at = time.monotonic() + MEND_SECONDS
                    self.mend_times()
            with rings:
                self.ring_for_what_waits()
            with finishes:
                if _is_done(finishing):
                    finishing = self.finish(failed)
            with tidies:
                if _is_done(tidying) and time.monotonic() >= upkeep_at:
                    upkeep_at = time.monotonic() + UPKEEP_SECONDS
                    tidying = self.tidy_up()

    def finish(self, failed: Callable[[OpenErasure, Exception], None]) -> Iterator[None]:
        """Do what requests left to do, in steps; raise StoreUnavailable."""
        yield from finish_erasures(self.database, self.clock(), failed)
        yield from settle_left_deliveries(self.database)

    def tidy_up(self) -> Iterator[None]:
        """Delete what is old, and what its site keeps no longer, in steps; raise StoreUnavailable.

        The steps of a large service take minutes, and meanwhile somebody has to ring.
        """
        now = self.clock()
        for one in expire(self.database, now, _tell_of_retention):
            if one is not None:
                EXPIRED.labels("content").inc(one.retired)
                EXPIRED.labels("record").inc(one.forgotten)
                counts = {"contents": one.retired, "records": one.forgotten}
                log.info("comments_expired", site=one.site.name, **counts)
            yield
        yield from forget_what_is_old(self.database, now)

    def ring_for_what_waits(self) -> None:
        """Ring each bell that should have been rung; raise StoreUnavailable or RedisError."""
        now = self.clock()
        self.redis.set(ALIVE_KEY, "1", ex=ALIVE_SECONDS)
        with self.database.read() as tx:
            score = _comments_wait(tx, now) or lessons_wait(tx)
            deliver = due_for_sending(tx, now)
        if score or self._analyses_wait():
            self._ring_if_silent("score")
        if deliver:
            self._ring_if_silent("deliver")

    def mend_times(self) -> None:
        """Put right what a clock that was ahead wrote; raise StoreUnavailable."""
        now = self.clock()
        with self.database.read() as tx:
            ahead = any_times_ahead(tx, now)
        if ahead:
            mended = self.database.write(lambda tx: mend_times_ahead(tx, now))
            log.warning("clock_was_ahead", mended=mended)

    def _analyses_wait(self) -> bool:
        try:
            return self.redis.llen(PENDING_KEY) > 0
        except ResponseError:  # somebody else's list, or none: no reason to leave comments waiting
            return False

    def _ring_if_silent(self, name: QueueName) -> None:
        # A ring that is in the queue will be heard; more of them would only pile up.
        if queue_named(name, self.redis).count == 0:
            Doorbell(self.redis).ring_again(name)


@dataclass
class _Part:
    """A part of each turn. Whatever it raises, nothing else waits for it: it is told, no more."""

    _well: bool = True

    def __enter__(self) -> None:
        beat()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Exception) and self._well:  # once an outage, not once a second
            log.warning("cron_waits", **told(error))
        self._well = error is None
        return isinstance(error, Exception)


@dataclass(frozen=True)
class _FailedErasures:
    """Each is tried at every turn, and told of once."""

    known: set[str] = field(default_factory=set)

    def tell(self, erasure: OpenErasure, error: Exception) -> None:
        if erasure.id not in self.known:
            self.known.add(erasure.id)
            log.error("erasure_failed", erasure=erasure.id, site=erasure.site_id, **told(error))


def _tell_of_retention(site: Site, error: Exception) -> None:
    log.error("retention_failed", site=site.id, **told(error))


def _is_done(steps: Iterator[None]) -> bool:
    """Go on with them for a second at most; return whether nothing is left to do."""
    until = time.monotonic() + TIDYING_SECONDS
    return not any(time.monotonic() >= until for _ in steps)


def _comments_wait(tx: Connection, now: datetime) -> bool:
    return pending_since(tx, now - PATIENCE, now)
