"""The diagnosis of `tactful doctor`: one check for each thing that must be right.

A check returns what it found to be well, or raises Fault, which says what to do, or Doubt.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, cast

from redis import Redis, RedisError
from rq import Worker
from rq.worker_registration import REDIS_WORKER_KEYS, WORKERS_BY_QUEUE_KEY
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from service.compose import fast_redis, make_scorer, open_database
from service.faults import Fault
from service.installation import refuse_foreign_packages
from service.secret_key import refuse_wrong_secret_key
from service.settings import Settings, refuse_half_a_provider
from store.database import Database, StoreUnavailable
from store.migrate import is_current
from workers.analysis import PENDING_KEY
from workers.cron import ALIVE_KEY, ALIVE_SECONDS
from workers.doorbell import queue_named
from workers.redis_clients import refusal_of_writes
from workers.rings import JOBS

OLDEST_REDIS = (6, 2)
CLOCKS_APART = 2.0  # seconds
WRITTEN_IN = 1_760_000_000  # Unix time; no clock that is right shows an earlier one


class Doubt(Exception):
    """What is a fault for other processes than this one may be."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    subject: str
    mark: Literal["ok", "note", "FAULT"]
    told: str


def diagnose(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each check, in the order in which faults should be mended."""
    checks: dict[str, Callable[[Settings], str]] = {
        "packages": _packages,
        "single sign-on": _single_sign_on,
        "secret key": refuse_wrong_secret_key,
        "database": _database,
        "migrations": _migrations,
        "redis": _redis,
        "workers": _workers,
        "cron": _cron,
        "scorer": _scorer,
        "clock": _clock,
    }
    for subject, check in checks.items():
        try:
            yield Finding(subject, "ok", check(settings))
        except Doubt as doubt:
            yield Finding(subject, "note", str(doubt))
        except Fault as fault:
            yield Finding(subject, "FAULT", str(fault))


def _packages(_settings: Settings) -> str:
    refuse_foreign_packages()
    return "Tactful's packages are its own"


def _single_sign_on(settings: Settings) -> str:
    try:
        return refuse_half_a_provider(settings)
    except Fault as fault:
        if settings.oidc_client_secret:
            raise
        # Nobody but web needs the client's secret, so others have good reason to lack it.
        raise Doubt(f"web would not start with this: {fault}") from fault


def _database(settings: Settings) -> str:
    def look(database: Database) -> str:
        if not database.takes_writes():
            raise Fault("takes no writes: it is a standby, or default_transaction_read_only is on")
        return f"{database.engine.dialect.name} answers"

    return _reading(settings, look)


def _migrations(settings: Settings) -> str:
    def look(database: Database) -> str:
        with database.read() as tx:
            if not is_current(tx):
                raise Fault("the schema is another version's; run `tactful db upgrade`")
        return "the schema is this version's"

    return _reading(settings, look)


def _reading(settings: Settings, look: Callable[[Database], str]) -> str:
    with closing(open_database(settings)) as database:
        try:
            with database.read() as tx:
                tx.execute(select(1))
            return look(database)
        except (StoreUnavailable, SQLAlchemyError) as error:
            raise Fault(
                f"no answer ({error}); see that it runs and TACTFUL_DATABASE_URL"
            ) from error


def _redis(settings: Settings) -> str:
    with fast_redis(settings) as redis:
        info = _asked(redis.info)
        version = str(info["redis_version"])
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
            raise Fault(f"Redis {version} is too old; 6.2 or later is needed")
        policy = str(info.get("maxmemory_policy", "noeviction"))
        if policy != "noeviction":
            raise Fault(f"maxmemory-policy is {policy}; set it to noeviction, or rings get lost")
        if why := _asked(partial(refusal_of_writes, redis)):
            raise Fault(
                f"takes no writes ({why}); raise its maxmemory, or have TACTFUL_REDIS_URL name the"
                " primary"
            )
        if others := _asked(partial(_keys_of_others, redis)):
            raise Fault(
                f"another program writes to {', '.join(others)}; have TACTFUL_REDIS_URL name a"
                " database of our own"
            )
    return f"Redis {version} answers"


def _keys_of_others(redis: Redis) -> list[str]:
    """Return the keys by which work is handed on whose type is not the one that we give them."""
    types = {PENDING_KEY: b"list", REDIS_WORKER_KEYS: b"set"}
    for name in JOBS:
        queue = queue_named(name, redis)
        types |= {queue.key: b"list", queue.intermediate_queue_key: b"list"}
        types[WORKERS_BY_QUEUE_KEY % name] = b"set"
    return [key for key, ours in types.items() if redis.type(key) not in (ours, b"none")]


def _workers(settings: Settings) -> str:
    with fast_redis(settings) as redis:
        queues = {name: queue_named(name, redis) for name in JOBS}
        counts = {
            name: cast("int", _asked(partial(Worker.count, queue=queue)))
            for name, queue in queues.items()
        }
    for name, count in counts.items():
        if not count:
            raise Fault(f"no worker for the queue {name}; run `tactful worker --queue {name}`")
    return ", ".join(f"{count} for {name}" for name, count in counts.items())


def _cron(settings: Settings) -> str:
    with fast_redis(settings) as redis:
        if not _asked(partial(redis.exists, ALIVE_KEY)):
            raise Fault(
                f"none looked within {ALIVE_SECONDS} s; run `tactful cron`: without it no webhook"
                " is tried again, and nothing old goes"
            )
    return "looks after what waits"


def _scorer(settings: Settings) -> str:
    scorer = make_scorer(settings)
    scorer.score(["Good morning."])
    return f"{scorer.engine.name} {scorer.engine.version} scores"


def _clock(settings: Settings) -> str:
    if time.time() < WRITTEN_IN:
        raise Fault("this machine's clock is years behind; set it (and run an NTP client)")
    with fast_redis(settings) as redis:
        seconds, microseconds = cast("tuple[int, int]", _asked(redis.time))
    apart = abs(time.time() - seconds - microseconds / 1e6)
    if apart > CLOCKS_APART:
        raise Fault(f"this clock and Redis's are {apart:.0f} s apart; run an NTP client on both")
    return "agrees with Redis's"


def _asked(question: Callable[[], Any]) -> Any:  # noqa: ANN401 - Redis's answers are of any type
    try:
        return question()
    except RedisError as error:
        raise Fault(
            f"no answer from Redis ({error}); see that it runs and TACTFUL_REDIS_URL"
        ) from error
