"""Data life: hashed addresses, retention, erasures that go on, endpoints that were reached."""

import sqlalchemy as sa
from alembic import op

import store.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("sites", "keep_addresses"),
    ("sites", "retention_days"),
    ("comments", "addresses"),
    ("comments", "retired_at"),
    ("webhooks", "proven_at"),
)


def upgrade() -> None:
    """Add what is new; nothing that is there changes."""
    op.add_column(
        "sites",
        sa.Column("keep_addresses", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("sites", sa.Column("retention_days", sa.Integer()))
    op.add_column("comments", sa.Column("addresses", sa.Text()))
    op.add_column("comments", sa.Column("retired_at", store.columns.UtcDateTime(timezone=True)))
    op.add_column("webhooks", sa.Column("proven_at", store.columns.UtcDateTime(timezone=True)))
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("site_id", sa.String(40), nullable=False),
        sa.Column("author_id", sa.String(255)),
        sa.Column("asked_at", store.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_erasures_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("erasures")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
