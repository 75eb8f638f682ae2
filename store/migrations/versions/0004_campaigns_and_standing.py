"""campaigns and standing."""

import sqlalchemy as sa
from alembic import op

import store.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = store.columns.UtcDateTime(timezone=True)


def upgrade() -> None:
    _campaigns()
    _standings()


def _campaigns() -> None:
    op.create_table(
        "sightings",
        sa.Column("comment_id", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=True),
        sa.Column("who", sa.String(length=4), nullable=False),
        sa.Column("network", sa.String(length=16), nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name="fk_sightings_comment_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_sightings_site_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", name="pk_sightings"),
    )
    op.create_index("ix_sightings_campaign_id_seen_at", "sightings", ["campaign_id", "seen_at"])
    op.create_index("ix_sightings_network", "sightings", ["site_id", "network", "seen_at"])
    op.create_index("ix_sightings_seen_at", "sightings", ["seen_at"])
    op.create_table(
        "sketch_keys",
        sa.Column(
            "key",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("comment_id", sa.String(length=40), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sketch_keys"),
    )
    op.create_table(
        "promotions",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("domain", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=4), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "domain", "who", name="pk_promotions"),
    )


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("week", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_standings_site_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "digest", "week", name="pk_standings"),
    )
    op.create_index("ix_standings_week", "standings", ["week"])


def downgrade() -> None:
    for table in ("standings", "promotions", "sketch_keys", "sightings"):
        op.drop_table(table)
