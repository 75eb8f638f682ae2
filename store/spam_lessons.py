"""Lessons: comments whose standing decision the site's spam model has yet to learn.

A lesson says which comment to look at, never what was said of it: the learner reads the decision
that stands when it comes round. So a correction, an undo and a repeated lesson all end in the same
place, and a crash between two of them loses and doubles nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select

from rules.comment import Comment
from store.records import DecisionSource, DecisionWord
from store.spam_tables import spam_examples, spam_lessons
from store.stored import stored_comment, stored_verdict
from store.tables import CURRENT_VERDICT, comments, decisions, verdicts


@dataclass(frozen=True)
class Standing:
    """What is said of a comment now; `word` is None where no decision stands any more."""

    comment_id: str
    comment: Comment
    word: DecisionWord | None
    source: DecisionSource | None
    actor: str | None
    scored: float | None  # how likely spam the verdict said that it is


def mark_lesson(tx: Connection, site_id: str, comment_id: str, now: datetime) -> None:
    """Note that the decision on a comment changed, in the transaction that changes it."""
    tx.execute(delete(spam_lessons).where(spam_lessons.c.comment_id == comment_id))
    tx.execute(insert(spam_lessons).values(comment_id=comment_id, site_id=site_id, marked_at=now))


def lessons_wait(tx: Connection) -> bool:
    """Whether any site's model has something to learn."""
    return tx.execute(select(spam_lessons.c.comment_id).limit(1)).first() is not None


def next_site(tx: Connection) -> str | None:
    """Return the site whose oldest lesson waits longest; None when nothing waits."""
    oldest = select(spam_lessons.c.site_id).order_by(spam_lessons.c.marked_at).limit(1)
    return tx.execute(oldest).scalar()


def take_lessons(tx: Connection, site_id: str, limit: int) -> list[str]:
    """Take up to `limit` lessons of a site off the list; return their comments' ids.

    The comments are locked first, as a decision does it, so that neither waits for the other.
    """
    oldest = (
        select(spam_lessons.c.comment_id)
        .where(spam_lessons.c.site_id == site_id)
        .order_by(spam_lessons.c.marked_at, spam_lessons.c.comment_id)
        .limit(limit)
    )
    chosen = sorted(tx.execute(oldest).scalars())
    tx.execute(
        select(comments.c.id)
        .where(comments.c.id.in_(chosen))
        .order_by(comments.c.id)
        .with_for_update(read=True, key_share=True)
    )
    tx.execute(delete(spam_lessons).where(spam_lessons.c.comment_id.in_(chosen)))
    return chosen


def standing(tx: Connection, comment_ids: Sequence[str]) -> list[Standing]:
    """Return what is said of these comments now, by id; erased ones are left out."""
    query = (
        select(
            comments.c.id,
            comments.c.content,
            comments.c.metadata,
            verdicts.c.verdict,
            decisions.c.decision,
            decisions.c.source,
            decisions.c.actor,
        )
        .outerjoin(verdicts, CURRENT_VERDICT)
        .outerjoin(
            decisions,
            (decisions.c.id == comments.c.decision_id)
            & (decisions.c.revision == comments.c.revision),
        )
        .where(comments.c.id.in_(comment_ids), comments.c.content.is_not(None))
        .order_by(comments.c.id)
    )
    return [_standing(row) for row in tx.execute(query).mappings()]


def forget_lessons(tx: Connection, comment_ids: Sequence[str]) -> None:
    """Forget erased comments: their features go; what they taught stays, as hashed weights."""
    for table in (spam_lessons, spam_examples):
        tx.execute(delete(table).where(table.c.comment_id.in_(comment_ids)))


def _standing(row: RowMapping) -> Standing:
    verdict = stored_verdict(row["verdict"]) if row["verdict"] else None
    return Standing(
        comment_id=row["id"],
        comment=stored_comment(row["content"], row["metadata"]),
        word=row["decision"],
        source=row["source"],
        actor=row["actor"],
        scored=verdict.scores.get("spam") if verdict else None,
    )
