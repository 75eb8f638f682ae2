"""What is stored and this release cannot read, or not all of it: it costs its own comment alone."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from rules.comment import Author
from store.comments import get_comment
from store.database import Database
from store.records import CommentRecord, Site
from store.review import Looker, waiting_comments
from store.review_finding import QueueFilter
from store.sites import set_on_timeout
from store.tables import comments, events, verdicts
from tests.conftest import NOW
from tests.make import add_webhook, submit
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import FakeScorer
from workers.runtime import ScoringRuntime
from workers.scoring import score_pending_comments

ANN = Author(id="ann@blog.example", email="ann@blog.example", ip="203.0.113.9")


def rewrite(database: Database, comment_id: str, **columns: str) -> None:
    query = update(comments).where(comments.c.id == comment_id).values(**columns)
    database.write(lambda tx: tx.execute(query))


def with_more(stored: str, *path: str) -> str:
    """Return a stored document with fields of a later release, at the top and at `path`."""
    document: Any = json.loads(stored)
    for inner in (document, *(document[name] for name in path)):
        inner["later_on"] = {"a": 1}
    return json.dumps(document)


def record(database: Database, site: Site, comment_id: str) -> CommentRecord:
    with database.read() as tx:
        found = get_comment(tx, site.id, comment_id)
    assert found is not None
    return found


def outcome(database: Database, site: Site, comment_id: str) -> tuple[str, str] | None:
    verdict = record(database, site, comment_id).verdict
    return (verdict.action, verdict.decided_by) if verdict else None


def in_queue(database: Database, site: Site) -> set[str]:
    with database.read() as tx:
        found = waiting_comments(tx, site.id, QueueFilter(), Looker("p", NOW), limit=9)
    return {item.id for item in found}


@pytest.mark.parametrize(
    "columns",
    [{"content": "{"}, {"content": "null"}, {"content": '{"body": 7}', "metadata": "["}],
    ids=str,
)
def test_a_row_that_cannot_be_read_is_answered_without_scores_and_stops_no_other(
    database: Database, site: Site, runtime: ScoringRuntime, columns: dict[str, str]
) -> None:
    add_webhook(database, site.id)
    database.write(lambda tx: set_on_timeout(tx, site.id, "approve"))
    good = [submit(database, site.id, "Good morning").id]
    bad = submit(database, site.id, "Lost", author=ANN).id
    good += [submit(database, site.id, "Good evening").id]
    rewrite(database, bad, **columns)
    with capture_logs() as log:
        assert score_pending_comments(runtime) == (3, True)
    assert outcome(database, site, bad) == ("review", "fallback")
    assert {outcome(database, site, each) for each in good} == {("approve", "policy")}
    told = [line for line in log if line["event"] == "comment_not_scored"]
    assert [(line["comment"], line["readable"]) for line in told] == [(bad, False)]
    assert in_queue(database, site) == {bad}
    with database.read() as tx:
        assert len(tx.execute(select(events)).all()) == 3


def test_metadata_that_cannot_be_read_is_left_out(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    comment_id = submit(database, site.id, "Good morning", metadata={"a": 1}).id
    rewrite(database, comment_id, metadata="[")
    assert score_pending_comments(runtime) == (1, True)
    assert outcome(database, site, comment_id) == ("approve", "policy")
    assert record(database, site, comment_id).metadata == {}


def test_fields_of_a_later_release_are_no_fault_of_comments_or_verdicts(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    given: dict[str, Any] = {"external_id": "wp-1", "author": ANN}
    comment_id = submit(database, site.id, "What a day", **given).id
    with database.read() as tx:
        content = tx.execute(select(comments.c.content)).scalar_one()
    rewrite(database, comment_id, content=with_more(content, "author", "thread"))
    scorer = FakeScorer({"toxicity": 0.99})
    assert score_pending_comments(make_runtime(scorer)) == (1, True)
    assert scorer.calls == [["What a day"]]
    with database.read() as tx:
        verdict = tx.execute(select(verdicts.c.verdict)).scalar_one()
    later = update(verdicts).values(verdict=with_more(verdict, "policy", "engine"))
    database.write(lambda tx: tx.execute(later))
    assert in_queue(database, site) == {comment_id}
    assert outcome(database, site, comment_id) == ("review", "policy")
    assert submit(database, site.id, "What a day", **given).outcome == "same"
