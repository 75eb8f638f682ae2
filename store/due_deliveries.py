"""What is due: the queries that find deliveries to send, and endpoints that may have them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from store.columns import UtcDateTime
from store.tables import PENDING, comments, deliveries, events, webhooks
from store.webhook_secrets import SECRETS

_LATER = deliveries.alias()
_TOLD = events.alias()

# Whether the receiver was told something newer, or was tried: each event says all that is known of
# its comment. What was never tried does not count, as an undo may still take it back. A verdict
# never counts against a decision, whatever the clocks say that gave them their ids.
_REPLACED = (
    exists()
    .where(_LATER.c.comment_id == deliveries.c.comment_id)
    .where(_LATER.c.webhook_id == deliveries.c.webhook_id, _LATER.c.attempts > 0)
    .where(_TOLD.c.id == _LATER.c.event_id, _TOLD.c.revision == events.c.revision)
    .where(
        or_(
            (_TOLD.c.type == events.c.type) & (_LATER.c.id > deliveries.c.id),
            (_TOLD.c.type == "comment.decided") & (events.c.type == "comment.verdict"),
        )
    )
    .correlate(deliveries, events)
)
# Of a delivery with its event and comment; NULL, which counts as no, where that is gone.
SUPERSEDED = events.c.type.in_(("comment.verdict", "comment.decided")) & or_(
    events.c.revision < comments.c.revision, _REPLACED
)


def due_for_sending(tx: Connection, now: datetime) -> bool:
    """Whether something is due that nobody holds, at an endpoint that does not rest."""
    query = endpoints_with_due(now).order_by(None).limit(1)
    return tx.execute(query).first() is not None


def in_flight(tx: Connection, now: datetime) -> dict[str, int]:
    """Return {webhook id: how many of its deliveries somebody holds}."""
    rows = tx.execute(
        select(deliveries.c.webhook_id, func.count())
        .where(deliveries.c.lease_token.is_not(None), deliveries.c.lease_until >= now)
        .group_by(deliveries.c.webhook_id)
    )
    return dict(rows.all())


def doubtful(slow: Collection[str]) -> ColumnElement[bool]:
    """Whether an endpoint may hang: it never took anything, failed last, or is in `slow`."""
    return or_(
        webhooks.c.proven_at.is_(None), webhooks.c.failures > 0, webhooks.c.id.in_(sorted(slow))
    )


def endpoints_with_due(now: datetime, full: Sequence[str] = ()) -> Select[Any]:
    """Select the endpoints that have something due, do not rest, and are not in `full`.

    In random order, so that with more endpoints than room each has its turn.
    """
    awake = or_(webhooks.c.resting_until.is_(None), webhooks.c.resting_until <= now)
    waiting = exists().where(deliveries.c.webhook_id == webhooks.c.id, *_due(now))
    return (
        select(webhooks.c.id, webhooks.c.url, *SECRETS)
        .where(webhooks.c.enabled, awake, waiting, webhooks.c.id.not_in(full))
        .order_by(func.random())
    )


@cache  # putting it together takes longer than running it
def due_of_one() -> Select[Any]:
    """Select what is due of `:webhook` at `:now`, at most `:room` rows, the longest due first.

    One at a time for a comment, oldest first, so that no verdict overtakes another's. An
    earlier one that waits for its retry holds up nothing, and may be SUPERSEDED then.
    """
    webhook = bindparam("webhook", type_=String())
    now = bindparam("now", type_=UtcDateTime())
    other = deliveries.alias()
    earlier = (other.c.id < deliveries.c.id) & (other.c.next_attempt_at <= now)
    overtakes = (
        exists()
        .where(other.c.webhook_id == webhook, other.c.comment_id == deliveries.c.comment_id)
        .where(other.c.state == PENDING, or_(earlier, other.c.lease_until >= now))
    )
    return (
        select(
            deliveries.c.id,
            deliveries.c.schedule_step,
            deliveries.c.event_id,
            deliveries.c.site_id,
            deliveries.c.comment_id,
            events.c.payload,
            events.c.revision,
            SUPERSEDED.label("superseded"),
            comments.c.revision.label("current_revision"),
            comments.c.request_id,
            comments.c.traceparent,
        )
        .join(events, events.c.id == deliveries.c.event_id)
        .outerjoin(comments, comments.c.id == events.c.comment_id)
        .where(deliveries.c.webhook_id == webhook, *_due(now), ~overtakes)
        .order_by(deliveries.c.next_attempt_at, deliveries.c.id)
        .limit(bindparam("room"))
        .with_for_update(of=deliveries, skip_locked=True)
    )


def _due(now: datetime | BindParameter[Any]) -> tuple[ColumnElement[bool], ...]:
    return (
        deliveries.c.state == PENDING,
        deliveries.c.next_attempt_at <= now,
        deliveries.c.lease_until < now,
    )
