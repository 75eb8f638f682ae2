"""Notes: what moderators tell each other about a comment and whoever wrote it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select

from store.ids import new_id
from store.records import Record
from store.review_tables import notes
from store.tables import comments


class Note(Record):
    """A note, and which comment it was written under."""

    comment_id: str
    actor: str
    note: str
    created_at: datetime


def add_note(
    tx: Connection, site_id: str, comment_id: str, actor: str, note: str, now: datetime
) -> None:
    """Add a note to a comment of this site; do nothing where there is none."""
    mine = (comments.c.site_id == site_id, comments.c.id == comment_id)
    query = select(comments.c.author_id).where(*mine, comments.c.status != "erased")
    # Locked against an erasure, which would not see the note and never look for it again.
    row = tx.execute(query.with_for_update(read=True, key_share=True)).one_or_none()
    if row is None:
        return
    values = {"comment_id": comment_id, "author_id": row.author_id, "actor": actor, "note": note}
    tx.execute(insert(notes).values(id=new_id("not"), site_id=site_id, created_at=now, **values))


def notes_about(
    tx: Connection, site_id: str, comment_id: str, author_id: str | None, *, limit: int = 10
) -> Sequence[Note]:
    """Return the last notes on a comment, and on its author's other comments."""
    about = [notes.c.comment_id == comment_id]
    if author_id is not None:
        about.append(notes.c.author_id == author_id)
    rows = tx.execute(
        select(*(notes.c[name] for name in Note.model_fields))
        .where(notes.c.site_id == site_id, or_(*about))
        .order_by(notes.c.id.desc())
        .limit(limit)
    ).mappings()
    return [Note(**row) for row in rows]


def erase_notes(tx: Connection, comment_ids: Sequence[str]) -> None:
    """Delete the notes on comments that are erased: they say who wrote what."""
    tx.execute(delete(notes).where(notes.c.comment_id.in_(comment_ids)))
