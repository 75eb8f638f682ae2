"""Authors: what a site knows of whoever wrote a comment, from what they wrote before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from store.notes import Note, notes_about
from store.records import Record
from store.stored import stored_comment
from store.tables import comments, decisions

COUNTED = 1_000  # of an author's comments, the newest


class PastDecision(Record):
    """A decision on an earlier comment of the same author."""

    comment_id: str
    decision: str
    actor: str | None
    decided_at: datetime
    body: str


class AuthorHistory(Record):
    """What an author's other comments came to. `counts` is by what stands: decision or action."""

    counts: dict[str, int]
    decisions: list[PastDecision]
    notes: list[Note]

    @property
    def total(self) -> int:
        """How many comments are counted."""
        return sum(self.counts.values())


def author_history(
    tx: Connection, site_id: str, comment_id: str, author_id: str | None
) -> AuthorHistory:
    """Return the history of an author; without an id there are only notes on the comment."""
    notes = list(notes_about(tx, site_id, comment_id, author_id))
    if author_id is None:
        return AuthorHistory(counts={}, decisions=[], notes=notes)
    return AuthorHistory(
        counts=_counts(tx, site_id, comment_id, author_id),
        decisions=list(_past(tx, site_id, comment_id, author_id)),
        notes=notes,
    )


def _counts(tx: Connection, site_id: str, comment_id: str, author_id: str) -> dict[str, int]:
    newest = (
        select(comments.c.action, comments.c.decision_id)
        .where(comments.c.site_id == site_id, comments.c.author_id == author_id)
        .where(comments.c.id != comment_id)
        .order_by(comments.c.submitted_at.desc())
        .limit(COUNTED)
        .subquery()
    )
    stands = func.coalesce(decisions.c.decision, newest.c.action, "pending")
    rows = tx.execute(
        select(stands, func.count())
        .select_from(newest)
        .outerjoin(decisions, decisions.c.id == newest.c.decision_id)
        .group_by(stands)
    )
    return dict(rows.all())


def _past(tx: Connection, site_id: str, comment_id: str, author_id: str) -> Sequence[PastDecision]:
    rows = tx.execute(
        select(
            comments.c.id,
            comments.c.content,
            decisions.c.decision,
            decisions.c.actor,
            decisions.c.decided_at,
        )
        .join(decisions, decisions.c.id == comments.c.decision_id)
        .where(comments.c.site_id == site_id, comments.c.author_id == author_id)
        .where(comments.c.id != comment_id, comments.c.content.is_not(None))
        .order_by(comments.c.submitted_at.desc())
        .limit(5)
    )
    return [
        PastDecision(
            comment_id=row.id,
            decision=row.decision,
            actor=row.actor,
            decided_at=row.decided_at,
            body=stored_comment(row.content).body,
        )
        for row in rows
    ]
