"""Holds: what tells of a moderator's decision waits a minute, so that it can be taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, select, update

from store.comments import LONG_AGO
from store.tables import deliveries, events


def hold_back(
    tx: Connection, comment_ids: Sequence[str], decided_at: datetime, until: datetime
) -> None:
    """Keep what tells of the decisions made at `decided_at`, in this transaction, till later."""
    told = _told(comment_ids, decided_at)
    tx.execute(
        update(deliveries).where(deliveries.c.event_id.in_(told)).values(next_attempt_at=until)
    )


def cancel_held(tx: Connection, comment_id: str, decided_at: datetime, now: datetime) -> bool:
    """Cancel what tells of a decision; return False when some of it has left already.

    What failed before it was tried is cancelled, too: `recover` would send it.
    """
    mine = deliveries.c.event_id.in_(_told([comment_id], decided_at))
    rows = tx.execute(
        select(deliveries.c.state, deliveries.c.attempts, deliveries.c.lease_until)
        .where(mine)
        .with_for_update()
    )
    for row in rows:
        if row.attempts or row.lease_until >= now or row.state == "delivered":
            return False
    cancelled = {"state": "cancelled", "lease_token": None, "lease_until": LONG_AGO}
    tx.execute(update(deliveries).where(mine).values(**cancelled))
    return True


def let_go(tx: Connection, comment_id: str, now: datetime) -> None:
    """Let what is held of a comment leave now: there is a newer decision, and order matters."""
    about = select(events.c.id).where(
        events.c.comment_id == comment_id, events.c.type == "comment.decided"
    )
    tx.execute(
        update(deliveries)
        .where(deliveries.c.event_id.in_(about.scalar_subquery()))
        .where(deliveries.c.state == "pending", deliveries.c.attempts == 0)
        .where(deliveries.c.next_attempt_at > now)
        .values(next_attempt_at=now)
    )


def _told(comment_ids: Sequence[str], decided_at: datetime) -> ScalarSelect[str]:
    return (
        select(events.c.id)
        .where(events.c.comment_id.in_(comment_ids), events.c.type == "comment.decided")
        .where(events.c.created_at == decided_at)
        .scalar_subquery()
    )
