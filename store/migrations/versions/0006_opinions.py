"""what each account decided about authors, domains and networks."""

import sqlalchemy as sa
from alembic import op

from store.standing import count_all

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinions",
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("week", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_opinions_site_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "digest", "account", "week", name="pk_opinions"),
    )
    op.create_index("ix_opinions_week", "opinions", ["week"])
    count_all(op.get_bind())
    op.create_index("ix_promotions_seen_at", "promotions", ["seen_at"])  # locks it: so it is last


def downgrade() -> None:
    op.drop_index("ix_promotions_seen_at")
    op.drop_table("opinions")
