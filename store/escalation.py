"""Escalation: what was sent to the admins of a site is decided by them, and by no other moderator.

The platform, which decides by its API key, is bound by none of this.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from store.json_text import one_of
from store.review_tables import act_items, acts, appeals
from store.tables import comments, memberships, people

ESCALATED = "escalated"  # the name of their queue; a rule of a policy may send comments there


def open_appeal_exists() -> ColumnElement[bool]:
    """Return the condition that the comment's author has appealed, and was not answered."""
    return exists().where(appeals.c.comment_id == comments.c.id, appeals.c.decision_id.is_(None))


def only_for_admins() -> ColumnElement[bool]:
    """Return the condition that admins alone decide about the comment.

    An appeal against what was decided is for anybody else. A site without an admin has nobody
    else to ask.
    """
    admins = exists().where(
        memberships.c.site_id == comments.c.site_id, memberships.c.role == "admin"
    )
    contested = and_(comments.c.decision_id.is_not(None), open_appeal_exists())
    return and_(comments.c.review_queue == ESCALATED, ~contested, admins)


def is_only_for_admins(tx: Connection, comment_id: str) -> bool:
    """Whether admins alone decide about a comment."""
    return bool(kept_for_admins(tx, [comment_id]))


def kept_for_admins(tx: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of the comments that admins alone decide about."""
    query = select(comments.c.id).where(one_of(tx, comments.c.id, ids), only_for_admins())
    return set(tx.execute(query).scalars())


def escalated_by(tx: Connection, comment_id: str) -> tuple[str, datetime] | None:
    """Return (e-mail address, when) of who sent a comment to the admins, if it is still there."""
    row = tx.execute(
        select(people.c.email, acts.c.acted_at)
        .select_from(act_items)
        .join(acts, acts.c.id == act_items.c.act_id)
        .join(people, people.c.id == acts.c.person_id)
        .join(comments, comments.c.id == act_items.c.comment_id)
        .where(act_items.c.comment_id == comment_id, comments.c.review_queue == ESCALATED)
        .where(acts.c.kind == "escalate", acts.c.undone_at.is_(None))
        .order_by(acts.c.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.email, row.acted_at) if row else None


def has_admin(tx: Connection, site_id: str) -> bool:
    """Whether anybody may decide about what is escalated at a site."""
    query = select(memberships.c.person_id).where(
        memberships.c.site_id == site_id, memberships.c.role == "admin"
    )
    return tx.execute(query.limit(1)).scalar() is not None
