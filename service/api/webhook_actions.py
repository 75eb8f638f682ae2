"""What can be done with a webhook: try it, change its secret, send again what failed."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from rules.comment import Moment, Submitted
from service.api.parameters import WebhookId
from service.api.webhooks import known_webhook
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.problems import Refused
from service.http.replies import Reply
from store.deliveries import get_delivery, recover_since
from store.notices import publish_ping
from store.webhook_records import DeliveryRecord
from store.webhook_secrets import SECRET_OVERLAP, rotate_secret
from workers.signing import new_secret

SWITCHED_OFF = "This endpoint is not enabled; enable it first."

webhook_actions = Resource("Webhook actions", "Trying an endpoint, and putting it right.")


class RotatedSecret(BaseModel):
    """A new secret, and until when the old one signs too."""

    secret: str = Field(description="It is shown this once.", examples=["whsec_…"])
    old_secret_until: datetime


class Recovery(Submitted):
    """What to send again."""

    since: Moment = Field(description="Failed deliveries that were created from here on.")


class Recovered(BaseModel):
    """How much is sent again."""

    recovered: int


@webhook_actions.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/ping",
    summary="Send a webhook.ping",
    answers=(Answer(202, "The delivery, on its way.", DeliveryRecord),),
    problems=("conflict",),
)
def ping_webhook(call: Call, webhook_id: WebhookId) -> Reply[DeliveryRecord]:
    """Send a `webhook.ping` to an endpoint, whatever events it asks for."""
    return call.write(lambda tx: _ping(tx, call, webhook_id))


@webhook_actions.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/rotate-secret",
    summary="Change the secret",
    answers=(Answer(200, "The new secret.", RotatedSecret),),
)
def rotate_webhook_secret(call: Call, webhook_id: WebhookId) -> Reply[RotatedSecret]:
    """Make a new secret. For 24 hours events carry a signature of each, then of the new one."""
    return call.write(lambda tx: _rotate(tx, call, webhook_id))


@webhook_actions.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/recover",
    summary="Send again what failed",
    answers=(Answer(202, "How many deliveries are on their way again.", Recovered),),
    problems=("conflict",),
)
def recover_webhook(call: Call, webhook_id: WebhookId, body: Recovery) -> Reply[Recovered]:
    """Send an endpoint every delivery that failed and was created since a time."""
    return call.write(lambda tx: _recover(tx, call, webhook_id, body.since))


def _ping(tx: Connection, call: Call, webhook_id: str) -> Reply[DeliveryRecord]:
    _refuse_switched_off(tx, call, webhook_id)
    delivery_id = publish_ping(tx, call.site.id, webhook_id, call.context.clock())
    call.note(tx, "webhook.ping", webhook_id)
    delivery = get_delivery(tx, call.site.id, delivery_id)
    assert delivery is not None  # noqa: S101 - written a moment ago, in this transaction
    return Reply(202, delivery, ring="deliver")


def _rotate(tx: Connection, call: Call, webhook_id: str) -> Reply[RotatedSecret]:
    secret, now = new_secret(), call.context.clock()
    if not rotate_secret(tx, call.site.id, webhook_id, call.context.sealer.seal(secret), now):
        raise Refused("not-found")
    call.note(tx, "webhook.rotate", webhook_id)
    return Reply(200, RotatedSecret(secret=secret, old_secret_until=now + SECRET_OVERLAP))


def _recover(tx: Connection, call: Call, webhook_id: str, since: datetime) -> Reply[Recovered]:
    _refuse_switched_off(tx, call, webhook_id)
    recovered = recover_since(tx, webhook_id, since, call.context.clock())
    if recovered:
        call.note(tx, "webhook.recover", webhook_id, count=recovered)
    return Reply(202, Recovered(recovered=recovered), ring="deliver" if recovered else None)


def _refuse_switched_off(tx: Connection, call: Call, webhook_id: str) -> None:
    if not known_webhook(tx, call, webhook_id).enabled:
        raise Refused("conflict", SWITCHED_OFF)
