"""Webhooks: a site's endpoints."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update

from store.endpoint_health import HEALTHY
from store.ids import new_id
from store.left_deliveries import abandon_pending
from store.outbox import EventType
from store.tables import sites, webhooks
from store.webhook_records import Webhook

MOST_WEBHOOKS = 500  # of a site: each of its comments makes an event for each of them


class TooManyWebhooks(Exception):
    """The site has as many endpoints as it may; the message says so."""


def create_webhook(  # noqa: PLR0913 - the columns
    tx: Connection,
    site_id: str,
    url: str,
    events: Sequence[EventType],
    sealed_secret: str,
    now: datetime,
    *,
    enabled: bool = True,
) -> Webhook:
    """Store an endpoint; whoever calls made the secret and sealed it. Raises TooManyWebhooks."""
    _refuse_too_many(tx, site_id)
    webhook = Webhook(
        id=new_id("whk"),
        url=url,
        events=list(events),
        enabled=enabled,
        disabled_reason=None,
        failing_since=None,
        created_at=now,
    )
    row = {**webhook.model_dump(), "events": json.dumps(events)}
    tx.execute(insert(webhooks).values(site_id=site_id, secret=sealed_secret, **row))
    return webhook


def _refuse_too_many(tx: Connection, site_id: str) -> None:
    # One at a time of a site, or two together would pass the limit.
    tx.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update(key_share=True))
    mine = select(func.count()).where(webhooks.c.site_id == site_id, _IS_THERE)
    if tx.execute(mine).scalar_one() >= MOST_WEBHOOKS:
        raise TooManyWebhooks(
            f"A site has at most {MOST_WEBHOOKS} endpoints; remove one that is not needed first."
        )


def list_webhooks(tx: Connection, site_id: str) -> list[Webhook]:
    """Return the endpoints of a site, oldest first."""
    mine = select(*_WEBHOOK).where(webhooks.c.site_id == site_id, _IS_THERE)
    return [_webhook(row) for row in tx.execute(mine.order_by(webhooks.c.id)).mappings()]


def get_webhook(tx: Connection, site_id: str, webhook_id: str) -> Webhook | None:
    """Return an endpoint of this site."""
    row = tx.execute(select(*_WEBHOOK).where(*_one(site_id, webhook_id))).mappings().one_or_none()
    return _webhook(row) if row else None


def change_webhook(
    tx: Connection,
    webhook: Webhook,
    *,
    url: str | None = None,
    events: Sequence[EventType] | None = None,
    enabled: bool | None = None,
) -> None:
    """Change what is given. Another URL or switching it on gives an endpoint a fresh start.

    What waits for an endpoint that is switched off is `failed`, and can be recovered; of very much
    some later (`settle_left_deliveries`).
    """
    changes: dict[str, Any] = {}
    if url is not None and url != webhook.url:
        changes |= {"url": url, "proven_at": None, **HEALTHY}
    if events is not None:
        changes["events"] = json.dumps(events)
    if enabled is not None and enabled != webhook.enabled:
        changes |= {"enabled": enabled, "disabled_reason": None, **HEALTHY}
    if changes:
        tx.execute(update(webhooks).where(webhooks.c.id == webhook.id, _IS_THERE).values(**changes))
    if enabled is False:
        abandon_pending(tx, webhook.id)


def delete_webhook(tx: Connection, site_id: str, webhook_id: str, now: datetime) -> bool:
    """Remove an endpoint; return whether there was one.

    It is gone for whoever asks, and so are its deliveries. Their rows may be too many for one
    transaction: `settle_left_deliveries` deletes them, and this one with the last.
    """
    gone = update(webhooks).where(*_one(site_id, webhook_id)).values(enabled=False, removed_at=now)
    return tx.execute(gone).rowcount > 0


_IS_THERE = webhooks.c.removed_at.is_(None)


def _one(site_id: str, webhook_id: str) -> tuple[ColumnElement[bool], ...]:
    return (webhooks.c.site_id == site_id, webhooks.c.id == webhook_id, _IS_THERE)


_WEBHOOK = (
    webhooks.c.id,
    webhooks.c.url,
    webhooks.c.events,
    webhooks.c.enabled,
    webhooks.c.disabled_reason,
    webhooks.c.failing_since,
    webhooks.c.created_at,
)


def _webhook(row: RowMapping) -> Webhook:
    return Webhook(**{**row, "events": json.loads(row["events"])})
