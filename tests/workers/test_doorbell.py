import signal
import time

from tests.servers import RedisServer
from workers.doorbell import Doorbell, queue_named
from workers.redis_clients import impatient_client


def test_many_rings_are_one_job(redis_url: str) -> None:
    redis = impatient_client(redis_url)
    bell = Doorbell(redis)
    assert all(bell.ring("score") for _ in range(1000))
    assert len(queue_named("score", redis)) == 1


def test_a_ring_after_the_bell_was_taken_down_is_a_job_of_its_own(redis_url: str) -> None:
    redis = impatient_client(redis_url)
    bell = Doorbell(redis)
    bell.ring("score")
    bell.take_down("score")
    bell.ring("score")
    assert len(queue_named("score", redis)) == 2


def test_each_queue_has_its_bell(redis_url: str) -> None:
    redis = impatient_client(redis_url)
    bell = Doorbell(redis)
    bell.ring("score")
    bell.ring("deliver")
    assert [len(queue_named(name, redis)) for name in ("score", "deliver")] == [1, 1]


def test_ringing_again_works_although_the_bell_is_up(redis_url: str) -> None:
    redis = impatient_client(redis_url)
    bell = Doorbell(redis)
    bell.ring("score")
    bell.ring_again("score")
    assert len(queue_named("score", redis)) == 2


def test_a_bell_that_cannot_be_rung_is_no_error_and_takes_no_time() -> None:
    started = time.monotonic()
    assert Doorbell(impatient_client("redis://127.0.0.1:1/0")).ring("score") is False
    assert time.monotonic() - started < 1


def test_a_redis_that_hangs_slows_one_ring_and_not_the_next(redis_server: RedisServer) -> None:
    bell = Doorbell(impatient_client(redis_server.url))
    redis_server.signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        rings = [bell.ring("score") for _ in range(50)]
        took = time.monotonic() - started
    finally:
        redis_server.signal(signal.SIGCONT)
    assert not any(rings)
    assert took < 2
