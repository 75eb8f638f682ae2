"""Acts: what a moderator does with one comment or with many at once, undone as one.

An act decides comments through `store.decisions`, as the API does, or gives them another place
in the queue. Nobody's work is lost to another's: a comment that somebody decided, or that its
author edited, in the meantime is left as it is, and the act says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, select

from store.act_records import UNDO, Moderator, Record, record_act
from store.comments import lock_comments
from store.decisions import Decision, decide
from store.escalation import only_for_admins, open_appeal_exists
from store.holds import hold_back
from store.ids import new_id
from store.notes import add_note
from store.places import Move, move_comment
from store.records import DecisionWord
from store.tables import comments, decisions

MOST_AT_ONCE = 500  # comments of one act: it is one transaction

Refusal = Literal["gone", "edited", "decided", "own", "escalated"]


@dataclass(frozen=True)
class Target:
    """A comment as it was on the screen. `replaces` is the decision that is to be changed."""

    comment_id: str
    revision: int
    replaces: str | None = None


@dataclass(frozen=True)
class Refused:
    """Why a comment was left alone; `by` and `decision` say who had decided what."""

    why: Refusal
    by: str | None = None
    decision: str | None = None


@dataclass(frozen=True)
class Act:
    """What became of it. `overturned` counts the decisions against the policy's own.

    What did nothing is not on record and has no `id`: there is nothing of it to undo.
    """

    id: str
    kind: str
    done: Sequence[str] = ()
    refused: Mapping[str, Refused] = field(default_factory=dict)
    overturned: int = 0


def decide_comments(  # noqa: PLR0913 - who, what, on which, why, when
    tx: Connection,
    site_id: str,
    moderator: Moderator,
    word: DecisionWord,
    targets: Sequence[Target],
    now: datetime,
    *,
    note: str | None = None,
) -> Act:
    """Decide about comments; what tells of it leaves after UNDO, unless it is undone.

    A note on a comment that somebody else had decided is kept with it.
    """
    act_id, rows = new_id("act"), _locked(tx, site_id, targets)
    said = Decision(word, "moderator", moderator.email, note)
    ids, overturned = list[str](), 0
    refused: dict[str, Refused] = {}
    for target in targets[:MOST_AT_ONCE]:
        row, decided = rows.get(target.comment_id), None
        refusal = _refusal(row, target, moderator) or _own_appeal(row, moderator)
        if refusal is None:
            decided = decide(tx, site_id, target.comment_id, said, now)
        else:
            refused[target.comment_id] = refusal
        if decided is not None and not decided.repeated:
            ids.append(target.comment_id)
            overturned += decided.overturned
        elif decided is None and note:
            add_note(tx, site_id, target.comment_id, moderator.email, note, now)
    record_act(tx, site_id, moderator, Record(act_id, word, ids, rows, word=word), now)
    hold_back(tx, ids, now, now + UNDO)
    return Act(act_id if ids else "", word, ids, refused, overturned)


def move_comments(  # noqa: PLR0913 - who, where to, which, why, when
    tx: Connection,
    site_id: str,
    moderator: Moderator,
    move: Move,
    targets: Sequence[Target],
    now: datetime,
    *,
    note: str | None = None,
) -> Act:
    """Escalate, snooze, or send to another queue those of the comments that still wait.

    A note is kept with each of them, moved or not.
    """
    act_id, rows = new_id("act"), _locked(tx, site_id, targets)
    refused: dict[str, Refused] = {}
    done: list[str] = []
    for target in targets[:MOST_AT_ONCE]:
        if note and target.comment_id in rows:
            add_note(tx, site_id, target.comment_id, moderator.email, note, now)
        undecided = replace(target, replaces=None)  # whatever the form says: nothing else waits
        if (refusal := _refusal(rows.get(target.comment_id), undecided, moderator)) is not None:
            refused[target.comment_id] = refusal
            continue
        move_comment(tx, target.comment_id, move)
        done.append(target.comment_id)
    record_act(tx, site_id, moderator, Record(act_id, move.kind, done, rows, move.queue), now)
    return Act(act_id if done else "", move.kind, done, refused)


def _locked(tx: Connection, site_id: str, targets: Sequence[Target]) -> dict[str, RowMapping]:
    """Return {comment id: its row}, all locked, always in the same order."""
    ids = sorted({target.comment_id for target in targets[:MOST_AT_ONCE]})
    mine = (comments.c.site_id == site_id, comments.c.id.in_(ids))
    lock_comments(tx, *mine)
    query = (
        select(
            comments.c.id,
            comments.c.status,
            comments.c.revision,
            comments.c.decision_id,
            comments.c.review_queue,
            comments.c.review_at,
            decisions.c.decision,
            decisions.c.actor,
            open_appeal_exists().label("appealed"),
            only_for_admins().label("escalated"),
        )
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(*mine)
    )
    return {row["id"]: row for row in tx.execute(query).mappings()}


def _refusal(row: RowMapping | None, target: Target, moderator: Moderator) -> Refused | None:
    if row is None or row["status"] == "erased":
        return Refused("gone")
    if row["revision"] != target.revision or row["status"] == "pending":
        return Refused("edited")
    if row["decision_id"] != target.replaces:
        return Refused("decided", row["actor"] or "the platform", row["decision"])
    if row["escalated"] and not moderator.is_admin:
        return Refused("escalated")
    return None


def _own_appeal(row: RowMapping | None, moderator: Moderator) -> Refused | None:
    """Whether an appeal against this moderator's own decision is open: others must answer it."""
    if row is None or not row["appealed"] or row["actor"] != moderator.email:
        return None
    return Refused("own", row["actor"], row["decision"])
