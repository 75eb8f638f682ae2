"""Retention: content goes first, the record later, and what is still wanted stays."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from rules.comment import Author, Comment
from store.as_of import AsOf
from store.audit import list_audit
from store.author_past import past_of_authors
from store.claims import claim_pending
from store.comments import get_comment, submit_comment
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment
from store.ids import new_id
from store.records import CommentRecord, Site
from store.retention import Expired, expire
from store.sites import create_site, list_sites, set_retention
from store.tables import comments, deliveries, events, verdicts
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import KEEPING, add_webhook, make_verdict
from tests.workers.broken import break_step

DAYS = 30
At = Callable[[int], str]


@pytest.fixture
def at(database: Database, bare_site: Site, monkeypatch: pytest.MonkeyPatch) -> At:
    """Return what stores a judged comment of so many days ago and gives its id."""
    database.write(lambda tx: set_retention(tx, bare_site.id, DAYS))

    def make(days: int) -> str:
        then = NOW - timedelta(days=days)
        monkeypatch.setattr("store.comments.new_id", lambda kind: new_id(kind, at=then))
        return judged(database, bare_site, Comment(body=f"{days} days ago", author=ANN), then)

    return make


ANN = Author(id="42", name="Ann", ip="203.0.113.9")


def judged(database: Database, site: Site, comment: Comment, then: datetime) -> str:
    made = database.write(lambda tx: submit_comment(tx, site.id, comment, then, KEEPING))
    lease = timedelta(seconds=8)
    claim = database.write(lambda tx: claim_pending(tx, then, limit=9, lease=lease))
    verdict = make_verdict(scored_at=then)
    database.write(
        lambda tx: record_verdicts(tx, claim, [(item, verdict) for item in claim.comments], then)
    )
    return made.id


def never(_: Site, error: Exception) -> None:
    raise error


def expired(database: Database) -> list[Expired]:
    """Let go what is old, to the end."""
    return [one for one in expire(database, NOW, never) if one is not None]


def record(database: Database, site: Site, comment_id: str) -> CommentRecord | None:
    with database.read() as tx:
        return get_comment(tx, site.id, comment_id)


def test_content_goes_after_the_days_and_the_record_after_twice_as_many(
    database: Database, bare_site: Site, at: At
) -> None:
    ids = {days: at(days) for days in (DAYS - 1, DAYS + 1, 2 * DAYS + 1)}
    [done] = expired(database)
    assert (done.retired, done.forgotten) == (2, 1)
    found = {days: record(database, bare_site, comment_id) for days, comment_id in ids.items()}
    states = {days: item.status if item else None for days, item in found.items()}
    assert states == {DAYS - 1: "scored", DAYS + 1: "erased", 2 * DAYS + 1: None}
    kept = found[DAYS + 1]
    assert kept is not None
    assert kept.verdict is not None
    assert kept.verdict.scores
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(verdicts)).scalar_one() == 2
        left = tx.execute(select(comments.c.content).where(comments.c.id == kept.id)).scalar_one()
        [line] = list_audit(tx, bare_site.id, limit=9)
    assert left is None
    assert (line.actor, line.count) == ("retention", 3)
    assert expired(database) == []


def test_what_a_retired_comment_came_to_still_counts_for_its_author(
    database: Database, bare_site: Site, at: At
) -> None:
    comment_id = at(DAYS + 1)
    spam = Decision("spam", "platform", "mod-7", "a note")
    database.write(lambda tx: decide(tx, bare_site.id, comment_id, spam, NOW))
    expired(database)
    with database.read() as tx:
        past = past_of_authors(tx, bare_site.id, ["42"], AsOf(NOW))
    assert past["42"]["spam"] == 1
    retired = record(database, bare_site, comment_id)
    assert retired is not None
    assert retired.decision is not None
    assert (retired.decision.actor, retired.decision.note) == ("mod-7", None)


def test_nobody_is_told_and_a_webhook_that_waits_is_sent_first(
    database: Database, bare_site: Site, at: At
) -> None:
    add_webhook(database, bare_site.id)
    comment_id = at(DAYS + 1)
    assert expired(database) == []
    database.write(lambda tx: tx.execute(deliveries.update().values(state="delivered")))
    assert len(expired(database)) == 1
    with database.read() as tx:
        told = tx.execute(select(events.c.type, events.c.payload)).all()
    assert told == [("comment.verdict", None)]
    assert record(database, bare_site, comment_id) is not None


def test_a_retired_comment_that_comes_again_is_a_new_revision(
    database: Database, bare_site: Site, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(1)
    then = NOW - timedelta(days=DAYS + 1)
    monkeypatch.setattr("store.comments.new_id", lambda kind: new_id(kind, at=then))
    comment = Comment(body="Hello", external_id="wp-1")
    comment_id = judged(database, bare_site, comment, then)
    expired(database)
    again = database.write(lambda tx: submit_comment(tx, bare_site.id, comment, NOW, KEEPING))
    assert (again.id, again.outcome) == (comment_id, "edited")
    assert (again.record.revision, again.record.status) == (2, "pending")
    assert expired(database) == []


def test_a_retired_comment_can_still_be_erased(database: Database, bare_site: Site, at: At) -> None:
    comment_id = at(DAYS + 1)
    expired(database)
    for _ in range(2):
        assert database.write(lambda tx: erase_comment(tx, bare_site.id, comment_id, NOW))
    with database.read() as tx:
        row = tx.execute(select(comments.c.author_id, comments.c.retired_at)).one()
    assert tuple(row) == (None, None)


def test_a_site_without_the_setting_keeps_everything(database: Database, bare_site: Site) -> None:
    then = NOW - timedelta(days=5000)
    comment_id = judged(database, bare_site, Comment(body="Hello"), then)
    assert expired(database) == []
    found = record(database, bare_site, comment_id)
    assert found is not None
    assert found.status == "scored"


def test_a_site_whose_retention_fails_holds_up_no_other(
    database: Database, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(DAYS + 1)
    other, _ = database.write(lambda tx: create_site(tx, "another", NOW))
    database.write(lambda tx: set_retention(tx, other.id, DAYS))
    judged(database, other, Comment(body="Hello"), NOW - timedelta(days=DAYS + 1))
    with database.read() as tx:
        bad, good = list_sites(tx)
    break_step(monkeypatch, "store.retention.retire_some", lambda given: bad.id in repr(given))
    failed: list[Site] = []
    done = [one for one in expire(database, NOW, lambda site, _: failed.append(site)) if one]
    assert [one.site.id for one in done] == [good.id]
    assert [site.id for site in failed] == [bad.id]


def test_many_go_in_several_transactions(
    database: Database, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.retention.AT_ONCE", 2)
    for _ in range(5):
        at(2 * DAYS + 1)
    [done] = expired(database)
    assert (done.retired, done.forgotten) == (5, 5)


def test_a_run_that_is_cut_off_has_its_line_in_the_audit_log(
    database: Database, bare_site: Site, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.retention.AT_ONCE", 2)
    for _ in range(5):
        at(DAYS + 1)
    steps = expire(database, NOW, never)
    assert next(steps) is None
    steps.close()
    with database.read() as tx:
        [line] = list_audit(tx, bare_site.id, limit=9)
    assert line.count == 2
    assert [one.retired for one in expired(database)] == [3]
