"""Times ahead: what a clock that ran ahead wrote, and would wait for that time to come.

A clock may be set back while rows hold times of before. A lease that ends in an hour, or a
delivery that is due in an hour although nobody tried it, would wait for an hour. No rule writes
such times, so they are put right; at worst what is in hand is done twice, and written once.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from store.comments import LONG_AGO
from store.tables import attempts, comments, deliveries, webhooks

AHEAD = timedelta(seconds=15)  # longer than a lease; clocks of machines differ by less
LONGEST_REST = timedelta(minutes=1)  # of an endpoint
_PENDING_COMMENT = comments.c.status == "pending"
_PENDING_DELIVERY = deliveries.c.state == "pending"


def mend_times_ahead(tx: Connection, now: datetime) -> int:
    """Make free, and due, what only waits because a clock was ahead; return how many rows."""
    ahead = now + AHEAD
    statements = (
        update(comments)
        .where(_PENDING_COMMENT, comments.c.lease_until > ahead)
        .values(lease_until=LONG_AGO),
        update(deliveries)
        .where(_PENDING_DELIVERY, deliveries.c.lease_until > ahead)
        .values(lease_until=LONG_AGO),
        update(deliveries)
        .where(_PENDING_DELIVERY, _planned_ahead(ahead))
        .values(next_attempt_at=now),
        update(webhooks)
        .where(webhooks.c.resting_until > ahead + LONGEST_REST)
        .values(resting_until=None),
    )
    return sum(tx.execute(statement).rowcount for statement in statements)


def any_times_ahead(tx: Connection, now: datetime) -> bool:
    """Whether there is anything to mend: a look that locks nothing."""
    ahead = now + AHEAD
    held = and_(_PENDING_COMMENT, comments.c.lease_until > ahead)
    sent = and_(_PENDING_DELIVERY, or_(deliveries.c.lease_until > ahead, _planned_ahead(ahead)))
    rests = webhooks.c.resting_until > ahead + LONGEST_REST
    query = select(or_(*(exists().where(condition) for condition in (held, sent, rests))))
    return bool(tx.execute(query).scalar())


def _planned_ahead(ahead: datetime) -> ColumnElement[bool]:
    """Whether a delivery waits for a time that was reckoned from a time still to come."""
    tried = exists().where(attempts.c.delivery_id == deliveries.c.id, attempts.c.started_at > ahead)
    return and_(deliveries.c.next_attempt_at > ahead, or_(deliveries.c.created_at > ahead, tried))
