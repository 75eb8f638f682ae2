"""Delivery claims: a deliverer takes what is due for a while, fairly among the endpoints.

As with comments (`store.claims`) a lease is a token, new for each claim, and a time, and only
while it is held may the outcome be written.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, not_, update

from store.comments import LONG_AGO
from store.due_deliveries import doubtful, due_of_one, endpoints_with_due, in_flight
from store.ids import new_id
from store.records import UNKNOWN_ORIGIN, Origin
from store.tables import deliveries
from store.webhook_secrets import signing_keys


@dataclass(frozen=True)
class ClaimedDelivery:
    """A delivery that is ours to send. `sealed_keys` are the secrets to sign with, newest first."""

    id: str
    token: str
    webhook_id: str
    url: str
    sealed_keys: Sequence[str]
    event_id: str
    payload: str
    schedule_step: int
    site_id: str
    comment_id: str | None
    revision: int | None
    doubtful: bool = False  # its endpoint may hang
    origin: Origin = UNKNOWN_ORIGIN


@dataclass(frozen=True)
class DeliveryClaim:
    """What one claim found: deliveries to send, and how many were only to be cancelled."""

    deliveries: Sequence[ClaimedDelivery]
    cancelled: int

    @property
    def found(self) -> int:
        """Return how many rows were due."""
        return len(self.deliveries) + self.cancelled


@dataclass(frozen=True)
class Room:
    """How much may be claimed: `limit` in all, and of that `doubtful` for endpoints that may hang.

    No endpoint has more than `allowance(webhook_id)` in flight, whoever sends it. `slow` are the
    endpoints that took long the last time.
    """

    limit: int
    doubtful: int
    allowance: Callable[[str], int]
    slow: Collection[str] = ()


def claim_due(tx: Connection, now: datetime, *, room: Room, lease: timedelta) -> DeliveryClaim:
    """Take deliveries that are due and that nobody holds, as far as there is room.

    So an endpoint that is slow or dead keeps nobody waiting, nor do many of them. What is out of
    date is cancelled instead: what is SUPERSEDED, and whatever tells of an erased comment.
    """
    token, claimed, cancelled = new_id("lease"), list[ClaimedDelivery](), list[str]()
    for doubts in (True, False):  # those that may hang first: they never get more than their part
        left = room.limit - len(claimed)
        left = min(left, room.doubtful) if doubts else left
        for endpoint, row in _due(tx, now, room, left, doubts=doubts):
            if row["payload"] is None or row["superseded"]:
                cancelled.append(row["id"])
            else:
                claimed.append(_claimed(row, endpoint, token, now, doubts=doubts))
    _lease(tx, [item.id for item in claimed], token, now + lease)
    _cancel(tx, cancelled)
    return DeliveryClaim(claimed, len(cancelled))


def extend_leases(tx: Connection, held: Mapping[str, str], until: datetime) -> None:
    """Hold on to what is still ours of {delivery id: lease token}."""
    for token in sorted(set(held.values())):
        ids = sorted(delivery_id for delivery_id, its in held.items() if its == token)
        tx.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids), deliveries.c.lease_token == token)
            .values(lease_until=until)
        )


def _due(
    tx: Connection, now: datetime, room: Room, left: int, *, doubts: bool
) -> Iterator[tuple[RowMapping, RowMapping]]:
    """Yield (endpoint, delivery) of up to `left` that are due at endpoints of the one kind."""
    if left <= 0:
        return
    held, allowance = in_flight(tx, now), room.allowance
    full = [webhook_id for webhook_id, count in held.items() if count >= allowance(webhook_id)]
    kind = doubtful(room.slow) if doubts else not_(doubtful(room.slow))
    # Locked, so that two deliverers do not both fill up the same endpoint; what is locked is
    # somebody's already. Then counted again, as another's claim may just have ended.
    query = endpoints_with_due(now, full).where(kind).limit(left)
    query = query.with_for_update(key_share=True, skip_locked=True)
    endpoints = tx.execute(query).mappings().all()
    held = in_flight(tx, now) if endpoints else held
    for endpoint in endpoints:
        free = allowance(endpoint["id"]) - held.get(endpoint["id"], 0)
        values = {"webhook": endpoint["id"], "now": now, "room": max(min(free, left), 0)}
        for row in tx.execute(due_of_one(), values).mappings():
            left -= 1
            yield endpoint, row


def _claimed(
    row: RowMapping, endpoint: RowMapping, token: str, now: datetime, *, doubts: bool
) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=row["id"],
        token=token,
        webhook_id=endpoint["id"],
        url=endpoint["url"],
        sealed_keys=signing_keys(endpoint, now),
        event_id=row["event_id"],
        payload=row["payload"],
        schedule_step=row["schedule_step"],
        site_id=row["site_id"],
        comment_id=row["comment_id"],
        revision=row["revision"],
        doubtful=doubts,
        origin=_origin(row),
    )


def _origin(row: RowMapping) -> Origin:
    """Return what brought the revision that is told of, as far as it is known: of the last one."""
    if row["revision"] != row["current_revision"]:
        return UNKNOWN_ORIGIN
    return Origin(request_id=row["request_id"], traceparent=row["traceparent"])


def _lease(tx: Connection, ids: Sequence[str], token: str, until: datetime) -> None:
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(lease_token=token, lease_until=until)
    )


def _cancel(tx: Connection, ids: Sequence[str]) -> None:
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(state="cancelled", lease_token=None, lease_until=LONG_AGO)
    )
