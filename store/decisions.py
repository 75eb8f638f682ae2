"""Decisions: what a person said of a comment, on record beside what the policy said."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from rules.verdict import Action, EngineRef, PolicyRef, Verdict
from store.appeals import answer_appeals, open_appeal
from store.comments import LONG_AGO, CommentErased, get_records, lock_comments
from store.counts import CountKey, add_counts
from store.holds import let_go
from store.ids import new_id
from store.outbox import publish
from store.records import MEANS, DecisionSource, DecisionWord
from store.review_words import forget_words
from store.spam_lessons import mark_lesson
from store.standing import recount
from store.tables import CURRENT_VERDICT, comments, decisions, verdicts


@dataclass(frozen=True)
class Decision:
    """What a person says, and in which role."""

    decision: DecisionWord
    source: DecisionSource
    actor: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Decided:
    """What became of a decision. `repeated`: the same person had said it all before.

    `traceparent` is what the comment came with.
    """

    comment_id: str
    overturned: bool
    traceparent: str | None
    repeated: bool


def decide(
    tx: Connection, site_id: str, comment_id: str, decision: Decision, now: datetime
) -> Decided | None:
    """Record a decision on the current revision and tell of it; None: no such comment here.

    A comment that is still pending leaves the queue: its verdict is then the person's, and a
    worker that holds it loses its claim. Raises CommentErased.
    """
    row = _locked(tx, site_id, comment_id)
    if row is None:
        return None
    if row["status"] == "erased":
        raise CommentErased(comment_id)
    if _same_again(row, decision) and open_appeal(tx, comment_id) is None:
        return Decided(comment_id, row["overturned"], row["traceparent"], repeated=True)
    if row["action"] is None:
        _judge_by_hand(tx, site_id, row, decision, now)
    overturned = _overturned(row["action"], decision.decision)
    decision_id = _insert(tx, site_id, row, decision, overturned, now)
    _mark_decided(tx, comment_id, decision_id)
    recount(tx, site_id, comment_id, before=row["decision_id"], after=decision_id)
    let_go(tx, comment_id, now)
    forget_words(tx, [comment_id])
    answer_appeals(tx, comment_id, decision_id)
    mark_lesson(tx, site_id, comment_id, now)
    publish(tx, "comment.decided", [(site_id, get_records(tx, [comment_id])[comment_id])], now)
    return Decided(comment_id, overturned, row["traceparent"], repeated=False)


def _mark_decided(tx: Connection, comment_id: str, decision_id: str) -> None:
    # Without its lease, a worker that is scoring this comment cannot write its verdict.
    tx.execute(
        update(comments)
        .where(comments.c.id == comment_id)
        .values(
            status="decided",
            decision_id=decision_id,
            lease_token=None,
            lease_until=LONG_AGO,
            addresses=None,
        )
    )


def _locked(tx: Connection, site_id: str, comment_id: str) -> RowMapping | None:
    """Return the comment with its verdict and last decision, its row locked until the commit."""
    mine = (comments.c.site_id == site_id, comments.c.id == comment_id)
    lock_comments(tx, *mine)
    query = (
        select(
            comments.c.id,
            comments.c.revision,
            comments.c.status,
            comments.c.traceparent,
            comments.c.decision_id,
            verdicts.c.action,
            verdicts.c.scored_at,
            decisions.c.decision,
            decisions.c.source,
            decisions.c.actor,
            decisions.c.note,
            decisions.c.overturned,
        )
        .select_from(comments)
        .outerjoin(verdicts, CURRENT_VERDICT)
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(*mine)
    )
    return tx.execute(query).mappings().one_or_none()


def _same_again(row: RowMapping, decision: Decision) -> bool:
    said = (row["decision"], row["source"], row["actor"])
    if decision.note not in {None, row["note"]}:
        return False
    return said == (decision.decision, decision.source, decision.actor)


def _overturned(action: Action | None, word: DecisionWord) -> bool:
    """Whether the policy had decided, and otherwise. `review` leaves the decision to people."""
    return action in {"approve", "reject"} and action != MEANS[word]


def _judge_by_hand(
    tx: Connection, site_id: str, row: RowMapping, decision: Decision, now: datetime
) -> None:
    """Write the one verdict of a revision that no policy has judged: the person was first."""
    verdict = Verdict(
        action=MEANS[decision.decision],
        decided_by=decision.source,
        policy=PolicyRef(name="none", version=0),
        engine=EngineRef(name="none", version="0"),
        scored_at=now,
    )
    tx.execute(
        insert(verdicts).values(
            comment_id=row["id"],
            revision=row["revision"],
            action=verdict.action,
            decided_by=verdict.decided_by,
            scored_at=now,
            verdict=verdict.model_dump_json(),
        )
    )
    tx.execute(update(comments).where(comments.c.id == row["id"]).values(action=verdict.action))
    add_counts(tx, Counter({CountKey(site_id, "action", verdict.action): 1}), now)


def _insert(
    tx: Connection,
    site_id: str,
    row: RowMapping,
    decision: Decision,
    overturned: bool,  # noqa: FBT001 - one of a row's columns
    now: datetime,
) -> str:
    waited = (now - row["scored_at"]).total_seconds() if row["scored_at"] else 0.0
    values: dict[str, Any] = {
        "id": new_id("dec"),
        "site_id": site_id,
        "comment_id": row["id"],
        "revision": row["revision"],
        "decision": decision.decision,
        "source": decision.source,
        "actor": decision.actor,
        "note": decision.note,
        "overturned": overturned,
        "seconds_to_decide": max(0, round(waited)),
        "decided_at": now,
    }
    tx.execute(insert(decisions).values(values))
    return str(values["id"])
