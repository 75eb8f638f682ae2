from datetime import timedelta

from sqlalchemy import func, select

from store.claims import extend_lease, pending_backlog, pending_since
from store.database import Database
from store.records import Site
from store.tables import deliveries, verdicts
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import add_webhook, claim, make_verdict, submit
from workers.lease_keeper import LEASE

LATER = NOW + LEASE + timedelta(seconds=1)


def count(database: Database, table: object = verdicts) -> int:
    with database.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_a_claim_takes_the_oldest_and_no_more_than_its_limit(
    database: Database, bare_site: Site
) -> None:
    ids = {submit(database, bare_site.id, f"Comment {n}").id for n in range(5)}
    first, second = claim(database, limit=3), claim(database, limit=3)
    assert [len(first.comments), len(second.comments)] == [3, 2]
    assert {item.id for item in [*first.comments, *second.comments]} == ids


def test_a_claimed_comment_is_not_claimed_again_while_the_lease_runs(
    database: Database, bare_site: Site
) -> None:
    submit(database, bare_site.id)
    claim(database)
    assert not claim(database, NOW + LEASE / 2, retried=True).comments


def test_a_dead_workers_comments_are_claimed_again_apart_from_fresh_ones(
    database: Database, bare_site: Site
) -> None:
    submit(database, bare_site.id)
    claim(database)
    assert not claim(database, LATER).comments
    again = claim(database, LATER, retried=True)
    assert [item.attempts for item in again.comments] == [2]


def test_an_extended_lease_keeps_others_away(database: Database, bare_site: Site) -> None:
    submit(database, bare_site.id)
    held = claim(database)
    ids = [item.id for item in held.comments]
    database.write(lambda tx: extend_lease(tx, held.token, ids, LATER + LEASE))
    assert not claim(database, LATER, retried=True).comments


def test_a_worker_that_lost_its_lease_cannot_write(database: Database, bare_site: Site) -> None:
    add_webhook(database, bare_site.id)
    submit(database, bare_site.id)
    stopped = claim(database)
    successor = claim(database, LATER, retried=True)
    late = [(stopped.comments[0], make_verdict("approve"))]
    timely = [(successor.comments[0], make_verdict("review"))]
    assert database.write(lambda tx: record_verdicts(tx, stopped, late, LATER)) == []
    assert len(database.write(lambda tx: record_verdicts(tx, successor, timely, LATER))) == 1
    assert database.write(lambda tx: record_verdicts(tx, stopped, late, LATER)) == []
    assert (count(database), count(database, deliveries)) == (1, 1)


def test_the_verdict_of_an_edited_text_is_dropped(database: Database, bare_site: Site) -> None:
    submit(database, bare_site.id, "Before", external_id="wp-1")
    old = claim(database)
    submit(database, bare_site.id, "After", external_id="wp-1")
    judged = [(old.comments[0], make_verdict())]
    assert database.write(lambda tx: record_verdicts(tx, old, judged, NOW)) == []
    new = claim(database)
    assert [(item.revision, item.comment.body) for item in new.comments] == [(2, "After")]


def test_a_verdict_and_its_delivery_are_written_together(
    database: Database, bare_site: Site
) -> None:
    add_webhook(database, bare_site.id)
    add_webhook(database, bare_site.id, events='["comment.decided"]')
    submit(database, bare_site.id)
    held = claim(database)
    judged = [(held.comments[0], make_verdict())]
    database.write(lambda tx: record_verdicts(tx, held, judged, NOW))
    assert (count(database), count(database, deliveries)) == (1, 1)


def test_the_backlog_says_how_many_and_since_when(database: Database, bare_site: Site) -> None:
    with database.read() as tx:
        assert pending_backlog(tx) == (0, None)
    submit(database, bare_site.id)
    with database.read() as tx:
        assert pending_backlog(tx) == (1, NOW)
        assert pending_since(tx, NOW + timedelta(seconds=1), NOW)
        assert not pending_since(tx, NOW, NOW)


def test_a_claimed_comment_counts_as_waiting_once_its_lease_ran_out(
    database: Database, bare_site: Site
) -> None:
    submit(database, bare_site.id)
    claim(database)
    with database.read() as tx:
        assert not pending_since(tx, LATER, NOW)
        assert pending_since(tx, LATER, LATER)
