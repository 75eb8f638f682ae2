"""A whole `tactful up`, as a user runs it, to be measured."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from service.running.data_dir import DataDir
from store.database import Database


@dataclass(frozen=True)
class Whole:
    """A running `up`."""

    process: subprocess.Popen[str]
    url: str
    api_key: str
    data_dir: Path

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 0

    def database(self) -> Database:
        """Return its database, to be looked into."""
        return Database(DataDir(self.data_dir).database_url)

    def memory(self) -> dict[str, float]:
        """Return {process: MiB of memory of its own}, gunicorn's arbiter and worker apart."""
        sizes: dict[str, float] = {"up": mebibytes(psutil.Process(self.process.pid))}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            name = _name(child)
            while name in sizes:
                name += " (worker)"
            sizes[name] = mebibytes(child)
        return sizes


@contextmanager
def running_up(**settings: str) -> Iterator[Whole]:
    """Give an `up` in a folder of its own, ready to work."""
    with tempfile.TemporaryDirectory(prefix="tactful-bench-") as folder:
        data_dir = Path(folder) / "data"
        command = [sys.executable, "-m", "service", "up", "--port", "0", "--data", str(data_dir)]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | settings,
        ) as process:
            try:
                assert process.stdout is not None
                url = process.stdout.readline().removeprefix("ready: ").strip()
                credentials = json.loads((data_dir / "credentials.json").read_text())
                yield Whole(process, url, credentials["api_key"], data_dir)
            finally:
                process.terminate()


def mebibytes(process: psutil.Process) -> float:
    """Return the memory that is the process's alone, in MiB."""
    return float(process.memory_full_info().uss) / 2**20


def _name(process: psutil.Process) -> str:
    if "redis" in process.name() or "valkey" in process.name():
        return "redis"
    words = [word for word in process.cmdline() if word in {"web", "cron", "score", "deliver"}]
    return words[-1] if words else process.name()
