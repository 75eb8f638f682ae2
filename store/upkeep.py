"""Upkeep: what is deleted because it is old."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, select

from store.database import Database
from store.fading import (
    SIGHTINGS_AT_ONCE,
    forget_features,
    forget_old_sightings,
    old_features,
)
from store.idempotency import forget_old_keys
from store.ids import new_id
from store.tables import deliveries, events

EVENTS_KEPT_FOR = timedelta(days=30)
EVENTS_AT_ONCE = 500
LEAST_FEATURE = -(2**63)


def forget_what_is_old(database: Database, now: datetime) -> None:
    """Delete old idempotency keys, events, deliveries and sightings, in short transactions.

    Raises StoreUnavailable; what is left is deleted the next time.
    """
    database.write(lambda tx: forget_old_keys(tx, now))
    while database.write(lambda tx: forget_old_events(tx, now)) == EVENTS_AT_ONCE:
        pass
    while database.write(lambda tx: forget_old_sightings(tx, now)) >= SIGHTINGS_AT_ONCE:
        pass
    _forget_old_features(database, now)
    database.forget_log()


def _forget_old_features(database: Database, now: datetime) -> None:
    after = LEAST_FEATURE
    while True:
        with database.read() as tx:
            old = old_features(tx, after, now)
        if old:
            database.write(partial(forget_features, keys=old, now=now))
        if len(old) < SIGHTINGS_AT_ONCE:
            return
        after = old[-1]


def forget_old_events(tx: Connection, now: datetime) -> int:
    """Delete up to EVENTS_AT_ONCE events that are old and no longer sent; return how many.

    Their deliveries and attempts go with them, by the foreign keys.
    """
    waiting = select(deliveries.c.event_id).where(deliveries.c.state == "pending")
    old = (
        select(events.c.id)
        .where(events.c.id < new_id("msg", at=now - EVENTS_KEPT_FOR))
        .where(events.c.id.not_in(waiting))
        .order_by(events.c.id)
        .limit(EVENTS_AT_ONCE)
    )
    return tx.execute(delete(events).where(events.c.id.in_(old.scalar_subquery()))).rowcount
