"""Standing: how people decided about authors, e-mail addresses, domains and address ranges.

Decisions are counted by account and by week, so one that is corrected or undone is taken off
exactly where it was added. How much they count is said by whoever reads: half as much with each
half-life, and those of one account about one subject no more than MOST_OF_ACCOUNT together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, case, delete, select, update

from rules.comment import Comment
from rules.networks import network_of
from rules.promotion import promoted_domains
from store.campaign_tables import opinions
from store.deciders import account_of
from store.pseudonyms import pseudonym
from store.records import DecisionWord
from store.stored import stored_comment
from store.tables import comments, decisions
from store.upserts import upsert

Kind = Literal["author", "email", "domain", "network"]
KEPT_WEEKS = 104
MOST_OF_ACCOUNT = 10.0  # decisions: enough to know a subject by, and six of anyone else's hold it
_ROWS_AT_ONCE = 1_000
_WEEK_SECONDS = 7 * 24 * 3600
_DAY_SECONDS = 24 * 3600
_COLUMNS: dict[DecisionWord, str] = {
    "approve": "approved",
    "ham": "approved",
    "reject": "rejected",
    "spam": "spam",
}


DECISION = (
    decisions.c.id,
    decisions.c.decision,
    decisions.c.source,
    decisions.c.actor,
    decisions.c.decided_at,
)


@dataclass(frozen=True)
class Subject:
    """Somebody or something that has a standing at a site, by its digest."""

    kind: Kind
    digest: str


@dataclass(frozen=True)
class Opinion:
    """A decision as it counts for standing: what was said, when, and by which account."""

    word: DecisionWord
    at: datetime
    account: str


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
    return _subjects(site_id, comment, promoted_domains(comment))


def tellable_subjects_of(site_id: str, comment: Comment) -> list[Subject]:
    """Return those of them that can be told, where reading the text's links fails.

    Judging it has failed and told of it then, and people must be able to decide and erase it.
    """
    try:
        return subjects_of(site_id, comment)
    except Exception:
        return _subjects(site_id, comment, ())


def _subjects(site_id: str, comment: Comment, domains: Iterable[str]) -> list[Subject]:
    author = comment.author
    email = (author.email or "").strip().lower()
    named: list[tuple[Kind, str | None]] = [
        ("author", author.id),
        ("email", email),
        ("network", network_of(author.ip)),
        *(("domain", domain) for domain in domains),
    ]
    return [Subject(kind, pseudonym(site_id, kind, value)) for kind, value in named if value]


def opinion_of(row: RowMapping | Mapping[str, Any]) -> Opinion | None:
    """Return the decision in a row of DECISION; None: there is none, or it is a trap's."""
    account = account_of(row["source"], row["actor"]) if row["decision"] else None
    return Opinion(row["decision"], row["decided_at"], account) if account else None


def recount(
    tx: Connection, site_id: str, comment_id: str, *, before: str | None, after: str | None
) -> None:
    """Count the decision `after` (its id) in the place of `before`; both must be on record."""
    content = tx.execute(select(comments.c.content).where(comments.c.id == comment_id)).scalar()
    if content is None:
        return
    subjects = tellable_subjects_of(site_id, stored_comment(content))
    wanted = [one for one in (before, after) if one]
    rows = tx.execute(select(*DECISION).where(decisions.c.id.in_(wanted))).mappings()
    for row in sorted(rows, key=lambda row: row["id"] != before):
        count = take_off if row["id"] == before else add
        count(tx, site_id, subjects, opinion_of(row))


def add(tx: Connection, site_id: str, subjects: Iterable[Subject], opinion: Opinion | None) -> None:
    """Count a decision; None, a trap's, does not count."""
    if opinion is None:
        return
    one = dict.fromkeys(("approved", "rejected", "spam"), 0) | {_COLUMNS[opinion.word]: 1}
    where = {"site_id": site_id, "account": opinion.account, "week": week_of(opinion.at)}
    ordered = sorted(set(subjects), key=lambda subject: subject.digest)
    rows = [{**where, "kind": who.kind, "digest": who.digest, **one} for who in ordered]
    if rows:
        counted = {name: opinions.c[name] for name in one}
        tx.execute(
            upsert(tx, opinions, lambda new: {n: old + new[n] for n, old in counted.items()}), rows
        )


def take_off(
    tx: Connection, site_id: str, subjects: Iterable[Subject], opinion: Opinion | None
) -> None:
    """Count a decision no more; None was not counted."""
    if opinion is None:
        return
    column = opinions.c[_COLUMNS[opinion.word]]
    for digest in sorted({subject.digest for subject in subjects}):
        there = (
            (opinions.c.site_id == site_id)
            & (opinions.c.digest == digest)
            & (opinions.c.account == opinion.account)
            & (opinions.c.week == week_of(opinion.at))
        )
        fewer = {column.name: case((column > 0, column - 1), else_=0)}
        tx.execute(update(opinions).where(there).values(fewer))
        empty = opinions.c.approved + opinions.c.rejected + opinions.c.spam == 0
        tx.execute(delete(opinions).where(there, empty))


def forget(tx: Connection, site_id: str, subjects: Iterable[Subject]) -> None:
    """Forget what was decided about these altogether."""
    digests = sorted({subject.digest for subject in subjects})
    tx.execute(
        delete(opinions).where(opinions.c.site_id == site_id, opinions.c.digest.in_(digests))
    )


def count_all(tx: Connection) -> None:
    """Count the decisions that stand, of a database in which none was counted."""
    query = (
        select(comments.c.site_id, comments.c.content, *DECISION)
        .join(decisions, decisions.c.id == comments.c.decision_id)
        .where(comments.c.content.is_not(None))
    )
    for row in tx.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}).mappings():
        subjects = tellable_subjects_of(row["site_id"], stored_comment(row["content"]))
        add(tx, row["site_id"], subjects, opinion_of(row))


def standings_of(
    tx: Connection, site_id: str, subjects: Iterable[Subject], now: datetime, half_life_days: float
) -> Mapping[str, Standing]:
    """Return {digest: standing} of those about whom somebody decided, as it is `now`."""
    digests = sorted({subject.digest for subject in subjects})
    if not digests:
        return {}
    rows = tx.execute(
        select(
            opinions.c.digest,
            opinions.c.account,
            opinions.c.week,
            opinions.c.approved,
            opinions.c.rejected,
            opinions.c.spam,
        )
        .where(opinions.c.site_id == site_id, opinions.c.digest.in_(digests))
        .where(opinions.c.week > week_of(now) - KEPT_WEEKS)
    )
    said: dict[tuple[str, str], list[float]] = {}
    for digest, account, week, *counts in rows:
        weight = 0.5 ** (_age_days(week, now) / half_life_days)
        _add_to(said.setdefault((digest, account), [0.0, 0.0, 0.0]), counts, weight)
    sums: dict[str, list[float]] = {}
    for (digest, _), counts in said.items():
        weight = min(1.0, MOST_OF_ACCOUNT / sum(counts))
        _add_to(sums.setdefault(digest, [0.0, 0.0, 0.0]), counts, weight)
    return {digest: Standing(*total) for digest, total in sums.items()}


def _add_to(total: list[float], counts: Sequence[float], weight: float) -> None:
    for at, count in enumerate(counts):
        total[at] += weight * count


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
