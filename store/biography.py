"""A comment's life: its text, its verdicts, its decisions, and who was told of them."""

from datetime import datetime

from sqlalchemy import Connection, select

from rules.comment import Comment
from store.appeals import Appeal, open_appeal
from store.comments import get_comment
from store.records import CommentRecord, DecisionRecord, Record
from store.stored import stored_comment
from store.tables import comments, decisions, deliveries, events, verdicts, webhooks


class Judged(Record):
    """A verdict of one revision."""

    revision: int
    action: str
    decided_by: str
    scored_at: datetime


class Told(Record):
    """An event on its way to one endpoint."""

    type: str
    url: str
    state: str
    attempts: int
    next_attempt_at: datetime
    created_at: datetime


class Biography(Record):
    """Everything on record. `comment` is None once it is erased; `appeal` is the open one."""

    record: CommentRecord
    comment: Comment | None
    decision_id: str | None
    appeal: Appeal | None
    verdicts: list[Judged]
    decisions: list[DecisionRecord]
    told: list[Told]

    def awaits_another(self, email: str) -> bool:
        """Whether the appeal is against a decision of this person, who must not answer it."""
        decision = self.record.decision
        return self.appeal is not None and decision is not None and decision.actor == email


def biography(tx: Connection, site_id: str, comment_id: str) -> Biography | None:
    """Return what this site has on record of a comment, each list newest first."""
    record = get_comment(tx, site_id, comment_id)
    if record is None:
        return None
    row = tx.execute(
        select(comments.c.content, comments.c.decision_id).where(comments.c.id == comment_id)
    ).one()
    return Biography(
        record=record,
        comment=stored_comment(row.content) if row.content else None,
        decision_id=row.decision_id,
        appeal=open_appeal(tx, comment_id),
        verdicts=_verdicts(tx, comment_id),
        decisions=_decisions(tx, comment_id),
        told=_told(tx, comment_id),
    )


def _verdicts(tx: Connection, comment_id: str) -> list[Judged]:
    query = (
        select(*(verdicts.c[name] for name in Judged.model_fields))
        .where(verdicts.c.comment_id == comment_id)
        .order_by(verdicts.c.revision.desc())
    )
    return [Judged(**row) for row in tx.execute(query).mappings()]


def _decisions(tx: Connection, comment_id: str) -> list[DecisionRecord]:
    query = (
        select(
            decisions.c.decision,
            decisions.c.source.label("decided_by"),
            decisions.c.actor,
            decisions.c.note,
            decisions.c.overturned,
            decisions.c.decided_at,
        )
        .where(decisions.c.comment_id == comment_id)
        .order_by(decisions.c.id.desc())
        .limit(50)
    )
    return [DecisionRecord(**row) for row in tx.execute(query).mappings()]


def _told(tx: Connection, comment_id: str) -> list[Told]:
    query = (
        select(
            events.c.type,
            webhooks.c.url,
            deliveries.c.state,
            deliveries.c.attempts,
            deliveries.c.next_attempt_at,
            deliveries.c.created_at,
        )
        .join(deliveries, deliveries.c.event_id == events.c.id)
        .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .where(events.c.comment_id == comment_id, webhooks.c.removed_at.is_(None))
        .order_by(deliveries.c.id.desc())
        .limit(50)
    )
    return [Told(**row) for row in tx.execute(query).mappings()]
