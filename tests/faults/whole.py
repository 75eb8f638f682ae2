"""The stage of one machine: `tactful up` with SQLite and its own Redis, on a small disk."""

import contextlib

import psutil

from store.database import sqlite_url
from tests.faults.disk import SmallDisk
from tests.faults.endpoints import Endpoint
from tests.faults.stage import Stage
from tests.servers import free_port, wait_until
from tests.service.running import RunningUp


class WholeUp(Stage):
    """A `tactful up` that comes back at the same address."""

    def _start(self, stack: contextlib.ExitStack) -> None:
        self.disk = SmallDisk()
        stack.callback(self.disk.close)
        self.endpoints = [Endpoint(), Endpoint()]
        for endpoint in self.endpoints:
            stack.callback(endpoint.close)
        self.port = free_port()
        port = ("--port", str(self.port))
        data = self.disk.folder / "data"
        self.up = RunningUp(data, *port, TACTFUL_WEBHOOK_ALLOW="127.0.0.1/32")
        self.up.log = self.folder / "up.log"  # not on the disk that gets full
        stack.enter_context(self.up)
        self.api_key = str(self.up.credentials["api_key"])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return sqlite_url(self.up.data_dir / "tactful.db")

    def process(self, name: str) -> psutil.Process:
        """Return a process by its name, once it is there."""
        found: list[psutil.Process] = []

        def look() -> bool:
            with contextlib.suppress(AssertionError, IndexError, psutil.NoSuchProcess):
                found.append(self._find(name))
            return bool(found)

        wait_until(look, 30, f"no {name}")
        return found[0]

    def kill(self, name: str) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self.process(name).kill()

    def _find(self, name: str) -> psutil.Process:
        if name == "redis":
            return self.up.redis()
        if name == "web's worker":
            return self.up.child("web").children()[0]
        return self.up.child(*({"score": ("worker", "score")}.get(name, (name,))))
