"""The tables of `/insight`, one for each thing that its page draws or lists, to be exported."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from service.review.csv_files import Cell
from store.insight import daily_counts, engine_figures, rule_figures, top_authors
from store.second_opinions import agreement
from store.stats import daily_medians, review_figures

KINDS = ("action", "label", "rule", "shadow")
MOST_AUTHORS = 1_000  # in a file; the page shows ten
DAILY = ("day", "kind", "name", "count")

Rows = Iterator[Sequence[Cell]]


@dataclass(frozen=True)
class Period:
    """A site's time from `since` up to `until`."""

    site_id: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Table:
    """Names of columns, and what reads the rows."""

    header: Sequence[str]
    rows: Callable[[Connection, Period], Rows]


def counts(tx: Connection, period: Period, kinds: Sequence[str] = KINDS) -> Rows:
    """Give the counts of each day, oldest first, kind by kind."""
    for kind in kinds:
        days = daily_counts(tx, period.site_id, kind, period.since, period.until)
        for day in sorted(days):
            for name, count in sorted(days[day].items()):
                yield day.isoformat(), kind, name, count


def _counts_of(kind: str) -> Table:
    return Table(DAILY, lambda tx, period: counts(tx, period, (kind,)))


def _figures(tx: Connection, period: Period) -> Rows:
    said = review_figures(tx, period.site_id, period.since, period.until)
    agreed = agreement(tx, period.site_id, period.since, period.until)
    yield "decisions", said.decisions
    yield "overturned", said.overturned
    yield "answers_to_review", said.reviewed
    yield "median_seconds_to_decision", said.median_seconds
    yield "second_opinions", agreed.pairs
    yield "cohens_kappa", agreed.kappa


def _times(tx: Connection, period: Period) -> Rows:
    days = (period.until - period.since).days
    for day, one in daily_medians(tx, period.site_id, period.since, days).items():
        yield day.isoformat(), one.answers, one.median_seconds


def _precision(tx: Connection, period: Period) -> Rows:
    for one in rule_figures(tx, period.site_id, period.since, period.until):
        yield one.rule, one.decided, one.approved, round(one.precision, 4)


def _authors(tx: Connection, period: Period) -> Rows:
    yield from top_authors(tx, period.site_id, period.since, limit=MOST_AUTHORS)


def _engines(tx: Connection, period: Period) -> Rows:
    for name, total, overturned in engine_figures(tx, period.site_id, period.since, period.until):
        yield name, total, overturned, round(overturned / total, 4)


TABLES: Mapping[str, Table] = {
    "days": Table(DAILY, counts),
    **{kind: _counts_of(kind) for kind in KINDS},
    "figures": Table(("figure", "value"), _figures),
    "times": Table(("day", "answers_to_review", "median_seconds"), _times),
    "precision": Table(("rule", "decided", "approved", "precision"), _precision),
    "authors": Table(("author", "held_or_rejected"), _authors),
    "engines": Table(("engine", "decisions", "overturned", "share"), _engines),
}
