"""Two who want the same rows at once: both get done, one after the other."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, select, text

from rules.comment import Author, Comment
from rules.verdict import EngineRef
from store.act_records import Moderator
from store.acts import Refused, Target, decide_comments
from store.campaign_tables import promotions, sightings, sketch_keys
from store.campaigns import Sighting, record_sightings
from store.comments import find_comment, get_comment
from store.database import Database
from store.decisions import Decided, Decision, decide
from store.deliveries import recover_since
from store.erasure import erase_comment, erase_some_of_author
from store.imports import Imported, PastComment, import_comments
from store.left_deliveries import settle_left_deliveries
from store.notes import add_note, notes_about
from store.outbox import _newest, publish
from store.records import DecisionWord, Site
from store.sites import create_site
from store.tables import deliveries, webhooks
from store.verdicts import record_verdicts
from store.webhooks import change_webhook, delete_webhook, list_webhooks
from tests.conftest import NOW
from tests.make import KEEPING, add_webhook, claim, make_verdict, submit
from tests.servers import wait_until

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


@pytest.fixture
def database(postgres_database_url: str) -> Iterator[Database]:
    """Give a PostgreSQL: SQLite has one writer at a time."""
    database = Database(postgres_database_url)
    yield database
    database.close()


@pytest.fixture
def site(database: Database) -> Site:
    return database.write(lambda tx: create_site(tx, "blog", NOW))[0]


def judge_all(database: Database) -> None:
    taken = claim(database, limit=1000)
    judged = [(item, make_verdict()) for item in taken.comments]
    database.write(lambda tx: record_verdicts(tx, taken, judged, NOW))


def somebody_waits(database: Database) -> bool:
    query = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
    with database.read() as tx:
        return tx.execute(text(f"{query} current_database()")).first() is not None


def after(database: Database, first: Work[object], then: Work[Result]) -> Result:
    """Begin `then` when `first` is done and not committed; return what it comes to."""
    with ThreadPoolExecutor(1) as thread:
        with database.engine.begin() as tx:
            first(tx)
            waiting = thread.submit(database.write, then)
            wait_until(lambda: somebody_waits(database), 30, "nobody waits")
        return waiting.result()


def test_an_erasure_and_the_removal_of_its_endpoint(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_id = add_webhook(database, site.id)
    comment_id = submit(database, site.id).id
    judge_all(database)
    holds_deliveries = threading.Event()
    tries: list[int] = []

    def publish_when_both_wait(*given: Any) -> None:
        tries.append(1)
        holds_deliveries.set()
        if len(tries) == 1:
            wait_until(lambda: somebody_waits(database), 30, "the removal does not wait")
        publish(*given)

    monkeypatch.setattr("store.erasure.publish", publish_when_both_wait)
    faults: list[Exception] = []

    def erase() -> None:
        try:
            database.write(lambda tx: erase_comment(tx, site.id, comment_id, NOW))
        except Exception as error:
            faults.append(error)

    eraser = threading.Thread(target=erase)
    eraser.start()
    assert holds_deliveries.wait(30)
    database.write(lambda tx: delete_webhook(tx, site.id, webhook_id, NOW))
    list(settle_left_deliveries(database))
    eraser.join()
    assert faults == []
    with database.read() as tx:
        record = get_comment(tx, site.id, comment_id)
        assert list_webhooks(tx, site.id) == []
    assert record is not None
    assert record.status == "erased"


def test_what_is_told_to_an_endpoint_that_is_removed_meanwhile_is_no_fault(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_id = add_webhook(database, site.id)
    add_webhook(database, site.id)
    comment = submit(database, site.id)
    with ThreadPoolExecutor(1) as thread:

        def remove() -> None:
            database.write(lambda tx: delete_webhook(tx, site.id, webhook_id, NOW))
            list(settle_left_deliveries(database))

        def removed_meanwhile(*given: Any) -> dict[str, str]:
            removal = thread.submit(remove)
            wait_until(lambda: removal.done() or somebody_waits(database), 30, "it is not removed")
            return _newest(*given)

        monkeypatch.setattr("store.outbox._newest", removed_meanwhile)
        told = [(site.id, comment.record)]
        database.write(lambda tx: publish(tx, "comment.decided", told, NOW))
    list(settle_left_deliveries(database))
    with database.read() as tx:
        left = tx.execute(select(deliveries.c.webhook_id)).scalars().all()
        there = tx.execute(select(webhooks.c.id)).scalars().all()
    assert webhook_id not in there
    assert left == there


def test_what_is_told_to_an_endpoint_that_is_switched_off_meanwhile_is_failed(
    database: Database, site: Site
) -> None:
    webhook_id = add_webhook(database, site.id)
    comment = submit(database, site.id)
    with database.engine.connect() as publishing, publishing.begin():
        publish(publishing, "comment.decided", [(site.id, comment.record)], NOW)
        with database.read() as tx:
            [webhook] = list_webhooks(tx, site.id)
        database.write(lambda tx: change_webhook(tx, webhook, enabled=False))
    list(settle_left_deliveries(database))
    again = partial(recover_since, webhook_id=webhook_id, since=NOW, now=NOW)
    assert database.write(again) == 1


def test_an_erasure_locks_deliveries_in_the_order_of_whoever_records_attempts(
    database: Database, site: Site
) -> None:
    add_webhook(database, site.id)
    for number in range(20):
        submit(database, site.id, f"Comment {number}", author=Author(id="42"))
    judge_all(database)
    with database.read() as tx:
        ids = list(tx.execute(select(deliveries.c.id).order_by(deliveries.c.id)).scalars())
    assert len(ids) == 20
    done = threading.Event()

    def erase() -> None:
        database.write(lambda tx: erase_some_of_author(tx, site.id, "42", NOW))
        done.set()

    one_by_one = select(deliveries.c.id).order_by(deliveries.c.id).with_for_update()
    with database.engine.connect() as recorder, recorder.begin():
        first = one_by_one.where(deliveries.c.id <= ids[0])
        recorder.execute(first).all()
        eraser = threading.Thread(target=erase)
        eraser.start()
        wait_until(lambda: somebody_waits(database), 30, "the erasure does not wait")
        recorder.execute(text("SET LOCAL lock_timeout = '5s'"))
        recorder.execute(one_by_one).all()  # it holds none of the later ones
    eraser.join()
    assert done.is_set()


def test_a_note_does_not_outlive_the_comment_that_is_erased_meanwhile(
    database: Database, site: Site
) -> None:
    comment_id = submit(database, site.id, author=Author(id="42")).id
    after(
        database,
        lambda tx: erase_comment(tx, site.id, comment_id, NOW),
        lambda tx: add_note(tx, site.id, comment_id, "ann@blog.example", "It is Ann.", NOW),
    )
    with database.read() as tx:
        assert notes_about(tx, site.id, comment_id, "42") == []


def test_what_is_erased_before_it_is_noted_down_leaves_no_features(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.campaigns.LOCK_SECONDS", 30)
    comment_id = submit(database, site.id).id
    seen = Sighting(
        comment_id, site.id, site.id, "who", None, keys=[1, 2], domains=["shop.example"]
    )
    after(
        database,
        lambda tx: erase_comment(tx, site.id, comment_id, NOW),
        lambda tx: record_sightings(tx, [seen], {}, NOW),
    )
    with database.read() as tx:
        noted = [tx.execute(select(table)).all() for table in (sightings, sketch_keys, promotions)]
    assert noted == [[], [], []]


def said(comment_id: str, site: Site, word: DecisionWord, actor: str) -> Work[Decided | None]:
    decision = Decision(word, "moderator", actor)
    return lambda tx: decide(tx, site.id, comment_id, decision, NOW)


def test_a_decision_beside_the_verdict_comes_after_it(database: Database, site: Site) -> None:
    comment_id = submit(database, site.id).id
    taken = claim(database)
    judged = [(taken.comments[0], make_verdict())]
    decided = after(
        database,
        lambda tx: record_verdicts(tx, taken, judged, NOW),
        said(comment_id, site, "reject", "ann"),
    )
    assert decided is not None
    assert decided.overturned


def test_another_decision_on_what_was_pending_replaces_the_first(
    database: Database, site: Site
) -> None:
    comment_id = submit(database, site.id).id
    after(database, said(comment_id, site, "approve", "ann"), said(comment_id, site, "spam", "bob"))
    with database.read() as tx:
        record = get_comment(tx, site.id, comment_id)
    assert record is not None
    assert record.decision is not None
    assert (record.decision.decision, record.decision.actor) == ("spam", "bob")


def test_the_same_decision_twice_at_once_is_one(database: Database, site: Site) -> None:
    comment_id = submit(database, site.id).id
    judge_all(database)
    same = said(comment_id, site, "reject", "ann")
    again = after(database, same, same)
    assert again is not None
    assert again.repeated


def test_who_decided_meanwhile_is_named_to_whoever_decides_on_a_screen(
    database: Database, site: Site
) -> None:
    comment_id = submit(database, site.id).id
    judge_all(database)
    ann = Moderator("prs_1", "ann@blog.example", is_admin=False)
    targets = [Target(comment_id, 1)]
    act = after(
        database,
        said(comment_id, site, "reject", "bob"),
        lambda tx: decide_comments(tx, site.id, ann, "approve", targets, NOW),
    )
    assert act.refused == {comment_id: Refused("decided", "bob", "reject")}


def test_an_import_leaves_what_people_decide_meanwhile(database: Database, site: Site) -> None:
    def imported(word: DecisionWord) -> Work[Imported]:
        comment = Comment(body="Hello", external_id="1")
        past = PastComment(comment, NOW, word, {}, EngineRef(name="lite", version="1"))
        return lambda tx: import_comments(tx, site.id, [past], KEEPING)

    database.write(imported("approve"))
    with database.read() as tx:
        record = find_comment(tx, site.id, "1")
    assert record is not None
    after(database, said(record.id, site, "ham", "ann"), imported("spam"))
    with database.read() as tx:
        record = find_comment(tx, site.id, "1")
    assert record is not None
    assert record.decision is not None
    assert (record.decision.decision, record.decision.actor) == ("ham", "ann")
