"""Waking up for signals: a process that sleeps until a child ends or it is asked to stop."""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Self


class Wakeups:
    """Counts requests to stop; `wait` returns early for these and for the end of a child."""

    def __init__(self) -> None:
        self.stop_requests = 0
        self._read, self._write = -1, -1
        self._old_fd = -1
        self._old_handlers: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        """Take over the signals; only the main thread can."""
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._old_fd = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self._old_handlers[number] = signal.signal(number, self._on_stop)
        self._old_handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Give the signals back."""
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_fd)
        os.close(self._read)
        os.close(self._write)

    def wait(self, seconds: float) -> None:
        """Sleep for at most `seconds`."""
        ready, _, _ = select.select([self._read], [], [], max(0.0, seconds))
        if ready:
            os.read(self._read, 512)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_requests += 1
