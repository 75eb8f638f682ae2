"""Second opinions: a share of decisions is put before another moderator, who does not know them.

They change nothing; they tell how far people agree about what may stand.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from store.review_settings import second_share
from store.review_tables import second_opinions
from store.tables import comments


@dataclass(frozen=True)
class Agreement:
    """How two people answered: counts of (first, second), whether the comment may stand."""

    both: int
    neither: int
    first_only: int
    second_only: int

    @property
    def pairs(self) -> int:
        """How many comments two people looked at."""
        return self.both + self.neither + self.first_only + self.second_only

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance, 1 at most; None where chance alone would agree always.

        Source: Cohen, "A coefficient of agreement for nominal scales" (1960).
        """
        if not self.pairs:
            return None
        seen = (self.both + self.neither) / self.pairs
        first = (self.both + self.first_only) / self.pairs
        second = (self.both + self.second_only) / self.pairs
        chance = first * second + (1 - first) * (1 - second)
        return None if chance == 1 else (seen - chance) / (1 - chance)


def sample(  # noqa: PLR0913 - the columns
    tx: Connection,
    site_id: str,
    comment_id: str,
    decision_id: str,
    actor: str,
    now: datetime,
    *,
    stands: bool,
) -> None:
    """Ask for a second opinion, if this decision is one of the site's share; its id decides that.

    Bulk decisions are not sampled.
    """
    drawn = int.from_bytes(hashlib.sha256(decision_id.encode()).digest()[:4]) / 2**32
    if drawn >= second_share(tx, site_id):
        return
    row = {"decision_id": decision_id, "site_id": site_id, "comment_id": comment_id}
    tx.execute(
        insert(second_opinions).values(
            first_actor=actor, first_stands=stands, sampled_at=now, **row
        )
    )


def forget_sample(tx: Connection, decision_id: str) -> None:
    """Ask no more about a decision that is undone."""
    tx.execute(delete(second_opinions).where(second_opinions.c.decision_id == decision_id))


def next_question(tx: Connection, site_id: str, email: str) -> tuple[str, str] | None:
    """Return (decision id, comment id) of the oldest question that this person can answer."""
    row = tx.execute(
        select(second_opinions.c.decision_id, second_opinions.c.comment_id)
        .join(comments, comments.c.id == second_opinions.c.comment_id)
        .where(second_opinions.c.site_id == site_id, second_opinions.c.answered_at.is_(None))
        .where(second_opinions.c.first_actor != email, comments.c.content.is_not(None))
        .order_by(second_opinions.c.decision_id)
        .limit(1)
    ).one_or_none()
    return (row.decision_id, row.comment_id) if row else None


def answer_question(
    tx: Connection, site_id: str, decision_id: str, email: str, now: datetime, *, stands: bool
) -> bool:
    """Record an opinion; return False where nobody asks this person for it."""
    answered = tx.execute(
        update(second_opinions)
        .where(
            second_opinions.c.decision_id == decision_id,
            second_opinions.c.site_id == site_id,
            second_opinions.c.answered_at.is_(None),
            second_opinions.c.first_actor != email,
        )
        .values(second_actor=email, second_stands=stands, answered_at=now)
    )
    return answered.rowcount > 0


def agreement(tx: Connection, site_id: str, since: datetime, until: datetime) -> Agreement:
    """Return how the second opinions of a period compare with the first."""
    first, second = second_opinions.c.first_stands, second_opinions.c.second_stands
    rows = tx.execute(
        select(first, second, func.count())
        .where(second_opinions.c.site_id == site_id)
        .where(second_opinions.c.answered_at >= since, second_opinions.c.answered_at < until)
        .group_by(first, second)
    )
    counts = {(bool(one), bool(other)): count for one, other, count in rows}
    return Agreement(
        both=counts.get((True, True), 0),
        neither=counts.get((False, False), 0),
        first_only=counts.get((True, False), 0),
        second_only=counts.get((False, True), 0),
    )
