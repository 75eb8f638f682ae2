"""Claims: a worker takes pending comments for a while, and only while it holds them may write.

The lease is the pair of a token, new for each claim, and a time. A worker that died lets its
lease run out; one that was only stopped finds its token replaced and its writes refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, or_, select, update

from rules.comment import Comment
from store.comments import LONG_AGO
from store.ids import new_id
from store.stored import Unreadable, stored_comment
from store.tables import PENDING, comments


@dataclass(frozen=True)
class ClaimedComment:
    """A pending comment that is ours to judge; `attempts` counts this claim."""

    id: str
    site_id: str
    revision: int
    submitted_at: datetime
    attempts: int
    comment: Comment
    author_id: str | None = None
    ip_digest: str | None = None
    fingerprint: str | None = None
    addresses: str | None = None  # sealed: what `comment` has hashed
    request_id: str | None = None
    traceparent: str | None = None  # of the request that brought it


@dataclass(frozen=True)
class Claim:
    """What one worker took at once."""

    token: str
    comments: Sequence[ClaimedComment]


_CLAIMED = (
    comments.c.id,
    comments.c.site_id,
    comments.c.revision,
    comments.c.submitted_at,
    comments.c.attempts,
    comments.c.author_id,
    comments.c.ip_digest,
    comments.c.fingerprint,
    comments.c.addresses,
    comments.c.request_id,
    comments.c.traceparent,
    comments.c.content,
    comments.c.metadata,
)


def claim_pending(
    tx: Connection, now: datetime, *, limit: int, lease: timedelta, retried: bool = False
) -> Claim:
    """Take up to `limit` pending comments that nobody holds, oldest first.

    With `retried`, takes comments that were claimed before and came back without a verdict;
    without, takes those never claimed. Keeping them apart lets a comment that kills its worker
    take no other comment with it.
    """
    waiting = (
        select(comments.c.id)
        .where(comments.c.status == PENDING, comments.c.lease_until < now)
        .where(comments.c.attempts > 0 if retried else comments.c.attempts == 0)
        .order_by(comments.c.submitted_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    token = new_id("lease")
    rows = tx.execute(
        update(comments)
        .where(comments.c.id.in_(waiting.scalar_subquery()))
        .values(lease_token=token, lease_until=now + lease, attempts=comments.c.attempts + 1)
        .returning(*_CLAIMED)
    ).mappings()
    claimed = [_claimed(row) for row in rows]
    return Claim(token, sorted(claimed, key=lambda item: (item.submitted_at, item.id)))


def extend_lease(tx: Connection, token: str, ids: Sequence[str], until: datetime) -> None:
    """Hold on to what is still ours of a claim."""
    tx.execute(
        update(comments)
        .where(comments.c.id.in_(ids), comments.c.lease_token == token)
        .values(lease_until=until)
    )


def release(tx: Connection, token: str, ids: Sequence[str]) -> None:
    """Give back what is still ours of a claim, as if it had not been claimed."""
    tx.execute(
        update(comments)
        .where(comments.c.id.in_(ids), comments.c.lease_token == token)
        .values(lease_token=None, lease_until=LONG_AGO, attempts=comments.c.attempts - 1)
    )


def still_held(tx: Connection, token: str, ids: Sequence[str]) -> dict[str, int]:
    """Return {id: revision} of what is still ours of a claim, locked until the commit."""
    rows = tx.execute(
        select(comments.c.id, comments.c.revision)
        .where(comments.c.id.in_(ids), comments.c.lease_token == token)
        .where(comments.c.status == "pending")
        .order_by(comments.c.id)
        .with_for_update()
    )
    return dict(rows.all())


def pending_since(tx: Connection, moment: datetime, now: datetime) -> bool:
    """Whether a comment that nobody holds has been pending since before `moment`.

    One that was submitted after `now` counts, too: the clock was set back in the meantime.
    """
    query = (
        select(comments.c.id)
        .where(comments.c.status == PENDING, comments.c.lease_until < now)
        .where(or_(comments.c.submitted_at < moment, comments.c.submitted_at > now))
        .limit(1)
    )
    return tx.execute(query).first() is not None


def pending_backlog(tx: Connection) -> tuple[int, datetime | None]:
    """Return (how many comments are pending, when the oldest of them was submitted)."""
    row = tx.execute(
        select(func.count(), func.min(comments.c.submitted_at)).where(comments.c.status == PENDING)
    ).one()
    return row[0], row[1]


def pending_at_least(tx: Connection, most: int) -> int:
    """Return how many comments are pending, counted up to `most`."""
    some = select(comments.c.id).where(comments.c.status == PENDING).limit(most).subquery()
    return tx.execute(select(func.count()).select_from(some)).scalar_one()


def _claimed(row: RowMapping) -> ClaimedComment:
    known = {name: value for name, value in row.items() if name not in {"content", "metadata"}}
    comment = stored_comment(row["content"], row["metadata"])
    if isinstance(comment, Unreadable):
        known["addresses"] = None  # they belong into what cannot be read
    return ClaimedComment(comment=comment, **known)
