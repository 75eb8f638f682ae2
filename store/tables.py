"""Tables: the shape of everything that is stored.

JSON is kept as text, written and read by the pydantic types of `rules`, so that SQLite and
PostgreSQL hold the same bytes. A comment's row is its place in the queue: `pending`, with a
lease while a worker has it. `verdicts` has one row a revision, and its primary key is what
makes a second verdict impossible.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal,
    text,
)

from store.columns import UtcDateTime

# Written into the statement: a planner that sees a parameter cannot use the partial indexes.
PENDING = literal("pending", literal_execute=True)
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", String(40), primary_key=True)


def _site() -> Column[str]:
    return Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False)


sites = Table(
    "sites",
    metadata,
    _id(),
    Column("name", String(100), nullable=False, unique=True),
    Column("on_timeout", String(10), nullable=False),
    Column("akismet_review", String(10), nullable=False),  # hold | spam | publish
    Column("coral_secret", Text),  # sealed with TACTFUL_SECRET_KEY
    Column("keep_addresses", Boolean, nullable=False, server_default=false()),
    Column("retention_days", Integer),  # NULL: for good
    Column("created_at", UtcDateTime, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    _site(),
    Column("kind", String(10), nullable=False),  # api | akismet
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Index(None, "site_id", "kind"),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("email", String(255), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("preferences", Text, nullable=False, default="{}"),  # of the review pages
    Column("created_at", UtcDateTime, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(10), nullable=False),  # moderator | admin
)

policies = Table(
    "policies",
    metadata,
    _id(),
    _site(),
    Column("version", Integer, nullable=False),  # the highest is the active one
    Column("name", String(100), nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("site_id", "version"),
)

comments = Table(
    "comments",
    metadata,
    _id(),
    _site(),
    Column("external_id", String(255)),
    Column("revision", Integer, nullable=False),
    Column("status", String(10), nullable=False),  # pending | scored | decided | erased
    Column("action", String(10)),  # of the current verdict, for lists
    Column("author_id", String(255)),
    Column("ip_digest", String(16)),
    Column("fingerprint", String(16)),  # of the text; near-identical ones share it
    Column("content", Text),  # a rules.comment.Comment without metadata; NULL when erased
    Column("content_digest", String(64)),
    Column(
        "addresses", Text
    ),  # the originals of what `content` has hashed; sealed, until a verdict
    Column("metadata", Text, nullable=False),
    Column("request_id", String(64)),
    Column("traceparent", String(55)),  # of the request that brought this revision, if it had one
    Column("submitted_at", UtcDateTime, nullable=False),  # of the current revision
    Column("attempts", Integer, nullable=False),  # claims of the current revision
    Column("lease_token", String(40)),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("decision_id", String(40)),
    Column("retired_at", UtcDateTime),  # when the site's retention time was over
    # The place among those that people look at: which queue, how urgent (least first), since when.
    Column("review_queue", String(100), nullable=False, default=""),
    Column("review_rank", Integer, nullable=False, default=0),
    Column("review_at", UtcDateTime),
    UniqueConstraint("site_id", "external_id"),
    Index("ix_comments_newest", "site_id", "id"),
    Index("ix_comments_status", "site_id", "status", "id"),
    Index("ix_comments_action", "site_id", "action", "id"),
    Index("ix_comments_author", "site_id", "author_id", "submitted_at"),
    Index("ix_comments_ip", "site_id", "ip_digest", "submitted_at"),
    Index("ix_comments_fingerprint", "site_id", "fingerprint", "submitted_at"),
    Index(
        "ix_comments_pending",
        "submitted_at",
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
    Index(
        "ix_comments_review",
        "site_id",
        "review_queue",
        "review_rank",
        "review_at",
        "id",
        sqlite_where=text("status = 'scored' AND action = 'review'"),
        postgresql_where=text("status = 'scored' AND action = 'review'"),
    ),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("comment_id", ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("action", String(10), nullable=False),
    Column("decided_by", String(10), nullable=False),
    Column("scored_at", UtcDateTime, nullable=False),
    Column("verdict", Text, nullable=False),  # a rules.verdict.Verdict
)
CURRENT_VERDICT = and_(
    verdicts.c.comment_id == comments.c.id, verdicts.c.revision == comments.c.revision
)
"""By which a comment and the verdict of its current revision are joined."""

decisions = Table(
    "decisions",
    metadata,
    _id(),
    _site(),
    Column("comment_id", ForeignKey("comments.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("decision", String(10), nullable=False),  # approve | reject | spam | ham
    Column("source", String(10), nullable=False),  # platform | moderator
    Column("actor", String(255)),
    Column("note", Text),
    Column("overturned", Boolean, nullable=False),
    Column("seconds_to_decide", Integer, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Index(None, "comment_id"),
    Index(None, "site_id", "decided_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("status", Integer),  # NULL while the first request is still being answered
    Column("location", String(255)),
    Column("response", Text),
    Column("comment_id", String(40)),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "created_at"),
    Index(None, "comment_id"),
)

webhooks = Table(
    "webhooks",
    metadata,
    _id(),
    _site(),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),  # JSON list of event types
    Column("enabled", Boolean, nullable=False),
    Column("disabled_reason", String(200)),
    Column("secret", Text, nullable=False),  # sealed with TACTFUL_SECRET_KEY
    Column("old_secret", Text),  # during a rotation
    Column("old_secret_until", UtcDateTime),
    Column("older_secrets", Text),  # JSON list of [secret, until], of rotations before that one
    Column("failing_since", UtcDateTime),  # the first failure after the last success or silence
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("resting_until", UtcDateTime),  # nothing is sent to it before
    Column("proven_at", UtcDateTime),  # its first success at this URL
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),  # gone for its site; here until its deliveries are
    Index(None, "site_id"),
)

events = Table(
    "events",
    metadata,
    _id(),
    _site(),
    Column("type", String(40), nullable=False),
    Column("comment_id", String(40)),
    Column("revision", Integer),
    Column("payload", Text),  # the body to send; NULL when erased
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "comment_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _site(),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), nullable=False),
    Column("comment_id", String(40)),  # the event's, here for the order within a comment
    Column("state", String(10), nullable=False),  # pending | delivered | failed | cancelled
    Column("attempts", Integer, nullable=False),  # that its receiver may have heard of
    Column("schedule_step", Integer, nullable=False, default=0),  # retries used of the schedule
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("lease_token", String(40)),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Index(None, "site_id", "id"),
    Index(None, "webhook_id", "state", "id"),
    Index(None, "event_id"),
    Index(
        "ix_deliveries_due",
        "next_attempt_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_deliveries_endpoint_due",
        "webhook_id",
        "next_attempt_at",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_deliveries_comment", "comment_id", "webhook_id", "state", "id"),
    Index(
        "ix_deliveries_held",
        "webhook_id",
        sqlite_where=text("lease_token IS NOT NULL"),
        postgresql_where=text("lease_token IS NOT NULL"),
    ),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("status", Integer),  # HTTP status; NULL when no answer came
    Column("error", String(300)),
    Column("response", Text),  # the first KiB
    Column("address", String(60)),  # connected to
    Index(None, "delivery_id"),
)

hourly_counts = Table(
    "hourly_counts",
    metadata,
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("kind", String(10), primary_key=True),  # action | label | rule | shadow | suggested
    Column("name", String(200), primary_key=True),
    Column("count", Integer, nullable=False),
)

# The tables of the review pages belong to the same schema; whoever asks for one has them all.
import store.campaign_tables  # noqa: E402
import store.erasure_tables  # noqa: E402
import store.review_settings  # noqa: E402
import store.review_tables  # noqa: E402
import store.review_words  # noqa: E402
import store.spam_tables  # noqa: E402, F401
