"""Floods: how many comments of the last minutes share an author, an address or a text."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, func, select

from rules.history import FLOOD_MINUTES
from store.as_of import AsOf
from store.subject import Subject
from store.tables import comments

FLOOD = timedelta(minutes=FLOOD_MINUTES)
_SHARED = {"flood_author": "author_id", "flood_ip": "ip_digest", "flood_similar": "fingerprint"}
"""Fields of `rules.history.History`, each with what the comments that it counts share."""
Flood = dict[str, int | None]


def floods_around(
    tx: Connection, site_id: str, subjects: Sequence[Subject], as_of: AsOf
) -> list[Flood]:
    """Return {name of a History field: how many others of FLOOD}; `None` is "not known"."""
    counts = {name: _counted(tx, site_id, name, subjects, as_of) for name in _SHARED}
    return [
        {name: _others(counts[name], _value(one, name)) for name in _SHARED} for one in subjects
    ]


def _counted(
    tx: Connection, site_id: str, name: str, subjects: Sequence[Subject], as_of: AsOf
) -> dict[str, int]:
    """Return {value: how many comments have it}."""
    values = sorted({value for one in subjects if (value := _value(one, name))})
    if not values:
        return {}
    column = comments.c[_SHARED[name]]
    rows = tx.execute(
        select(column, func.count())
        .where(comments.c.site_id == site_id, column.in_(values))
        .where(comments.c.submitted_at > as_of.now - FLOOD)
        .where(comments.c.submitted_at <= as_of.until)
        .group_by(column)
    )
    return dict(rows.all())


def _value(subject: Subject, name: str) -> str | None:
    value: str | None = getattr(subject, _SHARED[name])
    return value


def _others(counts: dict[str, int], value: str | None) -> int | None:
    return None if value is None else max(0, counts.get(value, 1) - 1)
