"""Records of acts: what is needed to undo them, and a line in the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from store.audit import note_action
from store.records import APPROVING, DecisionWord
from store.review_tables import act_items, acts, review_claims
from store.second_opinions import sample
from store.tables import comments

UNDO = timedelta(seconds=60)  # so long a decision is told to nobody


@dataclass(frozen=True)
class Moderator:
    """Who acts; an admin decides about what was escalated, too."""

    person_id: str
    email: str
    is_admin: bool = False


@dataclass(frozen=True)
class Record:
    """An act: what was done to which comments, and their rows as they were `before`."""

    act_id: str
    kind: str
    done: Sequence[str]
    before: Mapping[str, RowMapping]
    detail: str = ""
    word: DecisionWord | None = None  # of a decision


def record_act(
    tx: Connection, site_id: str, moderator: Moderator, act: Record, now: datetime
) -> None:
    """Write an act down; one that did nothing leaves no trace."""
    if not act.done:
        return
    row: dict[str, Any] = {"id": act.act_id, "site_id": site_id, "kind": act.kind}
    row |= {"person_id": moderator.person_id, "acted_at": now, "undo_until": now + UNDO}
    tx.execute(insert(acts).values(**row))
    after = _decision_ids(tx, act.done)
    if len(act.done) == 1 and act.word is not None and (decision_id := after[act.done[0]]):
        stands = act.word in APPROVING
        sample(tx, site_id, act.done[0], decision_id, moderator.email, now, stands=stands)
    tx.execute(insert(act_items), [_item(act, one, after[one]) for one in act.done])
    tx.execute(delete(review_claims).where(review_claims.c.comment_id.in_(act.done)))
    subject, count = act.done[0] if len(act.done) == 1 else act.act_id, len(act.done)
    who, what, detail = moderator.email, f"comment.{act.kind}", act.detail
    note_action(tx, site_id, who, what, subject, now, detail=detail, count=count)


def _item(act: Record, comment_id: str, decision_id: str | None) -> dict[str, Any]:
    before = act.before[comment_id]
    return {
        "act_id": act.act_id,
        "comment_id": comment_id,
        "decision_id": decision_id,
        "status": before["status"],
        "previous_decision_id": before["decision_id"],
        "review_queue": before["review_queue"],
        "review_at": before["review_at"],
    }


def _decision_ids(tx: Connection, comment_ids: Sequence[str]) -> dict[str, str | None]:
    rows = tx.execute(
        select(comments.c.id, comments.c.decision_id).where(comments.c.id.in_(comment_ids))
    )
    return dict(rows.all())
