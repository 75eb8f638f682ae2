"""Fixtures of the API's tests: the app on real parts, and a client for each of two sites."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from rules.verdict import EngineRef, Verdict
from service.app import create_app
from service.context import ServiceContext
from store.comments import get_comment
from store.database import Database
from store.records import CommentRecord, Site
from store.sealing import Sealer
from store.sites import SiteKeys, create_site
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import claim, make_verdict
from workers.analysis import Scored
from workers.doorbell import Doorbell
from workers.redis_clients import impatient_client
from workers.scorers.places import Place


@dataclass
class Clock:
    """A clock that the test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class JudgingWaiter:
    """A waiter whose comment is judged while somebody waits, or never."""

    database: Database
    judge: Callable[[], None] | None = None
    waited: list[float] = field(default_factory=list)

    def wait(
        self, site_id: str, comment_id: str, revision: int, seconds: float
    ) -> CommentRecord | None:
        self.waited.append(seconds)
        if self.judge is None:
            return None
        self.judge()
        with self.database.read() as tx:
            record = get_comment(tx, site_id, comment_id)
        return record if record and record.revision >= revision else None


@dataclass
class FixedScores:
    """An analyzer that says the same of every text."""

    failure: Exception | None = None
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def analyze(self, site_id: str, text: str, lang: str | None, seconds: float) -> Scored:
        assert seconds > 0
        self.asked.append((site_id, text, lang))
        if self.failure is not None:
            raise self.failure
        engine = EngineRef(name="fixed", version="1")
        scores = {"toxicity": 0.2}
        return Scored(
            scores=scores, labels=[], matches=[], engine=engine, scored=scores,
            places={"toxicity": [Place(0, 5)]}, reads=["en"],
        )  # fmt: skip

    def analyze_all(
        self, site_id: str, texts: Sequence[str], lang: str | None, seconds: float
    ) -> list[Scored]:
        return [self.analyze(site_id, text, lang, seconds) for text in texts]


@dataclass
class Caller:
    """Calls the API as one site."""

    client: FlaskClient
    site: Site
    keys: SiteKeys

    def __call__(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.keys.api_key}", **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        if json is not None:
            options["json"] = json
        return self("POST", path, **options)

    def delete(self, path: str) -> TestResponse:
        return self("DELETE", path)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a migrated database as the web process uses it; the test runs on each kind."""
    with contextlib.closing(Database(database_url, group_commit=True)) as database:
        yield database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waiter(database: Database) -> JudgingWaiter:
    return JudgingWaiter(database)


@pytest.fixture
def analyzer() -> FixedScores:
    return FixedScores()


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with impatient_client(redis_url) as client:
        yield client


@pytest.fixture
def context(
    database: Database, redis: Redis, waiter: JudgingWaiter, analyzer: FixedScores, clock: Clock
) -> ServiceContext:
    return ServiceContext(
        database=database,
        redis=redis,
        doorbell=Doorbell(redis),
        waiter=waiter,
        analyzer=analyzer,
        sealer=Sealer("a secret of the tests"),
        clock=clock,
    )


@pytest.fixture
def app(context: ServiceContext) -> Flask:
    return create_app(context)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def blog(client: FlaskClient, database: Database) -> Caller:
    return Caller(client, *database.write(lambda tx: create_site(tx, "blog", NOW)))


@pytest.fixture
def other(client: FlaskClient, database: Database) -> Caller:
    return Caller(client, *database.write(lambda tx: create_site(tx, "other", NOW)))


Judge = Callable[..., None]


@pytest.fixture
def judge(database: Database, clock: Clock) -> Judge:
    """Return what gives every pending comment a verdict, as a worker would."""

    def judge_pending(verdict: Verdict | None = None, **changes: Any) -> None:
        taken = claim(database, clock())
        given = verdict or make_verdict(**{"scored_at": clock(), **changes})
        judged = [(item, given) for item in taken.comments]
        database.write(lambda tx: record_verdicts(tx, taken, judged, clock()))

    return judge_pending


def json_of(answer: TestResponse) -> Any:
    """Return the JSON of an answer that must have one."""
    assert answer.json is not None
    return answer.json
