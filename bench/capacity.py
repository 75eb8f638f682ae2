"""What a comment costs each process: processor time and bytes, on PostgreSQL, from POST to webhook.

Processor time, not requests a second: the load and everything else share this machine's cores,
and what a process needs of a core says how many of it a core can carry.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import psycopg

from bench.report import progress, table
from bench.sender import Load
from tests.servers import PostgresServer, RedisServer, free_port, running_postgres, wait_until

COMMENTS = 3_000
WARM_UP = 300
CONNECTIONS = 8
KINDS = ("web", "score", "deliver", "cron")


def run() -> str:
    """Measure, and return the section of the report."""
    with tempfile.TemporaryDirectory(prefix="tactful-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        postgres = stack.enter_context(running_postgres())
        redis = stack.enter_context(RedisServer(folder))
        system = stack.enter_context(_system(folder, postgres, redis))
        progress(f"capacity: {WARM_UP} comments to warm up")
        system.carry(WARM_UP)
        before, size = system.seconds(), system.database_bytes()
        progress(f"capacity: {COMMENTS} comments")
        system.carry(COMMENTS)
        after, bytes_each = system.seconds(), (system.database_bytes() - size) / COMMENTS
        memory = system.memory()
    return _section(before, after, bytes_each, memory)


class System:
    """Production processes, each by itself, one site and one webhook."""

    def __init__(self, roots: dict[str, int], port: int, receiver: int, key: str, url: str) -> None:
        self._roots = roots
        self._port, self._receiver, self._key, self._url = port, receiver, key, url
        self._delivered = 0

    def carry(self, count: int) -> None:
        """Post comments and wait until the webhook of each has arrived."""
        Load(self._port, self._key, count, CONNECTIONS).apply()
        self._delivered += count
        wait_until(lambda: self._arrived() >= self._delivered, 600, "webhooks did not arrive")

    def seconds(self) -> dict[str, float]:
        """Return {kind of process: processor seconds so far}, ended children included."""
        return {kind: _seconds(pid) for kind, pid in self._roots.items()}

    def memory(self) -> dict[str, float]:
        """Return {kind of process: MiB of memory of its own, children included}."""
        return {kind: _mebibytes(pid) for kind, pid in self._roots.items()}

    def database_bytes(self) -> int:
        """Return the size of the database."""
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])

    def _arrived(self) -> int:
        time.sleep(0.2)
        with urllib.request.urlopen(f"http://127.0.0.1:{self._receiver}/") as answer:
            return int(answer.read())


@contextmanager
def _system(folder: Path, postgres: PostgresServer, redis: RedisServer) -> Iterator[System]:
    port, receiver, url = free_port(), free_port(), postgres.create_database("capacity")
    env = {
        **os.environ,
        "TACTFUL_DATABASE_URL": url,
        "TACTFUL_REDIS_URL": redis.url,
        "TACTFUL_SECRET_KEY": "a key for the bench only",
        "TACTFUL_WEBHOOK_ALLOW": "127.0.0.1/32",
        "TACTFUL_LOG_FORMAT": "json",
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "service"]
    subprocess.run([*command, "db", "upgrade"], env=env, check=True, capture_output=True)
    made = subprocess.run(
        [*command, "site", "create", "bench"], env=env, check=True, capture_output=True
    )
    key = made.stdout.decode().split()[1]
    arguments = {
        "web": ["web", "--port", str(port)],
        "score": ["worker", "--queue", "score"],
        "deliver": ["worker", "--queue", "deliver"],
        "cron": ["cron"],
    }
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))
        processes = {
            kind: stack.enter_context(_running([*command, *arguments[kind]], env, log.fileno()))
            for kind in KINDS
        }
        stack.enter_context(
            _running([sys.executable, "-m", "bench.receiver", str(receiver)], env, log.fileno())
        )
        wait_until(lambda: _answers(f"http://127.0.0.1:{port}/readyz"), 60, "not ready")
        wait_until(lambda: _answers(f"http://127.0.0.1:{receiver}/"), 60, "no receiver")
        _add_webhook(port, key, f"http://127.0.0.1:{receiver}/")
        roots = {kind: process.pid for kind, process in processes.items()}
        with redis.client() as client:
            roots["redis"] = int(client.info()["process_id"])
        roots["postgres"] = postgres.process.pid
        yield System(roots, port, receiver, key, url)


@contextmanager
def _running(
    command: list[str], env: dict[str, str], log: int
) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(command, env=env, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            process.terminate()


def _add_webhook(port: int, key: str, url: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/webhooks",
        json.dumps({"url": url, "events": ["comment.verdict"]}).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request).close()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url).close()
    except OSError:
        return False
    return True


def _seconds(pid: int) -> float:
    root = psutil.Process(pid)
    ended = root.cpu_times()
    alive = (process.cpu_times() for process in [root, *root.children(recursive=True)])
    return ended.children_user + ended.children_system + sum(one.user + one.system for one in alive)


def _mebibytes(pid: int) -> float:
    root = psutil.Process(pid)
    return sum(one.memory_full_info().uss for one in [root, *root.children(recursive=True)]) / 2**20


def _section(
    before: dict[str, float], after: dict[str, float], bytes_each: float, memory: dict[str, float]
) -> str:
    rows = []
    for kind, until in after.items():
        each = (until - before[kind]) / COMMENTS
        rows.append([kind, f"{1000 * each:.2f}", f"{1 / each:.0f}", f"{memory[kind]:.0f}"])
    return (
        "### What a comment costs\n\n"
        f"{COMMENTS} comments of 180 characters, PostgreSQL, built-in scorer, one webhook each;"
        " production processes (web: 2 with 8 threads each). Processor time, ended children"
        f" included; the database grew by {bytes_each / 1024:.1f} KiB a comment.\n\n"
        + table(["process", "ms of a core a comment", "comments/s of one core", "MiB"], rows)
    )


if __name__ == "__main__":
    print(run())
