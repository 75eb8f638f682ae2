"""The outbox: what must be told, written in the transaction of what happened."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic_core import to_jsonable_python
from sqlalchemy import Connection, func, insert, select

from store.comments import LONG_AGO
from store.ids import new_id, new_id_after
from store.records import CommentRecord
from store.tables import deliveries, events, webhooks

CommentEvent = Literal["comment.verdict", "comment.decided", "comment.erased"]
EventType = Literal[
    "comment.verdict", "comment.decided", "comment.erased", "webhook.ping", "webhook.disabled"
]


def publish(
    tx: Connection,
    type_: CommentEvent,
    happened: Sequence[tuple[str, CommentRecord]],
    now: datetime,
) -> None:
    """Tell each site's enabled webhooks that ask for this type of (site id, comment).

    The comments' rows are to be locked: their deliveries sort in the order of the commits.
    """
    listening = _listening(tx, type_, {site_id for site_id, _ in happened}, keep=True)
    if not listening:
        return
    newest = _newest(tx, [record.id for site_id, record in happened if site_id in listening])
    event_rows: list[dict[str, Any]] = []
    delivery_rows: list[dict[str, Any]] = []
    for site_id, record in happened:
        if not (webhook_ids := listening.get(site_id)):
            continue
        event = event_row(type_, site_id, record.model_dump(mode="json"), now)
        event |= {"comment_id": record.id, "revision": record.revision}
        event_rows.append(event)
        after = newest.get(record.id)
        delivery_rows.extend(delivery_row(event, each, now, after) for each in webhook_ids)
    tx.execute(insert(events), event_rows)
    tx.execute(insert(deliveries), delivery_rows)


def listening_sites(tx: Connection, type_: EventType, site_ids: set[str]) -> set[str]:
    """Return those sites that `publish` would tell anybody about."""
    return set(_listening(tx, type_, site_ids))


def event_row(type_: EventType, site_id: str, body: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the row of an event whose `data` is `body`; its id is the `webhook-id`."""
    payload = {"type": type_, "timestamp": to_jsonable_python(now), "data": body}
    return {
        "id": new_id("msg"),
        "site_id": site_id,
        "type": type_,
        "payload": json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        "created_at": now,
        "comment_id": None,
        "revision": None,
    }


def delivery_row(
    event: dict[str, Any], webhook_id: str, now: datetime, after: str | None = None
) -> dict[str, Any]:
    """Return the row that sends an event to one webhook, due at once; it sorts behind `after`."""
    return {
        "id": new_id_after(after, "dlv"),
        "site_id": event["site_id"],
        "webhook_id": webhook_id,
        "event_id": event["id"],
        "comment_id": event["comment_id"],
        "state": "pending",
        "attempts": 0,
        "next_attempt_at": now,
        "lease_until": LONG_AGO,
        "created_at": now,
    }


def _newest(tx: Connection, comment_ids: Sequence[str]) -> dict[str, str]:
    """Return {comment id: its newest delivery}, which a host whose clock is ahead may have made."""
    rows = tx.execute(
        select(deliveries.c.comment_id, func.max(deliveries.c.id))
        .where(deliveries.c.comment_id.in_(comment_ids))
        .group_by(deliveries.c.comment_id)
    )
    return dict(rows.all())


def _listening(
    tx: Connection, type_: EventType, site_ids: set[str], *, keep: bool = False
) -> dict[str, list[str]]:
    """Return {site id: its webhooks that ask for this}; `keep` them, and they stay till the commit.

    Or a batch of verdicts would fail at the one that is deleted in between. It is the lock that
    their foreign key takes a moment later: whoever changes an endpoint does not wait for it.
    """
    query = (
        select(webhooks.c.id, webhooks.c.site_id, webhooks.c.events)
        .where(webhooks.c.site_id.in_(site_ids), webhooks.c.enabled)
        .order_by(webhooks.c.id)
    )
    rows = tx.execute(query.with_for_update(read=True, key_share=True) if keep else query)
    listening: dict[str, list[str]] = {}
    for webhook_id, site_id, wanted in rows:
        if type_ in json.loads(wanted):
            listening.setdefault(site_id, []).append(webhook_id)
    return listening
