"""The stage of production: web, workers and cron as processes of their own, PostgreSQL, Redis."""

import contextlib
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from rules.loading.presets import preset
from store.database import Database
from store.migrate import upgrade
from store.policies import activate_policy
from store.sites import create_site
from tests.faults.disk import SmallDisk
from tests.faults.endpoints import Endpoint
from tests.faults.processes import KeptProcess
from tests.faults.proxy import Proxy
from tests.faults.stage import Stage
from tests.faults.worker import FOLDER_VARIABLE
from tests.servers import PostgresServer, RedisServer, free_port, running_postgres, wait_until
from tests.service.running import command_line, environment
from tests.workers.certificates import Authority

ROOT = Path(__file__).parents[2]
DATABASE = "faults"
READY_SECONDS = 150


class Production(Stage):
    """Two scoring workers, one process of each other kind; Redis is reached through a proxy.

    The second endpoint is reached by TLS; its certificate is from the stage's own authority.
    """

    def _start(self, stack: contextlib.ExitStack) -> None:
        self.disk = SmallDisk()
        stack.callback(self.disk.close)
        self.postgres: PostgresServer = stack.enter_context(running_postgres())
        (self.folder / "redis").mkdir()
        self.redis = stack.enter_context(RedisServer(self.folder / "redis"))
        self.network = Proxy(self.redis.port)
        stack.callback(self.network.close)
        self._make_database()
        self.authority = Authority()
        (self.folder / "authority.pem").write_text(self.authority.pem())
        own = self.authority.server_context("localhost")
        self.endpoints = [Endpoint(), Endpoint(own, "localhost")]
        for endpoint in self.endpoints:
            stack.callback(endpoint.close)
        self.port = free_port()
        self._ended = threading.Event()
        self.processes = {process.name: process for process in self._processes()}
        stack.callback(self._end_processes)
        threading.Thread(target=self._look_after, daemon=True).start()
        wait_until(self.ready, READY_SECONDS, "not ready")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return self.postgres.url(DATABASE)

    def ready(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        return False

    def kill(self, name: str) -> None:
        if name == "web's worker":
            children = psutil.Process(self.processes["web"].pid).children()
            if children:
                children[0].kill()
        else:
            self.processes[name].kill()

    def environment(self) -> dict[str, str]:
        return environment(
            TACTFUL_DATABASE_URL=self.database_url,
            TACTFUL_REDIS_URL=f"redis://127.0.0.1:{self.network.port}/0",
            TACTFUL_SECRET_KEY="a secret of the fault tests",
            TACTFUL_WEBHOOK_ALLOW="127.0.0.0/8, localhost",
            SSL_CERT_FILE=str(self.folder / "authority.pem"),
            **{FOLDER_VARIABLE: str(self.folder)},
        )

    def _make_database(self) -> None:
        space = "pg_default"
        if self.disk.limited:
            place = self.disk.folder / "tablespace"
            place.mkdir()
            self.postgres.own(place)
            self.postgres.run(f"CREATE TABLESPACE small LOCATION '{place}'")
            space = "small"
        self.postgres.create_database(DATABASE, tablespace=space)
        self._migrate()
        with contextlib.closing(Database(self.database_url)) as database:
            now = datetime.now(UTC)
            site, keys = database.write(lambda tx: create_site(tx, "faults", now))
            source = preset("default")
            database.write(lambda tx: activate_policy(tx, site.id, "default", source, now))
        self.api_key = keys.api_key

    def _migrate(self) -> None:
        with contextlib.closing(Database(self.database_url)) as database:
            upgrade(database)

    def _processes(self) -> list[KeptProcess]:
        scorer = [sys.executable, "-m", "tests.faults.worker"]
        commands = {
            "web": command_line("web", "--port", str(self.port)),
            "score": scorer,
            "score 2": scorer,
            "deliver": command_line("worker", "--queue", "deliver"),
            "cron": command_line("cron"),
        }
        return [
            KeptProcess(name, command, self.environment(), self.folder / f"{name}.log", ROOT)
            for name, command in commands.items()
        ]

    def _look_after(self) -> None:
        while not self._ended.is_set():
            for process in list(self.processes.values()):
                process.look_after()
            time.sleep(0.05)

    def _end_processes(self) -> None:
        self._ended.set()
        time.sleep(0.1)
        for process in self.processes.values():
            process.close()
