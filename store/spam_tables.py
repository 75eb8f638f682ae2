"""Tables of the spam learner: each site's model, what it holds of whom, and what waits for it.

Nothing here is text: weights and features are hashed. An erased comment's example is deleted; its
share stays in the weights.
"""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from store.columns import UtcDateTime
from store.tables import metadata


def _site(*, key: bool = False) -> Column[str]:
    parent = ForeignKey("sites.id", ondelete="CASCADE")
    return Column("site_id", parent, primary_key=key, nullable=False)


def _comment() -> Column[str]:
    parent = ForeignKey("comments.id", ondelete="CASCADE")
    return Column("comment_id", parent, primary_key=True, nullable=False)


spam_models = Table(
    "spam_models",
    metadata,
    _site(key=True),
    Column("version", Integer, nullable=False),  # grows with every change
    Column("weights", LargeBinary, nullable=False),  # added to the prior's
    Column("taught", Integer, nullable=False, server_default="0"),  # comments; erased ones, too
    Column("taught_at", UtcDateTime, nullable=False),
)

spam_examples = Table(
    "spam_examples",
    metadata,
    _comment(),
    _site(),
    Column("account", String(64), nullable=False),  # who taught it
    Column("side", Integer, nullable=False),  # 1 spam | -1 ordinary
    Column("dual", Float, nullable=False),  # its share of the weights
    Column("vector", LargeBinary, nullable=False),  # hashed features
    Column("visited_at", UtcDateTime, nullable=False),
    Index(None, "site_id", "account"),
    Index(None, "site_id", "visited_at"),
)

spam_lessons = Table(
    "spam_lessons",
    metadata,
    _comment(),
    _site(),
    Column("marked_at", UtcDateTime, nullable=False),
    Index(None, "site_id", "marked_at"),
)
