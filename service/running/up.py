"""`tactful up`: everything on one machine, in one directory."""

import os
import shlex
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import structlog
from pydantic import SecretStr

from service.database_faults import database_faults_told
from service.running.child import ChildSpec, our_command
from service.running.data_dir import DataDir
from service.running.demo import fill_with_samples
from service.running.embedded_redis import NAME as REDIS
from service.running.embedded_redis import EmbeddedRedis
from service.running.first_start import ensure_site
from service.running.graceful import THEN_KILLED_SECONDS
from service.running.listening import Listener, listen
from service.running.metrics_files import keep_counts_of_ended
from service.running.readiness import Readiness
from service.running.supervisor import Supervisor
from service.running.worker_specs import worker_specs
from service.secret_key import make_sealer, opens_what_is_stored
from service.settings import METRICS_FOLDER_VARIABLE, Settings, split_address
from store.database import Database
from store.kept_addresses import Keeping
from store.migrate import upgrade

LOOK_EVERY = 0.05
SAY_SO_EVERY = 15.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Place:
    """Where everything is, once the directory is ours and the ports are bound."""

    settings: Settings
    data_dir: DataDir
    listener: Listener
    metrics: Listener | None
    redis: EmbeddedRedis | None


@dataclass(frozen=True)
class Wishes:
    """What this start is to do besides."""

    demo: bool
    renew_lost_keys: bool


def up(settings: Settings, host: str, port: int, data: Path, wishes: Wishes) -> None:
    """Run everything until SIGTERM or SIGINT; raise Fault with what is wrong."""
    with ExitStack() as stack:
        metrics = DataDir(data).metrics
        on_end = partial(keep_counts_of_ended, folder=metrics)
        supervisor = stack.enter_context(Supervisor(on_end=on_end))
        place = _take_place(stack, settings, host, port, data)
        if place.redis is not None:
            supervisor.start(place.redis.spec(), place.redis.failure)
        site_id, fresh = _prepare(place, wishes)
        for spec in child_specs(place):  # they wait for Redis by themselves
            supervisor.start(spec)
        if place.redis is not None and not _redis_answers(supervisor, place.redis):
            return
        if _becomes_ready(supervisor, place, site_id):
            _announce(place, fresh=fresh)
            supervisor.run()


def child_specs(place: Place) -> list[ChildSpec]:
    """Return our own processes. The web stops first, then those that work for it."""
    key = place.settings.secret_key
    env = {
        "TACTFUL_DATABASE_URL": place.settings.database_url or "",
        "TACTFUL_REDIS_URL": place.settings.redis_url or "",
        "TACTFUL_SECRET_KEY": key.get_secret_value() if key else "",
        METRICS_FOLDER_VARIABLE: str(place.data_dir.metrics),
    }
    fds = tuple(listener.fd for listener in (place.listener, place.metrics) if listener)
    web = [argument for fd in fds for argument in ("--fd", str(fd))]
    return [
        ChildSpec(
            "web", our_command("web", *web), env, pass_fds=fds, stop_seconds=THEN_KILLED_SECONDS
        ),
        *worker_specs(env),
        ChildSpec("cron", our_command("cron"), env, stop_stage=1),
    ]


def _take_place(stack: ExitStack, settings: Settings, host: str, port: int, data: Path) -> Place:
    os.umask(0o077)  # what this and its children write is for this user
    data_dir = DataDir(data)
    data_dir.open()
    listener = stack.enter_context(listen(host, port))
    metrics = None
    if settings.metrics_addr is not None:
        metrics = stack.enter_context(listen(*split_address(settings.metrics_addr)))
    redis = None if settings.redis_url else EmbeddedRedis(data_dir, os.getpid())
    completed = settings.model_copy(
        update={
            "database_url": settings.database_url or data_dir.database_url,
            "redis_url": redis.url if redis else settings.redis_url,
            "secret_key": settings.secret_key or SecretStr(data_dir.secret_key()),
        }
    )
    return Place(completed, data_dir, listener, metrics, redis)


def _prepare(place: Place, wishes: Wishes) -> tuple[str, bool]:
    """Bring the schema up to date; return (the first site's id, whether it is new)."""
    url = place.listener.local_url
    with database_faults_told(), closing(Database(place.settings.database_url or "")) as database:
        upgrade(database)
        opens_what_is_stored(database, make_sealer(place.settings))
        now = datetime.now(UTC)
        site_id, fresh = ensure_site(
            database, place.data_dir, url, now, renew_lost_keys=wishes.renew_lost_keys
        )
        if wishes.demo:
            keeping = Keeping(make_sealer(place.settings))
            fill_with_samples(database, site_id, now, keeping)
        return site_id, fresh


def _redis_answers(supervisor: Supervisor, redis: EmbeddedRedis) -> bool:
    """Wait for Redis; raise Fault when it ends instead."""
    answers = _wait_for(supervisor, redis.answers, lambda: "Redis")
    supervisor.settle(REDIS)
    return answers


def _becomes_ready(supervisor: Supervisor, place: Place, site_id: str) -> bool:
    local_url = place.listener.local_url
    with closing(Readiness(place.settings, local_url, site_id)) as readiness:
        return _wait_for(
            supervisor, lambda: readiness.missing() is None, lambda: str(readiness.missing())
        )


def _wait_for(
    supervisor: Supervisor, condition: Callable[[], bool], missing: Callable[[], str]
) -> bool:
    """Supervise until `condition()`; return False when asked to stop before."""
    say_so_at = time.monotonic() + SAY_SO_EVERY
    while not condition():
        supervisor.step(LOOK_EVERY)
        if supervisor.stop_requested:
            return False
        if time.monotonic() > say_so_at:
            say_so_at += SAY_SO_EVERY
            log.warning("still_waiting", missing=missing())
    return True


def _announce(place: Place, *, fresh: bool) -> None:
    ready = f"ready: {place.listener.url}"
    how = how_to_try(place.data_dir, place.listener.local_url) if fresh else ""
    click.echo(ready + how)  # at once: whoever started us may read one line and close the pipe


def how_to_try(data_dir: DataDir, url: str) -> str:
    """Return what to do first; the command works as printed."""
    comment = shlex.quote('{"body": "What a load of s h i t, you dick-tator."}')
    curl = f"curl -K {shlex.quote(str(data_dir.curlrc))} -H 'Prefer: wait=10' -d {comment}"
    return (
        "\n\nTry it, in another terminal:\n\n"
        f"  {curl} {url}/v1/comments\n\n"
        f"Where people moderate: {url}/review\n"
        f"Keys and the moderator's password are in {data_dir.credentials}\n"
        f"What the API can do: {url}/docs"
    )
