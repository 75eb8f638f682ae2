"""Recent decisions: what was decided a moment ago, for pages that still show it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from store.tables import comments, decisions

RECENT = timedelta(minutes=2)
MOST = 200


def recently_decided(tx: Connection, site_id: str, now: datetime) -> dict[str, tuple[str, str]]:
    """Return {comment id: (who, "" for the platform; word)} of what stands, the newest MOST.

    One's own are among them: they may be shown by another tab.
    """
    rows = tx.execute(
        select(decisions.c.comment_id, decisions.c.actor, decisions.c.decision)
        .join(comments, comments.c.decision_id == decisions.c.id)
        .where(decisions.c.site_id == site_id, decisions.c.decided_at > now - RECENT)
        .order_by(decisions.c.decided_at.desc())
        .limit(MOST)
    )
    return {row.comment_id: (row.actor or "", row.decision) for row in rows}
