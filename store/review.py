"""The review queue: what waits for people, the most urgent and then the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from rules.comment import Comment
from rules.verdict import Verdict
from store.records import Record
from store.review_finding import QueueFilter
from store.review_looks import (
    NEXT_LOOK,
    ORDER,
    Place,
    Reach,
    in_queue,
    look_along,
    waits,
    waits_among,
)
from store.review_places import TagKind
from store.review_tables import review_claims, review_tags
from store.stored import stored_comment, stored_verdict
from store.tables import CURRENT_VERDICT, comments, people, verdicts

COUNT_CAP = 1_000  # more is shown as "1,000+": counting on would cost more than it tells


@dataclass(frozen=True)
class Looker:
    """Who looks at the queue, and when: what others claim is shown, what is snoozed is not."""

    person_id: str
    now: datetime


class QueueItem(Record):
    """A comment that waits, with all that is needed to decide about it.

    `claimed_by` is the e-mail address of somebody else who has it on their screen now.
    """

    id: str
    external_id: str | None
    revision: int
    submitted_at: datetime
    review_at: datetime
    review_rank: int
    comment: Comment
    verdict: Verdict
    claimed_by: str | None

    @property
    def place(self) -> Place:
        """Return where it stands in the queue."""
        return (self.review_rank, self.review_at, self.id)


def waiting_comments(
    tx: Connection, site_id: str, wanted: QueueFilter, looker: Looker, *, limit: int
) -> Sequence[QueueItem]:
    """Return the first `limit` waiting comments that are wanted, however far the last one is."""
    found: list[str] = []
    after: Place | None = None
    while True:
        reach = Reach(NEXT_LOOK, limit - len(found), after)
        look = look_along(tx, site_id, wanted, looker.now, reach)
        found, after = [*found, *look.ids], look.end
        if after is None or len(found) >= limit:
            return comments_of_queue(tx, site_id, wanted.queue, found[:limit], looker)


def comments_of_queue(
    tx: Connection, site_id: str, queue: str, ids: Sequence[str], looker: Looker
) -> Sequence[QueueItem]:
    """Return those of the comments that wait in a queue, in order."""
    if not ids:
        return []
    query = _items(looker).where(*waits_among(tx, site_id, ids), *in_queue(queue, looker.now))
    return [_item(row) for row in tx.execute(query.order_by(*ORDER)).mappings()]


def waiting_of(
    tx: Connection, site_id: str, ids: Sequence[str], looker: Looker
) -> dict[str, QueueItem]:
    """Return {id: item} of those of the comments that wait, in whatever queue."""
    rows = tx.execute(_items(looker).where(*waits_among(tx, site_id, ids))).mappings()
    return {row["id"]: _item(row) for row in rows}


def waiting_comment(
    tx: Connection, site_id: str, comment_id: str, looker: Looker
) -> QueueItem | None:
    """Return one comment that waits, in whatever queue."""
    query = _items(looker).where(comments.c.id == comment_id, *waits(site_id))
    row = tx.execute(query).mappings().one_or_none()
    return _item(row) if row else None


def count_waiting(
    tx: Connection, site_id: str, queue: str, now: datetime, cap: int = COUNT_CAP
) -> int:
    """Return how many wait in a queue, but `cap` at most."""
    found = select(comments.c.id).where(*waits(site_id), *in_queue(queue, now))
    # In the queue's order: SQLite then reads the index of what waits, else all that was scored.
    found = found.order_by(*ORDER).limit(cap)
    return int(tx.execute(select(func.count()).select_from(found.subquery())).scalar_one())


def queue_names(tx: Connection, site_id: str) -> Sequence[str]:
    """Return the queues in which something waits; each costs one look into the index."""
    names: list[str] = []
    query = select(func.min(comments.c.review_queue)).where(*waits(site_id))
    name = tx.execute(query).scalar()
    while name is not None:
        names.append(name)
        name = tx.execute(query.where(comments.c.review_queue > name)).scalar()
    return names


def tag_names(tx: Connection, site_id: str, kind: TagKind, *, limit: int = 200) -> Sequence[str]:
    """Return the labels, rules or languages that comments were put here for."""
    names: list[str] = []
    query = select(func.min(review_tags.c.name)).where(
        review_tags.c.site_id == site_id, review_tags.c.kind == kind
    )
    name = tx.execute(query).scalar()
    while name is not None and len(names) < limit:
        names.append(name)
        name = tx.execute(query.where(review_tags.c.name > name)).scalar()
    return names


def _items(looker: Looker) -> Select[Any]:
    others = review_claims.c
    held = (
        select(people.c.email)
        .where(people.c.id == others.person_id, others.comment_id == comments.c.id)
        .where(others.until > looker.now, others.person_id != looker.person_id)
        .scalar_subquery()
    )
    return select(
        comments.c.id,
        comments.c.external_id,
        comments.c.revision,
        comments.c.submitted_at,
        comments.c.review_at,
        comments.c.review_rank,
        comments.c.content,
        verdicts.c.verdict,
        held.label("claimed_by"),
    ).join(verdicts, CURRENT_VERDICT)


def _item(row: RowMapping) -> QueueItem:
    return QueueItem(
        **{name: row[name] for name in _PLAIN},
        comment=stored_comment(row["content"]),
        verdict=stored_verdict(row["verdict"]),
    )


_PLAIN = (
    "id",
    "external_id",
    "revision",
    "submitted_at",
    "review_at",
    "review_rank",
    "claimed_by",
)
