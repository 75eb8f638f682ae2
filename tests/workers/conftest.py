"""What workers run on: a real database, a real Redis, and receivers of webhooks."""

from collections.abc import Callable, Iterator

import pytest

from store.database import Database
from store.sites import create_site
from tests.conftest import NOW
from tests.make import SEALER
from tests.workers.fakes import FakeScorer
from tests.workers.outbox_world import World
from tests.workers.receivers import Receiver
from workers.policies import PolicyShelf
from workers.redis_clients import impatient_client
from workers.runtime import ScoringRuntime
from workers.scorers.protocol import Scorer

MakeRuntime = Callable[[Scorer], ScoringRuntime]


@pytest.fixture
def make_runtime(database: Database, redis_url: str) -> MakeRuntime:
    def make(scorer: Scorer) -> ScoringRuntime:
        redis = impatient_client(redis_url)
        return ScoringRuntime(database, redis, scorer, PolicyShelf(), SEALER, clock=lambda: NOW)

    return make


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one go of the loop last as long as a busy machine needs."""
    monkeypatch.setattr("workers.scoring.AT_MOST_SECONDS", 120.0)


@pytest.fixture
def runtime(make_runtime: MakeRuntime) -> ScoringRuntime:
    return make_runtime(FakeScorer())


@pytest.fixture
def world(database: Database) -> World:
    site, _ = database.write(lambda tx: create_site(tx, "default", NOW))
    return World(database, site)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
