"""The audit log: who did what, kept when the comment it was done to is long gone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from store.ids import new_id
from store.records import Record
from store.review_tables import audit

API, OPERATOR = "api", "operator"  # who acts with a site's key, and who by command


class AuditEntry(Record):
    """One line of the log. `subject` is an id or an e-mail address, `count` a bulk's size.

    `actor` is who it was by e-mail address, or API, OPERATOR, or a part of Tactful.
    """

    id: str
    occurred_at: datetime
    actor: str
    action: str
    subject: str
    count: int
    detail: str


def note_action(  # noqa: PLR0913 - the columns
    tx: Connection,
    site_id: str,
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    *,
    detail: str = "",
    count: int = 1,
) -> None:
    """Add a line. `detail` must not quote a comment: the log outlives an erasure."""
    entry = AuditEntry(
        id=new_id("aud"),
        occurred_at=now,
        actor=actor,
        action=action,
        subject=subject[:255],
        count=count,
        detail=detail,
    )
    tx.execute(insert(audit).values(site_id=site_id, **entry.model_dump()))


def list_audit(
    tx: Connection,
    site_id: str,
    *,
    actor: str = "",
    action: str = "",
    before: str | None = None,
    limit: int,
) -> Sequence[AuditEntry]:
    """Return up to `limit` lines, newest first, that are older than the id `before`."""
    columns = [audit.c[name] for name in AuditEntry.model_fields]
    query = select(*columns).where(audit.c.site_id == site_id)
    if actor:
        query = query.where(audit.c.actor == actor)
    if action:
        query = query.where(audit.c.action == action)
    if before is not None:
        query = query.where(audit.c.id < before)
    rows = tx.execute(query.order_by(audit.c.id.desc()).limit(limit)).mappings()
    return [AuditEntry(**row) for row in rows]
