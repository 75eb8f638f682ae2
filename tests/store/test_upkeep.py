"""Upkeep: what is old goes, what is still wanted stays."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from store.database import Database
from store.ids import new_id
from store.outbox import delivery_row, event_row
from store.records import Site
from store.tables import deliveries, events, webhooks
from store.upkeep import EVENTS_AT_ONCE, forget_what_is_old
from tests.conftest import NOW


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
    forget_what_is_old(database, NOW)
    assert left(database) == (2, 2)


def test_many_old_events_go_in_several_transactions(database: Database, site: Site) -> None:
    def fill(tx: Connection) -> None:
        for _ in range(EVENTS_AT_ONCE + 1):
            an_event(tx, site, NOW - timedelta(days=40))

    database.write(fill)
    forget_what_is_old(database, NOW)
    assert left(database) == (0, 0)
