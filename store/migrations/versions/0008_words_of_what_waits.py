"""the words of what waits, with its scores among them."""

from alembic import op

from store.review_words import renew_all_words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    renew_all_words(op.get_bind())
