"""the request and the trace that a comment came with."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("request_id", sa.String(length=64)))
    op.add_column("comments", sa.Column("traceparent", sa.String(length=55)))
