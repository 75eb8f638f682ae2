"""webhooks that were removed, whose deliveries go some at a time."""

import sqlalchemy as sa
from alembic import op

import store.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhooks", sa.Column("removed_at", store.columns.UtcDateTime(timezone=True)))
