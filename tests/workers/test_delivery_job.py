"""The delivery job: rung for by the doorbell, stopped by a signal, patient with the database."""

import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import psycopg
import pytest
from redis import Redis

from store.database import Database
from store.sites import create_site
from tests.conftest import NOW
from tests.servers import PostgresServer
from tests.workers.outbox_world import World
from tests.workers.receivers import Receiver, answer
from workers.addresses import AllowList
from workers.doorbell import Doorbell
from workers.jobs import deliver_due
from workers.redis_clients import impatient_client
from workers.runtime import DeliveryRuntime, install


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with impatient_client(redis_url) as redis:
        yield redis


def _world(database: Database, redis: Redis) -> World:
    site, _ = database.write(lambda tx: create_site(tx, "default", NOW))
    world = World(database, site)
    allow = AllowList.parse("127.0.0.0/8")
    install(DeliveryRuntime(database, redis, world.sealer, allow, world.clock))
    return world


def test_the_job_takes_the_bell_down_and_sends(database: Database, redis: Redis) -> None:
    world = _world(database, redis)
    Doorbell(redis).ring("deliver")
    with Receiver() as receiver:
        world.ping(world.add_webhook(receiver.url))
        deliver_due()
        assert len(receiver.received) == 1
    assert not redis.exists("bell:deliver")


def test_a_signal_ends_the_job_early_and_the_rest_is_rung_for(
    database: Database, redis: Redis
) -> None:
    world = _world(database, redis)
    before = signal.getsignal(signal.SIGTERM)

    def respond(handler: BaseHTTPRequestHandler) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        answer(204)(handler)

    with Receiver(respond) as receiver:
        webhook_id = world.add_webhook(receiver.url)
        for _ in range(20):
            world.ping(webhook_id)
        deliver_due()
        assert 1 <= len(receiver.received) <= 3
    assert redis.exists("bell:deliver")
    assert world.held() == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_was_sent_is_recorded_although_the_database_was_away_meanwhile(
    postgres: PostgresServer, postgres_database_url: str, redis: Redis
) -> None:
    database = Database(postgres_database_url)
    world = _world(database, redis)
    name = postgres_database_url.rpartition("/")[2]
    timers: list[threading.Timer] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        _cut_off(postgres, name)
        timers.append(threading.Timer(1.5, _let_in, (postgres, name)))
        timers[-1].start()
        answer(204)(handler)

    with Receiver(respond) as receiver:
        world.ping(world.add_webhook(receiver.url))
        deliver_due()
        assert len(receiver.received) == 1
    for timer in timers:
        timer.join()
    [delivery] = world.deliveries()
    assert (delivery.state, len(delivery.attempts)) == ("delivered", 1)
    database.close()


def _cut_off(postgres: PostgresServer, name: str) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


def _let_in(postgres: PostgresServer, name: str) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
