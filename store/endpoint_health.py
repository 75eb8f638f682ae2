"""The health of an endpoint: when it rests, and when it is given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from store.left_deliveries import abandon_pending
from store.notices import publish_disabled
from store.tables import webhooks

FAILING_FOR = timedelta(days=5)  # after which an endpoint is disabled
SILENT_FOR = timedelta(days=2)  # longer than any wait for a retry: nobody knows how it was then
TRIPS_AFTER = 3  # failures in a row; fewer are an event that the receiver does not like
REST_STEP = timedelta(seconds=5)
LONGEST_REST = timedelta(seconds=10)  # short: a receiver that is back hears of it soon
LONGEST_ASKED_REST = timedelta(minutes=1)  # by Retry-After, for more than the one delivery

GONE = "The endpoint answered 410 Gone."
FAILED_TOO_LONG = f"Every attempt failed for {FAILING_FOR.days} days."

HEALTHY: dict[str, Any] = {"failing_since": None, "failures": 0, "resting_until": None}


@dataclass(frozen=True)
class Outcomes:
    """What the attempts of one round say of an endpoint; `asked_rest` is its Retry-After."""

    webhook_id: str
    succeeded: int
    failed: int
    gone: bool = False
    asked_rest: timedelta = timedelta()


def note_outcomes(
    tx: Connection, locked: dict[str, RowMapping], noted: Sequence[Outcomes], now: datetime
) -> None:
    """Take account of attempts: an endpoint recovers (by any success), rests, or is disabled.

    `locked` is what `lock_endpoints` returned.
    """
    for outcomes in noted:
        if (row := locked.get(outcomes.webhook_id)) is not None:
            _note(tx, row, outcomes, now)


def lock_endpoints(tx: Connection, webhook_ids: Sequence[str]) -> dict[str, RowMapping]:
    """Lock endpoints that are enabled, until the commit.

    Always before their deliveries and in the order of ids, so that two deliverers, or one and
    a request that switches an endpoint off, never wait for each other.
    """
    rows = tx.execute(
        select(
            webhooks.c.id,
            webhooks.c.url,
            webhooks.c.failing_since,
            webhooks.c.failures,
            webhooks.c.resting_until,
            webhooks.c.proven_at,
        )
        .where(webhooks.c.id.in_(set(webhook_ids)), webhooks.c.enabled)
        .order_by(webhooks.c.id)
        .with_for_update(key_share=True)
    )
    return {row["id"]: row for row in rows.mappings()}


def _note(tx: Connection, row: RowMapping, outcomes: Outcomes, now: datetime) -> None:
    if outcomes.gone:
        _disable(tx, row["id"], GONE, now)
    elif outcomes.succeeded:
        if row["failures"] or not row["proven_at"]:  # at every success it would be for nothing
            values = {**HEALTHY, "proven_at": row["proven_at"] or now}
            tx.execute(update(webhooks).where(webhooks.c.id == row["id"]).values(**values))
    elif outcomes.failed:
        _note_failures(tx, row, outcomes, now)


def _note_failures(tx: Connection, row: RowMapping, outcomes: Outcomes, now: datetime) -> None:
    since = _failing_since(row, now)
    failures = row["failures"] + outcomes.failed
    rest = max(_rest(failures), min(outcomes.asked_rest, LONGEST_ASKED_REST))
    values = {"failing_since": since, "failures": failures, "resting_until": now + rest}
    tx.execute(update(webhooks).where(webhooks.c.id == row["id"]).values(**values))
    if now - since >= FAILING_FOR:
        _disable(tx, row["id"], FAILED_TOO_LONG, now)


def _failing_since(row: RowMapping, now: datetime) -> datetime:
    """Return since when it fails; from now on after a silence, in which it may have been mended."""
    last = row["resting_until"]  # which every failure sets, to a minute later at most
    silent = last is None or now - last >= SILENT_FOR
    return now if silent else row["failing_since"] or now


def _rest(failures: int) -> timedelta:
    if failures < TRIPS_AFTER:
        return timedelta()
    return min(REST_STEP * (failures - TRIPS_AFTER + 1), LONGEST_REST)


def _disable(tx: Connection, webhook_id: str, reason: str, now: datetime) -> None:
    tx.execute(
        update(webhooks)
        .where(webhooks.c.id == webhook_id)
        .values(enabled=False, disabled_reason=reason)
    )
    abandon_pending(tx, webhook_id)
    publish_disabled(tx, webhook_id, now)
