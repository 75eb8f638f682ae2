"""Records of webhooks: endpoints, deliveries and attempts as callers see them."""

from datetime import datetime
from typing import Literal

from store.outbox import EventType
from store.records import Record

DeliveryState = Literal["pending", "delivered", "failed", "cancelled"]


class Webhook(Record):
    """An endpoint of a site; its secret is shown only when it is made."""

    id: str
    url: str
    events: list[EventType]
    enabled: bool
    disabled_reason: str | None
    failing_since: datetime | None
    created_at: datetime


class AttemptRecord(Record):
    """One try to send: `status` is absent when no answer came, `error` when one did."""

    number: int
    started_at: datetime
    duration_ms: int
    status: int | None
    error: str | None
    response: str | None
    address: str | None


class DeliveryRecord(Record):
    """An event on its way to one endpoint; `event_id` is the `webhook-id` of every attempt."""

    id: str
    webhook_id: str
    event_id: str
    event_type: EventType
    comment_id: str | None
    revision: int | None
    state: DeliveryState
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    attempts: list[AttemptRecord]
