"""Tables of the review pages: sessions, who looks at what, what was done and can be undone."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from store.columns import UtcDateTime
from store.tables import metadata


def _site() -> Column[str]:
    return Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False)


def _comment(*, key: bool = False) -> Column[str]:
    parent = ForeignKey("comments.id", ondelete="CASCADE")
    return Column("comment_id", parent, primary_key=key, nullable=False)


sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # the digest of the cookie's token
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("site_id", String(40)),  # the site in view
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("user_agent", String(300), nullable=False),
    Column("address", String(60), nullable=False),
    Index(None, "person_id"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("email_digest", String(64), nullable=False),
    Column("address", String(60), nullable=False),
    Column("failed_at", UtcDateTime, nullable=False),
    Index(None, "email_digest", "failed_at"),
    Index(None, "address", "failed_at"),
)

review_claims = Table(
    "review_claims",
    metadata,
    _comment(key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

review_tags = Table(
    "review_tags",
    metadata,
    _comment(key=True),
    Column("kind", String(10), primary_key=True),  # label | rule | lang
    Column("name", String(230), primary_key=True),
    _site(),
    Index(None, "site_id", "kind", "name", "comment_id"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", String(40), primary_key=True),
    _site(),
    _comment(),
    Column("author_id", String(255)),
    Column("actor", String(255), nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "comment_id"),
    Index(None, "site_id", "author_id"),
)

acts = Table(
    "acts",
    metadata,
    Column("id", String(40), primary_key=True),
    _site(),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(10), nullable=False),  # a decision's word, or escalate | snooze | move
    Column("acted_at", UtcDateTime, nullable=False),
    Column("undo_until", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Index(None, "site_id", "person_id", "id"),
)

act_items = Table(
    "act_items",
    metadata,
    Column("act_id", ForeignKey("acts.id", ondelete="CASCADE"), primary_key=True),
    _comment(key=True),
    Column("decision_id", String(40)),
    # What the comment's row said before, to be put back.
    Column("status", String(10), nullable=False),
    Column("previous_decision_id", String(40)),
    Column("review_queue", String(100), nullable=False),
    Column("review_at", UtcDateTime),
    Index(None, "comment_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", String(40), primary_key=True),
    _site(),
    Column("actor", String(255), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("detail", Text, nullable=False),  # a short text; never what a comment said
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("count", Integer, nullable=False),  # how many comments it touched
    Index(None, "site_id", "id"),
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", String(40), primary_key=True),
    _site(),
    _comment(),
    Column("reason", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("decision_id", String(40)),  # NULL while it is open
    Index(None, "comment_id"),
    Index(
        "ix_appeals_open",
        "site_id",
        "id",
        sqlite_where=text("decision_id IS NULL"),
        postgresql_where=text("decision_id IS NULL"),
    ),
)

second_opinions = Table(
    "second_opinions",
    metadata,
    Column("decision_id", String(40), primary_key=True),
    _site(),
    _comment(),
    Column("first_actor", String(255), nullable=False),
    Column("first_stands", Boolean, nullable=False),  # whether the comment may stand
    Column("second_actor", String(255)),
    Column("second_stands", Boolean),
    Column("sampled_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Index(None, "comment_id"),
    Index(None, "site_id", "answered_at"),
)
