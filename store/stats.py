"""Statistics of people's decisions: how long they took, how often they overturned the policy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from store.tables import decisions, verdicts

MOST_OF_A_DAY = 500  # decisions that a day is measured by: the newest


@dataclass(frozen=True)
class ReviewFigures:
    """Decisions in a time; `median_seconds` of those that the policy had asked people for.

    It is the time from the verdict to the decision. None where there was no such decision.
    """

    decisions: int
    overturned: int
    reviewed: int
    median_seconds: float | None


def review_figures(tx: Connection, site_id: str, since: datetime, until: datetime) -> ReviewFigures:
    """Return the figures of the decisions from `since` up to `until`."""
    within = and_(
        decisions.c.site_id == site_id,
        decisions.c.decided_at >= since,
        decisions.c.decided_at < until,
    )
    total, overturned = tx.execute(
        select(func.count(), func.sum(case((decisions.c.overturned, 1), else_=0))).where(within)
    ).one()
    reviewed, median = _median(tx, within)
    return ReviewFigures(total, overturned or 0, reviewed, median)


@dataclass(frozen=True)
class DayFigures:
    """A day's answers to what the policy had asked people for, MOST_OF_A_DAY at most."""

    answers: int
    median_seconds: float


def daily_medians(
    tx: Connection, site_id: str, since: datetime, days: int
) -> dict[date, DayFigures]:
    """Return {day, UTC: its figures} of those of the `days` from `since` on that have answers."""
    each = (since + timedelta(days=number) for number in range(days))
    seconds = {midnight.date(): _seconds_of_a_day(tx, site_id, midnight) for midnight in each}
    return {day: DayFigures(len(some), median(some)) for day, some in seconds.items() if some}


def _seconds_of_a_day(tx: Connection, site_id: str, midnight: datetime) -> list[int]:
    newest = (
        select(decisions.c.comment_id, decisions.c.revision, decisions.c.seconds_to_decide)
        .where(decisions.c.site_id == site_id, decisions.c.decided_at >= midnight)
        .where(decisions.c.decided_at < midnight + timedelta(days=1))
        .order_by(decisions.c.decided_at.desc())
        .limit(MOST_OF_A_DAY)
        .subquery()
    )
    asked = (verdicts.c.comment_id == newest.c.comment_id) & (
        verdicts.c.revision == newest.c.revision
    )
    query = select(newest.c.seconds_to_decide).join(verdicts, asked)
    return list(tx.execute(query.where(verdicts.c.action == "review")).scalars())


def _median(tx: Connection, within: ColumnElement[bool]) -> tuple[int, float | None]:
    """Return (how many decisions answered a `review`, the median of their seconds).

    By counting and then reading the middle: SQLite has no percentile function.
    """
    asked = and_(
        within,
        verdicts.c.comment_id == decisions.c.comment_id,
        verdicts.c.revision == decisions.c.revision,
        verdicts.c.action == "review",
    )
    count = tx.execute(select(func.count()).select_from(decisions, verdicts).where(asked)).scalar()
    if not count:
        return 0, None
    middle = tx.execute(
        select(decisions.c.seconds_to_decide)
        .select_from(decisions, verdicts)
        .where(asked)
        .order_by(decisions.c.seconds_to_decide)
        .offset((count - 1) // 2)
        .limit(2 - count % 2)
    ).scalars()
    seconds = list(middle)
    return count, sum(seconds) / len(seconds)
