"""how many comments taught a site's spam model, also of those whose examples have gone."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    taught = sa.Column("taught", sa.Integer(), nullable=False, server_default="0")
    op.add_column("spam_models", taught)
    op.execute(
        "UPDATE spam_models SET taught ="
        " (SELECT count(*) FROM spam_examples WHERE spam_examples.site_id = spam_models.site_id)"
    )
