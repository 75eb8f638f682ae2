"""Tables of erasure: what was asked for and is not completely done yet."""

from sqlalchemy import Column, ForeignKey, String, Table

from store.columns import UtcDateTime
from store.tables import metadata

erasures = Table(
    "erasures",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", String(255)),  # whose comments go; NULL: only the log is to be emptied
    Column("asked_at", UtcDateTime, nullable=False),
)
