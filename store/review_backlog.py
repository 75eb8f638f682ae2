"""The review backlog: what waits for a person."""

from datetime import datetime

from sqlalchemy import Connection, func, literal, select

from store.tables import comments

# Written into the statement: a planner that sees a parameter cannot use the partial index, which
# holds all that is asked here.
_SCORED, _REVIEW = literal("scored", literal_execute=True), literal("review", literal_execute=True)


def review_backlog(tx: Connection) -> tuple[int, datetime | None]:
    """Return (how many comments wait for a person, since when the first of them does).

    One that was put off waits from when it is due again, which may be in the future.
    """
    row = tx.execute(
        select(func.count(), func.min(comments.c.review_at)).where(
            comments.c.status == _SCORED, comments.c.action == _REVIEW
        )
    ).one()
    return row[0], row[1]
