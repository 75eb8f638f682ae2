"""Production on one machine, to be measured: web, workers and cron on PostgreSQL and Redis."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from bench.whole import mebibytes
from rules.loading.presets import preset
from store.database import Database
from store.migrate import upgrade
from store.policies import activate_policy
from store.sites import create_site
from tests.servers import RedisServer, free_port, running_postgres, wait_until

COMMANDS = {
    "web": ("web", "--port"),
    "score": ("worker", "--queue", "score"),
    "deliver": ("worker", "--queue", "deliver"),
    "cron": ("cron",),
}


@dataclass(frozen=True)
class Production:
    """What runs."""

    port: int
    api_key: str
    database_url: str
    processes: dict[str, int]

    def database(self) -> Database:
        """Return its database, to be looked into."""
        return Database(self.database_url)

    def memory(self) -> dict[str, float]:
        """Return {process: MiB of memory of its own}; `web` has two workers."""
        sizes: dict[str, float] = {}
        for name, pid in self.processes.items():
            process = psutil.Process(pid)
            family = [process, *process.children(recursive=True)]
            sizes[name] = sum(mebibytes(one) for one in family)
        return sizes


@contextlib.contextmanager
def running_production(**settings: str) -> Iterator[Production]:
    """Give a production that is ready to work; PostgreSQL writes to the disk at each commit."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tactful-bench-")))
        postgres = stack.enter_context(running_postgres("-c", "fsync=on"))
        redis = stack.enter_context(RedisServer(folder))
        url = postgres.create_database("bench")
        api_key = _new_site(url)
        env = os.environ | settings
        env |= {"TACTFUL_DATABASE_URL": url, "TACTFUL_REDIS_URL": redis.url}
        env |= {"TACTFUL_SECRET_KEY": "a secret of the benchmarks"}
        port, processes = free_port(), {}
        for name, words in COMMANDS.items():
            command = [sys.executable, "-m", "service", *words]
            command += [str(port)] if name == "web" else []
            process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            processes[name] = process.pid
        production = Production(port, api_key, url, processes)
        wait_until(lambda: _has_verdicts(production), 60, "no verdict")
        yield production


def _new_site(url: str) -> str:
    with contextlib.closing(Database(url)) as database:
        upgrade(database)
        now = datetime.now(UTC)
        site, keys = database.write(lambda tx: create_site(tx, "bench", now))
        source = preset("default")
        database.write(lambda tx: activate_policy(tx, site.id, "default", source, now))
        return keys.api_key


def _has_verdicts(production: Production) -> bool:
    headers = {"Authorization": f"Bearer {production.api_key}", "Prefer": "wait=5"}
    url = f"http://127.0.0.1:{production.port}/v1/comments"
    with contextlib.suppress(httpx.TransportError):
        return httpx.post(url, json={"body": "Ready?"}, headers=headers).status_code == 200
    return False
