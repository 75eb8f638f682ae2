"""A `tactful up` in a process of its own, as a user starts it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import psutil

READY_SECONDS = 60
STOP_SECONDS = 40


def tactful(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `tactful` to its end."""
    return subprocess.run(
        command_line(*arguments),
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
    )


def command_line(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "service", *arguments]


def environment(**env: str) -> dict[str, str]:
    """Return our environment without anybody's settings, and with these."""
    clean = {name: value for name, value in os.environ.items() if "TACTFUL_" not in name}
    return clean | env


class RunningUp:
    """Starts `tactful up` and waits until it is ready; a context that stops it.

    `start` and `kill9` may be called in turn, for a next `up` on the same directory.
    """

    def __init__(self, data_dir: Path, *arguments: str, **env: str) -> None:
        self.data_dir = data_dir
        self.url = ""
        self.output: list[str] = []
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self._arguments = ("up", "--port", "0", "--data", str(data_dir), *arguments)
        self._env = env
        self._clients: list[httpx.Client] = []
        self.process: subprocess.Popen[str]

    def __enter__(self) -> "RunningUp":
        self.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for client in self._clients:
            client.close()
        if self.process.poll() is None:
            self.stop()
        if error is not None:  # pytest shows it with the failure
            sys.stdout.write(self.log.read_text()[-8000:])

    def start(self) -> None:
        """Start it and wait for its `ready:` line."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command_line(*self._arguments),
                env=environment(**self._env),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.output = []
        ready = threading.Event()
        threading.Thread(target=self._read, args=(ready,), daemon=True).start()
        assert ready.wait(READY_SECONDS), f"not ready: {self.log.read_text()[-4000:]}"
        assert self.url, f"ended: {self.log.read_text()[-4000:]}"

    @property
    def credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = json.loads((self.data_dir / "credentials.json").read_text())
        return credentials

    def api(self, key: str | None = None) -> httpx.Client:
        """Return a client with this key, by default the site's in `credentials.json`."""
        headers = {"Authorization": f"Bearer {key or self.credentials['api_key']}"}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=30)
        self._clients.append(client)
        return client

    def children(self) -> list[psutil.Process]:
        """Return every process below it, gunicorn's and Redis among them."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, *words: str) -> psutil.Process:
        """Return the one child whose command line has all of these words."""
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                if set(words) <= set(" ".join(process.cmdline()).replace("/", " ").split()):
                    return process
        raise AssertionError(f"no child {words}")

    def worker(self) -> psutil.Process:
        return self.child("worker", "score")

    def redis(self) -> psutil.Process:
        """Return the embedded Redis."""
        for process in psutil.Process(self.process.pid).children():
            if process.name() in {"redis-server", "valkey-server"}:
                return process
        raise AssertionError("no Redis")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def kill9(self) -> None:
        """Kill `up` itself, and nothing else."""
        self.process.kill()
        self.process.wait(10)

    def _read(self, ready: threading.Event) -> None:
        assert self.process.stdout is not None
        self.url = ""
        with self.process.stdout as stdout:
            for line in stdout:
                self.output.append(line.rstrip("\n"))
                if line.startswith("ready: "):
                    self.url = line.removeprefix("ready: ").strip()
                    ready.set()
        ready.set()


def wait_for_end(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Return those that still run after `seconds`."""
    deadline = time.monotonic() + seconds
    while alive := [process for process in processes if _runs(process)]:
        if time.monotonic() > deadline:
            return alive
        time.sleep(0.05)
    return []


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
