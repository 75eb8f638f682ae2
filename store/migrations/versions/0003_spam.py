"""the spam learner."""

import sqlalchemy as sa
from alembic import op

import store.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_models()
    _create_examples()
    _create_lessons()


def downgrade() -> None:
    for name in ("spam_lessons", "spam_examples", "spam_models"):
        op.drop_table(name)


def _create_models() -> None:
    op.create_table(
        "spam_models",
        _site(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("taught_at", store.columns.UtcDateTime(timezone=True), nullable=False),
        _site_key("spam_models"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_spam_models")),
    )


def _create_examples() -> None:
    op.create_table(
        "spam_examples",
        sa.Column("comment_id", sa.String(length=40), nullable=False),
        _site(),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("dual", sa.Float(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("visited_at", store.columns.UtcDateTime(timezone=True), nullable=False),
        _comment_key("spam_examples"),
        _site_key("spam_examples"),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_spam_examples")),
    )
    op.create_index(
        op.f("ix_spam_examples_site_id_account"), "spam_examples", ["site_id", "account"]
    )
    op.create_index(
        op.f("ix_spam_examples_site_id_visited_at"), "spam_examples", ["site_id", "visited_at"]
    )


def _create_lessons() -> None:
    op.create_table(
        "spam_lessons",
        sa.Column("comment_id", sa.String(length=40), nullable=False),
        _site(),
        sa.Column("marked_at", store.columns.UtcDateTime(timezone=True), nullable=False),
        _comment_key("spam_lessons"),
        _site_key("spam_lessons"),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_spam_lessons")),
    )
    op.create_index(
        op.f("ix_spam_lessons_site_id_marked_at"), "spam_lessons", ["site_id", "marked_at"]
    )


def _site() -> sa.Column[str]:
    return sa.Column("site_id", sa.String(length=40), nullable=False)


def _site_key(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_site_id")
    return sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=name, ondelete="CASCADE")


def _comment_key(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_comment_id")
    return sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=name, ondelete="CASCADE")
