"""The review backlog: what waits for a person."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from store.tables import comments, verdicts


def review_backlog(tx: Connection) -> tuple[int, datetime | None]:
    """Return (how many comments wait for a person, when the first of them got its verdict)."""
    row = tx.execute(
        select(func.count(), func.min(verdicts.c.scored_at))
        .select_from(comments)
        .join(
            verdicts,
            (verdicts.c.comment_id == comments.c.id) & (verdicts.c.revision == comments.c.revision),
        )
        .where(comments.c.status == "scored", comments.c.action == "review")
    ).one()
    return row[0], row[1]
