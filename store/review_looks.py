"""Looks along the queue: what waits, in order, and which of it has what a filter wants.

One partial index holds exactly what waits, in this order. A look reads so many comments of it and
no more, and says how far it came: so it costs the same whether a hundred comments wait or a
hundred thousand, and whoever goes on from there misses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
)

from store.json_text import one_of
from store.review_finding import Found, QueueFilter, found_by
from store.tables import comments

FIRST_LOOK = 200  # comments that a page looks at before it is shown
NEXT_LOOK = 5_000  # and whoever goes on; more each time would keep others waiting

Place = tuple[int, datetime, str]  # rank, since when, comment id

ORDER: tuple[Column[Any], ...] = (comments.c.review_rank, comments.c.review_at, comments.c.id)
# Written out, not bound: only then does a planner know that the partial index holds all of it.
_FLAGGED = text("comments.status = 'scored' AND comments.action = 'review'").bindparams()


@dataclass(frozen=True)
class Reach:
    """How far a look goes: from behind a place, past `most` comments, until it has found `limit`.

    What an index names is found whole, however far it is.
    """

    most: int
    limit: int
    after: Place | None = None


@dataclass(frozen=True)
class Look:
    """What one look found, in order.

    `found` are (place, how many it looked at until there), `looked` at how many it looked in all:
    0 where an index named them. `end` is the place to go on from, None at the queue's end.
    """

    found: Sequence[tuple[Place, int]]
    looked: int
    end: Place | None

    @property
    def ids(self) -> list[str]:
        """Return the comments that were found."""
        return [comment_id for (_, _, comment_id), _ in self.found]

    def first(self, count: int) -> "Look":
        """Return this look as if it had ended with the comment that makes `count`."""
        if len(self.found) <= count:
            return self
        place, looked = self.found[count - 1]
        return Look(self.found[:count], looked, place)


def look_along(
    tx: Connection, site_id: str, wanted: QueueFilter, now: datetime, reach: Reach
) -> Look:
    """Look for what is wanted, as far as it may."""
    found = found_by(tx, site_id, wanted)
    due = _behind(reach.after, in_queue(wanted.queue, now))
    if found.few is not None:
        return _among(tx, site_id, found, due)
    # One more than asked for tells whether there are more.
    most = reach.most if found.others else reach.limit + 1
    ahead = select(*ORDER).where(*waits(site_id), *due).order_by(*ORDER).limit(most)
    rows = tx.execute(_met(ahead, found, most, reach.limit + 1)).all()
    met = [((rank, at, one), number) for rank, at, one, number, hit in rows if hit]
    ends = [(rank, at, one) for rank, at, one, number, _ in rows if number == most]
    return Look(met, most, ends[0] if ends else None).first(reach.limit)


def _among(tx: Connection, site_id: str, found: Found, due: list[ColumnElement[bool]]) -> Look:
    """Return those of the few that an index has named, all of them."""
    named = (*waits_among(tx, site_id, found.few or []), *due, *found.met_by(comments.c.id))
    rows = tx.execute(select(*ORDER).where(*named).order_by(*ORDER)).all()
    return Look([((rank, at, one), 0) for rank, at, one in rows], 0, None)


def _met(ahead: Select[Any], found: Found, most: int, limit: int) -> Select[Any]:
    """Return the query of those ahead that are wanted, and of the last of `most`.

    In one query: what others decide between two would have the end slip past what nobody saw.
    """
    window = ahead.subquery()
    order = (window.c.review_rank, window.c.review_at, window.c.id)
    number = func.row_number().over(order_by=order).label("number")
    each = select(window, number).subquery()
    hit = and_(true(), *found.met_by(each.c.id))
    query = select(each, hit.label("hit")).where(or_(hit, each.c.number == most))
    return query.order_by(each.c.number).limit(limit)


def _behind(after: Place | None, due: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    if after is None:
        return due
    typed = (literal(value, column.type) for value, column in zip(after, ORDER, strict=True))
    return [*due, tuple_(*ORDER) > tuple_(*typed)]


def in_queue(queue: str, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that a waiting comment is in a queue, and not snoozed."""
    return [comments.c.review_queue == queue, comments.c.review_at <= now]


def waits(site_id: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a comment of a site waits."""
    return [comments.c.site_id == site_id, _flagged()]


def waits_among(tx: Connection, site_id: str, ids: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that a comment is one of `ids` and waits at a site."""
    if not ids:  # an empty list would be compared with every comment that waits
        return [false()]
    # The site as a value: SQLite would walk along the whole queue to find them in it.
    own = func.coalesce(comments.c.site_id, "") == site_id
    return [_flagged(), own, one_of(tx, comments.c.id, ids)]


def _flagged() -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", _FLAGGED)
