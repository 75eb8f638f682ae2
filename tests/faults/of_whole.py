"""The faults of one machine: `tactful up`, its children, and its disk."""

import contextlib
import sqlite3
from collections.abc import Iterator

from tests.faults.disk import disk_full
from tests.faults.fault import Fault, Strike
from tests.faults.traffic import Platform
from tests.faults.whole import WholeUp


def killed(name: str) -> Strike[WholeUp]:
    """Kill -9 a child; `up` starts it again."""

    @contextlib.contextmanager
    def strike(stage: WholeUp, _platform: Platform) -> Iterator[None]:
        stage.kill(name)
        yield

    return strike


@contextlib.contextmanager
def itself_killed(stage: WholeUp, _platform: Platform) -> Iterator[None]:
    """Kill -9 `up` itself, and everything with it."""
    stage.up.kill9()
    try:
        yield
    finally:
        stage.up.start()


@contextlib.contextmanager
def ended_in_order(stage: WholeUp, _platform: Platform) -> Iterator[None]:
    """SIGTERM to `up` while it works, as at a reboot."""
    assert stage.up.stop() == 0
    try:
        yield
    finally:
        stage.up.start()


@contextlib.contextmanager
def database_locked(stage: WholeUp, _platform: Platform) -> Iterator[None]:
    """Another program holds the write lock, as a careless backup does."""
    path = stage.up.data_dir / "tactful.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout = 8000")
        other.execute("BEGIN IMMEDIATE")
        yield


UP_FAULTS: list[Fault[WholeUp]] = [
    Fault("up, kill -9", itself_killed, times=20),
    Fault("up, SIGTERM during load", ended_in_order, times=3),
    Fault("up's web server, kill -9", killed("web"), times=20),
    Fault("up's scoring worker, kill -9", killed("score"), times=20),
    Fault("up's delivery worker, kill -9", killed("deliver"), times=20),
    Fault("up's cron, kill -9", killed("cron"), times=20),
    Fault("up's Redis, kill -9", killed("redis"), times=20),
    Fault("SQLite, disk full", disk_full, lasts=6, times=2),
    Fault("SQLite, locked by another for 12 s", database_locked, lasts=12),
]
