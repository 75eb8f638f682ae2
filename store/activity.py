"""Activity: how many comments came from each part of a platform, and what became of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, func, select

from store.json_text import json_of
from store.records import APPROVING, REJECTING
from store.tables import comments, decisions


@dataclass(frozen=True)
class Activity:
    """Counts of comments, of one value of the grouping metadata.

    `held` were reviewed or rejected; `missed` were approved until a person rejected them, and
    `released` the other way round.
    """

    name: str
    comments: int
    held: int
    missed: int
    released: int


def activity_by_metadata(
    tx: Connection, site_id: str, path: tuple[str, str], since: datetime, until: datetime
) -> list[Activity]:
    """Return the activity from `since` up to `until`, for each text at `path` in the metadata.

    Comments without such a metadata, and erased ones, count nowhere.
    """
    name = json_of(tx, comments.c.metadata)[path].as_string()
    held = comments.c.action.in_(("review", "reject"))
    approving = decisions.c.decision.in_(APPROVING)
    rejecting = decisions.c.decision.in_(REJECTING)
    rows = tx.execute(
        select(
            name.label("name"),
            func.count().label("comments"),
            _count_of(held).label("held"),
            _count_of(and_(comments.c.action == "approve", rejecting)).label("missed"),
            _count_of(and_(held, approving)).label("released"),
        )
        .select_from(comments)
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(comments.c.site_id == site_id, name.is_not(None))
        .where(comments.c.submitted_at >= since, comments.c.submitted_at < until)
        .group_by(name)
    ).mappings()
    return [Activity(**row) for row in rows]


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)
