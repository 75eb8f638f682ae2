"""Standing: how people decided about authors, e-mail addresses, domains and address ranges.

Decisions are counted by week, so one that is corrected or undone is taken off exactly where it was
added. How much a week still counts is said by whoever reads: half as much with each half-life.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, case, delete, select, update

from rules.comment import Comment
from rules.networks import network_of
from rules.promotion import promoted_domains
from store.campaign_tables import standings
from store.pseudonyms import pseudonym
from store.records import DecisionWord
from store.tables import comments, decisions
from store.upserts import upsert

Kind = Literal["author", "email", "domain", "network"]
KEPT_WEEKS = 104
_WEEK_SECONDS = 7 * 24 * 3600
_DAY_SECONDS = 24 * 3600
_COLUMNS: dict[DecisionWord, str] = {
    "approve": "approved",
    "ham": "approved",
    "reject": "rejected",
    "spam": "spam",
}


@dataclass(frozen=True)
class Subject:
    """Somebody or something that has a standing at a site, by its digest."""

    kind: Kind
    digest: str


@dataclass(frozen=True)
class Standing:
    """Decisions about a subject, each weighed by its age."""

    approved: float = 0.0
    rejected: float = 0.0
    spam: float = 0.0

    @property
    def total(self) -> float:
        """All of them."""
        return self.approved + self.rejected + self.spam

    @property
    def reputation(self) -> float:
        """0..1: the share of approvals; 0.5 while nothing is known (Laplace's rule)."""
        return (self.approved + 1) / (self.total + 2)

    @property
    def spam_rate(self) -> float:
        """0..1: the share of spam; a single decision is not enough to be sure."""
        return self.spam / (self.approved + self.spam + 1)


def subjects_of(site_id: str, comment: Comment) -> list[Subject]:
    """Return whose standing a decision about this comment changes."""
    author = comment.author
    email = (author.email or "").strip().lower()
    named: list[tuple[Kind, str | None]] = [
        ("author", author.id),
        ("email", email),
        ("network", network_of(author.ip)),
        *(("domain", domain) for domain in promoted_domains(comment)),
    ]
    return [Subject(kind, pseudonym(site_id, kind, value)) for kind, value in named if value]


def recount(
    tx: Connection, site_id: str, comment_id: str, *, before: str | None, after: str | None
) -> None:
    """Count the decision `after` (its id) in the place of `before`; both must be on record."""
    content = tx.execute(select(comments.c.content).where(comments.c.id == comment_id)).scalar()
    if content is None:
        return
    subjects = subjects_of(site_id, Comment.model_validate_json(content))
    rows = tx.execute(
        select(decisions.c.id, decisions.c.decision, decisions.c.decided_at).where(
            decisions.c.id.in_([one for one in (before, after) if one])
        )
    )
    for row in sorted(rows, key=lambda row: row.id != before):
        if row.id == before:
            take_off(tx, site_id, subjects, row.decision, row.decided_at)
        else:
            add(tx, site_id, subjects, row.decision, row.decided_at)


def add(
    tx: Connection,
    site_id: str,
    subjects: Iterable[Subject],
    word: DecisionWord,
    at: datetime,
) -> None:
    """Count a decision that was made `at` some time."""
    one = dict.fromkeys(("approved", "rejected", "spam"), 0) | {_COLUMNS[word]: 1}
    ordered = sorted(set(subjects), key=lambda subject: subject.digest)
    rows = [
        {"site_id": site_id, "kind": who.kind, "digest": who.digest, "week": week_of(at), **one}
        for who in ordered
    ]
    if rows:
        counted = {name: standings.c[name] for name in one}
        tx.execute(
            upsert(tx, standings, lambda new: {n: old + new[n] for n, old in counted.items()}), rows
        )


def take_off(
    tx: Connection,
    site_id: str,
    subjects: Iterable[Subject],
    word: DecisionWord,
    at: datetime,
) -> None:
    """Count no more a decision that was made `at` some time."""
    column = standings.c[_COLUMNS[word]]
    for digest in sorted({subject.digest for subject in subjects}):
        there = (standings.c.site_id == site_id) & (standings.c.digest == digest)
        fewer = {column.name: case((column > 0, column - 1), else_=0)}
        tx.execute(update(standings).where(there, standings.c.week == week_of(at)).values(fewer))
        empty = standings.c.approved + standings.c.rejected + standings.c.spam == 0
        tx.execute(delete(standings).where(there, empty))


def forget(tx: Connection, site_id: str, subjects: Iterable[Subject]) -> None:
    """Forget what was decided about these altogether."""
    digests = sorted({subject.digest for subject in subjects})
    tx.execute(
        delete(standings).where(standings.c.site_id == site_id, standings.c.digest.in_(digests))
    )


def standings_of(
    tx: Connection, site_id: str, subjects: Iterable[Subject], now: datetime, half_life_days: float
) -> Mapping[str, Standing]:
    """Return {digest: standing} of those about whom somebody decided, as it is `now`."""
    digests = sorted({subject.digest for subject in subjects})
    if not digests:
        return {}
    rows = tx.execute(
        select(
            standings.c.digest,
            standings.c.week,
            standings.c.approved,
            standings.c.rejected,
            standings.c.spam,
        )
        .where(standings.c.site_id == site_id, standings.c.digest.in_(digests))
        .where(standings.c.week > week_of(now) - KEPT_WEEKS)
    )
    sums: dict[str, list[float]] = {}
    for digest, week, *counts in rows:
        weight = 0.5 ** (_age_days(week, now) / half_life_days)
        total = sums.setdefault(digest, [0.0, 0.0, 0.0])
        for at, count in enumerate(counts):
            total[at] += weight * count
    return {digest: Standing(*total) for digest, total in sums.items()}


def combined(known: Mapping[str, Standing], subjects: Sequence[Subject]) -> list[Standing]:
    """Return the standings of those subjects about whom anything is known."""
    return [known[one.digest] for one in subjects if one.digest in known]


def week_of(moment: datetime) -> int:
    """Return the weeks since 1970."""
    return int(moment.timestamp()) // _WEEK_SECONDS


def _age_days(week: int, now: datetime) -> float:
    """Days since the middle of a week."""
    middle = (week + 0.5) * _WEEK_SECONDS
    return max(0.0, (now.timestamp() - middle) / _DAY_SECONDS)
