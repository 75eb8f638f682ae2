"""Sustained load, and twice as much as can be taken: `python -m bench.load [--minutes N]`.

Against `tactful up` and against production on PostgreSQL and Redis: first what it can take, then
three quarters of that for most of the time, then twice that. All on one machine, with the load.
"""

import argparse
import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import select

from bench.production import running_production
from bench.report import met, progress, table
from bench.steady import Streamed, stream, tail
from bench.whole import running_up
from store.claims import pending_backlog
from store.database import Database
from store.tables import comments, verdicts

MINUTES = 10.0
CONNECTIONS = 64
CAPACITY_SECONDS = 20.0
SHARE = 0.75
MAX_PENDING = 2_000
OVERSHOOT = 64  # requests that were under way when the backlog reached its limit
ACCEPTED_WITHIN = 1.0  # seconds, p99.9, with twice as much as can be taken
SLACK = 1.5  # of a verdict behind a full backlog
TOLERANCE = 1.10  # of memory, and 8 MiB: caches fill up


class Target(Protocol):
    """What is measured."""

    @property
    def port(self) -> int:
        """Where it listens."""

    @property
    def api_key(self) -> str:
        """What it is called with."""

    def database(self) -> Database:
        """Return its database, to be looked into."""

    def memory(self) -> dict[str, float]:
        """Return {process: MiB}."""


@dataclass
class Watch:
    """Looks at the backlog and the memory while a stream runs; a context."""

    target: Target
    most_pending: int = 0
    memory: list[dict[str, float]] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self.since = datetime.now(UTC)
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.until = datetime.now(UTC)
        self._ended.set()
        self._thread.join()

    def verdict_latencies(self) -> tuple[float, float, float]:
        """Return p50, p99 and p99.9 of the seconds from submission to verdict."""
        database = self.target.database()
        with database.read() as tx:
            rows = tx.execute(
                select(comments.c.submitted_at, verdicts.c.scored_at)
                .join(verdicts, verdicts.c.comment_id == comments.c.id)
                .where(comments.c.submitted_at.between(self.since, self.until))
            ).all()
        database.close()
        return tail([(row.scored_at - row.submitted_at).total_seconds() for row in rows])

    def _look(self) -> None:
        database = self.target.database()
        while not self._ended.wait(1.0):
            with database.read() as tx:
                self.most_pending = max(self.most_pending, pending_backlog(tx)[0])
            self.memory.append(self.target.memory())
        database.close()


def run(minutes: float | None = None) -> str:
    """Measure both, and return the chapter of the report."""
    minutes = minutes or float(os.environ.get("MINUTES", MINUTES))
    sections = [
        _measured("`tactful up` (SQLite)", running_up, minutes),
        _measured("web and workers on PostgreSQL and Redis", running_production, minutes),
    ]
    return (
        "## Sustained load (`bench/load.py`)\n\n"
        f"`POST /v1/comments` of some 200 characters from {CONNECTIONS} connections, scored by"
        " `lite`, the load on the same machine. Can take: as many as get answers *and* verdicts."
        f" Sustained: {SHARE:.0%} of that for {minutes:g} minutes. Overload: twice that for"
        f" {minutes / 4:g} minutes with `TACTFUL_MAX_PENDING={MAX_PENDING}`. Latencies are p50 /"
        " p99 / p99.9; of accepting from when a request was due, in overload from when it was sent."
        "\n\n" + "\n\n".join(sections)
    )


def _measured(
    name: str, running: Callable[..., AbstractContextManager[Target]], minutes: float
) -> str:
    with running(TACTFUL_MAX_PENDING=str(MAX_PENDING)) as target:
        progress(f"load: {name}, what it can take")
        capacity = _capacity(target)
        progress(f"load: {name}, {SHARE:.0%} of {capacity:.0f}/s for {minutes:g} minutes")
        with Watch(target) as calm:
            sustained = _stream(target, SHARE * capacity, minutes * 60)
            _wait_until_judged(target)
        progress(f"load: {name}, twice {capacity:.0f}/s")
        with Watch(target) as busy:
            overload = _stream(target, 2 * capacity, minutes * 15)
            _wait_until_judged(target)
        rows = [_row("sustained", sustained, calm, due=True), _row("overload", overload, busy)]
        memory = _memory(calm)
        promises = _promises(capacity, sustained, overload, busy)
    head = ["", "posted", "accepted", "accepted in", "verdict after", "refused", "other errors"]
    return (
        f"### {name}\n\nCan take {capacity:.0f} comments a second.\n\n"
        + table([*head, "most pending"], rows)
        + f"\n\n{promises}\n\n{memory}"
    )


def _promises(capacity: float, sustained: Streamed, overload: Streamed, busy: Watch) -> str:
    most = MAX_PENDING + OVERSHOOT
    within = SLACK * most / capacity + ACCEPTED_WITHIN
    refused = sum(overload.statuses.values()) > overload.accepted
    promises = {
        "sustained: every request accepted": sum(sustained.statuses.values()) == sustained.accepted,
        "overload: it was more than it can take": refused,
        "overload: no error but 429 and 503 with `Retry-After`": overload.improper_share == 0,
        f"overload: at most {most:,} pending": busy.most_pending <= most,
        f"overload: p99.9 of accepting within {ACCEPTED_WITHIN:g} s": overload.since_sent[2]
        <= ACCEPTED_WITHIN,
        f"overload: p99.9 of verdicts within {within:.0f} s, a full backlog's time": (
            busy.verdict_latencies()[2] <= within
        ),
    }
    return table(["promise", ""], [[name, met(kept)] for name, kept in promises.items()])


def _capacity(target: Target) -> float:
    """Return how many comments a second get a verdict when more are there than that."""
    _stream(target, 0, CAPACITY_SECONDS / 4)  # warm
    _wait_until_judged(target)
    started = time.monotonic()
    accepted = _stream(target, 0, CAPACITY_SECONDS).accepted
    _wait_until_judged(target)
    return accepted / (time.monotonic() - started)


def _stream(target: Target, rate: float, seconds: float) -> Streamed:
    return stream(target.port, target.api_key, rate, seconds, CONNECTIONS)


def _wait_until_judged(target: Target) -> None:
    database, pending = target.database(), 1
    while pending:
        time.sleep(0.1)
        with database.read() as tx:
            pending, _ = pending_backlog(tx)
    database.close()


def _row(name: str, streamed: Streamed, watch: Watch, *, due: bool = False) -> list[str]:
    posted, seconds = sum(streamed.statuses.values()), streamed.seconds
    return [
        name,
        f"{posted / seconds:.0f}/s",
        f"{streamed.accepted / seconds:.0f}/s",
        _times(streamed.since_due if due else streamed.since_sent),
        _times(watch.verdict_latencies()),
        str(sum(streamed.statuses.get(status, 0) for status in ("429", "503"))),
        str(streamed.improper_share),
        str(watch.most_pending),
    ]


def _times(latencies: tuple[float, float, float]) -> str:
    return " / ".join(f"{1000 * one:.0f}" for one in latencies) + " ms"


def _memory(watch: Watch) -> str:
    """Return the table of memory over the sustained load: after a quarter, and at its end."""
    quarter, end = watch.memory[len(watch.memory) // 4], watch.memory[-1]
    rows = []
    for name in quarter:
        flat = end[name] <= quarter[name] * TOLERANCE + 8
        rows.append([name, f"{quarter[name]:.0f}", f"{end[name]:.0f}", met(flat)])
    return table(["memory, MiB", "after a quarter", "at the end", "flat"], rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=MINUTES)
    print(run(parser.parse_args().minutes))
