"""The review queue: what waits for people, the most urgent and then the oldest first.

One partial index holds exactly what waits, in this order, so a page costs the same whether a
hundred comments wait or a hundred thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    false,
    func,
    literal,
    select,
    text,
    tuple_,
)

from rules.comment import Comment
from rules.verdict import Verdict
from store.json_text import one_of
from store.records import Record
from store.review_finding import QueueFilter, found_by
from store.review_places import TagKind
from store.review_tables import review_claims, review_tags
from store.tables import comments, people, verdicts

COUNT_CAP = 1_000  # more is shown as "1,000+": counting on would cost more than it tells
FOUND_CAP = 100  # the same for what a filter finds, each of which costs more


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
    def place(self) -> tuple[int, datetime, str]:
        """Return where it stands in the queue."""
        return (self.review_rank, self.review_at, self.id)


def waiting_comments(
    tx: Connection,
    site_id: str,
    wanted: QueueFilter,
    looker: Looker,
    *,
    after: tuple[int, datetime, str] | None = None,
    limit: int,
) -> Sequence[QueueItem]:
    """Return up to `limit` waiting comments behind the place `after`, in order."""
    first = select(comments.c.id).where(*waiting(tx, site_id, wanted, looker.now))
    if after is not None:
        first = first.where(tuple_(*_ORDER) > _place(after))
    # What is shown of a comment is read once it is known to be on the page.
    places = first.order_by(*_ORDER).limit(limit).subquery()
    query = _items(looker).join(places, places.c.id == comments.c.id)
    return [_item(row) for row in tx.execute(query.order_by(*_ORDER)).mappings()]


def comments_of_queue(
    tx: Connection, site_id: str, queue: str, ids: Sequence[str], looker: Looker
) -> Sequence[QueueItem]:
    """Return those of the comments that wait in a queue, in order."""
    query = _items(looker).where(*_waits_among(tx, site_id, ids), comments.c.review_queue == queue)
    rows = tx.execute(query.where(comments.c.review_at <= looker.now).order_by(*_ORDER)).mappings()
    return [_item(row) for row in rows]


def waiting_comment(
    tx: Connection, site_id: str, comment_id: str, looker: Looker
) -> QueueItem | None:
    """Return one comment that waits, in whatever queue."""
    query = _items(looker).where(comments.c.id == comment_id, *_waits(site_id))
    row = tx.execute(query).mappings().one_or_none()
    return _item(row) if row else None


def count_waiting(
    tx: Connection, site_id: str, wanted: QueueFilter, now: datetime, cap: int = COUNT_CAP
) -> int:
    """Return how many wait, but `cap` at most."""
    found = select(comments.c.id).where(*waiting(tx, site_id, wanted, now))
    # In the queue's order: SQLite then reads the index of what waits, else all that was scored.
    found = found.order_by(*_ORDER).limit(cap)
    return int(tx.execute(select(func.count()).select_from(found.subquery())).scalar_one())


def queue_names(tx: Connection, site_id: str) -> Sequence[str]:
    """Return the queues in which something waits; each costs one look into the index."""
    names: list[str] = []
    query = select(func.min(comments.c.review_queue)).where(*_waits(site_id))
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


def waiting(
    tx: Connection, site_id: str, wanted: QueueFilter, now: datetime
) -> list[ColumnElement[bool]]:
    """Return the conditions of a waiting comment that a filter lets through."""
    found = found_by(tx, site_id, wanted)
    conditions = [comments.c.review_queue == wanted.queue, *found.conditions]
    conditions.append(comments.c.review_at <= now)  # later: snoozed
    waits = _waits(site_id) if found.few is None else _waits_among(tx, site_id, found.few)
    return [*waits, *conditions]


_ORDER = (comments.c.review_rank, comments.c.review_at, comments.c.id)
# Written out, not bound: only then does a planner know that the partial index holds all of it.
_FLAGGED = text("comments.status = 'scored' AND comments.action = 'review'").bindparams()


def _waits(site_id: str) -> list[ColumnElement[bool]]:
    return [comments.c.site_id == site_id, _flagged()]


def _waits_among(tx: Connection, site_id: str, ids: Sequence[str]) -> list[ColumnElement[bool]]:
    if not ids:  # an empty list would be compared with every comment that waits
        return [false()]
    # The site as a value: SQLite would walk along the whole queue to find them in it.
    own = func.coalesce(comments.c.site_id, "") == site_id
    return [_flagged(), own, one_of(tx, comments.c.id, ids)]


def _flagged() -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", _FLAGGED)


def _judged() -> tuple[ColumnElement[bool], ...]:
    return (
        verdicts.c.comment_id == comments.c.id,
        verdicts.c.revision == comments.c.revision,
    )


def _place(after: tuple[int, datetime, str]) -> Any:  # noqa: ANN401 - a row value
    typed = zip(after, _ORDER, strict=True)
    return tuple_(*(literal(value, column.type) for value, column in typed))


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
    ).join(verdicts, and_(*_judged()))


def _item(row: RowMapping) -> QueueItem:
    return QueueItem(
        **{name: row[name] for name in _PLAIN},
        comment=Comment.model_validate_json(row["content"]),
        verdict=Verdict.model_validate_json(row["verdict"]),
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
