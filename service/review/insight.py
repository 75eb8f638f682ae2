"""Insight: `/insight`, what came, what became of it, and which rules people disagree with."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Response, request
from sqlalchemy import Connection

from service.review.charts import stacked, trends
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from store.counts import counts_between
from store.insight import daily_counts, engine_figures, rule_figures, top_authors
from store.second_opinions import agreement
from store.stats import review_figures

PERIODS = (7, 30, 90)  # days
ACTIONS = ("approve", "review", "reject")
KINDS = ("action", "label", "rule", "shadow")
TRENDS = 8  # names of a kind that are drawn

insight = page("insight", admin=True)


@insight.get("/insight")
def show() -> str:
    """Show the figures of the last days."""
    visit, days = current_visit(), _days()
    since, until = _period(visit, days)
    return render("insight.html", days=days, periods=PERIODS, **_figures(visit, since, until, days))


@insight.get("/insight.csv")
def export() -> Response:
    """Return the counts of the same days as CSV (RFC 4180): day, kind, name, count."""
    visit, days = current_visit(), _days()
    since, until = _period(visit, days)

    def write(tx: Connection) -> str:
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(["day", "kind", "name", "count"])
        for kind in KINDS:
            rows.writerows(_rows(tx, visit.site.id, kind, since, until))
        return out.getvalue()

    headers = {"Content-Disposition": f'attachment; filename="insight-{days}-days.csv"'}
    return Response(visit.read(write), headers=headers, content_type="text/csv; charset=utf-8")


def _figures(visit: Visit, since: datetime, until: datetime, days: int) -> dict[str, object]:
    site = visit.site.id

    def read(tx: Connection) -> dict[str, object]:
        actions = daily_counts(tx, site, "action", since, until)
        lines = {kind: daily_counts(tx, site, kind, since, until) for kind in KINDS[1:]}
        return {
            "chart": stacked(actions, ACTIONS, since.date(), days),
            "table": sorted(actions.items(), reverse=True),
            "trends": {
                kind: trends(counts, since.date(), days, most=TRENDS)
                for kind, counts in lines.items()
            },
            "actions": ACTIONS,
            "totals": counts_between(tx, site, since, until),
            "review": review_figures(tx, site, since, until),
            "rules": rule_figures(tx, site, since, until),
            "authors": top_authors(tx, site, since),
            "agreement": agreement(tx, site, since, until),
            "engines": engine_figures(tx, site, since, until),
        }

    return visit.read(read)


def _rows(
    tx: Connection, site_id: str, kind: str, since: datetime, until: datetime
) -> Iterator[tuple[str, str, str, int]]:
    days = daily_counts(tx, site_id, kind, since, until)
    for day in sorted(days):
        for name, count in sorted(days[day].items()):
            safe = f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
            yield day.isoformat(), kind, safe, count


def _days() -> int:
    days = request.args.get("days", PERIODS[1], type=int)
    return days if days in PERIODS else PERIODS[1]


def _period(visit: Visit, days: int) -> tuple[datetime, datetime]:
    """Return the first moment of the first day and the last of today, UTC."""
    midnight = visit.now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = midnight + timedelta(days=1)
    return until - timedelta(days=days), until
