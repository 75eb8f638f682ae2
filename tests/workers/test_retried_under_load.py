"""A comment whose worker died gets its verdict even while more arrives than can be scored."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from store.claims import claim_pending
from store.database import Database
from store.records import Site
from store.tables import verdicts
from tests.conftest import NOW
from tests.make import submit
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import FakeScorer
from workers import batches
from workers.analysis import AnalysisRequest, request_analyses
from workers.scorers.protocol import Scores
from workers.scoring import RETRIED_EVERY, score_pending_comments

BATCHES = 2 * RETRIED_EVERY


class Overloaded(FakeScorer):
    """For every batch that it scores, as many comments as fill one arrive, for a while."""

    def __init__(self, database: Database, site: Site) -> None:
        super().__init__()
        self._database = database
        self._site = site

    def score(self, texts: Sequence[str]) -> list[Scores]:
        if len(self.calls) < BATCHES:
            for number in range(batches.BATCH):
                submit(self._database, self._site.id, f"More {len(self.calls)}.{number}")
        return super().score(texts)


def submit_what_lost_its_worker(database: Database, site: Site) -> None:
    submit(database, site.id, "Its worker died.")
    died, lease = NOW - timedelta(minutes=1), timedelta(seconds=8)
    database.write(lambda tx: claim_pending(tx, died, limit=1, lease=lease))


def test_what_was_claimed_before_has_its_turn(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    submit_what_lost_its_worker(database, site)
    for number in range(2 * batches.BATCH):
        submit(database, site.id, f"Fresh {number}")
    scorer = Overloaded(database, site)
    score_pending_comments(make_runtime(scorer))
    assert scorer.calls.index(["Its worker died."]) < BATCHES


class Killer(FakeScorer):
    """Notes how many verdicts were on record when it was given what had killed a worker."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self.on_record: int | None = None

    def score(self, texts: Sequence[str]) -> list[Scores]:
        if "Its worker died." in texts:
            with self._database.read() as tx:
                self.on_record = tx.execute(select(func.count()).select_from(verdicts)).scalar_one()
        return super().score(texts)


def test_what_killed_a_worker_takes_along_nothing_that_was_scored_before(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    submit_what_lost_its_worker(database, site)
    for number in range(5):
        submit(database, site.id, f"Fresh {number}")
    scorer = Killer(database)
    score_pending_comments(make_runtime(scorer))
    assert scorer.on_record == 5


def test_what_killed_a_worker_is_held_alone_and_others_are_not_held_against_it(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    submit_what_lost_its_worker(database, site)
    scorer = FakeScorer()
    runtime = make_runtime(scorer)
    asked = [
        AnalysisRequest(
            id=f"asked {number}",
            site_id=site.id,
            text="Somebody asks.",
            lang=None,
            deadline=NOW.timestamp() + 60,
            reply_to="nobody",
        )
        for number in range(3)
    ]
    request_analyses(runtime.redis, asked)
    assert score_pending_comments(runtime) == (1, True)
    assert scorer.calls == [["Somebody asks."] * 3, ["Its worker died."]]
