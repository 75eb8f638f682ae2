"""The shelf of compiled policies, and what it spares the garbage collector."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from rules.loading.presets import preset
from store.database import Database
from store.policies import activate_policy
from store.records import Site
from tests.conftest import NOW
from tests.make import SEALER, submit
from tests.workers.fakes import FakeScorer
from workers.collector import spare_long_lived_objects
from workers.jobs import score_pending
from workers.policies import PolicyShelf
from workers.redis_clients import impatient_client
from workers.runtime import ScoringRuntime, install


class Ring:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_shelf_tells_when_it_has_compiled_something(database: Database, site: Site) -> None:
    told: list[int] = []
    shelf = PolicyShelf(lambda: told.append(len(told)))
    for _ in range(2):
        with database.read() as tx:
            shelf.active(tx, {site.id})
    assert len(told) == 1
    database.write(lambda tx: activate_policy(tx, site.id, "family", preset("family"), NOW))
    with database.read() as tx:
        shelf.active(tx, {site.id})
    assert len(told) == 2


@pytest.mark.usefixtures("_thawed")
def test_what_lives_long_is_spared_and_what_is_replaced_is_freed() -> None:
    kept = Ring()
    spare_long_lived_objects()
    assert not any(one is kept for one in gc.get_objects())
    watched = weakref.ref(kept)
    del kept
    gc.collect()
    assert watched() is not None  # as the collector passes over it
    spare_long_lived_objects()
    assert watched() is None


def test_an_activated_policy_is_compiled_before_a_comment_asks_for_it(
    database: Database, site: Site, redis_url: str
) -> None:
    told: list[int] = []
    shelf = PolicyShelf(lambda: told.append(len(told)))
    redis = impatient_client(redis_url)
    runtime = ScoringRuntime(database, redis, FakeScorer(), shelf, SEALER, clock=lambda: NOW)
    install(runtime)
    score_pending()
    assert len(told) == 1
    database.write(lambda tx: activate_policy(tx, site.id, "family", preset("family"), NOW))
    score_pending()
    assert len(told) == 2
    submit(database, site.id, "Hello")
    score_pending()
    assert len(told) == 2
