"""Settings of the review pages that a site's admins choose."""

from sqlalchemy import Column, Connection, Float, ForeignKey, Table, delete, insert, select

from store.tables import metadata

SECOND_SHARE = 0.05  # where a site has chosen nothing

review_settings = Table(
    "review_settings",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("second_share", Float, nullable=False),  # 0..1, of decisions about one comment
)


def second_share(tx: Connection, site_id: str) -> float:
    """Return the share 0..1 of a site's decisions that are put before a second person."""
    share = tx.execute(
        select(review_settings.c.second_share).where(review_settings.c.site_id == site_id)
    ).scalar()
    return SECOND_SHARE if share is None else float(share)


def choose_second_share(tx: Connection, site_id: str, share: float) -> None:
    """Choose that share, 0..1."""
    tx.execute(delete(review_settings).where(review_settings.c.site_id == site_id))
    tx.execute(insert(review_settings).values(site_id=site_id, second_share=share))
