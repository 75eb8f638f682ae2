"""Insight: what a site's comments came to, by day, by rule, by author and by engine."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Subquery, case, func, select, union_all

from store.ids import new_id
from store.json_text import json_of
from store.records import APPROVING
from store.review_tables import review_tags
from store.tables import comments, decisions, hourly_counts, verdicts

MOST_COUNTED = 1_500  # of the comments held in a period, and of the rejected: the newest
MOST_DECISIONS = 50_000  # of a period, for rules and engines: the newest
TIME_LENGTH = len("cmt_") + 10  # of an id: what it has of the time

Days = dict[date, dict[str, int]]


@dataclass(frozen=True)
class RuleFigures:
    """A rule's matches among comments that people decided, and how many of those they approved."""

    rule: str
    decided: int
    approved: int

    @property
    def precision(self) -> float:
        """The share 0..1 in which people agreed that the comment should not stand."""
        return 1 - self.approved / self.decided


def daily_counts(tx: Connection, site_id: str, kind: str, since: datetime, until: datetime) -> Days:
    """Return {day, UTC: {name: count}} of verdicts by action, label or rule."""
    rows = tx.execute(
        select(hourly_counts.c.hour, hourly_counts.c.name, hourly_counts.c.count)
        .where(hourly_counts.c.site_id == site_id, hourly_counts.c.kind == kind)
        .where(hourly_counts.c.hour >= since, hourly_counts.c.hour < until)
    )
    days: Days = defaultdict(lambda: defaultdict(int))
    for hour, name, count in rows:
        days[hour.date()][name] += count
    return days


def rule_figures(
    tx: Connection, site_id: str, since: datetime, until: datetime
) -> Sequence[RuleFigures]:
    """Return the rules that sent comments to people, the most often overturned first.

    What is undone or not decided yet is not counted; nor is what no person was asked about.
    """
    decided = _newest_decisions(site_id, since, until)
    approved = case((decided.c.decision.in_(APPROVING), 1), else_=0)
    rows = tx.execute(
        select(review_tags.c.name, func.count(), func.sum(approved))
        .select_from(decided)
        .join(comments, comments.c.decision_id == decided.c.id)
        # By the comment: the site's tags are those of all that ever waited.
        .join(review_tags, review_tags.c.comment_id == decided.c.comment_id)
        .where(review_tags.c.kind == "rule", comments.c.id == decided.c.comment_id)
        .group_by(review_tags.c.name)
    )
    figures = [RuleFigures(name, count, int(overturned)) for name, count, overturned in rows]
    return sorted(figures, key=lambda one: (one.precision, -one.decided))


def _newest_decisions(site_id: str, since: datetime, until: datetime) -> Subquery:
    newest = (
        select(decisions)
        .where(decisions.c.site_id == site_id)
        .where(decisions.c.decided_at >= since, decisions.c.decided_at < until)
        .order_by(decisions.c.decided_at.desc())
        .limit(MOST_DECISIONS)
    )
    return newest.subquery()


def top_authors(
    tx: Connection, site_id: str, since: datetime, *, limit: int = 10
) -> Sequence[tuple[str, int]]:
    """Return (author's id, comments held or rejected) of who had the most of the newest."""
    newest = union_all(*(_newest(site_id, action, since) for action in ("review", "reject")))
    authors = newest.subquery()
    count = func.count()
    rows = tx.execute(
        select(authors.c.author_id, count)
        .where(authors.c.author_id.is_not(None))
        .group_by(authors.c.author_id)
        .order_by(count.desc(), authors.c.author_id)
        .limit(limit)
    )
    return [(author, total) for author, total in rows]


def _newest(site_id: str, action: str, since: datetime) -> Select[Any]:
    """Return the query of the authors of the newest comments with an action."""
    newest = (
        select(comments.c.author_id)
        .where(comments.c.site_id == site_id, comments.c.action == action)
        # An id begins with its time: the index that lists an action's newest finds the period.
        .where(comments.c.id >= new_id("cmt", since)[:TIME_LENGTH])
        .order_by(comments.c.id.desc())
        .limit(MOST_COUNTED)
    )
    return select(newest.subquery())


def engine_figures(
    tx: Connection, site_id: str, since: datetime, until: datetime
) -> Sequence[tuple[str, int, int]]:
    """Return (engine, decisions, how many of them overturned the policy)."""
    decided = _newest_decisions(site_id, since, until)
    engine = json_of(tx, verdicts.c.verdict)["engine"]["name"].as_string()
    rows = tx.execute(
        select(engine, func.count(), func.sum(case((decided.c.overturned, 1), else_=0)))
        .select_from(decided)
        .join(
            verdicts,
            (verdicts.c.comment_id == decided.c.comment_id)
            & (verdicts.c.revision == decided.c.revision),
        )
        .group_by(engine)
        .order_by(engine)
    )
    return [(name, total, int(overturned)) for name, total, overturned in rows]
