"""What a moderator did last: shown with a way back."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from store.records import Record
from store.review_tables import act_items, acts


class LastAct(Record):
    """An act; `undone_at` is None while it stands."""

    id: str
    kind: str
    count: int
    undo_until: datetime
    undone_at: datetime | None


def act_with_id(tx: Connection, person_id: str, act_id: str) -> LastAct | None:
    """Return an act of this person."""
    count = select(func.count()).where(act_items.c.act_id == acts.c.id).scalar_subquery()
    row = (
        tx.execute(
            select(
                acts.c.id,
                acts.c.kind,
                count.label("count"),
                acts.c.undo_until,
                acts.c.undone_at,
            ).where(acts.c.id == act_id, acts.c.person_id == person_id)
        )
        .mappings()
        .one_or_none()
    )
    return LastAct(**row) if row else None
