"""Upkeep: what is deleted because it is old."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, exists, or_, select

from store.database import Database
from store.escalation import ESCALATED
from store.fading import (
    SIGHTINGS_AT_ONCE,
    forget_features,
    forget_old_sightings,
    old_features,
)
from store.idempotency import KEYS_AT_ONCE, forget_old_keys
from store.ids import new_id
from store.review_tables import act_items, acts
from store.tables import comments, deliveries, events

EVENTS_KEPT_FOR = timedelta(days=30)
EVENTS_AT_ONCE = 500
ACTS_KEPT_FOR = timedelta(days=1)  # once they cannot be undone any more
ACTS_AT_ONCE = 50  # of up to 500 comments each
LEAST_FEATURE = -(2**63)


def forget_what_is_old(database: Database, now: datetime) -> Iterator[None]:
    """Delete old idempotency keys, acts, events, deliveries and sightings.

    A step is a short transaction. Raises StoreUnavailable; what is left is deleted the next time.
    """
    for forget, at_once in (
        (forget_old_keys, KEYS_AT_ONCE),
        (forget_old_acts, ACTS_AT_ONCE),
        (forget_old_events, EVENTS_AT_ONCE),
        (forget_old_sightings, SIGHTINGS_AT_ONCE),
    ):
        while database.write(partial(forget, now=now)) >= at_once:
            yield
    yield from _forget_old_features(database, now)
    database.forget_log()


def _forget_old_features(database: Database, now: datetime) -> Iterator[None]:
    after = LEAST_FEATURE
    while True:
        with database.read() as tx:
            old = old_features(tx, after, now)
        if old:
            database.write(partial(forget_features, keys=old, now=now))
        if len(old) < SIGHTINGS_AT_ONCE:
            return
        after = old[-1]
        yield


def forget_old_events(tx: Connection, now: datetime) -> int:
    """Delete up to EVENTS_AT_ONCE events that are old and no longer sent; return how many.

    Their deliveries and attempts go with them, by the foreign keys.
    """
    sending = exists().where(deliveries.c.event_id == events.c.id, deliveries.c.state == "pending")
    old = (
        select(events.c.id)
        .where(events.c.id < new_id("msg", at=now - EVENTS_KEPT_FOR), ~sending)
        .order_by(events.c.id)
        .limit(EVENTS_AT_ONCE)
    )
    return tx.execute(delete(events).where(events.c.id.in_(old.scalar_subquery()))).rowcount


def forget_old_acts(tx: Connection, now: datetime) -> int:
    """Delete up to ACTS_AT_ONCE acts that nobody can undo any more; return how many.

    An escalation stays while one of its comments is with the admins: they see who sent it.
    """
    with_admins = exists().where(
        act_items.c.act_id == acts.c.id,
        act_items.c.comment_id == comments.c.id,
        comments.c.review_queue == ESCALATED,
    )
    old = (
        select(acts.c.id)
        .where(acts.c.undo_until < now - ACTS_KEPT_FOR)
        .where(or_(acts.c.kind != "escalate", ~with_admins))
        .order_by(acts.c.id)
        .limit(ACTS_AT_ONCE)
    )
    return tx.execute(delete(acts).where(acts.c.id.in_(old.scalar_subquery()))).rowcount
