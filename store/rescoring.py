"""Verdicts anew: comments judged before, and the later verdict in the place of the earlier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, select, update

from rules.comment import Comment
from rules.verdict import Verdict
from store.comments import get_records
from store.outbox import publish
from store.review_places import tag_for_review
from store.stored import stored_comment, stored_verdict
from store.tables import CURRENT_VERDICT, comments, verdicts


@dataclass(frozen=True)
class ScoredComment:
    """A comment that a policy judged and no person decided, with its verdict.

    Of its author's addresses it has what is kept; see `store.kept_addresses`.
    """

    id: str
    site_id: str
    revision: int
    comment: Comment
    verdict: Verdict
    submitted_at: datetime
    author_id: str | None
    ip_digest: str | None
    fingerprint: str | None


_SCORED = (
    comments.c.id,
    comments.c.site_id,
    comments.c.revision,
    comments.c.submitted_at,
    comments.c.author_id,
    comments.c.ip_digest,
    comments.c.fingerprint,
    comments.c.content,
    comments.c.metadata,
)

Rejudged = Sequence[tuple[ScoredComment, Verdict]]


def scored_since(
    tx: Connection, since: datetime, *, site_id: str | None, after: str, limit: int
) -> list[ScoredComment]:
    """Return up to `limit` scored comments submitted at `since` or later, with ids past `after`.

    Oldest id first; `after` is "" at the start. All sites' without `site_id`.
    """
    query = (
        _scored_comments()
        .where(comments.c.submitted_at >= since, comments.c.id > after)
        .order_by(comments.c.id)
        .limit(limit)
    )
    if site_id is not None:
        query = query.where(comments.c.site_id == site_id)
    return [_scored(row) for row in tx.execute(query).mappings()]


def waiting_where(
    tx: Connection, condition: ColumnElement[bool], *, limit: int
) -> list[ScoredComment]:
    """Return up to `limit` comments, the newest, that wait for a person and fulfil a condition."""
    query = _scored_comments().where(comments.c.action == "review", condition)
    rows = tx.execute(query.order_by(comments.c.id.desc()).limit(limit)).mappings()
    return [_scored(row) for row in rows]


def replace_verdicts(tx: Connection, rejudged: Rejudged, now: datetime) -> list[ScoredComment]:
    """Put the new verdicts in the place of the old ones, and return whose were replaced.

    The rest was edited, erased, decided by a person, or judged anew in the meantime. Webhooks are
    told where the action, the labels or `discard` changed.
    """
    unchanged = _unchanged(tx, [item for item, _ in rejudged])
    kept = [(item, verdict) for item, verdict in rejudged if item.id in unchanged]
    if not kept:
        return []
    tx.execute(
        update(verdicts)
        .where(verdicts.c.comment_id == bindparam("of"), verdicts.c.revision == bindparam("at"))
        .values(
            action=bindparam("to"),
            decided_by=bindparam("by"),
            scored_at=bindparam("when"),
            verdict=bindparam("json"),
        ),
        [_new_values(item, verdict) for item, verdict in kept],
    )
    tx.execute(
        # Its place among those that wait follows; the queue stays, a person may have chosen it.
        update(comments)
        .where(comments.c.id == bindparam("of"))
        .values(action=bindparam("to"), review_rank=bindparam("rank")),
        [{"of": item.id, "to": new.action, "rank": -new.priority} for item, new in kept],
    )
    tag_for_review(tx, kept, again=True)
    _tell(tx, kept, now)
    return [item for item, _ in kept]


def changes(old: Verdict, new: Verdict) -> bool:
    """Whether a platform would do something else after the new verdict."""
    before, after = ((each.action, each.discard, sorted(each.labels)) for each in (old, new))
    return before != after


def _unchanged(tx: Connection, items: Sequence[ScoredComment]) -> set[str]:
    """Which still have the verdict that we saw; their rows are locked until the commit."""
    rows = tx.execute(
        select(comments.c.id, comments.c.revision, verdicts.c.scored_at)
        .join(verdicts, CURRENT_VERDICT)
        .where(comments.c.id.in_([item.id for item in items]), comments.c.status == "scored")
        .order_by(comments.c.id)
        .with_for_update()
    )
    now_there = {row.id: (row.revision, row.scored_at) for row in rows}
    return {
        item.id
        for item in items
        if now_there.get(item.id) == (item.revision, item.verdict.scored_at)
    }


def _tell(tx: Connection, kept: Rejudged, now: datetime) -> None:
    changed = [item for item, verdict in kept if changes(item.verdict, verdict)]
    records = get_records(tx, [item.id for item in changed])
    publish(tx, "comment.verdict", [(item.site_id, records[item.id]) for item in changed], now)


def _new_values(item: ScoredComment, verdict: Verdict) -> dict[str, object]:
    return {
        "of": item.id,
        "at": item.revision,
        "to": verdict.action,
        "by": verdict.decided_by,
        "when": verdict.scored_at,
        "json": verdict.model_dump_json(),
    }


def _scored_comments() -> Select[Any]:
    query = select(*_SCORED, verdicts.c.verdict).join(verdicts, CURRENT_VERDICT)
    return query.where(comments.c.status == "scored")


def _scored(row: RowMapping) -> ScoredComment:
    known = dict(row)
    comment = stored_comment(known.pop("content"), known.pop("metadata"))
    verdict = stored_verdict(known.pop("verdict"))
    return ScoredComment(comment=comment, verdict=verdict, **known)
