"""Webhooks: the endpoints that are told what happens."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictBool
from sqlalchemy import Connection

from rules.comment import Submitted
from service.api.parameters import WebhookId
from service.api.webhook_urls import WebhookUrl, refuse_special_address
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.problems import Refused
from service.http.replies import Reply
from store.outbox import EventType
from store.webhook_records import Webhook
from store.webhooks import (
    TooManyWebhooks,
    change_webhook,
    create_webhook,
    delete_webhook,
    get_webhook,
    list_webhooks,
)
from workers.signing import new_secret

DEFAULT_EVENTS: list[EventType] = [
    "comment.verdict",
    "comment.decided",
    "comment.erased",
    "webhook.disabled",
]
Events = Annotated[
    list[EventType],
    Field(min_length=1, max_length=20, description="The types of event that are sent."),
    AfterValidator(lambda events: list(dict.fromkeys(events))),
]

webhooks = Resource(
    "Webhooks", "Endpoints that are told what happens, signed and until it arrives."
)


class NewWebhook(Submitted):
    """An endpoint to be."""

    url: WebhookUrl
    events: Events = DEFAULT_EVENTS
    enabled: StrictBool = True


class WebhookChanges(Submitted):
    """What to change of an endpoint; what is absent or null stays as it is."""

    url: WebhookUrl | None = None
    events: Events | None = None
    enabled: StrictBool | None = None


class WebhookWithSecret(Webhook):
    """A new endpoint."""

    secret: str = Field(
        description="Verifies signatures. It is shown this once.", examples=["whsec_…"]
    )


class Webhooks(BaseModel):
    """The endpoints of a site."""

    items: list[Webhook] = Field(description="Oldest first.")


@webhooks.operation(
    "POST",
    "/v1/webhooks",
    summary="Add a webhook",
    answers=(
        Answer(
            201,
            "The endpoint with its secret.",
            WebhookWithSecret,
            headers={"Location": "Where the endpoint is."},
        ),
    ),
    problems=("conflict",),
)
def add_webhook(call: Call, body: NewWebhook) -> Reply[WebhookWithSecret]:
    """Add an endpoint. Events are signed as Standard Webhooks 1.0 says, with the secret.

    A site has at most 500 of them (`409`).
    """
    refuse_special_address(body.url, call.context)
    return call.write(lambda tx: _add(tx, call, body))


@webhooks.operation(
    "GET",
    "/v1/webhooks",
    summary="List webhooks",
    answers=(Answer(200, "All endpoints.", Webhooks),),
)
def list_all_webhooks(call: Call) -> Reply[Webhooks]:
    """Return the site's endpoints, without their secrets."""
    return Reply(200, Webhooks(items=call.read(lambda tx: list_webhooks(tx, call.site.id))))


@webhooks.operation(
    "GET",
    "/v1/webhooks/{webhook_id}",
    summary="Read a webhook",
    answers=(Answer(200, "The endpoint.", Webhook),),
)
def read_webhook(call: Call, webhook_id: WebhookId) -> Reply[Webhook]:
    """Return one endpoint. `failing_since` is there while nothing arrives at it."""
    return Reply(200, call.read(lambda tx: known_webhook(tx, call, webhook_id)))


@webhooks.operation(
    "PATCH",
    "/v1/webhooks/{webhook_id}",
    summary="Change a webhook",
    answers=(Answer(200, "The endpoint, changed.", Webhook),),
)
def patch_webhook(call: Call, webhook_id: WebhookId, body: WebhookChanges) -> Reply[Webhook]:
    """Change an endpoint. While it is not `enabled` nothing is sent to it.

    What waited for it when it was switched off is `failed`; `recover` sends it.
    """
    if body.url is not None:
        refuse_special_address(body.url, call.context)
    return call.write(lambda tx: _change(tx, call, webhook_id, body))


@webhooks.operation(
    "DELETE",
    "/v1/webhooks/{webhook_id}",
    summary="Remove a webhook",
    answers=(Answer(204, "It is gone."),),
)
def remove_webhook(call: Call, webhook_id: WebhookId) -> Reply[None]:
    """Remove an endpoint, with the record of what was sent to it. Nobody sees either any more.

    A long record is deleted some at a time, by and by.
    """
    return call.write(lambda tx: _remove(tx, call, webhook_id))


def known_webhook(tx: Connection, call: Call, webhook_id: str) -> Webhook:
    """Return an endpoint of the key's site; raise Refused (404)."""
    webhook = get_webhook(tx, call.site.id, webhook_id)
    if webhook is None:
        raise Refused("not-found")
    return webhook


def _add(tx: Connection, call: Call, body: NewWebhook) -> Reply[WebhookWithSecret]:
    secret = new_secret()
    sealed, now = call.context.sealer.seal(secret), call.context.clock()
    try:
        webhook = create_webhook(
            tx, call.site.id, body.url, body.events, sealed, now, enabled=body.enabled
        )
    except TooManyWebhooks as error:
        raise Refused("conflict", str(error)) from error
    call.note(tx, "webhook.added", webhook.id)
    shown = WebhookWithSecret(**webhook.model_dump(), secret=secret)
    return Reply(201, shown, location=f"/v1/webhooks/{webhook.id}")


def _change(tx: Connection, call: Call, webhook_id: str, body: WebhookChanges) -> Reply[Webhook]:
    webhook = known_webhook(tx, call, webhook_id)
    change_webhook(tx, webhook, url=body.url, events=body.events, enabled=body.enabled)
    if body.enabled is not None:
        call.note(tx, "webhook.enable" if body.enabled else "webhook.disable", webhook_id)
    if changed := [name for name in ("url", "events") if getattr(body, name) is not None]:
        call.note(tx, "webhook.changed", webhook_id, detail=", ".join(changed))
    return Reply(200, known_webhook(tx, call, webhook_id))


def _remove(tx: Connection, call: Call, webhook_id: str) -> Reply[None]:
    if not delete_webhook(tx, call.site.id, webhook_id, call.context.clock()):
        raise Refused("not-found")
    call.note(tx, "webhook.remove", webhook_id)
    return Reply(204, None)
