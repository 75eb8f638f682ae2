"""Webhooks: `/webhooks`, a site's endpoints, what was sent to them, and sending it again."""

from http import HTTPStatus
from typing import get_args

from flask import abort, redirect, request, url_for
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.api.webhook_urls import WebhookUrl, refuse_special_address
from service.api.webhooks import DEFAULT_EVENTS
from service.http.problems import Refused
from service.review.filters import word
from service.review.language import gettext as _
from service.review.pages import page, problem_page, render
from service.review.visits import Visit, current_visit
from store.audit import note_action
from store.deliveries import get_delivery, list_deliveries, retry_delivery
from store.notices import publish_ping
from store.outbox import EventType
from store.webhook_records import Webhook
from store.webhook_secrets import rotate_secret
from store.webhooks import (
    TooManyWebhooks,
    change_webhook,
    create_webhook,
    delete_webhook,
    get_webhook,
    list_webhooks,
)
from workers.signing import new_secret

SHOWN = 50  # deliveries
EVENTS = [event for event in get_args(EventType) if event != "webhook.ping"]
_URL: TypeAdapter[str] = TypeAdapter(WebhookUrl)

webhooks = page("webhooks", admin=True)


@webhooks.get("/webhooks")
def show() -> str:
    """Show the endpoints and the last deliveries, of one endpoint or of all."""
    return _page(current_visit())


@webhooks.post("/webhooks")
def add() -> str | tuple[str, int]:
    """Add an endpoint; its secret is shown this once."""
    visit, secret = current_visit(), new_secret()
    events = [event for event in EVENTS if event in request.form.getlist("events")]
    try:
        url = _URL.validate_python(request.form.get("url", "").strip())
        refuse_special_address(url, visit.context)
    except ValidationError:
        detail = _("Give an https or http URL without user name and password.")
        return problem_page(422, _("Not added"), detail)
    except Refused as refused:
        return problem_page(422, _("Not added"), f"URL: {refused.errors[0].detail}.")
    sealed = visit.context.sealer.seal(secret)

    def work(tx: Connection) -> None:
        made = create_webhook(tx, visit.site.id, url, events or DEFAULT_EVENTS, sealed, visit.now)
        _note(tx, visit, "webhook.added", made.id)

    try:
        visit.write(work)
    except TooManyWebhooks as error:
        return problem_page(409, _("Not added"), str(error))
    return _page(visit, secret=secret)


@webhooks.post("/webhooks/<webhook_id>")
def change(webhook_id: str) -> Response | str:
    """Try an endpoint, switch it on or off, give it another secret, or remove it."""
    visit, wish = current_visit(), request.form.get("wish", "")
    secret = new_secret()
    visit.write(lambda tx: _grant(tx, visit, _known(tx, visit, webhook_id), wish, secret))
    if wish == "ping":
        visit.context.doorbell.ring("deliver")
    if wish == "rotate":
        return _page(visit, secret=secret)
    return redirect(url_for("webhooks.show"), HTTPStatus.SEE_OTHER)


@webhooks.post("/deliveries/<delivery_id>")
def retry(delivery_id: str) -> Response | tuple[str, int]:
    """Send a delivery again."""
    visit = current_visit()

    def work(tx: Connection) -> str:
        if get_delivery(tx, visit.site.id, delivery_id) is None:
            abort(404)
        outcome = retry_delivery(tx, delivery_id, visit.now)
        if outcome == "rearmed":
            _note(tx, visit, "delivery.retried", delivery_id)
        return outcome

    outcome = visit.write(work)
    if outcome != "rearmed":
        return problem_page(409, _("Not sent"), _("It is %s.") % word(outcome))
    visit.context.doorbell.ring("deliver")
    return redirect(url_for("webhooks.show"), HTTPStatus.SEE_OTHER)


def _grant(tx: Connection, visit: Visit, webhook: Webhook, wish: str, secret: str) -> None:
    if wish == "ping" and webhook.enabled:
        publish_ping(tx, visit.site.id, webhook.id, visit.now)
    elif wish in {"enable", "disable"}:
        change_webhook(tx, webhook, enabled=wish == "enable")
    elif wish == "rotate":
        sealed = visit.context.sealer.seal(secret)
        rotate_secret(tx, visit.site.id, webhook.id, sealed, visit.now)
    elif wish == "remove":
        delete_webhook(tx, visit.site.id, webhook.id, visit.now)
    else:
        abort(400)
    _note(tx, visit, f"webhook.{wish}", webhook.id)


def _page(visit: Visit, *, secret: str | None = None) -> str:
    of, before = request.args.get("of") or None, request.args.get("before") or None
    endpoints = visit.read(lambda tx: list_webhooks(tx, visit.site.id))
    found = visit.read(
        lambda tx: list_deliveries(tx, visit.site.id, webhook_id=of, before=before, limit=SHOWN + 1)
    )
    return render(
        "webhooks.html",
        endpoints=endpoints,
        urls={endpoint.id: endpoint.url for endpoint in endpoints},
        deliveries=found[:SHOWN],
        older=found[SHOWN - 1].id if len(found) > SHOWN else None,
        of=of,
        events=EVENTS,
        chosen=DEFAULT_EVENTS,
        secret=secret,
    )


def _known(tx: Connection, visit: Visit, webhook_id: str) -> Webhook:
    webhook = get_webhook(tx, visit.site.id, webhook_id)
    if webhook is None:
        abort(404, _("This site has no such endpoint."))
    return webhook


def _note(tx: Connection, visit: Visit, action: str, subject: str) -> None:
    note_action(tx, visit.site.id, visit.account.email, action, subject, visit.now)
