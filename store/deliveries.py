"""Deliveries: finding them, and sending them again."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Literal

from sqlalchemy import Connection, Select, bindparam, func, select, update

from store.comments import LONG_AGO
from store.due_deliveries import SUPERSEDED
from store.tables import attempts, comments, deliveries, events, webhooks
from store.webhook_records import AttemptRecord, DeliveryRecord, DeliveryState

Rearmed = Literal["rearmed", "erased", "superseded", "cancelled", "disabled"]


def get_delivery(tx: Connection, site_id: str, delivery_id: str) -> DeliveryRecord | None:
    """Return a delivery of this site."""
    query = _deliveries(site_id).where(deliveries.c.id == delivery_id)
    found = _with_attempts(tx, query)
    return found[0] if found else None


def list_deliveries(
    tx: Connection,
    site_id: str,
    *,
    webhook_id: str | None = None,
    state: DeliveryState | None = None,
    before: str | None = None,
    limit: int,
) -> list[DeliveryRecord]:
    """Return up to `limit` deliveries, newest first, that are older than the id `before`."""
    query = _deliveries(site_id)
    if webhook_id is not None:
        query = query.where(deliveries.c.webhook_id == webhook_id)
        query = query if state is None else query.where(deliveries.c.state == state)
    elif state is not None:
        query = query.where(deliveries.c.id.in_(_newest_in(tx, site_id, state, before, limit)))
    if before is not None:
        query = query.where(deliveries.c.id < before)
    return _with_attempts(tx, query.order_by(deliveries.c.id.desc()).limit(limit))


def _newest_in(
    tx: Connection, site_id: str, state: DeliveryState, before: str | None, limit: int
) -> Sequence[str]:
    """Return the newest ids of a state, of each endpoint as many as are wanted of all together.

    Endpoint by endpoint an index finds them. Of the whole site what is rare, as what failed, would
    be looked for among all that was ever sent.
    """
    newest = (
        select(deliveries.c.id)
        .where(deliveries.c.webhook_id == bindparam("endpoint"), deliveries.c.state == state)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        newest = newest.where(deliveries.c.id < before)
    there = (webhooks.c.site_id == site_id, webhooks.c.removed_at.is_(None))
    endpoints = tx.execute(select(webhooks.c.id).where(*there)).scalars().all()
    found = (tx.execute(newest, {"endpoint": one}).scalars() for one in endpoints)
    return sorted(chain.from_iterable(found), reverse=True)[:limit]


def retry_delivery(tx: Connection, delivery_id: str, now: datetime) -> Rearmed:
    """Make a delivery, whatever came of it, due now with all its retries before it.

    What is being sent at this moment stays with whoever sends it. What `claim_due` would cancel
    stays as it is, and so does what an undo has cancelled.
    """
    row = tx.execute(
        select(
            deliveries.c.state,
            events.c.payload,
            SUPERSEDED.label("superseded"),
            webhooks.c.enabled,
        )
        .join(events, events.c.id == deliveries.c.event_id)
        .outerjoin(comments, comments.c.id == events.c.comment_id)
        .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .where(deliveries.c.id == delivery_id)
        .with_for_update(of=deliveries)
    ).one()
    if row.payload is None:
        return "erased"
    if row.superseded:
        return "superseded"
    if row.state == "cancelled":
        return "cancelled"
    if not row.enabled:
        return "disabled"
    values: dict[str, Any] = _REARMED if row.state != "pending" else {"schedule_step": 0}
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(next_attempt_at=now, **values)
    )
    return "rearmed"


def recover_since(tx: Connection, webhook_id: str, since: datetime, now: datetime) -> int:
    """Make due what failed at an endpoint, was created since and still holds; return how many."""
    alive = (
        select(deliveries.c.id)
        .join(events, events.c.id == deliveries.c.event_id)
        .outerjoin(comments, comments.c.id == events.c.comment_id)
        .where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == "failed")
        .where(deliveries.c.created_at >= since, events.c.payload.is_not(None))
        .where(SUPERSEDED.is_not(True))
        .correlate(None)
    )
    rearmed = tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(alive), deliveries.c.state == "failed")
        .values(next_attempt_at=now, **_REARMED)
    )
    return rearmed.rowcount


def delivery_backlog(tx: Connection) -> tuple[int, datetime | None]:
    """Return (how many deliveries wait, when the one that is due first is or was due)."""
    row = tx.execute(
        select(func.count(), func.min(deliveries.c.next_attempt_at))
        .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .where(deliveries.c.state == "pending", webhooks.c.enabled)
    ).one()
    return row[0], row[1]


_REARMED: dict[str, Any] = {
    "state": "pending",
    "schedule_step": 0,
    "delivered_at": None,
    "lease_token": None,
    "lease_until": LONG_AGO,
}


def _deliveries(site_id: str) -> Select[Any]:
    removed = select(webhooks.c.id).where(
        webhooks.c.site_id == site_id, webhooks.c.removed_at.is_not(None)
    )
    return (
        select(
            deliveries.c.id,
            deliveries.c.webhook_id,
            deliveries.c.event_id,
            events.c.type.label("event_type"),
            events.c.comment_id,
            events.c.revision,
            deliveries.c.state,
            deliveries.c.next_attempt_at,
            deliveries.c.created_at,
            deliveries.c.delivered_at,
        )
        .join(events, events.c.id == deliveries.c.event_id)
        .where(deliveries.c.site_id == site_id, deliveries.c.webhook_id.not_in(removed))
    )


def _with_attempts(tx: Connection, query: Select[Any]) -> list[DeliveryRecord]:
    rows = tx.execute(query).mappings().all()
    made = _attempts(tx, [row["id"] for row in rows])
    return [
        DeliveryRecord(
            **{
                **row,
                "next_attempt_at": row["next_attempt_at"] if row["state"] == "pending" else None,
                "attempts": made.get(row["id"], []),
            }
        )
        for row in rows
    ]


def _attempts(tx: Connection, delivery_ids: Sequence[str]) -> dict[str, list[AttemptRecord]]:
    rows = tx.execute(
        select(attempts).where(attempts.c.delivery_id.in_(delivery_ids)).order_by(attempts.c.number)
    ).mappings()
    made: dict[str, list[AttemptRecord]] = {}
    for row in rows:
        values = {name: row[name] for name in AttemptRecord.model_fields}
        made.setdefault(row["delivery_id"], []).append(AttemptRecord(**values))
    return made
