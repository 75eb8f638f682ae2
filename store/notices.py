"""Notices: events about the webhooks themselves, which go through the outbox like any other."""

import json
from datetime import datetime

from pydantic_core import to_jsonable_python
from sqlalchemy import Connection, insert, select

from store.outbox import delivery_row, event_row
from store.tables import deliveries, events, webhooks


def publish_ping(tx: Connection, site_id: str, webhook_id: str, now: datetime) -> str:
    """Put a `webhook.ping` for one endpoint into the outbox; return its delivery's id."""
    event = event_row("webhook.ping", site_id, {"webhook_id": webhook_id}, now)
    delivery = delivery_row(event, webhook_id, now)
    tx.execute(insert(events).values(**event))
    tx.execute(insert(deliveries).values(**delivery))
    return str(delivery["id"])


def publish_disabled(tx: Connection, webhook_id: str, now: datetime) -> None:
    """Tell the site's other endpoints that this one was disabled, if they ask for it."""
    this = tx.execute(select(webhooks).where(webhooks.c.id == webhook_id)).mappings().one()
    others = tx.execute(
        select(webhooks.c.id, webhooks.c.events)
        .where(webhooks.c.site_id == this["site_id"], webhooks.c.enabled)
        .where(webhooks.c.id != webhook_id)
        .with_for_update(read=True, key_share=True)  # as `publish` does
    )
    listening = [other.id for other in others if "webhook.disabled" in json.loads(other.events)]
    if not listening:
        return
    about = {
        "webhook_id": webhook_id,
        "url": this["url"],
        "reason": this["disabled_reason"],
        "failing_since": to_jsonable_python(this["failing_since"]),
    }
    event = event_row("webhook.disabled", this["site_id"], about, now)
    tx.execute(insert(events).values(**event))
    tx.execute(insert(deliveries), [delivery_row(event, other, now) for other in listening])
