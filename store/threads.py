"""Threads: the comment that another one answers."""

from datetime import datetime

from sqlalchemy import Connection, select

from rules.comment import Comment
from store.records import Record, Status
from store.stored import stored_comment
from store.tables import comments


class Parent(Record):
    """The comment that was answered, as far as this site has it."""

    id: str
    status: Status
    submitted_at: datetime
    comment: Comment


def find_parent(tx: Connection, site_id: str, comment: Comment) -> Parent | None:
    """Return the comment that this one answers, if it came through here and is not erased."""
    if comment.thread.parent is None:
        return None
    row = tx.execute(
        select(comments.c.id, comments.c.status, comments.c.submitted_at, comments.c.content)
        .where(comments.c.site_id == site_id, comments.c.external_id == comment.thread.parent)
        .where(comments.c.content.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    return Parent(
        id=row.id,
        status=row.status,
        submitted_at=row.submitted_at,
        comment=stored_comment(row.content),
    )
