"""One child process: how it is started, and when it is started again."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service.faults import Fault
from service.running import tether

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
STABLE_SECONDS = 10.0


@dataclass(frozen=True)
class ChildSpec:
    """What to run. Children of a lower `stop_stage` are stopped, and waited for, first.

    `env` is added to our own environment, `output` is a file for what the child prints (else
    it goes to standard error), and after `stop_seconds` a child that will not end is killed.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    pass_fds: tuple[int, ...] = ()
    output: Path | None = None
    stop_stage: int = 0
    stop_seconds: float = 15.0


def our_command(*arguments: str) -> tuple[str, ...]:
    """Return the command for `tactful ARGUMENTS` in a process of its own."""
    # -P: the folder we were started in may have a `service` of its own.
    return (sys.executable, "-P", "-m", "service", *arguments)


class Child:
    """A child process, started again whenever it ends."""

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self.process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = FIRST_PAUSE
        self._start_at = 0.0

    def start(self, now: float) -> None:
        """Start the process; it has a session of its own, so Ctrl-C reaches only us.

        Raises Fault when the system cannot.
        """
        self._started_at = now
        try:
            self.process = self._spawn()
        except OSError as error:
            raise Fault(f"cannot start {self.spec.name}: {error.strerror}") from error

    def _spawn(self) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, **self.spec.env, tether.PARENT_VARIABLE: str(os.getpid())}
        with contextlib.ExitStack() as stack:
            output: int | object = 2
            if self.spec.output is not None:
                output = stack.enter_context(self.spec.output.open("ab"))
            return subprocess.Popen(  # noqa: S603 - our own command, without a shell
                self.spec.command,
                env=environment,
                pass_fds=self.spec.pass_fds,
                stdin=subprocess.DEVNULL,
                stdout=output,  # type: ignore[arg-type]
                stderr=output,  # type: ignore[arg-type]
                start_new_session=True,
            )

    def ended(self) -> int | None:
        """Return the status of a process that just ended, once; None while it runs."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        self.process = None
        return status

    def pause_before_restart(self, now: float) -> float:
        """Return, and keep, how many seconds to wait before it is started again."""
        if now - self._started_at >= STABLE_SECONDS:
            self._pause = FIRST_PAUSE
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        self._start_at = now + pause
        return pause

    def is_due(self, now: float) -> bool:
        """Whether it is not running and its pause is over."""
        return self.process is None and now >= self._start_at

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it runs."""
        if self.process is not None:
            self.process.send_signal(number)

    def stop(self, seconds: float) -> bool:
        """Wait for an end that was asked for; kill after `seconds`. Return whether it ended."""
        if self.process is None:
            return True
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        finally:
            self.process = None
        return True
