"""Left deliveries: what endpoints leave that are switched off or removed, settled in steps."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import Connection, delete, exists, or_, select, update

from store.comments import LONG_AGO
from store.database import Database
from store.tables import PENDING, deliveries, webhooks

LEFT_AT_ONCE = 500


def settle_left_deliveries(database: Database) -> Iterator[None]:
    """Make `failed` what waits for an endpoint that is off; delete all of one that was removed.

    A step is a short transaction, for verdicts and all else that is written wait for it. Raises
    StoreUnavailable; what is left is settled the next time.
    """
    with database.read() as tx:
        left = _that_left_some(tx)
    for webhook_id, is_removed in left:
        settle = _forget_removed if is_removed else _abandon_if_off
        while database.write(partial(settle, webhook_id=webhook_id)) >= LEFT_AT_ONCE:
            yield


def _abandon_if_off(tx: Connection, webhook_id: str) -> int:
    # Locked, because it may be switched on at any time: what it is told from then on is sent.
    this = select(webhooks.c.id).where(webhooks.c.id == webhook_id, ~webhooks.c.enabled)
    is_off = tx.execute(this.with_for_update(key_share=True)).one_or_none()
    return abandon_pending(tx, webhook_id) if is_off else 0


def abandon_pending(tx: Connection, webhook_id: str) -> int:
    """Make `failed` up to LEFT_AT_ONCE of what waits for an endpoint; return how many.

    `recover` can send it.
    """
    waiting = (
        select(deliveries.c.id)
        .where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == "pending")
        .order_by(deliveries.c.id)
        .limit(LEFT_AT_ONCE)
        .with_for_update()
    )
    ids = tx.execute(waiting).scalars().all()
    abandoned = {"state": "failed", "lease_token": None, "lease_until": LONG_AGO}
    tx.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**abandoned))
    return len(ids)


def _that_left_some(tx: Connection) -> list[tuple[str, bool]]:
    """Return (id, whether it was removed) of each endpoint that is off and not settled.

    What waits was too much for the request that switched it off, or was published in that moment:
    `publish` has not to wait for deliverers, so it takes no lock that keeps an endpoint enabled.
    """
    waiting = exists().where(
        deliveries.c.webhook_id == webhooks.c.id, deliveries.c.state == PENDING
    )
    removed = webhooks.c.removed_at.is_not(None)
    off = select(webhooks.c.id, removed).where(~webhooks.c.enabled, or_(removed, waiting))
    return [(row[0], row[1]) for row in tx.execute(off.order_by(webhooks.c.id))]


def _forget_removed(tx: Connection, webhook_id: str) -> int:
    """Delete up to LEFT_AT_ONCE deliveries; return how many. The endpoint goes with the last."""
    found = (
        select(deliveries.c.id)
        .where(deliveries.c.webhook_id == webhook_id)
        .order_by(deliveries.c.state, deliveries.c.id)
        .limit(LEFT_AT_ONCE)
        .with_for_update()
    )
    ids = tx.execute(found).scalars().all()
    tx.execute(delete(deliveries).where(deliveries.c.id.in_(ids)))
    if len(ids) < LEFT_AT_ONCE:  # or another cron is at them
        some = exists().where(deliveries.c.webhook_id == webhook_id)
        tx.execute(delete(webhooks).where(webhooks.c.id == webhook_id, ~some))
    return len(ids)
