"""Attempts: what came of sending, recorded by whoever still holds the delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from store.comments import LONG_AGO
from store.endpoint_health import Outcomes, lock_endpoints, note_outcomes
from store.ids import new_id
from store.tables import attempts, deliveries, events


@dataclass(frozen=True)
class Attempt:
    """One try to send a claimed delivery, and what follows from it.

    `url` is where it went. `next_attempt_at` is there while `state` is `pending`; `gone` when the
    receiver answered that it wants no more; `asked_rest` is how long it asked to be left alone.
    `unsent` when it could not be sent for a fault of ours, which is none of the receiver's: nothing
    counts.
    """

    delivery_id: str
    token: str
    webhook_id: str
    url: str
    started_at: datetime
    duration: timedelta
    status: int | None
    error: str | None
    response: str | None
    address: str | None
    state: Literal["delivered", "pending", "failed"]
    next_attempt_at: datetime | None
    gone: bool
    asked_rest: timedelta
    unsent: bool = False


def record_attempts(tx: Connection, made: Sequence[Attempt], now: datetime) -> list[Attempt]:
    """Write the attempts whose deliveries are still held, and return those.

    The rest was taken over after its lease ran out, or its endpoint was switched off. Where the
    endpoint has another URL by now, what was not delivered at the old one is sent there at once.
    """
    endpoints = lock_endpoints(tx, [attempt.webhook_id for attempt in made])
    held = _held(tx, made)
    kept = [
        _at_new_url(attempt, now) if _has_moved(attempt, endpoints) else attempt
        for attempt in made
        if (row := held.get(attempt.delivery_id)) and row["lease_token"] == attempt.token
    ]
    if kept:
        erased = _erased(tx, kept)
        kept = [
            replace(attempt, response=None) if attempt.delivery_id in erased else attempt
            for attempt in kept
        ]
        tx.execute(insert(attempts), [_attempt_row(attempt, held) for attempt in kept])
        _move_on(tx, kept, now)
        here = [attempt for attempt in kept if not _has_moved(attempt, endpoints)]
        note_outcomes(tx, endpoints, _by_endpoint(here), now)
    return kept


def _has_moved(attempt: Attempt, endpoints: Mapping[str, RowMapping]) -> bool:
    """Whether the endpoint has another URL by now, of which the attempt says nothing."""
    endpoint = endpoints.get(attempt.webhook_id)
    return endpoint is not None and endpoint["url"] != attempt.url


def _at_new_url(attempt: Attempt, now: datetime) -> Attempt:
    if attempt.state == "delivered":
        return attempt
    return replace(attempt, state="pending", next_attempt_at=now)


def _held(tx: Connection, made: Sequence[Attempt]) -> dict[str, RowMapping]:
    before = select(func.count()).where(attempts.c.delivery_id == deliveries.c.id)
    rows = tx.execute(
        select(deliveries.c.id, deliveries.c.lease_token, before.scalar_subquery().label("before"))
        .where(deliveries.c.id.in_([attempt.delivery_id for attempt in made]))
        .where(deliveries.c.state == "pending")
        .order_by(deliveries.c.id)
        .with_for_update(of=deliveries)
    )
    return {row["id"]: row for row in rows.mappings()}


def _attempt_row(attempt: Attempt, held: dict[str, RowMapping]) -> dict[str, Any]:
    return {
        "id": new_id("att"),
        "delivery_id": attempt.delivery_id,
        "number": held[attempt.delivery_id]["before"] + 1,
        "started_at": attempt.started_at,
        "duration_ms": round(attempt.duration.total_seconds() * 1000),
        "status": attempt.status,
        "error": attempt.error,
        "response": attempt.response,
        "address": attempt.address,
    }


def _erased(tx: Connection, kept: Sequence[Attempt]) -> set[str]:
    """Return the deliveries about comments that were erased while they were sent.

    Not asked before the deliveries are locked: an erasure that comes then empties what is written.
    """
    return set(
        tx.execute(
            select(deliveries.c.id)
            .join(events, events.c.id == deliveries.c.event_id)
            .where(deliveries.c.id.in_([attempt.delivery_id for attempt in kept]))
            .where(events.c.payload.is_(None))
        ).scalars()
    )


def _move_on(tx: Connection, kept: Sequence[Attempt], now: datetime) -> None:
    retried, ended = _partition(kept)
    own = update(deliveries).where(deliveries.c.id == bindparam("delivery"))
    free: dict[str, Any] = {"lease_token": None, "lease_until": LONG_AGO}
    free["attempts"] = deliveries.c.attempts + bindparam("sent")
    if retried:
        step = deliveries.c.schedule_step + bindparam("sent")
        tx.execute(
            own.values(next_attempt_at=bindparam("moment"), schedule_step=step, **free),
            [
                {
                    "delivery": item.delivery_id,
                    "moment": item.next_attempt_at,
                    "sent": 0 if item.unsent else 1,
                }
                for item in retried
            ],
        )
    if ended:
        tx.execute(
            own.values(state=bindparam("outcome"), delivered_at=bindparam("moment"), **free),
            [
                {
                    "delivery": item.delivery_id,
                    "outcome": item.state,
                    "moment": now if item.state == "delivered" else None,
                    "sent": 1,
                }
                for item in ended
            ],
        )


def _partition(kept: Sequence[Attempt]) -> tuple[list[Attempt], list[Attempt]]:
    retried = [attempt for attempt in kept if attempt.state == "pending"]
    return retried, [attempt for attempt in kept if attempt.state != "pending"]


def _by_endpoint(kept: Sequence[Attempt]) -> list[Outcomes]:
    grouped: dict[str, list[Attempt]] = {}
    for attempt in kept:
        grouped.setdefault(attempt.webhook_id, []).append(attempt)
    return [_outcomes(webhook_id, grouped[webhook_id]) for webhook_id in sorted(grouped)]


def _outcomes(webhook_id: str, made: Sequence[Attempt]) -> Outcomes:
    succeeded = sum(attempt.state == "delivered" for attempt in made)
    return Outcomes(
        webhook_id,
        succeeded=succeeded,
        failed=sum(attempt.state != "delivered" and not attempt.unsent for attempt in made),
        gone=any(attempt.gone for attempt in made),
        asked_rest=max(attempt.asked_rest for attempt in made),
    )
