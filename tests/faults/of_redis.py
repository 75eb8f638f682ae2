"""The faults of Redis, and of the network to it."""

import contextlib
import signal
from collections.abc import Callable, Iterator

from tests.faults.fault import Fault, Strike
from tests.faults.production import Production
from tests.faults.proxy import Proxy
from tests.faults.traffic import Platform

NOBODY = "127.0.0.1 1"  # a master that does not answer


@contextlib.contextmanager
def killed(stage: Production, _platform: Platform) -> Iterator[None]:
    """Kill -9; it comes back with what its file has."""
    stage.redis.kill()
    try:
        yield
    finally:
        stage.redis.start()


@contextlib.contextmanager
def replaced(stage: Production, _platform: Platform) -> Iterator[None]:
    """Kill -9; an empty one comes in its place."""
    stage.redis.kill()
    try:
        yield
    finally:
        stage.redis.forget()
        stage.redis.start()


@contextlib.contextmanager
def flushed(stage: Production, _platform: Platform) -> Iterator[None]:
    stage.redis.flush()
    yield


@contextlib.contextmanager
def hanging(stage: Production, _platform: Platform) -> Iterator[None]:
    stage.redis.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        stage.redis.signal(signal.SIGCONT)


def configured(name: str, value: str, normal: str) -> Strike[Production]:
    """Change a setting, and set it back."""

    @contextlib.contextmanager
    def strike(stage: Production, _platform: Platform) -> Iterator[None]:
        with stage.redis.client() as client:
            client.config_set(name, value)
            try:
                yield
            finally:
                client.config_set(name, normal)

    return strike


@contextlib.contextmanager
def demoted(stage: Production, _platform: Platform) -> Iterator[None]:
    """A failover made it a replica, which takes no writes."""
    with stage.redis.client() as client:
        client.execute_command("REPLICAOF", *NOBODY.split())
        try:
            yield
        finally:
            client.execute_command("REPLICAOF", "NO", "ONE")


def over_a_network(worsen: Callable[[Proxy], None]) -> Strike[Production]:
    """Make the network to Redis worse."""

    @contextlib.contextmanager
    def strike(stage: Production, _platform: Platform) -> Iterator[None]:
        worsen(stage.network)
        try:
            yield
        finally:
            stage.network.restore()

    return strike


def _slow(network: Proxy) -> None:
    network.delay = 0.2


def _lossy(network: Proxy) -> None:
    network.loss = 0.1


def _silent(network: Proxy) -> None:
    network.silent = True


REDIS_FAULTS: list[Fault[Production]] = [
    Fault("Redis, kill -9, back with its file", killed, lasts=2, times=20),
    Fault("Redis, kill -9, back empty", replaced, lasts=2, times=5),
    Fault("Redis, FLUSHALL", flushed, times=20, apart=1),
    Fault("Redis hangs (SIGSTOP)", hanging, lasts=8, times=2),
    Fault("Redis out of memory (noeviction)", configured("maxmemory", "1", "0"), lasts=5, times=2),
    Fault(
        "Redis takes no writes (min-replicas-to-write)",
        configured("min-replicas-to-write", "1", "0"),
        lasts=5,
        times=2,
    ),
    Fault("Redis made a replica (read-only)", demoted, lasts=5, times=2),
    Fault("Redis slow (0.2 s a packet)", over_a_network(_slow), lasts=8),
    Fault("Redis behind a lossy network (1 in 10 cut)", over_a_network(_lossy), lasts=8),
    Fault("Redis behind a silent network", over_a_network(_silent), lasts=8),
]
