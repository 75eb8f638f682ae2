"""Insight: `/insight`, what came, what became of it, and which rules people disagree with."""

from datetime import datetime, timedelta

from flask import Response, abort, request
from sqlalchemy import Connection

from service.review.charts import round_time, stacked, trends
from service.review.csv_files import csv_file, csv_text
from service.review.insight_tables import KINDS, TABLES, Period
from service.review.language import gettext as _
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from store.counts import counts_between
from store.insight import daily_counts, engine_figures, rule_figures, top_authors
from store.second_opinions import agreement
from store.stats import MOST_OF_A_DAY, daily_medians, review_figures

PERIODS = (7, 30, 90)  # days
ACTIONS = ("approve", "review", "reject")
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
    """Return one of the page's tables of the same days as CSV; without a name, all daily counts."""
    visit, days, name = current_visit(), _days(), request.args.get("table", "days")
    if (table := TABLES.get(name)) is None:
        abort(404, _("There is no such table."))
    period = Period(visit.site.id, *_period(visit, days))
    text = visit.read(lambda tx: csv_text(table.header, table.rows(tx, period)))
    return csv_file(text, f"insight-{name}-{days}-days")


def _figures(visit: Visit, since: datetime, until: datetime, days: int) -> dict[str, object]:
    site = visit.site.id

    def read(tx: Connection) -> dict[str, object]:
        actions = daily_counts(tx, site, "action", since, until)
        lines = {kind: daily_counts(tx, site, kind, since, until) for kind in KINDS[1:]}
        times = daily_medians(tx, site, since, days)
        medians = {day: {"median": round(one.median_seconds)} for day, one in times.items()}
        return {
            "times": sorted(times.items(), reverse=True),
            "times_chart": stacked(medians, ["median"], since.date(), days, round_time),
            "most_of_a_day": MOST_OF_A_DAY,
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


def _days() -> int:
    days = request.args.get("days", PERIODS[1], type=int)
    return days if days in PERIODS else PERIODS[1]


def _period(visit: Visit, days: int) -> tuple[datetime, datetime]:
    """Return the first moment of the first day and the last of today, UTC."""
    midnight = visit.now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = midnight + timedelta(days=1)
    return until - timedelta(days=days), until
