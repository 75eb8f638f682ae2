"""Comments of the past as they were judged, for trying a policy on them."""

from datetime import datetime

from sqlalchemy import Connection, and_, select

from rules.comment import Comment
from rules.verdict import Verdict
from store.records import DecisionWord, Record
from store.tables import comments, decisions, verdicts


class PastComment(Record):
    """A comment with the verdict of its current revision, and a person's word if any."""

    id: str
    submitted_at: datetime
    comment: Comment
    verdict: Verdict
    decision: DecisionWord | None


def judged_between(
    tx: Connection, site_id: str, since: datetime, until: datetime, *, after: str = "", limit: int
) -> list[PastComment]:
    """Return up to `limit` judged comments of a period in order of id, from behind the id `after`.

    Erased comments are left out: their text is gone.
    """
    current = and_(
        verdicts.c.comment_id == comments.c.id, verdicts.c.revision == comments.c.revision
    )
    query = (
        select(
            comments.c.id,
            comments.c.submitted_at,
            comments.c.content,
            verdicts.c.verdict,
            decisions.c.decision,
        )
        .join(verdicts, current)
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(comments.c.site_id == site_id, comments.c.content.is_not(None))
        .where(comments.c.submitted_at >= since, comments.c.submitted_at < until)
        .where(comments.c.id > after)
        .order_by(comments.c.id)
        .limit(limit)
    )
    return [
        PastComment(
            id=row["id"],
            submitted_at=row["submitted_at"],
            comment=Comment.model_validate_json(row["content"]),
            verdict=Verdict.model_validate_json(row["verdict"]),
            decision=row["decision"],
        )
        for row in tx.execute(query).mappings()
    ]
