"""Appeals: an author asks, through their platform, that a comment be looked at again.

An appeal is open until somebody decides about the comment who had not decided before.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, case, delete, func, insert, literal, select, tuple_, update

from rules.comment import Author
from store.comments import CommentErased
from store.ids import new_id
from store.records import Record
from store.review_tables import appeals
from store.stored import stored_comment
from store.tables import comments, decisions


class NotJudgedYet(Exception):
    """There is nothing to appeal against: the comment has no verdict."""


class Appeal(Record):
    """An appeal; `decision_id` is the decision that answered it, None while it is open."""

    id: str
    comment_id: str
    reason: str
    created_at: datetime
    decision_id: str | None


class OpenAppeal(Appeal):
    """An open appeal before one person; `own` is against their decision, and for others."""

    author: Author
    own: bool


def submit_appeal(
    tx: Connection, site_id: str, comment_id: str, reason: str, now: datetime
) -> Appeal | None:
    """Open an appeal, or return the one that is open; None where there is no such comment.

    Raises NotJudgedYet and CommentErased.
    """
    mine = (comments.c.site_id == site_id, comments.c.id == comment_id)
    row = tx.execute(select(comments.c.status).where(*mine).with_for_update()).one_or_none()
    if row is None:
        return None
    if row.status == "erased":
        raise CommentErased(comment_id)
    if row.status == "pending":
        raise NotJudgedYet
    if (known := open_appeal(tx, comment_id)) is not None:
        return known
    appeal = Appeal(
        id=new_id("apl"),
        comment_id=comment_id,
        reason=reason,
        created_at=now,
        decision_id=None,
    )
    tx.execute(insert(appeals).values(site_id=site_id, **appeal.model_dump()))
    return appeal


def open_appeal(tx: Connection, comment_id: str) -> Appeal | None:
    """Return a comment's open appeal."""
    row = (
        tx.execute(
            select(*_APPEAL).where(
                appeals.c.comment_id == comment_id, appeals.c.decision_id.is_(None)
            )
        )
        .mappings()
        .first()
    )
    return Appeal(**row) if row else None


def open_appeals(
    tx: Connection, site_id: str, email: str, after: tuple[bool, str], *, limit: int
) -> Sequence[OpenAppeal]:
    """Return those of a site's open appeals that follow (own, id), the oldest first.

    What this person must leave to others comes last.
    """
    own = case((decisions.c.actor == email, 1), else_=0)
    rows = tx.execute(
        select(*_APPEAL, comments.c.content, own.label("own"))
        .join(comments, comments.c.id == appeals.c.comment_id)
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(appeals.c.site_id == site_id, appeals.c.decision_id.is_(None))
        .where(comments.c.content.is_not(None))
        .where(tuple_(own, appeals.c.id) > tuple_(literal(int(after[0])), literal(after[1])))
        .order_by(own, appeals.c.id)
        .limit(limit)
    ).mappings()
    return [OpenAppeal(**row, author=stored_comment(row["content"]).author) for row in rows]


def count_open(tx: Connection, site_id: str, cap: int) -> int:
    """Return how many appeals of a site are open, but `cap` at most."""
    found = select(appeals.c.id).where(
        appeals.c.site_id == site_id, appeals.c.decision_id.is_(None)
    )
    found = found.order_by(appeals.c.id).limit(cap)
    return int(tx.execute(select(func.count()).select_from(found.subquery())).scalar_one())


def answer_appeals(tx: Connection, comment_id: str, decision_id: str) -> None:
    """Close a comment's open appeal: this decision answers it, and its event tells so."""
    tx.execute(
        update(appeals)
        .where(appeals.c.comment_id == comment_id, appeals.c.decision_id.is_(None))
        .values(decision_id=decision_id)
    )


def reopen_appeals(tx: Connection, decision_id: str) -> None:
    """Open again what a decision had answered that is undone."""
    tx.execute(update(appeals).where(appeals.c.decision_id == decision_id).values(decision_id=None))


def erase_appeals(tx: Connection, comment_ids: Sequence[str]) -> None:
    """Delete the appeals about comments that are erased: they say what was written."""
    tx.execute(delete(appeals).where(appeals.c.comment_id.in_(comment_ids)))


_APPEAL = tuple(appeals.c[name] for name in Appeal.model_fields)
