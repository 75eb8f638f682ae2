"""One thread that writes for all threads of a process, many transactions to a commit.

SQLite has one writer at a time, and threads or processes that wait for their turn sleep in its
busy handler, unfairly: p99 went from 43 ms to a second without this. When a unit of work fails,
what ran together is rolled back and each unit runs again by itself, so that one that fails takes
no other with it. When no transaction can be begun at all, all of them fail at once: one after the
other each would wait as long for the same lock. (A savepoint for each would cost every unit as
much as its own statements.)
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

MAX_UNITS_A_COMMIT = 128
CLOSING_SECONDS = 10.0


@dataclass(frozen=True)
class _Unit:
    work: Callable[[Connection], Any]
    done: Future[Any]


class WriterStopped(Exception):
    """The process is at its end: nothing more is written."""


class _NotBegun(Exception):
    """No unit of work ran: the database is locked, full or gone."""

    def __init__(self, reason: SQLAlchemyError) -> None:
        self.reason = reason
        super().__init__()


class GroupCommit:
    """Runs units of work on one connection; a unit's result is given once it is committed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._units: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()  # nothing may be queued behind the end
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - the work's own type
        """Return what `work` returns, after the commit that holds it; raise what it raises.

        `work` may run twice, the first time for nothing. Raises WriterStopped after `close`.
        """
        unit = _Unit(work, Future())
        with self._door:
            if self._closed:
                raise WriterStopped
            self._units.put(unit)
        return unit.done.result()

    def close(self) -> None:
        """Finish what is queued, then stop the thread; refuse what is left after a while."""
        with self._door:
            self._closed = True
            self._units.put(None)
        self._thread.join(timeout=CLOSING_SECONDS)
        with suppress(queue.Empty):
            while (unit := self._units.get_nowait()) is not None:
                unit.done.set_exception(WriterStopped())
            self._units.put(None)  # for the thread, when it is done with what it is at

    def _run(self) -> None:
        while (first := self._units.get()) is not None:
            batch, closing = self._gather(first)
            self._commit(batch)
            if closing:
                return

    def _gather(self, first: _Unit) -> tuple[list[_Unit], bool]:
        batch = [first]
        while len(batch) < MAX_UNITS_A_COMMIT:
            try:
                unit = self._units.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                return batch, True
            batch.append(unit)
        return batch, False

    def _commit(self, batch: list[_Unit]) -> None:
        try:
            results = self._run_together(batch)
        except _NotBegun as fault:
            for unit in batch:
                unit.done.set_exception(fault.reason)
            return
        except BaseException as fault:
            if len(batch) == 1:
                batch[0].done.set_exception(fault)
                return
            for unit in batch:
                self._commit([unit])
            return
        for unit, result in zip(batch, results, strict=True):
            unit.done.set_result(result)

    def _run_together(self, batch: list[_Unit]) -> list[Any]:
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._engine.connect())
                stack.enter_context(connection.begin())
            except SQLAlchemyError as reason:
                raise _NotBegun(reason) from reason
            return [unit.work(connection) for unit in batch]
