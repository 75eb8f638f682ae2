"""Deliveries: what was sent to the webhooks, and sending it again."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from service.api.parameters import DeliveryId, WebhookId
from service.api.webhook_actions import SWITCHED_OFF
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.problems import Refused
from service.http.queries import Limit, Query
from service.http.replies import Reply
from store.deliveries import get_delivery, list_deliveries, retry_delivery
from store.webhook_records import DeliveryRecord, DeliveryState

deliveries = Resource("Deliveries", "What was sent to the webhooks, attempt by attempt.")


class DeliveryPage(BaseModel):
    """A page of deliveries, newest first."""

    items: list[DeliveryRecord]
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")


class DeliveryQuery(Query):
    """Which deliveries to list."""

    endpoint: WebhookId | None = Field(default=None, description="Only to this webhook.")
    state: DeliveryState | None = Field(default=None, description="Only in this state.")
    cursor: Annotated[str, Field(pattern=r"^dlv_[0-9a-z]{26}$")] | None = Field(
        default=None, description="`next` of the page before."
    )
    limit: Limit = 50


@deliveries.operation(
    "GET",
    "/v1/deliveries",
    summary="List deliveries",
    answers=(Answer(200, "A page, newest first.", DeliveryPage),),
)
def list_delivery_page(call: Call, query: DeliveryQuery) -> Reply[DeliveryPage]:
    """Return a page of the site's deliveries with their attempts; follow `next` for more."""
    found = call.read(
        lambda tx: list_deliveries(
            tx,
            call.site.id,
            webhook_id=query.endpoint,
            state=query.state,
            before=query.cursor,
            limit=query.limit + 1,
        )
    )
    items = found[: query.limit]
    more = items[-1].id if len(found) > query.limit else None
    return Reply(200, DeliveryPage(items=items, next=more))


@deliveries.operation(
    "POST",
    "/v1/deliveries/{delivery_id}/retry",
    summary="Send a delivery again",
    answers=(Answer(202, "The delivery, on its way again.", DeliveryRecord),),
    problems=("conflict",),
)
def retry(call: Call, delivery_id: DeliveryId) -> Reply[DeliveryRecord]:
    """Send an event again now, with the same `webhook-id`, whatever came of it before.

    All retries of the schedule are before it again. An event about a comment that was erased
    since is gone. What tells of a revision that was edited since is not sent, nor what a newer
    event of the comment has replaced, nor of a decision that was undone: `409`.
    """
    return call.write(lambda tx: _retry(tx, call, delivery_id))


def _retry(tx: Connection, call: Call, delivery_id: str) -> Reply[DeliveryRecord]:
    if get_delivery(tx, call.site.id, delivery_id) is None:
        raise Refused("not-found")
    match retry_delivery(tx, delivery_id, call.context.clock()):
        case "erased":
            raise Refused("conflict", "The comment was erased, and the event with it.")
        case "superseded":
            raise Refused("conflict", "Out of date: the comment was edited or decided since.")
        case "cancelled":
            raise Refused("conflict", "The decision that this tells of was undone.")
        case "disabled":
            raise Refused("conflict", SWITCHED_OFF)
    call.note(tx, "delivery.retried", delivery_id)
    delivery = get_delivery(tx, call.site.id, delivery_id)
    assert delivery is not None  # noqa: S101 - it was there a moment ago, in this transaction
    return Reply(202, delivery, ring="deliver", comment_id=delivery.comment_id)
