"""Open erasures: what was asked for, until nothing of it is left anywhere."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from store.erasure_tables import erasures
from store.ids import new_id


@dataclass(frozen=True)
class OpenErasure:
    """An erasure that is not done. `author_id` is there while comments of that author are left."""

    id: str
    site_id: str
    author_id: str | None


def open_erasure(tx: Connection, site_id: str, author_id: str | None, now: datetime) -> OpenErasure:
    """Remember that something is to be erased."""
    erasure = OpenErasure(new_id("ers"), site_id, author_id)
    tx.execute(insert(erasures).values(asked_at=now, **asdict(erasure)))
    return erasure


def open_erasures(tx: Connection, *, asked_before: datetime) -> Sequence[OpenErasure]:
    """Return what is not done yet of what was asked for before that time, oldest first."""
    rows = tx.execute(
        select(erasures.c.id, erasures.c.site_id, erasures.c.author_id)
        .where(erasures.c.asked_at < asked_before)
        .order_by(erasures.c.id)
    )
    return [OpenErasure(*row) for row in rows]


def rows_are_gone(tx: Connection, erasure_id: str) -> None:
    """Note that only the log still has it, and forget whose comments they were."""
    tx.execute(update(erasures).where(erasures.c.id == erasure_id).values(author_id=None))


def close_erasures(tx: Connection, ids: Sequence[str]) -> None:
    """Forget erasures that are done: rows and log."""
    tx.execute(delete(erasures).where(erasures.c.id.in_(ids), erasures.c.author_id.is_(None)))
