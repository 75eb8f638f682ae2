"""The newest comments of a site: since when there have been so many."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from store.tables import comments


def since_newest(tx: Connection, site_id: str, count: int) -> datetime:
    """Return when the `count`-th newest comment came; long ago where there are fewer."""
    moment: datetime | None = tx.execute(
        select(comments.c.submitted_at)
        .where(comments.c.site_id == site_id)
        .order_by(comments.c.id.desc())
        .offset(count - 1)
        .limit(1)
    ).scalar()
    return moment or datetime(1970, 1, 1, tzinfo=UTC)
