"""The periodic jobs: they ring for what waits, whatever became of Redis."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Connection, Select, select
from structlog.testing import capture_logs

from rules.comment import Author, Comment
from store.comments import submit_comment
from store.database import Database, sqlite_url
from store.erasure import erase_some_of_author
from store.erasure_tables import erasures
from store.idempotency import claim_key
from store.open_erasures import open_erasure
from store.outbox import publish
from store.records import Site
from store.tables import idempotency_keys, webhooks
from store.webhooks import delete_webhook
from tests import make
from tests.conftest import NOW
from tests.servers import RedisServer
from workers.cron import ALIVE_KEY, Cron
from workers.doorbell import Doorbell, queue_named
from workers.redis_clients import impatient_client


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with impatient_client(redis_url) as client:
        yield client


def cron_at(seconds: float, database: Database, redis: Redis) -> Cron:
    return Cron(database, redis, lambda: NOW + timedelta(seconds=seconds))


def submit(database: Database, site: Site) -> None:
    database.write(
        lambda tx: submit_comment(tx, site.id, Comment(body="Hello?"), NOW, make.KEEPING)
    )


def rings(redis: Redis) -> int:
    return queue_named("score", redis).count


def test_a_comment_that_nobody_rang_for_is_rung_for(
    database: Database, site: Site, redis: Redis
) -> None:
    submit(database, site)
    cron_at(0.5, database, redis).ring_for_what_waits()
    assert rings(redis) == 0  # its own ring is on the way
    assert 0 < redis.ttl(ALIVE_KEY) <= 30
    cron_at(1.5, database, redis).ring_for_what_waits()
    assert rings(redis) == 1


def test_a_bell_left_behind_does_not_keep_it_from_ringing(
    database: Database, site: Site, redis: Redis
) -> None:
    submit(database, site)
    Doorbell(redis).ring("score")
    redis.delete("rq:queue:score")  # the job is gone, the bell is up
    cron_at(2, database, redis).ring_for_what_waits()
    assert rings(redis) == 1


def test_rings_do_not_pile_up(database: Database, site: Site, redis: Redis) -> None:
    submit(database, site)
    for seconds in range(2, 12):
        cron_at(seconds, database, redis).ring_for_what_waits()
    assert rings(redis) == 1


def test_it_is_quiet_when_nothing_waits(database: Database, redis: Redis) -> None:
    cron_at(2, database, redis).ring_for_what_waits()
    assert rings(redis) == 0
    assert queue_named("deliver", redis).count == 0


def test_it_waits_out_a_redis_that_is_away(
    database: Database, site: Site, redis_server: RedisServer
) -> None:
    submit(database, site)
    redis_server.flush()
    with impatient_client(redis_server.url) as redis:
        pauses = iter(range(10))

        def pause(_seconds: float) -> bool:
            number = next(pauses)
            if number == 1:
                redis_server.kill()
            if number == 3:
                redis_server.start()
                redis_server.flush()
            return number == 5

        cron_at(2, database, redis).run(pause)
        assert rings(redis) == 1


def test_what_is_to_be_erased_is_while_redis_is_away(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.cron.PERIOD_SECONDS", 0)
    left = [half_an_erasure(database, site), old_keys(database, site)]
    turns = iter(range(20))

    def pause(_seconds: float) -> bool:
        with database.read() as tx:
            return not any(tx.execute(each).first() for each in left) or next(turns) == 19

    with impatient_client("redis://127.0.0.1:1/") as redis, capture_logs() as log:
        cron_at(2, database, redis).run(pause)
    assert next(turns) < 19
    assert [line["event"] for line in log] == ["cron_waits"]


def test_it_waits_out_a_database_without_tables(
    redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Database(sqlite_url(tmp_path_factory.mktemp("empty") / "new.db"))
    pauses = iter([False, False, True])
    cron_at(2, database, redis).run(lambda _: next(pauses))
    database.close()


def old_keys(database: Database, site: Site) -> Select[tuple[str]]:
    """Leave five keys to tidy up; return what finds one that is left."""
    old = NOW - timedelta(days=2)
    for number in range(5):
        database.write(partial(claim_key, site_id=site.id, key=f"{number}", digest="", now=old))
    return select(idempotency_keys.c.key)


def half_an_erasure(database: Database, site: Site) -> Select[tuple[str]]:
    """Leave five comments of an author to erase; return what finds an erasure that is not done."""
    for number in range(5):
        make.submit(database, site.id, f"Comment {number}", author=Author(id="42"))
    asked = NOW - timedelta(minutes=1)
    database.write(lambda tx: open_erasure(tx, site.id, "42", asked))
    return select(erasures.c.id)


def test_an_erasure_that_fails_is_told_of_once_and_holds_up_nothing_else(
    database: Database, site: Site, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def erase(
        tx: Connection, site_id: str, author_id: str, now: datetime, *, only: str | None = None
    ) -> int:
        if author_id == "evil":
            raise ValueError(author_id)
        return erase_some_of_author(tx, site_id, author_id, now, only=only)

    monkeypatch.setattr("workers.cron.PERIOD_SECONDS", 0)
    monkeypatch.setattr("store.finished_erasures.erase_some_of_author", erase)
    asked = NOW - timedelta(minutes=1)
    make.submit(database, site.id, author=Author(id="evil"))
    evil = database.write(lambda tx: open_erasure(tx, site.id, "evil", asked)).id
    left = [half_an_erasure(database, site).where(erasures.c.id != evil), old_keys(database, site)]
    turns = iter(range(20))

    def pause(_seconds: float) -> bool:
        with database.read() as tx:
            return not any(tx.execute(each).first() for each in left) or next(turns) == 19

    with capture_logs() as log:
        cron_at(2, database, redis).run(pause)
    assert next(turns) < 19
    told = [(line["event"], line["erasure"]) for line in log if line["log_level"] == "error"]
    assert told == [("erasure_failed", evil)]
    with database.read() as tx:
        assert tx.execute(select(erasures.c.id)).scalars().all() == [evil]


def removed_webhook(database: Database, site: Site) -> Select[tuple[str]]:
    """Leave five deliveries of an endpoint that was removed; return what finds the endpoint."""
    webhook_id = make.add_webhook(database, site.id)
    told = [(site.id, make.submit(database, site.id, f"Comment {one}").record) for one in range(5)]
    database.write(lambda tx: publish(tx, "comment.decided", told, NOW))
    database.write(lambda tx: delete_webhook(tx, site.id, webhook_id, NOW))
    return select(webhooks.c.id)


@pytest.mark.parametrize("left", [old_keys, half_an_erasure, removed_webhook])
def test_it_rings_and_gives_signs_of_life_while_it_tidies_up(
    database: Database,
    site: Site,
    redis: Redis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    left: Callable[[Database, Site], Select[tuple[str]]],
) -> None:
    for name, value in (("PERIOD", 0), ("TIDYING", 0)):  # a step a turn
        monkeypatch.setattr(f"workers.cron.{name}_SECONDS", value)
    for module in ("upkeep.KEYS", "idempotency.KEYS"):
        monkeypatch.setattr(f"store.{module}_AT_ONCE", 1)
    monkeypatch.setattr("store.erasure.AUTHOR_BATCH", 1)
    monkeypatch.setattr("store.left_deliveries.LEFT_AT_ONCE", 1)
    what_is_left = left(database, site)
    submit(database, site)
    pulse = tmp_path / "pulse"
    monkeypatch.setattr("workers.pulse._files", [pulse])
    turns: list[tuple[int, bool]] = []

    def pause(_seconds: float) -> bool:
        turns.append((rings(redis), pulse.exists()))
        redis.flushdb()
        pulse.unlink(missing_ok=True)
        with database.read() as tx:
            return tx.execute(what_is_left).first() is None

    cron_at(2, database, redis).run(pause)
    assert len(turns) > 5
    assert set(turns[1:]) == {(1, True)}
