"""Counts by hour: what the statistics need, kept when a comment's text is long gone."""

from collections import Counter
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, func, select

from store.tables import hourly_counts
from store.upserts import upsert

CountKind = Literal["action", "label", "rule", "shadow", "suggested"]


class CountKey(NamedTuple):
    """What is counted."""

    site_id: str
    kind: CountKind
    name: str


def add_counts(tx: Connection, counts: Counter[CountKey], now: datetime) -> None:
    """Add to the counts of the current hour."""
    if not counts:
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    # Sorted, so that two workers lock the rows in the same order.
    rows = [{**key._asdict(), "hour": hour, "count": counts[key]} for key in sorted(counts)]
    total = hourly_counts.c.count
    tx.execute(upsert(tx, hourly_counts, lambda new: {"count": total + new["count"]}), rows)


def counts_between(
    tx: Connection, site_id: str, since: datetime, until: datetime
) -> dict[str, dict[str, int]]:
    """Return {kind: {name: count}} of the whole hours from `since` up to `until`."""
    rows = tx.execute(
        select(hourly_counts.c.kind, hourly_counts.c.name, func.sum(hourly_counts.c.count))
        .where(hourly_counts.c.site_id == site_id)
        .where(hourly_counts.c.hour >= since, hourly_counts.c.hour < until)
        .group_by(hourly_counts.c.kind, hourly_counts.c.name)
        .order_by(hourly_counts.c.kind, hourly_counts.c.name)
    )
    totals: dict[str, dict[str, int]] = {}
    for kind, name, count in rows:
        totals.setdefault(kind, {})[name] = count
    return totals
