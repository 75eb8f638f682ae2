"""Comments: taking them in, and finding them again."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Insert, RowMapping, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rules.comment import Comment
from rules.fingerprint import fingerprint
from rules.verdict import Action
from store.ids import new_id
from store.kept_addresses import Keeping, author_key, ip_digest, kept_comment
from store.records import UNKNOWN_ORIGIN, CommentRecord, DecisionRecord, Origin, Status
from store.stored import stored_comment, stored_metadata, stored_verdict
from store.tables import CURRENT_VERDICT, comments, decisions, verdicts

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # a lease that nobody holds

Outcome = Literal["new", "edited", "same"]


class CommentErased(Exception):
    """The platform asked for this comment's erasure; it does not come back."""


@dataclass(frozen=True)
class Submission:
    """What became of a submitted comment: how it is now, and whether that is news."""

    record: CommentRecord
    outcome: Outcome
    traceparent: str | None = None  # with which this revision came first

    @property
    def id(self) -> str:
        """The comment's id."""
        return self.record.id


def submit_comment(
    tx: Connection,
    site_id: str,
    comment: Comment,
    now: datetime,
    keeping: Keeping,
    origin: Origin = UNKNOWN_ORIGIN,
) -> Submission:
    """Store a comment as pending; its author's addresses as `keeping` says.

    A known `external_id` with other content is a new revision; with the same content it is the
    same comment, whose metadata may have changed. Raises CommentErased.
    """
    values = content_columns(comment, site_id, keeping) | origin.model_dump()
    new = _new_row(site_id, comment, values, now)
    if tx.execute(_insert_unless_known(tx.dialect.name), new).first():
        return Submission(_fresh_record(new, comment), "new", origin.traceparent)
    known = _known(tx, site_id, str(comment.external_id))
    outcome = _resubmit(tx, known, values, now)
    record = find_comment(tx, site_id, str(comment.external_id))
    assert record is not None  # noqa: S101 - its row is locked by this transaction
    first = origin.traceparent if outcome == "edited" else known["traceparent"]
    return Submission(record, outcome, first)


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


def content_of(tx: Connection, comment_id: str, *, lock: bool = False) -> Comment | None:
    """Return what a comment says now, or until the commit, as it is kept; None once it is gone."""
    query = select(comments.c.content).where(comments.c.id == comment_id)
    content = tx.execute(query.with_for_update() if lock else query).scalar()
    return stored_comment(content) if content else None


def lock_comments(tx: Connection, *conditions: ColumnElement[bool]) -> None:
    """Lock comments until the commit, in the order of their ids, to read them by the next query.

    A join that itself waits for the lock gives, on PostgreSQL, the comment as it is by then with
    the verdict and the decision of before.
    """
    ids = select(comments.c.id).where(*conditions).order_by(comments.c.id)
    tx.execute(ids.with_for_update()).all()


def was_erased(tx: Connection, record: CommentRecord) -> bool:
    """Whether the comment's erasure was asked for; one that was only retired may come back."""
    if record.status != "erased":
        return False
    query = select(comments.c.id).where(comments.c.id == record.id, comments.c.retired_at.is_(None))
    return tx.execute(query).first() is not None


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
    if status == "scored" and action is not None:
        # Most are scored. As an expression that has no index, so that the action's is read.
        query = query.where(comments.c.status.concat("") == status)
    elif status is not None:
        query = query.where(comments.c.status == status)
    if action is not None:
        query = query.where(comments.c.action == action)
    if before is not None:
        query = query.where(comments.c.id < before)
    rows = tx.execute(query.order_by(comments.c.id.desc()).limit(limit)).mappings()
    return [_record(row) for row in rows]


def content_columns(comment: Comment, site_id: str, keeping: Keeping) -> dict[str, Any]:
    """Return the columns that say what a comment is, and what it is compared by."""
    kept, addresses = kept_comment(comment, site_id, keeping)
    content = kept.model_dump_json(exclude={"metadata"})
    # Of the original, so that another address of the same network is an edit, too.
    whole = content if kept is comment else comment.model_dump_json(exclude={"metadata"})
    return {
        "content": content,
        "addresses": addresses,
        "content_digest": keeping.sealer.digest("content", site_id, whole),
        "metadata": json.dumps(comment.metadata, ensure_ascii=False),
        "author_id": author_key(kept.author),
        "ip_digest": ip_digest(comment.author.ip, site_id, keeping.sealer),
        "fingerprint": fingerprint(comment.body),
    }


def _known(tx: Connection, site_id: str, external_id: str) -> RowMapping:
    query = (
        select(
            comments.c.id,
            comments.c.revision,
            comments.c.status,
            comments.c.content_digest,
            comments.c.retired_at,
            comments.c.traceparent,
        )
        .where(comments.c.site_id == site_id, comments.c.external_id == external_id)
        .with_for_update()
    )
    return tx.execute(query).mappings().one()


@cache
def _insert_unless_known(dialect: str) -> Insert:
    """Return an insert that does nothing for a known `external_id`, at once or in a race.

    Made once and given its values apart: building it anew would cost more than running it.
    """
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(comments).on_conflict_do_nothing().returning(comments.c.id)


def _new_row(
    site_id: str, comment: Comment, values: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "id": new_id("cmt"),
        "site_id": site_id,
        "external_id": comment.external_id,
        "revision": 1,
        "status": "pending",
        "submitted_at": now,
        "attempts": 0,
        "lease_until": LONG_AGO,
        **values,
    }


def _fresh_record(row: dict[str, Any], comment: Comment) -> CommentRecord:
    return CommentRecord(
        id=row["id"],
        external_id=comment.external_id,
        revision=1,
        status="pending",
        submitted_at=row["submitted_at"],
        metadata=comment.metadata,
        verdict=None,
        decision=None,
    )


def _resubmit(tx: Connection, known: RowMapping, values: dict[str, Any], now: datetime) -> Outcome:
    if known["status"] == "erased" and known["retired_at"] is None:
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
            "retired_at": None,
        }
    tx.execute(update(comments).where(comments.c.id == known["id"]).values(**changes))
    return "edited" if edited else "same"


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
        .outerjoin(verdicts, CURRENT_VERDICT)
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
        metadata=stored_metadata(row["metadata_json"]),
        verdict=stored_verdict(row["verdict"]) if row["verdict"] else None,
        decision=decision,
    )
