"""A database with very many comments in it, made by SQL alone: a million rows in a minute or two.

Of a hundred comments two wait for people, one was decided, seven are rejected, and the rest is
approved; each has a verdict and a delivered webhook. They came at an even pace over thirty days.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from bench.waiting import verdict_row
from rules.comment import Author, Comment
from store.database import Database
from store.ids import new_id
from store.insight import TIME_LENGTH
from store.sites import create_site
from store.webhooks import create_webhook

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SPAN = timedelta(days=30)
MOST = 1_000_000
BODY = "This comment has something to say, and says it at some length, as many of them do. " * 3
AUTHORS = 997

_ID = {
    "sqlite": "'{kind}_{time}' || printf('%016d', n)",
    "postgresql": "'{kind}_{time}' || lpad(n::text, 16, '0')",
}
_AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', {second}, 'unixepoch') || '000'",
    "postgresql": "to_timestamp({second})",
}
_SERIES = {
    "sqlite": "(WITH RECURSIVE series(n) AS (SELECT {first} UNION ALL"
    " SELECT n + 1 FROM series WHERE n < {last}) SELECT n FROM series)",
    "postgresql": "generate_series({first}, {last}) AS series(n)",
}
_ACTION = """CASE WHEN n % 100 IN (0, 1, 2) THEN 'review' WHEN n % 100 < 10 THEN 'reject'
    ELSE 'approve' END"""


@dataclass(frozen=True)
class Stored:
    """Whose the rows are."""

    site_id: str
    webhook_id: str


def new_stored(database: Database) -> Stored:
    """Make the site and its endpoint."""
    site, _ = database.write(lambda tx: create_site(tx, "bench", NOW))
    webhook = database.write(
        lambda tx: create_webhook(
            tx, site.id, "https://example.org/", ["comment.verdict"], "sealed", NOW
        )
    )
    return Stored(site.id, webhook.id)


def fill(database: Database, stored: Stored, first: int, last: int) -> None:
    """Insert the comments numbered `first` to `last` (1 is the oldest), with all that is theirs."""
    for start in range(first, last + 1, 100_000):
        end = min(start + 99_999, last)
        database.write(lambda tx, a=start, b=end: _insert(tx, stored, a, b))  # type: ignore[misc]
    if not database.is_sqlite:  # on SQLite nobody does so either
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


def comment_id(number: int) -> str:
    """Return the id of the comment of that number."""
    return f"{_prefix('cmt')}{number:016d}"


def _prefix(kind: str) -> str:
    return kind + new_id("xxx", NOW - SPAN)[3:TIME_LENGTH]


def _insert(tx: Connection, stored: Stored, first: int, last: int) -> None:
    dialect = tx.dialect.name
    rows = _SERIES[dialect].format(first=first, last=last)
    ids = {
        kind: _ID[dialect].format(kind=kind, time=_prefix(kind)[len(kind) + 1 :])
        for kind in ("cmt", "dec", "msg", "dlv")
    }
    begin, pace = (NOW - SPAN).timestamp(), SPAN.total_seconds() / MOST
    at = _AT[dialect].format(second=f"{begin:.0f} + n * {pace}")
    long_ago = _AT[dialect].format(second="0")
    content = Comment(body=BODY, author=Author(id="1", name="Ann")).model_dump_json()
    values = {"site": stored.site_id, "hook": stored.webhook_id, "content": content}
    values["verdict"] = verdict_row("", NOW)["verdict"]
    for statement in _STATEMENTS:
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        sql = statement.format(rows=rows, at=at, long_ago=long_ago, action=_ACTION, **ids)
        tx.execute(text(sql), used)


_STATEMENTS = (
    """INSERT INTO comments (id, site_id, external_id, revision, status, action, author_id,
        ip_digest, fingerprint, content, content_digest, metadata, submitted_at, attempts,
        lease_until, decision_id, review_queue, review_rank, review_at)
    SELECT {cmt}, :site, 'ext-' || n, 1,
        CASE WHEN n % 100 = 0 THEN 'decided' ELSE 'scored' END, {action}, 'author-' || (n % 997),
        'ip-' || (n % 4999), 'print-' || n, :content, 'digest', '{{}}', {at}, 1, {long_ago},
        CASE WHEN n % 100 = 0 THEN {dec} END, '', 0, {at}
    FROM {rows}""",
    """INSERT INTO verdicts (comment_id, revision, action, decided_by, scored_at, verdict)
    SELECT {cmt}, 1, {action}, 'policy', {at}, :verdict FROM {rows}""",
    """INSERT INTO decisions (id, site_id, comment_id, revision, decision, source, overturned,
        seconds_to_decide, decided_at)
    SELECT {dec}, :site, {cmt}, 1, 'approve', 'moderator', n % 200 = 0, n % 3600, {at}
    FROM {rows} WHERE n % 100 = 0""",
    """INSERT INTO events (id, site_id, type, comment_id, revision, payload, created_at)
    SELECT {msg}, :site, 'comment.verdict', {cmt}, 1, '{{"type": "comment.verdict"}}', {at}
    FROM {rows}""",
    """INSERT INTO deliveries (id, site_id, webhook_id, event_id, comment_id, state, attempts,
        schedule_step, next_attempt_at, lease_until, created_at, delivered_at)
    SELECT {dlv}, :site, :hook, {msg}, {cmt}, 'delivered', 1, 0, {at}, {long_ago}, {at}, {at}
    FROM {rows}""",
    """INSERT INTO review_tags (comment_id, kind, name, site_id)
    SELECT {cmt}, 'label', CASE WHEN n % 10 = 0 THEN 'insult' ELSE 'profanity' END, :site
    FROM {rows} WHERE n % 100 IN (0, 1, 2)""",
)
