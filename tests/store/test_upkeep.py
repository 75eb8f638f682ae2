"""Upkeep: what is old goes, what is still wanted stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from store.accounts import members_of
from store.act_records import Moderator
from store.acts import Target, decide_comments, move_comments
from store.database import Database
from store.escalation import ESCALATED, escalated_by
from store.idempotency import claim_key
from store.ids import new_id
from store.outbox import delivery_row, event_row
from store.people import add_moderator
from store.places import Move
from store.records import Site
from store.review_tables import acts
from store.tables import deliveries, events, idempotency_keys, webhooks
from store.upkeep import forget_what_is_old
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import claim, make_verdict, submit

ANN = "ann@blog.example"


def an_event(tx: Connection, site: Site, at: datetime) -> dict[str, Any]:
    event = event_row("comment.verdict", site.id, {}, at) | {"id": new_id("msg", at=at)}
    tx.execute(insert(events).values(**event))
    return event


def a_webhook(tx: Connection, site: Site) -> str:
    webhook_id = new_id("whk")
    tx.execute(
        insert(webhooks).values(
            id=webhook_id,
            site_id=site.id,
            url="http://x",
            events="[]",
            enabled=True,
            secret="s",
            created_at=NOW,
        )
    )
    return webhook_id


def left(database: Database) -> tuple[int, int]:
    with database.read() as tx:
        return (
            tx.execute(select(func.count()).select_from(events)).scalar_one(),
            tx.execute(select(func.count()).select_from(deliveries)).scalar_one(),
        )


def test_old_events_go_with_their_deliveries_but_not_those_still_sent(
    database: Database, site: Site
) -> None:
    def fill(tx: Connection) -> None:
        webhook_id = a_webhook(tx, site)
        for days, state in ((31, "delivered"), (31, "pending"), (29, "delivered")):
            event = an_event(tx, site, NOW - timedelta(days=days))
            tx.execute(
                insert(deliveries).values(**delivery_row(event, webhook_id, NOW) | {"state": state})
            )

    database.write(fill)
    list(forget_what_is_old(database, NOW))
    assert left(database) == (2, 2)


def test_acts_go_a_day_after_they_could_be_undone_but_not_who_escalated(
    database: Database, site: Site
) -> None:
    database.write(lambda tx: add_moderator(tx, ANN, "", site.id, "moderator", NOW))
    with database.read() as tx:
        [member] = members_of(tx, site.id)
    ann = Moderator(member.id, ANN)
    ids = [submit(database, site.id, f"Comment {number}").id for number in range(3)]
    held = claim(database)
    judged = [(item, make_verdict("review")) for item in held.comments]
    database.write(lambda tx: record_verdicts(tx, held, judged, NOW))
    escalate = Move("escalate", queue=ESCALATED)

    def act(tx: Connection) -> None:
        decide_comments(tx, site.id, ann, "approve", [Target(ids[0], 1)], NOW)
        for one in ids[1:]:
            move_comments(tx, site.id, ann, escalate, [Target(one, 1)], NOW)
        move_comments(tx, site.id, ann, Move("move", queue=""), [Target(ids[2], 1)], NOW)

    database.write(act)
    for hours, kept in ((24, 4), (25, 1)):
        list(forget_what_is_old(database, NOW + timedelta(hours=hours)))
        with database.read() as tx:
            assert tx.execute(select(func.count()).select_from(acts)).scalar_one() == kept
            assert escalated_by(tx, ids[1]) == (ANN, NOW)


def test_many_old_events_and_keys_go_in_several_transactions(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.upkeep.EVENTS_AT_ONCE", 2)
    monkeypatch.setattr("store.upkeep.KEYS_AT_ONCE", 2)
    monkeypatch.setattr("store.idempotency.KEYS_AT_ONCE", 2)
    then = NOW - timedelta(days=40)

    def fill(tx: Connection) -> None:
        for number in range(5):
            an_event(tx, site, then)
            claim_key(tx, site.id, f"key {number}", "", then)

    database.write(fill)
    steps = len(list(forget_what_is_old(database, NOW)))
    assert steps == 4  # two of each kind, and what is left over
    assert left(database) == (0, 0)
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(idempotency_keys)).scalar_one() == 0
