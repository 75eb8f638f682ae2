"""Comments of the past as they were judged, for trying a policy on them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, select

from rules.comment import Comment
from rules.verdict import Verdict
from store.records import TRAP, DecisionWord, Record
from store.stored import stored_comment, stored_verdict
from store.tables import CURRENT_VERDICT, comments, decisions, verdicts

BECAME = {
    "approve": "approved", "ham": "approved", "reject": "rejected", "spam": "spam",
    "review": "review",
}  # fmt: skip


class PastComment(Record):
    """A comment with the verdict of its current revision, and a person's word if any."""

    id: str
    submitted_at: datetime
    comment: Comment
    verdict: Verdict
    decision: DecisionWord | None
    author_id: str | None
    ip_digest: str | None
    fingerprint: str | None

    @property
    def became(self) -> str:
        """What became of it: approved, rejected, spam or (held) review."""
        return BECAME[self.decision or self.verdict.action]


class PastOutcome(Record):
    """What became of one comment of an author, in the words of `PastComment.became`."""

    author_id: str
    at: datetime
    word: str


def counted_word() -> ColumnElement[str]:
    """Return what a decision says for its author's counts.

    What fell into a trap nobody called spam. Whoever posts it can name any author, as with what a
    rule rejects, and so it counts like that.
    """
    trapped = and_(decisions.c.source == "platform", decisions.c.actor == TRAP)
    return case((trapped, "reject"), else_=decisions.c.decision)


def outcomes_before(
    tx: Connection, site_id: str, author_ids: Sequence[str], until: datetime
) -> list[PastOutcome]:
    """Return what became of these authors' comments from before `until`, oldest first."""
    if not author_ids:
        return []
    query = (
        select(comments.c.author_id, comments.c.submitted_at, comments.c.action, counted_word())
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(comments.c.site_id == site_id, comments.c.author_id.in_(author_ids))
        .where(comments.c.submitted_at < until)
        .order_by(comments.c.submitted_at, comments.c.id)
    )
    return [
        PastOutcome(author_id=author, at=at, word=BECAME.get(decision or action, "review"))
        for author, at, action, decision in tx.execute(query)
    ]


def judged_between(
    tx: Connection, site_id: str, since: datetime, until: datetime, *, after: str = "", limit: int
) -> list[PastComment]:
    """Return up to `limit` judged comments of a period in order of id, from behind the id `after`.

    Erased comments are left out: their text is gone.
    """
    query = (
        select(
            comments.c.id,
            comments.c.submitted_at,
            comments.c.content,
            comments.c.metadata,
            verdicts.c.verdict,
            decisions.c.decision,
            comments.c.author_id,
            comments.c.ip_digest,
            comments.c.fingerprint,
        )
        .join(verdicts, CURRENT_VERDICT)
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(comments.c.site_id == site_id, comments.c.content.is_not(None))
        .where(comments.c.submitted_at >= since, comments.c.submitted_at < until)
        .where(comments.c.id > after)
        .order_by(comments.c.id)
        .limit(limit)
    )
    return [_past(row) for row in tx.execute(query).mappings()]


def _past(row: RowMapping) -> PastComment:
    return PastComment(
        id=row["id"],
        submitted_at=row["submitted_at"],
        comment=stored_comment(row["content"], row["metadata"]),
        verdict=stored_verdict(row["verdict"]),
        decision=row["decision"],
        author_id=row["author_id"],
        ip_digest=row["ip_digest"],
        fingerprint=row["fingerprint"],
    )
