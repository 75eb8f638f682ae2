"""A scorer that stands still in native code ends with its worker; its comments do not."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from rules.verdict import Verdict
from store.comments import get_comment
from store.database import Database
from store.records import Site
from store.sites import set_on_timeout
from store.tables import comments
from tests.deployment.processes import SECRET_KEY
from tests.make import submit
from tests.servers import free_port, wait_until
from tests.service.running import environment
from tests.workers.leases import SHORT_LEASE
from tests.workers.standing import MARK
from workers import watchdog
from workers.pulse import keep_pulse
from workers.scorers.buckets import MOST_TEXTS

PATIENCE = timedelta(seconds=3)
START = timedelta(seconds=30)  # of a worker, on a busy machine: a second or two on a quiet one
SLOW_STEPS = 8  # of half a second: together longer than the patience
WORST = 2 * (PATIENCE + SHORT_LEASE + START)


class World:
    """A database with a site, and the processes of `tests.workers.standing` on it."""

    def __init__(self, database: Database, site: Site, folder: Path, **env: str) -> None:
        self._database = database
        self._site = site
        self._metrics = f"127.0.0.1:{free_port()}"
        self._env = environment(TACTFUL_METRICS_ADDR=self._metrics, **env)
        self.log = folder / "log"

    def submit(self, *bodies: str) -> list[str]:
        return [submit(self._database, self._site.id, body).id for body in bodies]

    @contextlib.contextmanager
    def run(self) -> Iterator[None]:
        """Run the processes, which find one batch of all that was submitted."""
        command = [sys.executable, "-m", "tests.workers.standing"]
        with (
            self.log.open("w") as log,
            subprocess.Popen(command, env=self._env, stderr=log) as all_,
        ):
            try:
                yield
            finally:
                all_.terminate()
                assert all_.wait(30) == 0, self.log.read_text()[-4000:]

    def wait_for_verdicts(self, ids: list[str], within: timedelta) -> None:
        seconds = within.total_seconds()
        wait_until(lambda: all(map(self._verdict, ids)), seconds, "not all are judged")

    def outcomes(self, ids: list[str]) -> set[tuple[str, str]]:
        found = [verdict for verdict in map(self._verdict, ids) if verdict]
        return {(verdict.action, verdict.decided_by) for verdict in found}

    def attempts(self) -> int:
        """Return how often the comments were claimed, all together."""
        with self._database.read() as tx:
            return int(tx.execute(select(func.sum(comments.c.attempts))).scalar_one())

    def counted(self, series: str) -> float:
        lines = httpx.get(f"http://{self._metrics}/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(f"{series} "))

    def told(self, event: str) -> list[dict[str, object]]:
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in map(json.loads, lines) if line["event"] == event]

    def _verdict(self, comment: str) -> Verdict | None:
        with self._database.read() as tx:
            found = get_comment(tx, self._site.id, comment)
        assert found is not None
        return found.verdict


@pytest.fixture
def world(
    database: Database, database_url: str, site: Site, redis_url: str, tmp_path: Path
) -> World:
    database.write(lambda tx: set_on_timeout(tx, site.id, "reject"))
    return World(
        database,
        site,
        tmp_path,
        TACTFUL_DATABASE_URL=database_url,
        TACTFUL_REDIS_URL=redis_url,
        TACTFUL_SECRET_KEY=SECRET_KEY,
        TACTFUL_SCORER_PATIENCE_SECONDS=str(PATIENCE.total_seconds()),
    )


@pytest.mark.parametrize("lock", ["held", "released"])
def test_what_makes_it_stand_still_is_answered_without_scores_and_the_rest_is_judged(
    world: World, lock: str
) -> None:
    rest = world.submit("hello", "dear reader")
    [bad] = world.submit(f"{lock} {MARK}")
    rest += world.submit("hello again", "and again")
    with world.run():
        world.wait_for_verdicts([bad, *rest], WORST)
        wait_until(lambda: bool(world.told("comment_not_scored")), 5, "it is not told")
        failures = world.counted("tactful_scorer_failures_total")
        verdicts = world.counted('tactful_verdicts_total{action="approve",decided_by="policy"}')
        after = world.submit("hello to those who come after")
        world.wait_for_verdicts(after, START)
    assert world.outcomes([bad]) == {("reject", "fallback")}
    assert world.outcomes([*rest, *after]) == {("approve", "policy")}
    assert (failures, verdicts) == (1, len(rest))
    assert [line["comment"] for line in world.told("comment_not_scored")] == [bad]
    assert [line["child"] for line in world.told("child_ended")] == ["score", "score"]
    assert MARK not in world.log.read_text()


def test_a_scorer_that_is_slow_with_a_large_batch_is_let_get_on(world: World) -> None:
    ids = world.submit(*(f"slow {number}" for number in range(SLOW_STEPS * MOST_TEXTS)))
    with world.run():
        world.wait_for_verdicts(ids, timedelta(seconds=60))
    assert world.outcomes(ids) == {("approve", "policy")}
    assert world.attempts() == len(ids)
    assert world.told("child_ended") == []


def test_each_step_is_a_beat_for_the_probe_and_none_is_once_nothing_is_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "RENEW_SECONDS", 0.0)
    pulse = tmp_path / "pulse"
    keep_pulse(pulse)
    watchdog.keep_watch(3600)
    try:
        with watchdog.watched():
            watchdog.getting_on()
        assert pulse.exists()
        pulse.unlink()
        watchdog.getting_on()
        assert not pulse.exists()
    finally:
        watchdog.keep_watch(None)
        keep_pulse(None)
