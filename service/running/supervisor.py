"""The supervisor: keeps child processes running until it is asked to stop, then ends them in order.

RQ's workers exit, with status 0 even, on some faults of Redis; whatever a child's status is, it
is started again, after a pause that grows while it keeps ending.
"""

import signal
import time
from collections.abc import Callable
from itertools import groupby
from types import TracebackType
from typing import Self

import structlog

from service.faults import RESTART_IS_NO_USE, Fault
from service.running.child import Child, ChildSpec
from service.running.wakeups import Wakeups

LONGEST_WAIT = 5.0
RESTART_LOOK = 0.05

log = structlog.get_logger()


class Supervisor:
    """Owns the children; as a context it stops them all when it ends, in whatever way."""

    def __init__(self, *, on_end: Callable[[int], None] | None = None) -> None:
        """`on_end` is called with the process id of each child that ended."""
        self._children: dict[str, Child] = {}
        self._unsettled: dict[str, Callable[[], Fault]] = {}
        self._wakeups = Wakeups()
        self._on_end = on_end or (lambda _: None)

    def __enter__(self) -> Self:
        """Take over the signals."""
        self._wakeups.__enter__()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the children and give the signals back."""
        try:
            self._stop()
        finally:
            self._wakeups.__exit__(error_type, error, traceback)

    @property
    def stop_requested(self) -> bool:
        """Whether SIGTERM, SIGINT or SIGHUP came."""
        return self._wakeups.stop_requests > 0

    def start(self, spec: ChildSpec, failure: Callable[[], Fault] | None = None) -> None:
        """Start a child and keep it running.

        With `failure`, an end before `settle` raises what it returns, in place of a restart.
        """
        child = Child(spec)
        self._children[spec.name] = child
        if failure is not None:
            self._unsettled[spec.name] = failure
        child.start(time.monotonic())

    def settle(self, name: str) -> None:
        """From now on, start this child again when it ends."""
        self._unsettled.pop(name, None)

    def run(self) -> None:
        """Keep the children running until asked to stop; raise Fault when that is no use."""
        while not self.stop_requested:
            self.step(LONGEST_WAIT)

    def step(self, seconds: float) -> None:
        """Wait up to `seconds` for something to happen, and start again what ended."""
        pauses = [seconds]
        now = time.monotonic()
        for child in self._children.values():
            pauses.extend(self._look_after(child, now))
        if not self.stop_requested:
            self._wakeups.wait(min(pauses))

    def _look_after(self, child: Child, now: float) -> list[float]:
        """Return the pause until this child needs to be looked after, if it does."""
        pid = child.process.pid if child.process else 0
        status = child.ended()
        if status is not None:
            self._on_end(pid)
            return [self._pause_after(child, status, now)]
        if child.is_due(now):
            child.start(now)
        return [] if child.process else [RESTART_LOOK]

    def _pause_after(self, child: Child, status: int, now: float) -> float:
        name = child.spec.name
        if failure := self._unsettled.get(name):
            raise failure()
        if status == RESTART_IS_NO_USE:
            raise Fault(f"{name} cannot start; the line above says why")
        pause = child.pause_before_restart(now)
        if not self.stop_requested:
            log.warning("child_ended", child=name, status=status, restart_in=pause)
        return pause

    def _stop(self) -> None:
        ordered = sorted(self._children.values(), key=lambda child: child.spec.stop_stage)
        for _, stage in groupby(ordered, key=lambda child: child.spec.stop_stage):
            self._stop_together(list(stage))

    def _stop_together(self, children: list[Child]) -> None:
        requests = self._wakeups.stop_requests
        for child in children:
            child.signal(signal.SIGTERM)
        started = time.monotonic()
        while any(child.process and child.process.poll() is None for child in children):
            elapsed = time.monotonic() - started
            impatient = self._wakeups.stop_requests > max(requests, 1)
            if impatient or elapsed > max(child.spec.stop_seconds for child in children):
                break
            self._wakeups.wait(0.2)
        for child in children:
            if not child.stop(0):
                log.warning("child_killed", child=child.spec.name)
