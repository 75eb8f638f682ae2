"""Comments: taking them in, and finding them again."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from rules.comment import Comment
from rules.verdict import Action, Verdict
from store.ids import new_id
from store.records import CommentRecord, DecisionRecord, Status
from store.tables import comments, decisions, verdicts

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # a lease that nobody holds

Outcome = Literal["new", "edited", "same"]


class CommentErased(Exception):
    """The platform asked for this comment's erasure; it does not come back."""


@dataclass(frozen=True)
class Submission:
    """What became of a submitted comment."""

    id: str
    outcome: Outcome


def submit_comment(tx: Connection, site_id: str, comment: Comment, now: datetime) -> Submission:
    """Store a comment as pending.

    A known `external_id` with other content is a new revision; with the same content it is the
    same comment, whose metadata may have changed. Raises CommentErased.
    """
    values = _content_columns(comment)
    if comment.external_id is not None:
        known = _find_external(tx, site_id, comment.external_id)
        if known is not None:
            return _resubmit(tx, known, values, now)
        try:
            with tx.begin_nested():
                return _insert(tx, site_id, comment, values, now)
        except IntegrityError:  # the same comment arrived twice at once; the other one won
            known = _find_external(tx, site_id, comment.external_id)
            assert known is not None  # noqa: S101 - the row that we collided with
            return _resubmit(tx, known, values, now)
    return _insert(tx, site_id, comment, values, now)


def get_comment(tx: Connection, site_id: str, comment_id: str) -> CommentRecord | None:
    """Return a comment of this site with its current verdict and decision."""
    query = _current().where(comments.c.site_id == site_id, comments.c.id == comment_id)
    row = tx.execute(query).mappings().one_or_none()
    return _record(row) if row else None


def find_comment(tx: Connection, site_id: str, external_id: str) -> CommentRecord | None:
    """Return the comment of this site that the platform calls `external_id`."""
    query = _current().where(comments.c.site_id == site_id, comments.c.external_id == external_id)
    row = tx.execute(query).mappings().one_or_none()
    return _record(row) if row else None


def get_records(tx: Connection, comment_ids: list[str]) -> dict[str, CommentRecord]:
    """Return {id: record} of comments of any site."""
    rows = tx.execute(_current().where(comments.c.id.in_(comment_ids))).mappings()
    return {row["id"]: _record(row) for row in rows}


def list_comments(
    tx: Connection,
    site_id: str,
    *,
    status: Status | None = None,
    action: Action | None = None,
    before: str | None = None,
    limit: int,
) -> list[CommentRecord]:
    """Return up to `limit` comments, newest first, that are older than the id `before`."""
    query = _current().where(comments.c.site_id == site_id)
    if status is not None:
        query = query.where(comments.c.status == status)
    if action is not None:
        query = query.where(comments.c.action == action)
    if before is not None:
        query = query.where(comments.c.id < before)
    rows = tx.execute(query.order_by(comments.c.id.desc()).limit(limit)).mappings()
    return [_record(row) for row in rows]


def _content_columns(comment: Comment) -> dict[str, Any]:
    content = comment.model_dump_json(exclude={"metadata"})
    return {
        "content": content,
        "content_digest": hashlib.sha256(content.encode()).hexdigest(),
        "metadata": json.dumps(comment.metadata, ensure_ascii=False),
        "author_id": comment.author.id,
    }


def _find_external(tx: Connection, site_id: str, external_id: str) -> RowMapping | None:
    query = (
        select(comments.c.id, comments.c.revision, comments.c.status, comments.c.content_digest)
        .where(comments.c.site_id == site_id, comments.c.external_id == external_id)
        .with_for_update()
    )
    return tx.execute(query).mappings().one_or_none()


def _insert(
    tx: Connection, site_id: str, comment: Comment, values: dict[str, Any], now: datetime
) -> Submission:
    comment_id = new_id("cmt")
    tx.execute(
        insert(comments).values(
            id=comment_id,
            site_id=site_id,
            external_id=comment.external_id,
            revision=1,
            status="pending",
            submitted_at=now,
            attempts=0,
            lease_until=LONG_AGO,
            **values,
        )
    )
    return Submission(comment_id, "new")


def _resubmit(
    tx: Connection, known: RowMapping, values: dict[str, Any], now: datetime
) -> Submission:
    if known["status"] == "erased":
        raise CommentErased(known["id"])
    edited = known["content_digest"] != values["content_digest"]
    changes = {"metadata": values["metadata"]}
    if edited:  # a claim of the earlier revision loses its lease, so it cannot write
        changes = values | {
            "revision": known["revision"] + 1,
            "status": "pending",
            "action": None,
            "submitted_at": now,
            "attempts": 0,
            "lease_token": None,
            "lease_until": LONG_AGO,
            "decision_id": None,
        }
    tx.execute(update(comments).where(comments.c.id == known["id"]).values(**changes))
    return Submission(known["id"], "edited" if edited else "same")


def _current() -> Select[Any]:
    """Select comments with the verdict of their current revision and their last decision."""
    return (
        select(
            comments.c.id,
            comments.c.external_id,
            comments.c.revision,
            comments.c.status,
            comments.c.submitted_at,
            comments.c.metadata.label("metadata_json"),
            verdicts.c.verdict,
            decisions.c.decision,
            decisions.c.source.label("decided_by"),
            decisions.c.actor,
            decisions.c.note,
            decisions.c.overturned,
            decisions.c.decided_at,
        )
        .select_from(comments)
        .outerjoin(
            verdicts,
            (verdicts.c.comment_id == comments.c.id) & (verdicts.c.revision == comments.c.revision),
        )
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
    )


def _record(row: RowMapping) -> CommentRecord:
    decision = None
    if row["decision"] is not None:
        decision = DecisionRecord(**{name: row[name] for name in DecisionRecord.model_fields})
    return CommentRecord(
        id=row["id"],
        external_id=row["external_id"],
        revision=row["revision"],
        status=row["status"],
        submitted_at=row["submitted_at"],
        metadata=json.loads(row["metadata_json"]),
        verdict=Verdict.model_validate_json(row["verdict"]) if row["verdict"] else None,
        decision=decision,
    )
