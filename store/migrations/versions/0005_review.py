"""what the review pages' admins choose, and the words of what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORD = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "review_settings",
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("second_share", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_review_settings_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_review_settings")),
    )
    op.create_table(
        "review_words",
        sa.Column("comment_id", sa.String(length=40), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_review_words_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_review_words_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "word", name=op.f("pk_review_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_review_words_site_id_word_comment_id"),
        "review_words",
        ["site_id", "word", "comment_id"],
    )
