from collections.abc import Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from rules.verdict import EngineRef
from store.comments import get_comment
from store.database import Database
from store.records import Site
from store.tables import deliveries
from tests.conftest import NOW
from tests.make import add_webhook, submit
from tests.store.test_claims import count
from tests.workers.broken import break_step
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import FakeScorer
from workers.rescoring import Findings, Judge, apply_findings, look_again
from workers.scorers.protocol import Scores
from workers.scoring import score_pending_comments

LATER = NOW + timedelta(hours=1)
SINCE = NOW - timedelta(days=1)


class NewScorer(FakeScorer):
    """The engine of tomorrow: it is alarmed by everything."""

    engine = EngineRef(name="fake", version="2")

    def __init__(self, scores: Scores | None = None) -> None:
        super().__init__(scores or {"toxicity": 0.95})


def judged_by_the_old_one(
    database: Database, make_runtime: MakeRuntime, site: Site, *bodies: str
) -> list[str]:
    ids = [submit(database, site.id, body).id for body in bodies]
    score_pending_comments(make_runtime(FakeScorer()))
    return ids


def action_and_version(database: Database, site: Site, comment_id: str) -> tuple[str, str]:
    with database.read() as tx:
        record = get_comment(tx, site.id, comment_id)
    assert record is not None
    assert record.verdict is not None
    return record.verdict.action, record.verdict.engine.version


def look(database: Database, scorer: FakeScorer, most: int = 100) -> Findings:
    return look_again(Judge(database, scorer), SINCE, LATER, most=most, site_id=None)


def test_looking_shows_what_would_change_and_writes_nothing(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    (comment,) = judged_by_the_old_one(database, make_runtime, site, "Hello")
    findings = look(database, NewScorer())
    assert findings.actions() == {("approve", "review"): 1}
    assert [item.id for item, _ in findings.changed()] == [comment]
    assert action_and_version(database, site, comment) == ("approve", "1")


def test_applying_replaces_the_verdict_and_tells_of_it_once(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    (comment,) = judged_by_the_old_one(database, make_runtime, site, "Hello")
    add_webhook(database, site.id)
    assert apply_findings(database, look(database, NewScorer()), LATER) == 1
    assert action_and_version(database, site, comment) == ("review", "2")
    assert count(database, deliveries) == 1
    again = look(database, NewScorer())
    assert (again.rejudged, again.same_engine) == ([], 1)


def test_a_new_verdict_that_says_the_same_is_not_told(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    (comment,) = judged_by_the_old_one(database, make_runtime, site, "Hello")
    add_webhook(database, site.id)
    apply_findings(database, look(database, NewScorer({"toxicity": 0.02})), LATER)
    assert action_and_version(database, site, comment) == ("approve", "2")
    assert count(database, deliveries) == 0


def test_a_comment_that_was_edited_in_between_keeps_its_own_verdict(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    comment = submit(database, site.id, "Before", external_id="wp-1").id
    score_pending_comments(make_runtime(FakeScorer()))
    findings = look(database, NewScorer())
    submit(database, site.id, "After", external_id="wp-1")
    score_pending_comments(make_runtime(FakeScorer()))
    assert apply_findings(database, findings, LATER) == 0
    assert action_and_version(database, site, comment) == ("approve", "1")


def test_a_text_that_the_new_engine_cannot_take_keeps_its_verdict(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    class Broken(NewScorer):
        def score(self, texts: Sequence[str]) -> list[Scores]:
            return [{"toxicity": float("nan")} for _ in texts]

    (comment,) = judged_by_the_old_one(database, make_runtime, site, "Hello")
    findings = look(database, Broken())
    assert (findings.rejudged, findings.not_scored) == ([], 1)
    assert action_and_version(database, site, comment) == ("approve", "1")


def test_one_that_cannot_be_judged_again_keeps_its_verdict_and_the_others_are(
    database: Database,
    make_runtime: MakeRuntime,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_step(monkeypatch, "workers.known.histories_of", lambda given: "zebra" in repr(given))
    bodies = ("One", "A zebra", "Two")
    bad = judged_by_the_old_one(database, make_runtime, site, *bodies)[1]
    with capture_logs() as log:
        findings = look(database, NewScorer())
    assert (len(findings.rejudged), findings.not_scored) == (2, 1)
    assert [line["comment"] for line in log] == [bad]


def test_what_was_not_read_whole_is_not_approved_by_a_calm_engine(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    comment = submit(database, site.id, "Hello", rest="and more").id
    score_pending_comments(make_runtime(FakeScorer()))
    findings = look(database, NewScorer({"toxicity": 0.01}))
    assert apply_findings(database, findings, LATER) == 1
    assert action_and_version(database, site, comment) == ("review", "2")


def test_a_limit_is_kept_and_said(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    judged_by_the_old_one(database, make_runtime, site, "One", "Two", "Three")
    findings = look(database, NewScorer(), most=2)
    assert (len(findings.rejudged), findings.more) == (2, True)


def test_older_comments_and_other_sites_are_left_alone(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    judged_by_the_old_one(database, make_runtime, site, "Hello")
    by = Judge(database, NewScorer())
    late = look_again(by, LATER, LATER, most=9, site_id=site.id)
    elsewhere = look_again(by, SINCE, LATER, most=9, site_id="site_other")
    assert (late.rejudged, elsewhere.rejudged) == ([], [])


def test_comments_that_wait_while_the_engine_changes_are_judged_by_the_new_one(
    database: Database, make_runtime: MakeRuntime, site: Site
) -> None:
    (before,) = judged_by_the_old_one(database, make_runtime, site, "Hello")
    waiting = submit(database, site.id, "Waiting").id
    score_pending_comments(make_runtime(NewScorer()))
    assert action_and_version(database, site, before) == ("approve", "1")
    assert action_and_version(database, site, waiting) == ("review", "2")
