"""A process that is kept running, as systemd or Kubernetes would."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

RESTART_PAUSE = 0.3


class KeptProcess:
    """Starts its command again whenever it ends, unless it is held down."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path
    ) -> None:
        self.name = name
        self.command = command
        self.env = env
        self.cwd = cwd
        self.deaths = 0
        self.held_down = False
        self._log = log
        self._start_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id; fails while it does not run."""
        assert self._process is not None, f"{self.name} does not run"
        return self._process.pid

    def look_after(self) -> None:
        """Start it, if it should run and does not."""
        process = self._process
        if process is not None and process.poll() is not None:
            self.deaths += 1
            self._process = None
            self._start_at = time.monotonic() + RESTART_PAUSE
        if self._process is None and not self.held_down and time.monotonic() >= self._start_at:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self.command, env=dict(self.env), cwd=self.cwd, stdout=log, stderr=log
                )

    def signal(self, number: signal.Signals) -> None:
        process = self._process
        if process is not None:
            process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def stop(self, seconds: float) -> float:
        """Ask it to end; return how long it took. Fails when it has to be killed."""
        process, self.held_down = self._process, True
        if process is None:
            return 0.0
        started = time.monotonic()
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.name} did not end within {seconds} s") from None
        return time.monotonic() - started

    def close(self) -> None:
        self.held_down = True
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)
            process.kill()
            process.wait()
